// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/scripted/engine.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/gguf/gguf.h"
#include "inference/scripted/text.h"
#include "inference/text/byte_tokenizer.h"

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

  const EngineInfo& info() const override { return info_; }
  std::shared_ptr<const Tokenizer> tokenizer() const override { return tokenizer_; }
  const ChatTemplate& chat_template() const override { return chat_template_; }

  absl::StatusOr<std::unique_ptr<Prefix>> OpenPrefix(const PrefixRequest& request) override {
    if (!crash_on_.empty() && absl::StrContains(request.user_begin, crash_on_)) {
      LogError("a text on which the scripted engine is to crash");
      std::abort();
    }
    ASSIGN_OR_RETURN(
        const RenderedTokens tokens,
        EncodeParts(*tokenizer_, chat_template_.RenderPrefix(request.system, request.user_begin)));
    const int64_t size = static_cast<int64_t>(tokens.ids.size());
    RETURN_IF_ERROR(CheckLength("the prefix", size + 1));
    RETURN_IF_ERROR(TakeTime(size, 0));
    return std::make_unique<ScriptedPrefix>(
        this, absl::StrCat(request.system, "\n\n", request.user_begin), static_cast<int>(size));
  }

  absl::StatusOr<Completion> Complete(const Prefix& prefix,
                                      const CompleteRequest& request) override {
    RETURN_IF_ERROR(ValidateRequest(request));
    ASSIGN_OR_RETURN(const ScriptedPrefix* own, Own(prefix));
    ASSIGN_OR_RETURN(const int64_t prompt, PromptTokens(request.user_rest, ""));
    int64_t most = prompt;
    for (const Slot& part : request.reply_template) {
      most += part.kind == Slot::Kind::kFree
                  ? part.max_tokens
                  : static_cast<int64_t>(tokenizer_->Encode(part.text, false).size());
    }
    RETURN_IF_ERROR(CheckLength("prefix and continuation", own->num_tokens() + most));
    Completion completion = ScriptedCompletion(own->source(), request, *tokenizer_);
    int64_t sampled = 0;
    for (const CompletedPart& part : completion.parts) sampled += part.num_tokens;
    RETURN_IF_ERROR(TakeTime(prompt, sampled));
    return completion;
  }

  absl::StatusOr<ScoreResult> Score(const Prefix& prefix, const ScoreRequest& request) override {
    RETURN_IF_ERROR(ValidateRequest(request));
    ASSIGN_OR_RETURN(const ScriptedPrefix* own, Own(prefix));
    ASSIGN_OR_RETURN(const int64_t prompt,
                     PromptTokens(request.user_rest, request.assistant_begin));
    ScoreResult result = ScriptedScores(own->source(), request, *tokenizer_);
    int64_t most = 0;
    for (const ContinuationScore& score : result.continuations) {
      most = std::max<int64_t>(most, score.num_tokens);
    }
    RETURN_IF_ERROR(CheckLength("prefix and continuation", own->num_tokens() + prompt + most));
    RETURN_IF_ERROR(TakeTime(prompt, 0));
    return result;
  }

  EngineStats stats() const override {
    absl::MutexLock lock(&mutex_);
    return stats_;
  }

  void Shutdown() override {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
  }

 private:
  absl::StatusOr<const ScriptedPrefix*> Own(const Prefix& prefix) const {
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

  // Lasts as long as a call is to take; CANCELLED if the engine is shut down
  // first.
  absl::Status TakeTime(int64_t prompt_tokens, int64_t sampled_tokens) {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&stopped_), latency_);
    if (stopped_) return absl::CancelledError("the engine was shut down");
    stats_.prompt_tokens_computed += prompt_tokens;
    stats_.prompt_tokens_needed += prompt_tokens;
    stats_.sampled_tokens += sampled_tokens;
    ++stats_.steps;
    stats_.busy_seconds += absl::ToDoubleSeconds(latency_);
    return absl::OkStatus();
  }

  const std::shared_ptr<const Tokenizer> tokenizer_;
  const ChatTemplate chat_template_;
  const EngineInfo info_;
  const absl::Duration latency_;
  const std::string crash_on_;

  mutable absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  EngineStats stats_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> CreateScriptedEngine(const ScriptedEngineOptions& options) {
  if (options.context_tokens < 1 || options.context_tokens > kMaxContextTokens) {
    return absl::InvalidArgumentError(absl::StrCat("context_tokens is ", options.context_tokens,
                                                   "; it must be between 1 and ",
                                                   kMaxContextTokens));
  }
  EngineInfo info;
  info.engine = "scripted";
  info.model_name = "scripted";
  info.context_tokens = options.context_tokens;
  if (options.tokenizer_path.empty()) {
    ASSIGN_OR_RETURN(ChatTemplate chat_template, ChatTemplate::FromName("chatml"));
    return std::make_unique<ScriptedEngine>(CreateByteTokenizer(), std::move(chat_template),
                                            std::move(info), options);
  }
  ASSIGN_OR_RETURN(std::unique_ptr<GgufFile> gguf, GgufFile::Open(options.tokenizer_path));
  absl::StatusOr<std::shared_ptr<const Tokenizer>> tokenizer = CreateTokenizer(*gguf);
  if (!tokenizer.ok()) return Annotate(tokenizer.status(), options.tokenizer_path);
  absl::StatusOr<ChatTemplate> chat_template = ChatTemplate::FromGguf(*gguf, **tokenizer);
  if (!chat_template.ok()) return Annotate(chat_template.status(), options.tokenizer_path);
  return std::make_unique<ScriptedEngine>(*std::move(tokenizer), *std::move(chat_template),
                                          std::move(info), options);
}

}  // namespace quipu::inference
