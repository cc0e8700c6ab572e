// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_engine.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "inference/remote/control_breaker.h"
#include "inference/remote/openai_completion.h"
#include "inference/remote/openai_protocol.h"
#include "inference/remote/openai_scores.h"

namespace quipu::inference {
namespace {

class OpenAiEngine;

class RemotePrefix : public Prefix {
 public:
  RemotePrefix(const OpenAiEngine* engine, PrefixRequest request, int num_tokens)
      : engine_(engine),
        request_(std::move(request)),
        id_(1 |
            FingerprintBuilder("prefix").Add(request_.system).Add(request_.user_begin).Build().low),
        num_tokens_(num_tokens) {}
  int num_tokens() const override { return num_tokens_; }
  // The same for the same texts; not 0.
  uint64_t id() const { return id_; }
  const OpenAiEngine* engine() const { return engine_; }
  const PrefixRequest& request() const { return request_; }

 private:
  const OpenAiEngine* const engine_;
  const PrefixRequest request_;
  const uint64_t id_;
  const int num_tokens_;
};

// Fits the seed type of any server.
int64_t SeedOf(const Fingerprint& seed) { return static_cast<int64_t>(seed.high & 0x7fffffff); }

// The same for messages that begin alike after the prefix, as those of a kind of task do.
uint64_t KindOf(const RemotePrefix& prefix, absl::string_view user) {
  constexpr size_t kBytes = 128;
  return FingerprintOf(
             user.substr(std::min(user.size(), prefix.request().user_begin.size()), kBytes))
      .low;
}

class OpenAiEngine : public Engine {
 public:
  explicit OpenAiEngine(OpenAiEngineParts parts)
      : tokenizer_(std::move(parts.tokenizer)),
        chat_template_(std::move(parts.chat_template)),
        info_(std::move(parts.info)),
        breaker_(*tokenizer_),
        can_(parts.can),
        send_seed_(parts.send_seed),
        client_(std::move(parts.client)) {}

  const EngineInfo& info() const override { return info_; }
  std::shared_ptr<const Tokenizer> tokenizer() const override { return tokenizer_; }
  const ChatTemplate& chat_template() const override { return chat_template_; }

  // Nothing is sent: the server caches the prefix with the first request on it.
  void OpenPrefixAsync(PrefixRequest request, PrefixDone done) override {
    done(Open(std::move(request)));
  }
  void CompleteAsync(const Prefix& prefix, CompleteRequest request, CompleteDone done) override;
  void ScoreAsync(const Prefix& prefix, ScoreRequest request, ScoreDone done) override;

  EngineStats stats() const override {
    const OpenAiClientStats client = client_->stats();
    absl::MutexLock lock(&mutex_);
    EngineStats stats = stats_;
    stats.steps = client.calls;
    stats.busy_seconds = absl::ToDoubleSeconds(client.busy);
    return stats;
  }

  void Shutdown() override { client_->Shutdown(); }

 private:
  using ReplyDone = std::function<void(absl::StatusOr<ChatReply>)>;

  // A Score call that requests its texts one after the other.
  struct TextScores {
    const RemotePrefix* prefix = nullptr;
    ScoreRequest request;
    ScoreResult result;
    ScoreDone done;
  };
  using TextScoresPtr = std::shared_ptr<TextScores>;

  // The request that scores one text by an echo.
  struct EchoRequest {
    std::string body;
    int tokens = 0;  // In the text.
  };
  // The same by a reply that is forced.
  struct ForcedRequest {
    ChatRequest chat;
    size_t skipped = 0;  // Tokens of assistant_begin.
  };

  absl::StatusOr<std::unique_ptr<Prefix>> Open(PrefixRequest request);

  absl::StatusOr<const RemotePrefix*> CheckOwned(const Prefix& prefix) const {
    const auto* own = dynamic_cast<const RemotePrefix*>(&prefix);
    if (own == nullptr || own->engine() != this)
      return absl::InvalidArgumentError("the prefix belongs to another engine");
    return own;
  }

  absl::Status CheckLength(absl::string_view what, int64_t tokens) const {
    if (tokens <= info_.context_tokens) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrCat(
        what, " may need ", tokens, " tokens; the context has ", info_.context_tokens));
  }

  // Refuses here what the server would refuse, counting like the server.
  absl::Status CheckPrompt(const RemotePrefix& prefix, absl::string_view user_rest,
                           int64_t more) const {
    ASSIGN_OR_RETURN(const RenderedTokens tokens,
                     EncodeParts(*tokenizer_, chat_template_.RenderContinuation(user_rest, ""),
                                 /*fragment_start=*/false));
    return CheckLength("prefix and continuation",
                       prefix.num_tokens() + static_cast<int64_t>(tokens.ids.size()) + more);
  }

