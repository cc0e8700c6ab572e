// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/embedded_engine.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/thread.h"
#include "base/thread_pool.h"
#include "inference/batching/complete_job.h"
#include "inference/batching/job_maker.h"
#include "inference/batching/scheduler.h"
#include "inference/batching/score_job.h"
#include "inference/kernels/log_softmax.h"

namespace quipu::inference {
namespace {

// The minimum for one prompt and its reply.
constexpr int kLeastPages = 2;

class EmbeddedEngine;

class EmbeddedPrefix : public Prefix {
 public:
  EmbeddedPrefix(EmbeddedEngine* engine, std::shared_ptr<CachedPrefix> cached, bool ends_in_control)
      : engine_(engine), cached_(std::move(cached)), ends_in_control_(ends_in_control) {}
  ~EmbeddedPrefix() override;

  int num_tokens() const override { return cached_->size(); }
  const EmbeddedEngine* engine() const { return engine_; }
  const std::shared_ptr<CachedPrefix>& cached() const { return cached_; }
  bool ends_in_control() const { return ends_in_control_; }

 private:
  EmbeddedEngine* const engine_;
  const std::shared_ptr<CachedPrefix> cached_;
  const bool ends_in_control_;
};

// A call that the stepping thread has yet to answer.
struct PendingCall {
  const absl::Notification* ended = nullptr;  // Its job's or its prefix's.
  std::function<void()> answer;               // Called when that is notified.
};

class EmbeddedEngine : public Engine {
 public:
  EmbeddedEngine(EngineParts parts, const EmbeddedEngineOptions& options, int num_pages)
      : parts_(std::move(parts)),
        eviction_delay_(options.eviction_delay),
        vocabulary_(parts_.model->params().vocabulary),
        jobs_(parts_.tokenizer.get(), &parts_.chat_template, vocabulary_),
        cache_(CacheShape(*parts_.model, options.kv_type), num_pages),
        sampling_pool_(ThreadsOf(options), "quipu-sample"),
        scheduler_(MakeOptions(options, parts_, vocabulary_), &cache_) {}

  ~EmbeddedEngine() override {
    Shutdown();
    thread_.Join();
  }

  // Starts the stepping thread: the last step of construction.
  absl::Status Start() {
    ASSIGN_OR_RETURN(thread_, Thread::Start("quipu-step", [this] { Run(); }));
    return absl::OkStatus();
  }

  const EngineInfo& info() const override { return parts_.info; }
  std::shared_ptr<const Tokenizer> tokenizer() const override { return parts_.tokenizer; }
  const ChatTemplate& chat_template() const override { return parts_.chat_template; }

  void OpenPrefixAsync(PrefixRequest request, PrefixDone done) override;
  void CompleteAsync(const Prefix& prefix, CompleteRequest request, CompleteDone done) override;
  void ScoreAsync(const Prefix& prefix, ScoreRequest request, ScoreDone done) override;

  EngineStats stats() const override {
    absl::MutexLock lock(&mutex_);
    EngineStats stats = scheduler_.stats();
    stats.busy_seconds = absl::ToDoubleSeconds(busy_);
    for (int i = 0; i < kPhases; ++i) stats.phases[i].seconds = phase_seconds_[i];
    return stats;
  }

  void Shutdown() override {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.Signal();
  }

  void ClosePrefix(CachedPrefix* prefix) {
    absl::MutexLock lock(&mutex_);
    scheduler_.Close(prefix);
    changed_.Signal();
  }

 private:
  static SchedulerOptions MakeOptions(const EmbeddedEngineOptions& options,
                                      const EngineParts& parts, int vocabulary) {
    SchedulerOptions made;
    made.max_step_tokens = options.max_step_tokens;
    const int64_t row_bytes = int64_t{vocabulary} * static_cast<int64_t>(sizeof(float));
    made.max_step_outputs = static_cast<int>(
        std::clamp<int64_t>(options.logit_bytes / row_bytes, 1, options.max_step_tokens));
    made.context_tokens = parts.info.context_tokens;
    made.draft_step_tokens = options.draft_step_tokens;
    return made;
  }

  absl::StatusOr<const EmbeddedPrefix*> CheckOwned(const Prefix& prefix) const;
  // Queues a prefix; an error is the call's result.
  absl::StatusOr<std::shared_ptr<CachedPrefix>> Open(std::vector<TokenId> tokens, Phase phase);
  // Calls `answer` once `cached` is computed or has failed.
  void AnswerWhenOpened(const CachedPrefix& cached, std::function<void()> answer);
  // Queues a job and calls `answer` once it has ended. An error is the call's
  // result; `answer` is then not called.
  absl::Status Queue(const std::shared_ptr<Job>& job, std::function<void()> answer);

  // Runs on the stepping thread.
  void Run();
  void RunStep(Step* step) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Answers the calls that have ended.
  void AnswerEnded() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Waits for a call; evicts if only that can help.
  void WaitForWork() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  EngineParts parts_;
  const absl::Duration eviction_delay_;
  const int vocabulary_;
  const JobMaker jobs_;
  KvCache cache_;             // Only for the stepping thread.
  ThreadPool sampling_pool_;  // Only for the stepping thread.
  StepLogits logits_;         // Only for the stepping thread.

