// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The OpenAI-compatible interface as bytes: requests to JSON, replies to
// structs. No network.
//
//   ASSIGN_OR_RETURN(std::string body, ChatBody(chat));
//   ASSIGN_OR_RETURN(ChatReply reply, ParseChatReply(response.body));
//
// Fields that servers add to OpenAI's own interface are marked so. Replies are
// untrusted: a missing field or a wrong type is INVALID_ARGUMENT. Pure.
#ifndef QUIPU_INFERENCE_REMOTE_OPENAI_PROTOCOL_H_
#define QUIPU_INFERENCE_REMOTE_OPENAI_PROTOCOL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "inference/engine.h"

namespace quipu::inference {

// How a server is told to constrain a reply to a pattern.
enum class StructuredOutput {
  kNone,
  kVllm,        // "structured_outputs": {"regex": ...}
  kVllmGuided,  // "guided_regex": vLLM before that.
  kSglang,      // "regex"
  kLlamaCpp,    // "grammar": llama-server, llama-cpp-python.
  kTgi,         // "response_format": {"type": "regex", "value": ...}
};

// For logs: "vllm (guided_regex)".
absl::string_view StructuredOutputName(StructuredOutput kind);
// The ways to try for a spec's value, in order. INVALID_ARGUMENT for any other
// value.
absl::StatusOr<std::vector<StructuredOutput>> StructuredOutputChoices(absl::string_view name);

// What the server's template is given, so that it renders what ours does.
struct TemplateArguments {
  // A thinking model's template leaves the thoughts out.
  bool without_thoughts = false;
  std::string date;  // Today's, for the template. Empty: not sent.
};

struct ChatRequest {
  std::string model;
  std::string system;  // Empty: no system message.
  std::string user;
  int max_tokens = 0;
  SamplingOptions sampling;
  // Whether to send top_k, min_p and a repetition penalty of 1 (none), which
  // OpenAI's own server refuses.
  bool extensions = true;
  std::optional<int64_t> seed;
  StructuredOutput structured = StructuredOutput::kNone;
  ReplyTemplate reply_template;          // Used unless kNone.
  TemplateArguments template_arguments;  // Sent with `extensions` only.
  // Tokens that the server must not sample, by their ids in the model's file. Sent
  // with `extensions` only: OpenAI's own models have other ids.
  std::vector<TokenId> banned;
  // The whole reply, by ids of the model's file, as a grammar for llama-server;
  // instead of `structured`. Empty: none.
  std::vector<TokenId> forced;
  int top_logprobs = 0;  // 0: no log-probabilities.
};

// INVALID_ARGUMENT if a text is not valid UTF-8.
absl::StatusOr<std::string> ChatBody(const ChatRequest& request);

// A request for the log-probabilities of a given text's own tokens. One token
// is sampled after it: servers differ in what 0 tokens means.
absl::StatusOr<std::string> EchoBody(absl::string_view model, absl::string_view text);

struct TokenLogProb {
  std::string token;
  double log_prob = 0;
  std::optional<int64_t> id = std::nullopt;  // llama-server's, which is the model file's.
};

// One token of a reply.
struct ReplyToken {
  TokenLogProb chosen;
  std::vector<TokenLogProb> top;  // The likeliest at its place.
};

struct Usage {
  std::optional<int64_t> prompt_tokens;
  std::optional<int64_t> completion_tokens;
  std::optional<int64_t> cached_tokens;  // Part of the prompt's tokens.
};

struct ChatReply {
  std::string text;
  bool cut = false;  // By max_tokens.
  // Empty if no log-probabilities were given.
  std::vector<ReplyToken> tokens;
  Usage usage;

  // The likeliest first tokens; empty if none were given.
  absl::Span<const TokenLogProb> first_top() const {
    return tokens.empty() ? absl::Span<const TokenLogProb>() : absl::MakeConstSpan(tokens[0].top);
  }
};
absl::StatusOr<ChatReply> ParseChatReply(absl::string_view body);

struct EchoReply {
  std::vector<std::string> tokens;
  // None for a text's first token, which follows nothing.
  std::vector<std::optional<double>> log_probs;  // Same length.
  Usage usage;
};
// INVALID_ARGUMENT if it contains no log-probabilities.
absl::StatusOr<EchoReply> ParseEchoReply(absl::string_view body);

struct ServedModel {
  std::string id;
  int64_t context_tokens = 0;  // vLLM, SGLang, llama-server; 0: unknown.
  int64_t vocab_size = 0;      // llama-server; 0: unknown.
};
absl::StatusOr<std::vector<ServedModel>> ParseModels(absl::string_view body);

// How many requests llama-server works on at once, each with a cache of its own;
// 0 if the reply does not say so.
absl::StatusOr<int64_t> ParseSlots(absl::string_view body);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_OPENAI_PROTOCOL_H_