  // The chunk comes first: system and user_begin are what many requests share.
  ChatRequest Chat(const RemotePrefix& prefix, absl::string_view user_rest) const {
    ChatRequest chat;
    chat.model = info_.model_name;
    chat.system = prefix.request().system;
    chat.user = absl::StrCat(prefix.request().user_begin, user_rest);
    chat.extensions = can_.extensions;
    chat.template_arguments = ServerArguments(chat_template_);
    return chat;
  }

  absl::StatusOr<ChatRequest> CompletionChat(const RemotePrefix& prefix,
                                             const CompleteRequest& request) const;
  absl::StatusOr<EchoRequest> Echo(const RemotePrefix& prefix, const ScoreRequest& request,
                                   absl::string_view continuation) const;
  absl::StatusOr<ForcedRequest> Forced(const RemotePrefix& prefix, const ScoreRequest& request,
                                       absl::string_view continuation) const;
  absl::Status CheckCanScoreText(const ScoreRequest& request) const;

  void Ask(const RemotePrefix& prefix, const ChatRequest& request, Phase phase, ReplyDone done);
  void Count(const RemotePrefix& prefix, Phase phase, const Usage& usage);

  void ScoreWords(const RemotePrefix& prefix, const ScoreRequest& request, ScoreDone done);
  // Requests the text after the last one that has its score; ends after the
  // last.
  void ScoreNextText(const TextScoresPtr& scores);
  void ScoreByEcho(const TextScoresPtr& scores, absl::string_view continuation);
  void ScoreForced(const TextScoresPtr& scores, absl::string_view continuation);
  void TakeScore(const TextScoresPtr& scores, const absl::StatusOr<ContinuationScore>& score);

  const std::shared_ptr<const Tokenizer> tokenizer_;
  const ChatTemplate chat_template_;
  const EngineInfo info_;
  const ControlBreaker breaker_;
  const ServerAbilities can_;
  const bool send_seed_;

  mutable absl::Mutex mutex_;
  EngineStats stats_ ABSL_GUARDED_BY(mutex_);

