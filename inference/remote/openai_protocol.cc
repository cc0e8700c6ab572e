// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_protocol.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/json_writer.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/remote/json_reply.h"
#include "inference/remote/reply_pattern.h"
#include "simdjson.h"

namespace quipu::inference {
namespace {

namespace dom = simdjson::dom;

// The least bias that servers accept: such a token is never sampled.
constexpr int kBannedBias = -100;

absl::StatusOr<std::optional<dom::object>> FindObject(const dom::object& object,
                                                      absl::string_view key) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> found, Find(object, key));
  if (!found.has_value()) return std::optional<dom::object>();
  ASSIGN_OR_RETURN(dom::object value, AsObject(*found, key));
  return std::optional<dom::object>(value);
}

absl::StatusOr<dom::array> RequiredArray(const dom::object& object, absl::string_view key) {
  ASSIGN_OR_RETURN(const dom::element found, Required(object, key));
  return AsArray(found, key);
}

absl::StatusOr<double> AsDouble(const dom::element& value, absl::string_view key) {
  double number = 0;
  if (value.get(number) != simdjson::SUCCESS) {
    return absl::InvalidArgumentError(
        absl::StrCat("field \"", key, "\" is ", JsonTypeName(value), ", not a number"));
  }
  return number;
}

absl::StatusOr<std::optional<int64_t>> OptionalCount(const dom::object& object,
                                                     absl::string_view key) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> found, Find(object, key));
  if (!found.has_value()) return std::optional<int64_t>();
  int64_t number = 0;
  if (found->get(number) != simdjson::SUCCESS || number < 0) {
    return absl::InvalidArgumentError(absl::StrCat("field \"", key, "\" is not a count"));
  }
  return std::optional<int64_t>(number);
}

absl::StatusOr<Usage> UsageOf(const dom::object& root) {
  Usage usage;
  ASSIGN_OR_RETURN(const std::optional<dom::object> object, FindObject(root, "usage"));
  if (!object.has_value()) return usage;
  ASSIGN_OR_RETURN(usage.prompt_tokens, OptionalCount(*object, "prompt_tokens"));
  ASSIGN_OR_RETURN(usage.completion_tokens, OptionalCount(*object, "completion_tokens"));
  ASSIGN_OR_RETURN(const std::optional<dom::object> details,
                   FindObject(*object, "prompt_tokens_details"));
  if (details.has_value()) {
    ASSIGN_OR_RETURN(usage.cached_tokens, OptionalCount(*details, "cached_tokens"));
  }
  return usage;
}

absl::StatusOr<dom::object> FirstChoice(const dom::object& root) {
  ASSIGN_OR_RETURN(const dom::array choices, RequiredArray(root, "choices"));
  for (const dom::element choice : choices) return AsObject(choice, "choices");
  return absl::InvalidArgumentError("field \"choices\" is empty");
}

absl::StatusOr<TokenLogProb> TokenOf(const dom::object& fields) {
  TokenLogProb token;
  ASSIGN_OR_RETURN(const absl::string_view text, RequiredString(fields, "token"));
  token.token = std::string(text);
  ASSIGN_OR_RETURN(const dom::element value, Required(fields, "logprob"));
  ASSIGN_OR_RETURN(token.log_prob, AsDouble(value, "logprob"));
  ASSIGN_OR_RETURN(token.id, OptionalCount(fields, "id"));
  return token;
}

absl::StatusOr<ReplyToken> ReplyTokenOf(const dom::object& fields) {
  ReplyToken token;
  ASSIGN_OR_RETURN(token.chosen, TokenOf(fields));
  ASSIGN_OR_RETURN(const dom::array entries, RequiredArray(fields, "top_logprobs"));
  for (const dom::element entry : entries) {
    ASSIGN_OR_RETURN(const dom::object likely, AsObject(entry, "top_logprobs"));
    ASSIGN_OR_RETURN(TokenLogProb one, TokenOf(likely));
    token.top.push_back(std::move(one));
  }
  return token;
}

absl::StatusOr<std::vector<ReplyToken>> TokensOf(const dom::object& choice) {
  std::vector<ReplyToken> tokens;
  ASSIGN_OR_RETURN(const std::optional<dom::object> logprobs, FindObject(choice, "logprobs"));
  if (!logprobs.has_value()) return tokens;
  ASSIGN_OR_RETURN(const std::optional<dom::element> content, Find(*logprobs, "content"));
  if (!content.has_value()) return tokens;
  ASSIGN_OR_RETURN(const dom::array entries, AsArray(*content, "content"));
  for (const dom::element entry : entries) {
    ASSIGN_OR_RETURN(const dom::object fields, AsObject(entry, "content"));
    ASSIGN_OR_RETURN(ReplyToken token, ReplyTokenOf(fields));
    tokens.push_back(std::move(token));
  }
  return tokens;
}

