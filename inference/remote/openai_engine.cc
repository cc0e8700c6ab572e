// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_engine.h"

#include <algorithm>
#include <limits>
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
#include "inference/remote/api_key.h"
#include "inference/remote/openai_client.h"
#include "inference/remote/openai_probe.h"
#include "inference/remote/openai_protocol.h"
#include "inference/remote/openai_scores.h"
#include "inference/remote/reply_pattern.h"

namespace quipu::inference {
namespace {

// What servers count beside our own tokens: the end of the turn, and literals
// that are cut otherwise.
constexpr int kSpareTokens = 16;

// A call's longest time as a multiple of a request's.
constexpr int kRequestsOfACall = 4;

class OpenAiEngine;

class RemotePrefix : public Prefix {
 public:
  RemotePrefix(const OpenAiEngine* engine, PrefixRequest request, int num_tokens)
      : engine_(engine), request_(std::move(request)), num_tokens_(num_tokens) {}
  int num_tokens() const override { return num_tokens_; }
  const OpenAiEngine* engine() const { return engine_; }
  const PrefixRequest& request() const { return request_; }

 private:
  const OpenAiEngine* const engine_;
  const PrefixRequest request_;
  const int num_tokens_;
};

// Fits any server's type of seeds.
int64_t SeedOf(const Fingerprint& seed) { return static_cast<int64_t>(seed.high & 0x7fffffff); }

class OpenAiEngine : public Engine {
 public:
  OpenAiEngine(std::shared_ptr<const Tokenizer> tokenizer, ChatTemplate chat_template,
               EngineInfo info, ServerAbilities can, std::unique_ptr<OpenAiClient> client)
      : tokenizer_(std::move(tokenizer)),
        chat_template_(std::move(chat_template)),
        info_(std::move(info)),
        can_(can),
        client_(std::move(client)) {}

  const EngineInfo& info() const override { return info_; }
  std::shared_ptr<const Tokenizer> tokenizer() const override { return tokenizer_; }
  const ChatTemplate& chat_template() const override { return chat_template_; }

  // Nothing is sent: the server keeps what it has computed as it sees fit.
  absl::StatusOr<std::unique_ptr<Prefix>> OpenPrefix(const PrefixRequest& request) override {
    ASSIGN_OR_RETURN(
        const RenderedTokens tokens,
        EncodeParts(*tokenizer_, chat_template_.RenderPrefix(request.system, request.user_begin)));
    const int64_t size = static_cast<int64_t>(tokens.ids.size());
    RETURN_IF_ERROR(CheckLength("the prefix", size + 1));
    absl::MutexLock lock(&mutex_);
    stats_.prompt_tokens_needed += size;
    return std::make_unique<RemotePrefix>(this, request, static_cast<int>(size));
  }