  mutable absl::Mutex mutex_;
  absl::CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Duration busy_ ABSL_GUARDED_BY(mutex_);
  std::array<double, kPhases> phase_seconds_ ABSL_GUARDED_BY(mutex_) = {};
  Scheduler scheduler_ ABSL_GUARDED_BY(mutex_);
  std::vector<PendingCall> pending_ ABSL_GUARDED_BY(mutex_);  // In order of arrival.

  Thread thread_;  // The last member: the thread uses all the others.
};

EmbeddedPrefix::~EmbeddedPrefix() { engine_->ClosePrefix(cached_.get()); }

absl::Status Stopped() { return absl::CancelledError("the engine was shut down"); }

absl::StatusOr<const EmbeddedPrefix*> EmbeddedEngine::CheckOwned(const Prefix& prefix) const {
  const auto* own = dynamic_cast<const EmbeddedPrefix*>(&prefix);
  if (own == nullptr || own->engine() != this) {
    return absl::InvalidArgumentError("the prefix belongs to another engine");
  }
  return own;
}

void EmbeddedEngine::OpenPrefixAsync(PrefixRequest request, PrefixDone done) {
  const std::vector<TemplatePart> parts =
      parts_.chat_template.RenderPrefix(request.system, request.user_begin);
  absl::StatusOr<RenderedTokens> tokens = EncodeParts(*parts_.tokenizer, parts);
  if (!tokens.ok()) return done(tokens.status());
  absl::StatusOr<std::shared_ptr<CachedPrefix>> opened =
      Open(std::move(tokens->ids), request.phase);
  if (!opened.ok()) return done(opened.status());
  const bool ends_in_control = parts.empty() || parts.back().control;
  AnswerWhenOpened(**opened, [this, cached = *opened, ends_in_control, done = std::move(done)] {
    // From here on the destructor closes it in every case.
    auto prefix = std::make_unique<EmbeddedPrefix>(this, cached, ends_in_control);
    if (cached->status.ok()) return done(std::move(prefix));
    prefix.reset();
    done(OwnCopy(cached->status));
  });
}

absl::StatusOr<std::shared_ptr<CachedPrefix>> EmbeddedEngine::Open(std::vector<TokenId> tokens,
                                                                   Phase phase) {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return Stopped();
  absl::StatusOr<std::shared_ptr<CachedPrefix>> cached = scheduler_.Open(std::move(tokens), phase);
  changed_.Signal();
  return cached;
}

void EmbeddedEngine::AnswerWhenOpened(const CachedPrefix& cached, std::function<void()> answer) {
  {
    absl::MutexLock lock(&mutex_);
    if (!cached.opened.HasBeenNotified()) {
      pending_.push_back({&cached.opened, std::move(answer)});
      return;
    }
  }
  answer();  // It was already open.
}

absl::Status EmbeddedEngine::Queue(const std::shared_ptr<Job>& job, std::function<void()> answer) {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return Stopped();
  RETURN_IF_ERROR(scheduler_.Add(job));
  pending_.push_back({&job->finished(), std::move(answer)});
  changed_.Signal();
  return absl::OkStatus();
}

void EmbeddedEngine::CompleteAsync(const Prefix& prefix, CompleteRequest request,
                                   CompleteDone done) {
  const absl::StatusOr<const EmbeddedPrefix*> own = CheckOwned(prefix);
  if (!own.ok()) return done(own.status());
  const absl::StatusOr<std::shared_ptr<CompleteJob>> made =
      jobs_.Make((*own)->cached(), (*own)->ends_in_control(), request);
  if (!made.ok()) return done(made.status());
  const absl::Status queued = Queue(*made, [job = *made, done] {
    absl::Status status = job->Wait();
    if (!status.ok()) return done(std::move(status));
    done(job->TakeCompletion());
  });
  if (!queued.ok()) done(queued);
}

void EmbeddedEngine::ScoreAsync(const Prefix& prefix, ScoreRequest request, ScoreDone done) {
  const absl::StatusOr<const EmbeddedPrefix*> own = CheckOwned(prefix);
  if (!own.ok()) return done(own.status());
  const absl::StatusOr<std::shared_ptr<ScoreJob>> made =
      jobs_.Make((*own)->cached(), (*own)->ends_in_control(), request);
  if (!made.ok()) return done(made.status());
  const absl::Status queued = Queue(*made, [job = *made, done] {
    absl::Status status = job->Wait();
    if (!status.ok()) return done(std::move(status));
    done(job->Result());
  });
  if (!queued.ok()) done(queued);
}

void EmbeddedEngine::Run() {
  absl::MutexLock lock(&mutex_);
  Step step;
  while (!stopping_) {
    scheduler_.Admit(/*may_evict=*/false);
    if (scheduler_.BuildStep(&step)) {
      RunStep(&step);
      AnswerEnded();
    } else {
      WaitForWork();
    }
  }
  scheduler_.Abort(Stopped());
  AnswerEnded();
}

void EmbeddedEngine::AnswerEnded() {
  const auto first =
      std::stable_partition(pending_.begin(), pending_.end(),
                            [](const PendingCall& call) { return !call.ended->HasBeenNotified(); });
  std::vector<PendingCall> ended(std::make_move_iterator(first),
                                 std::make_move_iterator(pending_.end()));
  pending_.erase(first, pending_.end());
  if (ended.empty()) return;
  // Without the lock: an answer may make calls and close prefixes.
  mutex_.Unlock();
  for (const PendingCall& call : ended) call.answer();
  ended.clear();
  mutex_.Lock();
}

void EmbeddedEngine::WaitForWork() {
  if (!scheduler_.waiting()) {
    changed_.Wait(&mutex_);
  } else if (changed_.WaitWithTimeout(&mutex_, eviction_delay_)) {
    // Nothing runs, something waits, and no call has arrived that could have
    // changed that.
    scheduler_.Admit(/*may_evict=*/true);
  }
}

// The begin of each unit of rows that one thread processes in order, and the
// end.
std::vector<int> FirstRows(const std::vector<Step::Output>& outputs) {
  std::vector<int> firsts;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const bool follows =
        i > 0 && outputs[i].job == outputs[i - 1].job && outputs[i].job->rows_in_order();
    if (!follows) firsts.push_back(static_cast<int>(i));
  }
  firsts.push_back(static_cast<int>(outputs.size()));
  return firsts;
}

// Ends one job, not its neighbours in the step: the cause may be one text.
absl::Status CheckFinite(absl::Span<const float> logits) {
  if (AllFinite(logits)) return absl::OkStatus();
  return absl::InternalError(
      "a logit is not finite: the weights are broken, or numbers are too large for this text");
}

void EmbeddedEngine::RunStep(Step* step) {
  mutex_.Unlock();
  const absl::Duration start = Clock::Real()->Monotonic();
  const absl::Status status = parts_.model->Forward(step->batch, &cache_, &logits_);
  std::vector<absl::Status> rows;
  if (status.ok()) {
    rows.resize(step->outputs.size());
    const auto run_row = [&](int i) {
      const Step::Output& output = step->outputs[i];
      rows[i] = CheckFinite(logits_.row(i));
      if (!rows[i].ok()) return;
      rows[i] = output.job->OnLogits(*output.sequence, output.index, logits_.row(i));
    };
    const std::vector<int> firsts = FirstRows(step->outputs);
    const auto run_rows = [&](int unit, int) {
      for (int i = firsts[unit]; i < firsts[unit + 1]; ++i) run_row(i);
    };
    if (firsts.size() == 2) {
      run_rows(0, 0);
    } else {
      sampling_pool_.ParallelFor(static_cast<int>(firsts.size()) - 1, run_rows);
    }
  }
  const absl::Duration took = Clock::Real()->Monotonic() - start;
  mutex_.Lock();
  busy_ += took;
  const double seconds_of_column =
      absl::ToDoubleSeconds(took) / static_cast<double>(step->batch.tokens.size());
  for (int i = 0; i < kPhases; ++i) phase_seconds_[i] += seconds_of_column * step->columns[i];
  scheduler_.FinishStep(status, rows);
}

}  // namespace