void WriteMessage(absl::string_view role, absl::string_view content, JsonWriter* json) {
  json->BeginObject();
  json->Key("role").String(role);
  json->Key("content").String(content);
  json->EndObject();
}

void WriteArguments(const TemplateArguments& arguments, JsonWriter* json) {
  if (!arguments.without_thoughts && arguments.date.empty()) return;
  json->Key("chat_template_kwargs").BeginObject();
  if (arguments.without_thoughts) json->Key("enable_thinking").Bool(false);
  if (!arguments.date.empty()) json->Key("date_string").String(arguments.date);
  json->EndObject();
}

void WriteSampling(const ChatRequest& request, JsonWriter* json) {
  const SamplingOptions& sampling = request.sampling;
  json->Key("temperature").Double(sampling.temperature);
  json->Key("top_p").Double(sampling.top_p);
  if (!request.extensions) return;
  // 0 means "off" to some servers; others refuse it.
  if (sampling.top_k > 0) json->Key("top_k").Int(sampling.top_k);
  json->Key("min_p").Double(sampling.min_p);
  // Off, under both names: some servers have another default
  // (llama-cpp-python's is 1.1, vLLM uses the model's), and the spec asks for
  // none.
  json->Key("repetition_penalty").Double(1);
  json->Key("repeat_penalty").Double(1);
  WriteArguments(request.template_arguments, json);
  if (request.banned.empty()) return;
  json->Key("logit_bias").BeginObject();
  for (const TokenId id : request.banned) json->Key(absl::StrCat(id)).Int(kBannedBias);
  json->EndObject();
}

void WriteStructure(const ChatRequest& request, JsonWriter* json) {
  if (!request.forced.empty()) {
    json->Key("grammar").String(TokenGrammar(request.forced));
    return;
  }
  switch (request.structured) {
    case StructuredOutput::kNone:
      return;
    case StructuredOutput::kVllm:
      json->Key("structured_outputs").BeginObject();
      json->Key("regex").String(ReplyRegex(request.reply_template));
      json->EndObject();
      return;
    case StructuredOutput::kVllmGuided:
      json->Key("guided_regex").String(ReplyRegex(request.reply_template));
      return;
    case StructuredOutput::kSglang:
      json->Key("regex").String(ReplyRegex(request.reply_template));
      return;
    case StructuredOutput::kLlamaCpp:
      json->Key("grammar").String(ReplyGrammar(request.reply_template));
      return;
    case StructuredOutput::kTgi:
      json->Key("response_format").BeginObject();
      json->Key("type").String("regex");
      json->Key("value").String(ReplyRegex(request.reply_template));
      json->EndObject();
      return;
  }
}

// llama-server's.
absl::Status AddMeta(const dom::object& meta, ServedModel* model) {
  ASSIGN_OR_RETURN(const std::optional<int64_t> context, OptionalCount(meta, "n_ctx"));
  if (model->context_tokens == 0) model->context_tokens = context.value_or(0);
  ASSIGN_OR_RETURN(const std::optional<int64_t> vocab, OptionalCount(meta, "n_vocab"));
  model->vocab_size = vocab.value_or(0);
  return absl::OkStatus();
}

}  // namespace

absl::string_view StructuredOutputName(StructuredOutput kind) {
  switch (kind) {
    case StructuredOutput::kVllm:
      return "vllm (structured_outputs)";
    case StructuredOutput::kVllmGuided:
      return "vllm (guided_regex)";
    case StructuredOutput::kSglang:
      return "sglang (regex)";
    case StructuredOutput::kLlamaCpp:
      return "llama.cpp (grammar)";
    case StructuredOutput::kTgi:
      return "tgi (response_format)";
    case StructuredOutput::kNone:
      break;
  }
  return "none";
}

absl::StatusOr<std::vector<StructuredOutput>> StructuredOutputChoices(absl::string_view name) {
  using S = StructuredOutput;
  if (name == "none") return std::vector<S>{};
  if (name == "auto") {
    return std::vector<S>{S::kVllm, S::kVllmGuided, S::kSglang, S::kLlamaCpp, S::kTgi};
  }
  if (name == "vllm") return std::vector<S>{S::kVllm, S::kVllmGuided};
  if (name == "sglang") return std::vector<S>{S::kSglang};
  if (name == "llama.cpp") return std::vector<S>{S::kLlamaCpp};
  if (name == "tgi") return std::vector<S>{S::kTgi};
  return absl::InvalidArgumentError(
      absl::StrCat("structured output \"", Snippet(name),
                   "\" is unknown (want auto, none, vllm, sglang, llama.cpp or tgi)"));
}

