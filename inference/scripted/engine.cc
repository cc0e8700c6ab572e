// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/scripted/engine.h"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/thread.h"
#include "inference/scripted/text.h"
#include "inference/text/byte_tokenizer.h"
#include "inference/text/hf/model_text.h"

namespace quipu::inference {
namespace {

class ScriptedEngine;

class ScriptedPrefix : public Prefix {
 public:
  ScriptedPrefix(const ScriptedEngine* engine, absl::string_view text, int num_tokens)
      : engine_(engine), source_(text), num_tokens_(num_tokens) {}
  int num_tokens() const override { return num_tokens_; }
  const ScriptedEngine* engine() const { return engine_; }
  const ScriptedSource& source() const { return source_; }

 private:
  const ScriptedEngine* const engine_;
  const ScriptedSource source_;
  const int num_tokens_;
};

class ScriptedEngine : public Engine {
 public:
  ScriptedEngine(std::shared_ptr<const Tokenizer> tokenizer, ChatTemplate chat_template,
                 EngineInfo info, const ScriptedEngineOptions& options)
      : tokenizer_(std::move(tokenizer)),
        chat_template_(std::move(chat_template)),
        info_(std::move(info)),
        latency_(options.latency),
        crash_on_(options.crash_on) {}

  ~ScriptedEngine() override {
    Shutdown();
    timer_.Join();
  }

  // Starts the thread that answers calls later: the last step of construction.
  // An engine whose calls take no time needs none.
  absl::Status Start() {
    if (latency_ == absl::ZeroDuration()) return absl::OkStatus();
    ASSIGN_OR_RETURN(timer_, Thread::Start("quipu-script", [this] { AnswerInTime(); }));
    return absl::OkStatus();
  }

  const EngineInfo& info() const override { return info_; }
  std::shared_ptr<const Tokenizer> tokenizer() const override { return tokenizer_; }
  const ChatTemplate& chat_template() const override { return chat_template_; }

  void OpenPrefixAsync(PrefixRequest request, PrefixDone done) override {
    absl::StatusOr<int64_t> size = PrefixTokens(request);
    if (!size.ok()) return done(size.status());
    TakeTime(request.phase, {*size, 0}, [this, request, size = *size, done](absl::Status status) {
      if (!status.ok()) return done(std::move(status));
      done(std::make_unique<ScriptedPrefix>(
          this, absl::StrCat(request.system, "\n\n", request.user_begin), static_cast<int>(size)));
    });
  }

  void CompleteAsync(const Prefix& prefix, CompleteRequest request, CompleteDone done) override {
    int64_t prompt = 0;
    const absl::StatusOr<Completion> completion = Completed(prefix, request, &prompt);
    if (!completion.ok()) return done(completion.status());
    int64_t sampled = 0;
    for (const CompletedPart& part : completion->parts) sampled += part.num_tokens;
    TakeTime(request.phase, {prompt, sampled},
             [completion = *completion, done](absl::Status status) {
               if (!status.ok()) return done(std::move(status));
               done(completion);
             });
  }

  void ScoreAsync(const Prefix& prefix, ScoreRequest request, ScoreDone done) override {
    int64_t prompt = 0;
    const absl::StatusOr<ScoreResult> scored = Scored(prefix, request, &prompt);
    if (!scored.ok()) return done(scored.status());
    TakeTime(request.phase, {prompt, 0}, [scored = *scored, done](absl::Status status) {
      if (!status.ok()) return done(std::move(status));
      done(scored);
    });
  }

  EngineStats stats() const override {
    absl::MutexLock lock(&mutex_);
    return stats_;
  }

  void Shutdown() override {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    changed_.Signal();
  }

 private:
  using Answer = std::function<void(absl::Status)>;

  // A call that lasts until `due`.
  struct Waiting {
    absl::Duration due;
    Phase phase = Phase::kOther;
    PhaseTokens tokens;
    Answer answer;
  };

  absl::StatusOr<const ScriptedPrefix*> CheckOwned(const Prefix& prefix) const {
    const auto* own = dynamic_cast<const ScriptedPrefix*>(&prefix);
    if (own == nullptr || own->engine() != this) {
      return absl::InvalidArgumentError("the prefix belongs to another engine");
    }
    return own;
  }

  absl::StatusOr<int64_t> PromptTokens(absl::string_view user_rest,
                                       absl::string_view assistant_begin) const {
    ASSIGN_OR_RETURN(
        const RenderedTokens tokens,
        EncodeParts(*tokenizer_, chat_template_.RenderContinuation(user_rest, assistant_begin),
                    /*fragment_start=*/false));
    return static_cast<int64_t>(tokens.ids.size());
  }

  absl::Status CheckLength(absl::string_view what, int64_t tokens) const {
    if (tokens <= info_.context_tokens) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrCat(
        what, " may need ", tokens, " tokens; the context has ", info_.context_tokens));
  }

  absl::StatusOr<int64_t> PrefixTokens(const PrefixRequest& request) const {
    if (!crash_on_.empty() && absl::StrContains(request.user_begin, crash_on_)) {
      LogError("the scripted engine crashes on this text, as configured");
      std::abort();
    }
    ASSIGN_OR_RETURN(
        const RenderedTokens tokens,
        EncodeParts(*tokenizer_, chat_template_.RenderPrefix(request.system, request.user_begin)));
    const int64_t size = static_cast<int64_t>(tokens.ids.size());
    RETURN_IF_ERROR(CheckLength("the prefix", size + 1));
    return size;
  }