  absl::StatusOr<Completion> Complete(const Prefix& prefix,
                                      const CompleteRequest& request) override;
  absl::StatusOr<ScoreResult> Score(const Prefix& prefix, const ScoreRequest& request) override;

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
  absl::StatusOr<const RemotePrefix*> Own(const Prefix& prefix) const {
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

  // Refuses here what the server would refuse, and counts as it would.
  absl::Status CheckPrompt(const RemotePrefix& prefix, absl::string_view user_rest,
                           int64_t more) const {
    ASSIGN_OR_RETURN(const RenderedTokens tokens,
                     EncodeParts(*tokenizer_, chat_template_.RenderContinuation(user_rest, ""),
                                 /*fragment_start=*/false));
    return CheckLength("prefix and continuation",
                       prefix.num_tokens() + static_cast<int64_t>(tokens.ids.size()) + more);
  }

  int CountTokens(absl::string_view text) const {
    return static_cast<int>(tokenizer_->Encode(text, false).size());
  }

  // Chunk first: system and user_begin are what many requests share.
  ChatRequest Chat(const RemotePrefix& prefix, absl::string_view user_rest) const {
    ChatRequest chat;
    chat.model = info_.model_name;
    chat.system = prefix.request().system;
    chat.user = absl::StrCat(prefix.request().user_begin, user_rest);
    chat.extensions = can_.extensions;
    return chat;
  }

  absl::StatusOr<ChatReply> Ask(const RemotePrefix& prefix, const ChatRequest& request) {
    ASSIGN_OR_RETURN(const std::string body, ChatBody(request));
    ChatReply reply;
    RETURN_IF_ERROR(
        client_->Call({"/chat/completions", body}, [&](absl::string_view text) -> absl::Status {
          ASSIGN_OR_RETURN(reply, ParseChatReply(text));
          return absl::OkStatus();
        }));
    Count(prefix, reply.usage);
    return reply;
  }

  void Count(const RemotePrefix& prefix, const Usage& usage) {
    const int64_t prompt = usage.prompt_tokens.value_or(0);
    absl::MutexLock lock(&mutex_);
    stats_.prompt_tokens_computed += prompt - std::min(prompt, usage.cached_tokens.value_or(0));
    stats_.prompt_tokens_needed += std::max<int64_t>(0, prompt - prefix.num_tokens());
    stats_.sampled_tokens += usage.completion_tokens.value_or(0);
  }

  Completion CompletionOf(const ChatReply& reply, const CompleteRequest& request) const;
  CompletedPart Part(absl::string_view name, std::string text) const;

  absl::StatusOr<ScoreResult> ScoreWords(const RemotePrefix& prefix, const ScoreRequest& request);
  absl::StatusOr<ContinuationScore> ScoreText(const RemotePrefix& prefix,
                                              const ScoreRequest& request,
                                              absl::string_view continuation);

  const std::shared_ptr<const Tokenizer> tokenizer_;
  const ChatTemplate chat_template_;
  const EngineInfo info_;
  const ServerAbilities can_;
  const std::unique_ptr<OpenAiClient> client_;

  mutable absl::Mutex mutex_;
  EngineStats stats_ ABSL_GUARDED_BY(mutex_);
};

absl::StatusOr<Completion> OpenAiEngine::Complete(const Prefix& prefix,
                                                  const CompleteRequest& request) {
  RETURN_IF_ERROR(ValidateRequest(request));
  ASSIGN_OR_RETURN(const RemotePrefix* own, Own(prefix));
  ChatRequest chat = Chat(*own, request.user_rest);
  int64_t most = kSpareTokens;
  for (const Slot& part : request.reply_template) {
    most += part.kind == Slot::Kind::kFree ? part.max_tokens
                                           : static_cast<int64_t>(CountTokens(part.text));
  }
  if (!request.reply_template.back().text.empty())
    most += CountTokens(request.reply_template.back().text);
  RETURN_IF_ERROR(CheckPrompt(*own, request.user_rest, most));
  chat.max_tokens = static_cast<int>(std::min<int64_t>(most, kMaxContextTokens));
  chat.sampling = request.sampling;
  chat.seed = SeedOf(request.seed);
  chat.structured = can_.structured;
  chat.reply_template = request.reply_template;
  ASSIGN_OR_RETURN(const ChatReply reply, Ask(*own, chat));
  return CompletionOf(reply, request);
}

CompletedPart OpenAiEngine::Part(absl::string_view name, std::string text) const {
  CompletedPart part;
  part.name = std::string(name);
  part.num_tokens = CountTokens(text);
  part.text = std::move(text);
  part.log_prob = std::numeric_limits<double>::quiet_NaN();
  return part;
}

// The free parts of a reply that fits; else the whole reply as one part, for
// the caller to make something of.
Completion OpenAiEngine::CompletionOf(const ChatReply& reply,
                                      const CompleteRequest& request) const {
  Completion completion;
  const std::optional<std::vector<std::string>> parts =
      MatchReply(reply.text, request.reply_template);
  if (!parts.has_value()) {
    completion.parts.push_back(Part("reply", reply.text));
    completion.parts[0].end =
        reply.cut ? CompletedPart::End::kMaxTokens : CompletedPart::End::kEndOfTurn;
    return completion;
  }
  size_t next = 0;
  for (const Slot& free : request.reply_template) {
    if (free.kind != Slot::Kind::kFree) continue;
    CompletedPart part = Part(free.name, (*parts)[next++]);
    // No server counts parts; the native engine would have cut this one.
    if (part.num_tokens > free.max_tokens) part.end = CompletedPart::End::kMaxTokens;
    completion.parts.push_back(std::move(part));
  }
  return completion;
}

absl::StatusOr<ScoreResult> OpenAiEngine::Score(const Prefix& prefix, const ScoreRequest& request) {
  RETURN_IF_ERROR(ValidateRequest(request));
  ASSIGN_OR_RETURN(const RemotePrefix* own, Own(prefix));
  if (request.relative_only && request.assistant_begin.empty() && can_.top_logprobs > 0)
    return ScoreWords(*own, request);
  if (!can_.scores_text) {
    return absl::FailedPreconditionError(
        request.relative_only ? "the server gives no top_logprobs, so there is no verdict: set "
                                "verification { enabled: false } to do without"
                              : "the server gives no log-probs of a given text");
  }
  ScoreResult result;
  for (const std::string& continuation : request.continuations) {
    ASSIGN_OR_RETURN(const ContinuationScore score, ScoreText(*own, request, continuation));
    result.continuations.push_back(score);
  }
  return result;
}

absl::StatusOr<ScoreResult> OpenAiEngine::ScoreWords(const RemotePrefix& prefix,
                                                     const ScoreRequest& request) {
  std::vector<std::string> tokens;
  for (const std::string& word : request.continuations) {
    std::string token = FirstToken(*tokenizer_, word);
    if (std::find(tokens.begin(), tokens.end(), token) != tokens.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("words to be compared begin with the same token, \"", Snippet(token), "\""));
    }
    tokens.push_back(std::move(token));
  }
  RETURN_IF_ERROR(CheckPrompt(prefix, request.user_rest, 1));
  ChatRequest chat = Chat(prefix, request.user_rest);
  chat.max_tokens = 1;
  chat.sampling = {0, 0, 1, 0};
  chat.top_logprobs = can_.top_logprobs;
  ASSIGN_OR_RETURN(const ChatReply reply, Ask(prefix, chat));
  if (reply.top_logprobs.empty()) {
    return absl::FailedPreconditionError(
        "the server gave no top_logprobs, though it did when it was tried");
  }
  ScoreResult result;
  for (const std::string& token : tokens)
    result.continuations.push_back({WordLogProb(reply.top_logprobs, token), 1});
  return result;
}

absl::StatusOr<ContinuationScore> OpenAiEngine::ScoreText(const RemotePrefix& prefix,
                                                          const ScoreRequest& request,
                                                          absl::string_view continuation) {
  const PrefixRequest& begin = prefix.request();
  std::vector<TemplatePart> parts = chat_template_.RenderPrefix(begin.system, begin.user_begin);
  for (TemplatePart& part : chat_template_.RenderContinuation(
           request.user_rest, absl::StrCat(request.assistant_begin, continuation))) {
    parts.push_back(std::move(part));
  }
  // The server puts BOS in front by itself.
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
  const int count = static_cast<int>(
      tokens.begins.end() - std::lower_bound(tokens.begins.begin(), tokens.begins.end(), at));
  ASSIGN_OR_RETURN(const std::string body, EchoBody(info_.model_name, text));
  EchoReply reply;
  RETURN_IF_ERROR(
      client_->Call({"/completions", body}, [&](absl::string_view bytes) -> absl::Status {
        ASSIGN_OR_RETURN(reply, ParseEchoReply(bytes));
        return absl::OkStatus();
      }));
  Count(prefix, reply.usage);
  if (count < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", Snippet(continuation), "\" is no token of its own"));
  }
  return SumOfText(reply, count, continuation);
}