absl::StatusOr<std::string> ChatBody(const ChatRequest& request) {
  std::string body;
  JsonWriter json(&body);
  json.BeginObject();
  json.Key("model").String(request.model);
  json.Key("messages").BeginArray();
  if (!request.system.empty()) WriteMessage("system", request.system, &json);
  WriteMessage("user", request.user, &json);
  json.EndArray();
  json.Key("max_tokens").Int(request.max_tokens);
  WriteSampling(request, &json);
  if (request.seed.has_value()) json.Key("seed").Int(*request.seed);
  WriteStructure(request, &json);
  if (request.top_logprobs > 0) {
    json.Key("logprobs").Bool(true);
    json.Key("top_logprobs").Int(request.top_logprobs);
  }
  json.Key("stream").Bool(false);
  json.EndObject();
  RETURN_IF_ERROR(json.Finish());
  return body;
}

absl::StatusOr<std::string> EchoBody(absl::string_view model, absl::string_view text) {
  std::string body;
  JsonWriter json(&body);
  json.BeginObject();
  json.Key("model").String(model);
  json.Key("prompt").String(text);
  json.Key("echo").Bool(true);
  json.Key("logprobs").Int(1);
  json.Key("max_tokens").Int(1);
  json.Key("temperature").Double(0);
  json.Key("stream").Bool(false);
  json.EndObject();
  RETURN_IF_ERROR(json.Finish());
  return body;
}

absl::StatusOr<ChatReply> ParseChatReply(absl::string_view body) {
  const JsonReply parsed(body);
  RETURN_IF_ERROR(parsed.root().status());
  ChatReply reply;
  ASSIGN_OR_RETURN(const dom::object choice, FirstChoice(*parsed.root()));
  ASSIGN_OR_RETURN(const dom::element value, Required(choice, "message"));
  ASSIGN_OR_RETURN(const dom::object message, AsObject(value, "message"));
  ASSIGN_OR_RETURN(const absl::string_view text, OptionalString(message, "content"));
  reply.text = std::string(text);
  ASSIGN_OR_RETURN(const absl::string_view reason, OptionalString(choice, "finish_reason"));
  reply.cut = reason == "length";
  ASSIGN_OR_RETURN(reply.tokens, TokensOf(choice));
  ASSIGN_OR_RETURN(reply.usage, UsageOf(*parsed.root()));
  return reply;
}

absl::StatusOr<EchoReply> ParseEchoReply(absl::string_view body) {
  const JsonReply parsed(body);
  RETURN_IF_ERROR(parsed.root().status());
  EchoReply reply;
  ASSIGN_OR_RETURN(const dom::object choice, FirstChoice(*parsed.root()));
  ASSIGN_OR_RETURN(const dom::element value, Required(choice, "logprobs"));
  ASSIGN_OR_RETURN(const dom::object logprobs, AsObject(value, "logprobs"));
  ASSIGN_OR_RETURN(const dom::array tokens, RequiredArray(logprobs, "tokens"));
  for (const dom::element token : tokens) {
    ASSIGN_OR_RETURN(const absl::string_view text, AsString(token, "tokens"));
    reply.tokens.emplace_back(text);
  }
  ASSIGN_OR_RETURN(const dom::array values, RequiredArray(logprobs, "token_logprobs"));
  for (const dom::element log_prob : values) {
    if (log_prob.is_null()) {
      reply.log_probs.emplace_back();
      continue;
    }
    ASSIGN_OR_RETURN(const double number, AsDouble(log_prob, "token_logprobs"));
    reply.log_probs.emplace_back(number);
  }
  if (reply.tokens.size() != reply.log_probs.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(reply.tokens.size(), " tokens with ", reply.log_probs.size(), " log-probs"));
  }
  ASSIGN_OR_RETURN(reply.usage, UsageOf(*parsed.root()));
  return reply;
}

absl::StatusOr<std::vector<ServedModel>> ParseModels(absl::string_view body) {
  const JsonReply parsed(body);
  RETURN_IF_ERROR(parsed.root().status());
  ASSIGN_OR_RETURN(const dom::array data, RequiredArray(*parsed.root(), "data"));
  std::vector<ServedModel> models;
  for (const dom::element entry : data) {
    ASSIGN_OR_RETURN(const dom::object fields, AsObject(entry, "data"));
    ServedModel model;
    ASSIGN_OR_RETURN(const absl::string_view id, RequiredString(fields, "id"));
    model.id = std::string(id);
    ASSIGN_OR_RETURN(const std::optional<int64_t> length, OptionalCount(fields, "max_model_len"));
    model.context_tokens = length.value_or(0);
    ASSIGN_OR_RETURN(const std::optional<dom::object> meta, FindObject(fields, "meta"));
    if (meta.has_value()) RETURN_IF_ERROR(AddMeta(*meta, &model));
    models.push_back(std::move(model));
  }
  return models;
}

absl::StatusOr<int64_t> ParseSlots(absl::string_view body) {
  const JsonReply parsed(body);
  RETURN_IF_ERROR(parsed.root().status());
  ASSIGN_OR_RETURN(const std::optional<int64_t> slots,
                   OptionalCount(*parsed.root(), "total_slots"));
  return slots.value_or(0);
}

}  // namespace quipu::inference