  const std::unique_ptr<OpenAiClient> client_;  // The last member: its thread uses the others.
};

absl::StatusOr<std::unique_ptr<Prefix>> OpenAiEngine::Open(PrefixRequest request) {
  request.system = breaker_.Break(request.system);
  request.user_begin = breaker_.Break(request.user_begin);
  ASSIGN_OR_RETURN(
      const RenderedTokens tokens,
      EncodeParts(*tokenizer_, chat_template_.RenderPrefix(request.system, request.user_begin)));
  const int64_t size = static_cast<int64_t>(tokens.ids.size());
  RETURN_IF_ERROR(CheckLength("the prefix", size + 1));
  absl::MutexLock lock(&mutex_);
  stats_.prompt_tokens_needed += size;
  return std::make_unique<RemotePrefix>(this, std::move(request), static_cast<int>(size));
}

void OpenAiEngine::Ask(const RemotePrefix& prefix, const ChatRequest& request, Phase phase,
                       ReplyDone done) {
  absl::StatusOr<std::string> body = ChatBody(request);
  if (!body.ok()) return done(body.status());
  const auto reply = std::make_shared<ChatReply>();
  client_->CallAsync(
      {"/chat/completions", *std::move(body), /*is_probe=*/false, prefix.id(),
       KindOf(prefix, request.user)},
      [reply](absl::string_view text) -> absl::Status {
        ASSIGN_OR_RETURN(*reply, ParseChatReply(text));
        return absl::OkStatus();
      },
      [this, reply, prefix = &prefix, phase, done = std::move(done)](absl::Status status) {
        if (!status.ok()) return done(std::move(status));
        Count(*prefix, phase, reply->usage);
        done(std::move(*reply));
      });
}

void OpenAiEngine::Count(const RemotePrefix& prefix, Phase phase, const Usage& usage) {
  const int64_t prompt = usage.prompt_tokens.value_or(0);
  const int64_t computed = prompt - std::min(prompt, usage.cached_tokens.value_or(0));
  const int64_t sampled = usage.completion_tokens.value_or(0);
  absl::MutexLock lock(&mutex_);
  stats_.prompt_tokens_computed += computed;
  stats_.prompt_tokens_needed += std::max<int64_t>(0, prompt - prefix.num_tokens());
  stats_.sampled_tokens += sampled;
  stats_.of(phase).prompt += computed;
  stats_.of(phase).sampled += sampled;
}

void OpenAiEngine::CompleteAsync(const Prefix& prefix, CompleteRequest request, CompleteDone done) {
  if (absl::Status valid = ValidateRequest(request); !valid.ok()) return done(valid);
  const absl::StatusOr<const RemotePrefix*> own = CheckOwned(prefix);
  if (!own.ok()) return done(own.status());
  request.user_rest = breaker_.Break(request.user_rest);
  const absl::StatusOr<ChatRequest> chat = CompletionChat(**own, request);
  if (!chat.ok()) return done(chat.status());
  const Phase phase = request.phase;
  Ask(**own, *chat, phase,
      [this, request = std::move(request),
       done = std::move(done)](const absl::StatusOr<ChatReply>& reply) {
        if (!reply.ok()) return done(reply.status());
        done(CompletionOf(*tokenizer_, *reply, request.reply_template));
      });
}

absl::StatusOr<ChatRequest> OpenAiEngine::CompletionChat(const RemotePrefix& prefix,
                                                         const CompleteRequest& request) const {
  ChatRequest chat = Chat(prefix, request.user_rest);
  const int64_t most = MostTokens(*tokenizer_, request.reply_template);
  RETURN_IF_ERROR(CheckPrompt(prefix, request.user_rest, most));
  chat.max_tokens = static_cast<int>(std::min<int64_t>(most, kMaxContextTokens));
  chat.sampling = request.sampling;
  if (send_seed_) chat.seed = SeedOf(request.seed);
  chat.structured = can_.structured;
  chat.reply_template = request.reply_template;
  chat.banned = BannedTokens(*tokenizer_, request.reply_template);
  return chat;
}

void OpenAiEngine::ScoreAsync(const Prefix& prefix, ScoreRequest request, ScoreDone done) {
  if (absl::Status valid = ValidateRequest(request); !valid.ok()) return done(valid);
  const absl::StatusOr<const RemotePrefix*> own = CheckOwned(prefix);
  if (!own.ok()) return done(own.status());
  if (request.span_end > 0) {
    return done(absl::UnimplementedError("a server scores no span of a prompt"));
  }
  request.user_rest = breaker_.Break(request.user_rest);
  if (request.relative_only && request.assistant_begin.empty() && can_.top_logprobs > 0) {
    return ScoreWords(**own, request, std::move(done));
  }
  if (absl::Status can = CheckCanScoreText(request); !can.ok()) return done(can);
  auto scores = std::make_shared<TextScores>();
  scores->prefix = *own;
  scores->request = std::move(request);
  scores->done = std::move(done);
  ScoreNextText(scores);
}

absl::Status OpenAiEngine::CheckCanScoreText(const ScoreRequest& request) const {
  if (can_.scores_text()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      request.relative_only ? "the server gives no top_logprobs, so verdicts are impossible: set "
                              "verification { enabled: false } to run without them"
                            : "the server gives no log-probs of a given text");
}

void OpenAiEngine::ScoreWords(const RemotePrefix& prefix, const ScoreRequest& request,
                              ScoreDone done) {
  absl::StatusOr<std::vector<std::string>> tokens = FirstTokens(*tokenizer_, request.continuations);
  if (!tokens.ok()) return done(tokens.status());
  if (absl::Status fits = CheckPrompt(prefix, request.user_rest, 1); !fits.ok()) return done(fits);
  ChatRequest chat = Chat(prefix, request.user_rest);
  chat.max_tokens = 1;
  chat.sampling = {0, 0, 1, 0};
  chat.top_logprobs = can_.top_logprobs;
  Ask(prefix, chat, request.phase,
      [tokens = *std::move(tokens),
       done = std::move(done)](const absl::StatusOr<ChatReply>& reply) {
        if (!reply.ok()) return done(reply.status());
        done(WordScores(reply->first_top(), tokens));
      });
}

void OpenAiEngine::ScoreNextText(const TextScoresPtr& scores) {
  const size_t next = scores->result.continuations.size();
  if (next == scores->request.continuations.size()) {
    return scores->done(std::move(scores->result));
  }
  const std::string& continuation = scores->request.continuations[next];
  if (can_.forces_tokens) return ScoreForced(scores, continuation);
  ScoreByEcho(scores, continuation);
}

void OpenAiEngine::TakeScore(const TextScoresPtr& scores,
                             const absl::StatusOr<ContinuationScore>& score) {
  if (!score.ok()) return scores->done(score.status());
  scores->result.continuations.push_back(*score);
  ScoreNextText(scores);
}

void OpenAiEngine::ScoreForced(const TextScoresPtr& scores, absl::string_view continuation) {
  absl::StatusOr<ForcedRequest> request = Forced(*scores->prefix, scores->request, continuation);
  if (!request.ok()) return scores->done(request.status());
  Ask(*scores->prefix, request->chat, scores->request.phase,
      [this, scores, forced = request->chat.forced,
       skipped = request->skipped](const absl::StatusOr<ChatReply>& reply) {
        if (!reply.ok()) return scores->done(reply.status());
        TakeScore(scores, SumOfForced(*reply, forced, skipped));
      });
}

absl::StatusOr<OpenAiEngine::ForcedRequest> OpenAiEngine::Forced(
    const RemotePrefix& prefix, const ScoreRequest& request, absl::string_view continuation) const {
  ASSIGN_OR_RETURN(const ForcedReply reply,
                   ForcedReplyOf(*tokenizer_, chat_template_, request.user_rest,
                                 request.assistant_begin, continuation));
  const int64_t size = static_cast<int64_t>(reply.tokens.size());
  RETURN_IF_ERROR(CheckPrompt(prefix, request.user_rest, size));
  ForcedRequest forced;
  forced.chat = Chat(prefix, request.user_rest);
  forced.chat.max_tokens = static_cast<int>(size);
  forced.chat.sampling = {0, 0, 1, 0};
  forced.chat.top_logprobs = 1;
  forced.chat.forced = reply.tokens;
  forced.skipped = reply.begin_tokens;
  return forced;
}

void OpenAiEngine::ScoreByEcho(const TextScoresPtr& scores, absl::string_view continuation) {
  absl::StatusOr<EchoRequest> echo = Echo(*scores->prefix, scores->request, continuation);
  if (!echo.ok()) return scores->done(echo.status());
  const auto reply = std::make_shared<EchoReply>();
  client_->CallAsync(
      {"/completions", std::move(echo->body), /*is_probe=*/false, scores->prefix->id()},
      [reply](absl::string_view bytes) -> absl::Status {
        ASSIGN_OR_RETURN(*reply, ParseEchoReply(bytes));
        return absl::OkStatus();
      },
      [this, scores, reply, continuation, tokens = echo->tokens](absl::Status status) {
        if (!status.ok()) return scores->done(std::move(status));
        Count(*scores->prefix, scores->request.phase, reply->usage);
        TakeScore(scores, SumOfText(*reply, tokens, continuation));
      });
}

absl::StatusOr<OpenAiEngine::EchoRequest> OpenAiEngine::Echo(const RemotePrefix& prefix,
                                                             const ScoreRequest& request,
                                                             absl::string_view continuation) const {
  const PrefixRequest& begin = prefix.request();
  std::vector<TemplatePart> parts = chat_template_.RenderPrefix(begin.system, begin.user_begin);
  for (TemplatePart& part : chat_template_.RenderContinuation(
           request.user_rest, absl::StrCat(request.assistant_begin, continuation))) {
    parts.push_back(std::move(part));
  }
  // The server adds BOS itself.
  if (tokenizer_->adds_bos() && !parts.empty() && parts[0].control &&
      tokenizer_->ControlId(parts[0].text) == tokenizer_->bos()) {
    parts.erase(parts.begin());
  }
  const std::string text = PartsToString(parts);
  if (!absl::EndsWith(text, continuation)) {
    return absl::InvalidArgumentError("a continuation that the template trims cannot be scored");
  }
  ASSIGN_OR_RETURN(const RenderedTokens tokens, EncodeParts(*tokenizer_, parts));
  RETURN_IF_ERROR(
      CheckLength("prefix and continuation", static_cast<int64_t>(tokens.ids.size()) + 1));
  const size_t at = text.size() - continuation.size();
  EchoRequest echo;
  echo.tokens = static_cast<int>(tokens.begins.end() -
                                 std::lower_bound(tokens.begins.begin(), tokens.begins.end(), at));
  ASSIGN_OR_RETURN(echo.body, EchoBody(info_.model_name, text));
  return echo;
}

}  // namespace

std::unique_ptr<Engine> MakeOpenAiEngine(OpenAiEngineParts parts) {
  return std::make_unique<OpenAiEngine>(std::move(parts));
}

TemplateArguments ServerArguments(const ChatTemplate& chat_template) {
  TemplateArguments arguments;
  const ChatTemplate::Kind kind = chat_template.kind();
  arguments.without_thoughts =
      kind == ChatTemplate::Kind::kQwen3 || kind == ChatTemplate::Kind::kJinja;
  if (kind == ChatTemplate::Kind::kLlama31) arguments.date = "26 Jul 2024";
  return arguments;
}

}  // namespace quipu::inference
