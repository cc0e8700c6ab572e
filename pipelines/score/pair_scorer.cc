// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/pair_scorer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/stop.h"
#include "base/thread.h"
#include "generator/words/language.h"

namespace quipu::pipelines {
namespace {

using generator::TaskRun;
using inference::Completion;
using inference::Prefix;
using inference::ScoreResult;

// Enough to fill the engine's steps, few enough to be small in memory.
constexpr size_t kPairsInFlight = 256;
// Prefixes that stay open for pairs to come. The engine evicts them when it needs the memory.
constexpr size_t kOpenChunks = 64;

// std::function requires a copyable target.
template <typename T>
std::shared_ptr<T> Shared(T value) {
  return std::make_shared<T>(std::move(value));
}

// The pair's own, or the chunk's.
std::string LanguageCodeOf(const GivenPair& pair) {
  return pair.language.empty() ? generator::DetectLanguageCode(pair.chunk) : pair.language;
}

v1::Task TaskOf(const GivenPair& pair) {
  v1::Task task;
  task.set_form(pair.form);
  task.set_language(LanguageCodeOf(pair));
  return task;
}

}  // namespace

struct PairScorer::Chunk {
  Chunk(std::string chunk_text, generator::Language chunk_language,
        std::shared_ptr<Prefix> without_chunk)
      : text(std::move(chunk_text)), language(chunk_language) {
    prefixes.without_chunk = std::move(without_chunk);
  }

  const std::string text;
  const generator::Language language;
  absl::Mutex mutex;
  bool opened ABSL_GUARDED_BY(mutex) = false;
  std::vector<SlotPtr> waiting ABSL_GUARDED_BY(mutex);
  // Constant once it is opened.
  absl::Status status;
  generator::ChunkPrefixes prefixes;
};

struct PairScorer::Slot {
  ScoredPair scored;
  std::shared_ptr<Chunk> chunk;
  std::optional<TaskRun> run;  // Used by one thread at a time.
  // Guarded by PairScorer::mutex_.
  bool done = false;
  absl::Status status;  // The engine's.
};

absl::StatusOr<std::unique_ptr<PairScorer>> PairScorer::Create(inference::Engine* engine,
                                                               const v1::RunSpec& spec) {
  const int threads = NumCores() + 1;
  ASSIGN_OR_RETURN(std::unique_ptr<WorkQueue> pool, WorkQueue::Create(threads, "score"));
  return std::unique_ptr<PairScorer>(new PairScorer(engine, spec, std::move(pool)));
}

PairScorer::PairScorer(inference::Engine* engine, const v1::RunSpec& spec,
                       std::unique_ptr<WorkQueue> pool)
    : engine_(engine), spec_(spec), pool_(std::move(pool)) {}

PairScorer::~PairScorer() {
  absl::MutexLock lock(&mutex_);
  const auto ended = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return running_ == 0; };
  mutex_.Await(absl::Condition(&ended));
}

absl::Status PairScorer::Score(Next next, Sink sink) {
  absl::Status status = ReadAndScore(next, sink);
  if (!status.ok()) {
    engine_->Shutdown();
    in_order_.clear();
  }
  return status;
}

absl::Status PairScorer::ReadAndScore(Next next, Sink sink) {
  bool more = true;
  while (more || !in_order_.empty()) {
    if (StopRequested()) return absl::CancelledError("stopped while scoring");
    if (more && in_order_.size() < kPairsInFlight) {
      ASSIGN_OR_RETURN(std::optional<PairEntry> entry, next());
      more = entry.has_value();
      if (!more) continue;
      ASSIGN_OR_RETURN(SlotPtr slot, Start(*std::move(entry)));
      in_order_.push_back(std::move(slot));
      continue;
    }
    const SlotPtr slot = in_order_.front();
    {
      absl::MutexLock lock(&mutex_);
      const auto done = [&slot] { return slot->done || StopRequested(); };
      // A stop request wakes nobody, so look now and then.
      while (!mutex_.AwaitWithTimeout(absl::Condition(&done), absl::Milliseconds(200))) {
      }
      if (!slot->done) return absl::CancelledError("stopped while scoring");
      RETURN_IF_ERROR(slot->status);
    }
    in_order_.pop_front();
    RETURN_IF_ERROR(sink(slot->scored));
  }
  return absl::OkStatus();
}

absl::StatusOr<PairScorer::SlotPtr> PairScorer::Start(PairEntry entry) {
  auto slot = std::make_shared<Slot>();
  slot->scored.entry = std::move(entry);
  if (!slot->scored.entry.status.ok()) {
    slot->done = true;  // Nobody else has it yet.
    return slot;
  }
  ASSIGN_OR_RETURN(slot->chunk, ChunkOf(slot->scored.entry.pair));
  {
    absl::MutexLock lock(&mutex_);
    ++running_;
  }
  bool opened = false;
  {
    absl::MutexLock lock(&slot->chunk->mutex);
    opened = slot->chunk->opened;
    if (!opened) slot->chunk->waiting.push_back(slot);
  }
  if (opened) pool_->Post([this, slot] { Begin(slot); });
  return slot;
}

