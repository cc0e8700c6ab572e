// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The OpenAI-compatible interface as bytes: requests to JSON, replies to
// structs, errors to statuses. No network.
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

struct ChatRequest {
  std::string model;
  std::string system;  // Empty: no system message.
  std::string user;
  int max_tokens = 0;
  SamplingOptions sampling;
  // Whether to send top_k, min_p and a repetition penalty of 1 (none), which
  // OpenAI's own server refuses.
  bool extensions = true;
  int64_t seed = 0;
  StructuredOutput structured = StructuredOutput::kNone;
  ReplyTemplate reply_template;  // Used unless kNone.
  // Tokens that the server must not sample, by their ids in the model's file. Sent
  // with `extensions` only: OpenAI's own models have other ids.
  std::vector<TokenId> banned;
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
};

struct Usage {
  std::optional<int64_t> prompt_tokens;
  std::optional<int64_t> completion_tokens;
  std::optional<int64_t> cached_tokens;  // Part of the prompt's tokens.
};

struct ChatReply {
  std::string text;
  bool cut = false;  // By max_tokens.
  // For the first token; empty if none were given.
  std::vector<TokenLogProb> top_logprobs;
  Usage usage;
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
  int64_t max_model_len = 0;  // vLLM, SGLang; 0: unknown.
};
absl::StatusOr<std::vector<ServedModel>> ParseModels(absl::string_view body);

// The status for a reply whose HTTP status is not 200, with the server's own
// message, bounded: UNAVAILABLE for 408, 429, and 5xx except 501;
// RESOURCE_EXHAUSTED if a text does not fit the context; UNAUTHENTICATED,
// PERMISSION_DENIED, NOT_FOUND, UNIMPLEMENTED for 401, 403, 404, 501;
// FAILED_PRECONDITION for a redirect; INVALID_ARGUMENT for the rest. `key` is
// removed from the message.
// taken out of the message.
absl::Status StatusFromHttp(int http_status, absl::string_view body, absl::string_view key);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_OPENAI_PROTOCOL_H_