  absl::StatusOr<Completion> Completed(const Prefix& prefix, const CompleteRequest& request,
                                       int64_t* prompt) const {
    RETURN_IF_ERROR(ValidateRequest(request));
    ASSIGN_OR_RETURN(const ScriptedPrefix* own, CheckOwned(prefix));
    ASSIGN_OR_RETURN(*prompt, PromptTokens(request.user_rest, ""));
    int64_t most = *prompt;
    for (const Slot& part : request.reply_template) {
      most += part.kind == Slot::Kind::kFree
                  ? part.max_tokens
                  : static_cast<int64_t>(tokenizer_->Encode(part.text, false).size());
    }
    RETURN_IF_ERROR(CheckLength("prefix and continuation", own->num_tokens() + most));
    return ScriptedCompletion(own->source(), request, *tokenizer_);
  }

  absl::StatusOr<ScoreResult> Scored(const Prefix& prefix, const ScoreRequest& request,
                                     int64_t* prompt) const {
    RETURN_IF_ERROR(ValidateRequest(request));
    ASSIGN_OR_RETURN(const ScriptedPrefix* own, CheckOwned(prefix));
    ASSIGN_OR_RETURN(*prompt, PromptTokens(request.user_rest, request.assistant_begin));
    ScoreResult result = ScriptedScores(own->source(), request, *tokenizer_);
    int64_t most = 0;
    for (const ContinuationScore& score : result.continuations) {
      most = std::max<int64_t>(most, score.num_tokens);
    }
    RETURN_IF_ERROR(CheckLength("prefix and continuation", own->num_tokens() + *prompt + most));
    return result;
  }

  // Calls `answer` after the configured latency, or with CANCELLED if the
  // engine is shut down first.
  void TakeTime(Phase phase, PhaseTokens tokens, Answer answer) {
    Waiting call = {Clock::Real()->Monotonic() + latency_, phase, tokens, std::move(answer)};
    {
      absl::MutexLock lock(&mutex_);
      if (!stopped_ && latency_ > absl::ZeroDuration()) {
        waiting_.push_back(std::move(call));
        changed_.Signal();
        return;
      }
    }
    call.answer(Count(call));
  }

  // The result of the call; counts what it computed.
  absl::Status Count(const Waiting& call) {
    absl::MutexLock lock(&mutex_);
    if (stopped_) return absl::CancelledError("the engine was shut down");
    stats_.prompt_tokens_computed += call.tokens.prompt;
    stats_.prompt_tokens_needed += call.tokens.prompt;
    stats_.sampled_tokens += call.tokens.sampled;
    stats_.of(call.phase).prompt += call.tokens.prompt;
    stats_.of(call.phase).sampled += call.tokens.sampled;
    ++stats_.steps;
    stats_.busy_seconds += absl::ToDoubleSeconds(latency_);
    stats_.of(call.phase).seconds += absl::ToDoubleSeconds(latency_);
    return absl::OkStatus();
  }

  // Runs on the timer's thread. All calls last equally long, so they end in
  // order.
  void AnswerInTime() {
    absl::MutexLock lock(&mutex_);
    while (true) {
      const absl::Duration now = Clock::Real()->Monotonic();
      if (!waiting_.empty() && (stopped_ || waiting_.front().due <= now)) {
        const Waiting call = std::move(waiting_.front());
        waiting_.pop_front();
        mutex_.Unlock();
        call.answer(Count(call));
        mutex_.Lock();
      } else if (stopped_) {
        return;
      } else {
        changed_.WaitWithTimeout(
            &mutex_, waiting_.empty() ? absl::InfiniteDuration() : waiting_.front().due - now);
      }
    }
  }

  const std::shared_ptr<const Tokenizer> tokenizer_;
  const ChatTemplate chat_template_;
  const EngineInfo info_;
  const absl::Duration latency_;
  const std::string crash_on_;

  mutable absl::Mutex mutex_;
  absl::CondVar changed_;  // stopped_ or waiting_ has changed.
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  EngineStats stats_ ABSL_GUARDED_BY(mutex_);
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);

  Thread timer_;  // The last member: the thread uses all the others.
};

absl::StatusOr<std::unique_ptr<Engine>> Started(std::unique_ptr<ScriptedEngine> engine) {
  RETURN_IF_ERROR(engine->Start());
  return engine;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> CreateScriptedEngine(const ScriptedEngineOptions& options) {
  if (options.context_tokens < 1 || options.context_tokens > kMaxContextTokens) {
    return absl::InvalidArgumentError(absl::StrCat("context_tokens is ", options.context_tokens,
                                                   ", want 1 to ", kMaxContextTokens));
  }
  EngineInfo info;
  info.engine = "scripted";
  info.model_name = "scripted";
  info.context_tokens = options.context_tokens;
  if (options.tokenizer_path.empty()) {
    std::shared_ptr<const Tokenizer> tokenizer = CreateByteTokenizer();
    ASSIGN_OR_RETURN(
        ChatTemplate chat_template,
        LoadNamedTemplate(options.chat_template.empty() ? "chatml" : options.chat_template,
                          *tokenizer));
    return Started(std::make_unique<ScriptedEngine>(std::move(tokenizer), std::move(chat_template),
                                                    std::move(info), options));
  }
  ASSIGN_OR_RETURN(ModelText text, LoadModelText(options.tokenizer_path, options.chat_template));
  return Started(std::make_unique<ScriptedEngine>(
      std::move(text.tokenizer), std::move(text.chat_template), std::move(info), options));
}

}  // namespace quipu::inference