absl::StatusOr<std::unique_ptr<GgufFile>> OpenGguf(const OpenAiEngineOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<GgufFile> gguf, GgufFile::Open(options.model_path));
  if (!options.model_sha256.empty() &&
      !absl::EqualsIgnoreCase(options.model_sha256, gguf->ContentSha256())) {
    return absl::FailedPreconditionError(
        absl::StrCat("the file is not the one that was asked for: its SHA-256 is ",
                     gguf->ContentSha256(), ", wanted ", options.model_sha256));
  }
  return gguf;
}

OpenAiClientOptions ClientOptions(const OpenAiEngineOptions& options, std::string key) {
  OpenAiClientOptions client;
  client.http.base_url = options.url;
  client.http.bearer_token = std::move(key);
  client.http.ca_file = options.ca_file;
  client.http.max_in_flight = options.requests_in_flight;
  client.retry = options.retry;
  client.breaker = options.breaker;
  client.request_timeout = options.request_timeout;
  client.call_timeout = kRequestsOfACall * options.request_timeout;
  return client;
}

EngineInfo InfoOf(const OpenAiEngineOptions& options, const GgufFile& gguf,
                  const ServerAbilities& can) {
  EngineInfo info;
  info.engine = "openai";
  info.model_name = options.model_name;
  info.architecture = gguf.GetString("general.architecture").value_or("");
  info.scores_text = can.scores_text;
  int64_t context = can.context_tokens;
  if (context == 0) {
    // A server that was started with less refuses longer texts itself.
    const absl::StatusOr<uint64_t> trained =
        gguf.GetUint(absl::StrCat(info.architecture, ".context_length"));
    context = trained.ok() ? static_cast<int64_t>(std::min<uint64_t>(*trained, kMaxContextTokens))
                           : kMaxContextTokens;
  }
  info.context_tokens = static_cast<int>(std::clamp<int64_t>(context, 1, kMaxContextTokens));
  return info;
}