int ThreadsOf(const EmbeddedEngineOptions& options) {
  return options.threads > 0 ? options.threads : NumCores();
}

KvShape CacheShape(const Model& model, KvType type) {
  KvShape shape = model.kv_shape();
  shape.type = type;
  return shape;
}

absl::StatusOr<std::unique_ptr<Engine>> CreateEmbeddedEngine(EngineParts parts,
                                                             const EmbeddedEngineOptions& options) {
  const int64_t page_bytes = CacheShape(*parts.model, options.kv_type).page_bytes();
  // More pages than a thousand jobs of the longest allowed sequences are
  // useless.
  const int64_t most_pages = int64_t{kMaxContextTokens} / kPageTokens * 1024;
  const int num_pages = static_cast<int>(std::min(options.kv_bytes / page_bytes, most_pages));
  if (num_pages < kLeastPages) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "memory for keys and values is ", options.kv_bytes, " bytes, but a page of ", kPageTokens,
        " tokens takes ", page_bytes, ", and at least ", kLeastPages, " pages are needed"));
  }
  if (parts.model->params().vocabulary < parts.tokenizer->vocab_size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the model has logits for ", parts.model->params().vocabulary,
                     " tokens, the tokenizer has ", parts.tokenizer->vocab_size()));
  }
  parts.info.memory_tokens = int64_t{num_pages} * kPageTokens;
  parts.info.bytes_per_token = (page_bytes + kPageTokens - 1) / kPageTokens;
  if (options.max_step_tokens < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("max_step_tokens is ", options.max_step_tokens, ", want at least 1"));
  }
  auto engine = std::make_unique<EmbeddedEngine>(std::move(parts), options, num_pages);
  RETURN_IF_ERROR(engine->Start());
  return engine;
}

}  // namespace quipu::inference