absl::StatusOr<std::shared_ptr<PairScorer::Chunk>> PairScorer::ChunkOf(const GivenPair& pair) {
  const std::string& text = pair.chunk;
  const generator::Language language = generator::LanguageOfTaskCode(LanguageCodeOf(pair));
  const Key key = {language, text};
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    open_chunks_.splice(open_chunks_.begin(), open_chunks_, found->second);
    return open_chunks_.front();
  }
  if (open_chunks_.size() == kOpenChunks) {
    by_key_.erase({open_chunks_.back()->language, open_chunks_.back()->text});
    open_chunks_.pop_back();
  }
  std::shared_ptr<Prefix>& without_chunk = without_chunk_[language];
  if (without_chunk == nullptr) {
    ASSIGN_OR_RETURN(without_chunk, generator::OpenWithoutChunk(*engine_, spec_, language));
  }
  open_chunks_.push_front(std::make_shared<Chunk>(text, language, without_chunk));
  by_key_[key] = open_chunks_.begin();
  Open(open_chunks_.front());
  return open_chunks_.front();
}

void PairScorer::Open(const std::shared_ptr<Chunk>& chunk) {
  {
    absl::MutexLock lock(&mutex_);
    ++running_;
  }
  engine_->OpenPrefixAsync(generator::ChunkPrefixRequest(spec_, chunk->language, chunk->text),
                           [this, chunk](absl::StatusOr<std::unique_ptr<Prefix>> prefix) {
                             pool_->Post([this, chunk, opened = Shared(std::move(prefix))] {
                               OnOpened(chunk, std::move(*opened));
                             });
                           });
}

void PairScorer::OnOpened(const std::shared_ptr<Chunk>& chunk,
                          absl::StatusOr<std::unique_ptr<Prefix>> prefix) {
  std::vector<SlotPtr> waiting;
  {
    absl::MutexLock lock(&chunk->mutex);
    chunk->status = prefix.status();
    if (prefix.ok()) chunk->prefixes.with_chunk = *std::move(prefix);
    chunk->opened = true;
    waiting = std::move(chunk->waiting);
  }
  for (const SlotPtr& slot : waiting) Begin(slot);
  absl::MutexLock lock(&mutex_);
  --running_;
}

void PairScorer::Begin(const SlotPtr& slot) {
  const Chunk& chunk = *slot->chunk;
  const GivenPair& pair = slot->scored.entry.pair;
  if (absl::IsResourceExhausted(chunk.status)) {
    slot->scored.result = generator::EngineLimitResult(TaskOf(pair), chunk.status);
    return End(slot, absl::OkStatus());
  }
  if (!chunk.status.ok()) return End(slot, chunk.status);
  slot->scored.chunk_tokens = chunk.prefixes.with_chunk->num_tokens();
  slot->run.emplace(TaskRun::ForPair(spec_, engine_->info(), chunk.text, TaskOf(pair),
                                     pair.question, pair.answer, TaskRun::Extent::kAll));
  Step(slot);
}

void PairScorer::Step(const SlotPtr& slot) {
  TaskRun& run = *slot->run;
  if (run.next() == TaskRun::Next::kEnd) {
    absl::StatusOr<v1::Result> result = run.TakeResult();
    if (!result.ok()) return End(slot, result.status());
    slot->scored.own_tokens += result->sampled_tokens();
    slot->scored.result = *std::move(result);
    return End(slot, absl::OkStatus());
  }
  const Prefix& prefix = slot->chunk->prefixes.For(run.next());
  const inference::Tokenizer& tokenizer = *engine_->tokenizer();
  const auto count = [&tokenizer](const std::string& text) {
    return static_cast<int64_t>(tokenizer.Encode(text, /*fragment_start=*/false).size());
  };
  if (run.completes()) {
    slot->scored.own_tokens += count(run.completion().user_rest);
    engine_->CompleteAsync(prefix, run.completion(),
                           [this, slot](absl::StatusOr<Completion> completion) {
                             pool_->Post([this, slot, completion = std::move(completion)] {
                               slot->run->OnCompletion(completion);
                               Step(slot);
                             });
                           });
    return;
  }
  slot->scored.own_tokens += count(run.score().user_rest);
  for (const std::string& text : run.score().continuations) slot->scored.own_tokens += count(text);
  engine_->ScoreAsync(prefix, run.score(), [this, slot](absl::StatusOr<ScoreResult> scored) {
    pool_->Post([this, slot, scored = std::move(scored)] {
      slot->run->OnScore(scored);
      Step(slot);
    });
  });
}

void PairScorer::End(const SlotPtr& slot, const absl::Status& status) {
  slot->run.reset();
  absl::MutexLock lock(&mutex_);
  slot->status = status;
  slot->done = true;
  --running_;
}

}  // namespace quipu::pipelines