// What was found out, and what it means.
void Log(const OpenAiEngineOptions& options, const EngineInfo& info, const ServerAbilities& can) {
  LogInfo(absl::StrCat("server ", Snippet(options.url, 200), ": model ",
                       Snippet(info.model_name, 100), ", context ", info.context_tokens, " tokens",
                       can.context_tokens > 0 ? "" : " (the file's)", ", structured output ",
                       StructuredOutputName(can.structured), ", top_logprobs ", can.top_logprobs,
                       can.extensions ? "" : ", no top_k and min_p"));
  if (!can.scores_text) {
    LogWarning(
        "the server gives no log-probs of a given text: pairs are judged by "
        "the verdict alone, without likelihood and gain");
  }
}

absl::StatusOr<std::unique_ptr<Engine>> Create(const OpenAiEngineOptions& options) {
  absl::StatusOr<std::unique_ptr<GgufFile>> gguf = OpenGguf(options);
  if (!gguf.ok()) return Annotate(gguf.status(), options.model_path);
  absl::StatusOr<std::shared_ptr<const Tokenizer>> tokenizer = CreateTokenizer(**gguf);
  if (!tokenizer.ok()) return Annotate(tokenizer.status(), options.model_path);
  absl::StatusOr<ChatTemplate> chat_template = options.chat_template.empty()
                                                   ? ChatTemplate::FromGguf(**gguf, **tokenizer)
                                                   : ChatTemplate::FromName(options.chat_template);
  if (!chat_template.ok()) return Annotate(chat_template.status(), options.model_path);

  ASSIGN_OR_RETURN(const std::vector<StructuredOutput> choices,
                   StructuredOutputChoices(options.structured_output));
  ASSIGN_OR_RETURN(std::string key, LoadApiKey(options.api_key_file));
  ASSIGN_OR_RETURN(std::unique_ptr<OpenAiClient> client,
                   OpenAiClient::Create(ClientOptions(options, std::move(key))));
  absl::StatusOr<ServerAbilities> can = ProbeServer(*client, options.model_name, choices);
  if (!can.ok()) return Annotate(can.status(), absl::StrCat("server ", Snippet(options.url, 200)));
  if (options.structured_output != "auto" && !choices.empty() &&
      can->structured == StructuredOutput::kNone) {
    return absl::FailedPreconditionError(absl::StrCat(
        "server ", Snippet(options.url, 200), ": does not hold replies to a pattern as ",
        options.structured_output, " does; set engine.structured_output to auto"));
  }
  EngineInfo info = InfoOf(options, **gguf, *can);
  Log(options, info, *can);
  return std::make_unique<OpenAiEngine>(*std::move(tokenizer), *std::move(chat_template),
                                        std::move(info), *can, std::move(client));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> CreateOpenAiEngine(const OpenAiEngineOptions& options) {
  return Create(options);
}

}  // namespace quipu::inference
