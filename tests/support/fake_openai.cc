// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_openai.h"

#include <set>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/json_parser.h"
#include "base/json_writer.h"
#include "base/strings.h"
#include "simdjson.h"

namespace quipu::testing {
namespace {

using Response = HttpServer::Response;

// Represents null, which our writer cannot write.
constexpr char kNull[] = "(null)";

Response Error(int status, absl::string_view message) {
  std::string body;
  JsonWriter json(&body);
  json.BeginObject().Key("error").BeginObject();
  json.Key("message").String(message).EndObject().EndObject();
  return {status, body};
}

// A request's fields; the objects live as long as this.
class Fields {
 public:
  explicit Fields(const std::string& body) : text_(body) {
    text_.resize(body.size() + simdjson::SIMDJSON_PADDING);
    root_ = parser_.ParseObject(absl::string_view(text_.data(), body.size()));
  }
  bool ok() const { return root_.ok(); }
  bool Has(const std::string& key) const {
    simdjson::dom::element value;
    return root_->at_key(key).get(value) == simdjson::SUCCESS;
  }
  int64_t Int(const std::string& key) const {
    int64_t value = 0;
    return root_->at_key(key).get(value) == simdjson::SUCCESS ? value : 0;
  }
  std::string Text(const std::string& key) const {
    std::string_view value;
    return root_->at_key(key).get(value) == simdjson::SUCCESS ? std::string(value) : "";
  }
  // The content of the last of the messages.
  std::string LastMessage() const {
    std::string last;
    simdjson::dom::array messages;
    if (root_->at_key("messages").get(messages) != simdjson::SUCCESS) return last;
    for (const simdjson::dom::element message : messages) {
      std::string_view content;
      if (message.at_key("content").get(content) == simdjson::SUCCESS) last = content;
    }
    return last;
  }
  std::vector<std::string> Keys() const {
    std::vector<std::string> keys;
    for (const simdjson::dom::key_value_pair field : *root_) keys.emplace_back(field.key);
    return keys;
  }

 private:
  std::string text_;
  JsonParser parser_;
  absl::StatusOr<simdjson::dom::object> root_;
};

void WriteUsage(std::optional<int64_t> prompt, int64_t completion, int cached, JsonWriter* json) {
  json->Key("usage").BeginObject();
  if (prompt.has_value()) json->Key("prompt_tokens").Int(*prompt);
  json->Key("completion_tokens").Int(completion);
  if (cached >= 0) {
    json->Key("prompt_tokens_details").BeginObject();
    json->Key("cached_tokens").Int(cached).EndObject();
  }
  json->EndObject();
}

// The user's message of a chat.
std::string UserOf(const std::string& body) {
  const Fields fields(body);
  return fields.LastMessage();
}

// The ids of a grammar that is a list of them.
std::vector<int64_t> IdsOf(const std::string& grammar) {
  std::vector<int64_t> ids;
  for (const absl::string_view piece : absl::StrSplit(grammar, "<[")) {
    int64_t id = 0;
    if (absl::SimpleAtoi(piece.substr(0, piece.find(']')), &id)) ids.push_back(id);
  }
  return ids;
}

// The log-probabilities of a reply of these tokens, as llama-server gives them.
void WriteForced(const std::vector<int64_t>& ids, const FakeOpenAiOptions& options,
                 JsonWriter* json) {
  const auto token = [&](int64_t id, double log_prob) {
    json->Key("id").Int(id).Key("token").String(options.token_text(id));
    json->Key("logprob").Double(log_prob);
  };
  for (const int64_t id : ids) {
    json->BeginObject();
    token(id, options.masks_log_probs ? 0 : FakeLogProb(id));
    json->Key("top_logprobs").BeginArray();
    for (const int64_t likely : {40, 41}) {
      json->BeginObject();
      token(likely, FakeLogProb(likely));
      json->EndObject();
    }
    json->EndArray().EndObject();
  }
}

}  // namespace

double FakeLogProb(int64_t id) {
  if (id == 40) return -0.25;
  return id == 41 ? -1.75 : -2 - static_cast<double>(id % 10);
}

std::vector<std::string> FakeTokens(const std::string& text) {
  std::vector<std::string> tokens;
  for (const char c : text) {
    const bool begins =
        tokens.empty() || c == ' ' || c == '\n' || absl::EndsWith(tokens.back(), "\n");
    if (begins) tokens.emplace_back();
    tokens.back().push_back(c);
  }
  return tokens;
}

absl::StatusOr<std::unique_ptr<FakeOpenAi>> FakeOpenAi::Start(const FakeOpenAiOptions& options) {
  auto fake = absl::WrapUnique(new FakeOpenAi(options));
  FakeOpenAi* const raw = fake.get();
  absl::StatusOr<std::unique_ptr<HttpServer>> server = HttpServer::Start(
      [raw](const HttpServer::Request& request) { return raw->Answer(request); }, options.tls);
  if (!server.ok()) return server.status();
  fake->server_ = *std::move(server);
  return fake;
}

void FakeOpenAi::SetReply(std::string text, std::string finish_reason) {
  absl::MutexLock lock(&mutex_);
  reply_ = std::move(text);
  finish_reason_ = std::move(finish_reason);
}

void FakeOpenAi::SetTopLogProbs(std::vector<std::pair<std::string, double>> top) {
  absl::MutexLock lock(&mutex_);
  top_ = std::move(top);
}

void FakeOpenAi::SetFailure(Response failure) {
  absl::MutexLock lock(&mutex_);
  failure_ = std::move(failure);
}

std::string FakeOpenAi::last_body() const {
  const std::vector<HttpServer::Request> requests = server_->requests();
  return requests.empty() ? "" : requests.back().body;
}

Response FakeOpenAi::Answer(const HttpServer::Request& request) {
  {
    absl::MutexLock lock(&mutex_);
    if (failure_.status != 200 || failure_.fault != HttpServer::Fault::kNone) return failure_;
  }
  if (!options_.key.empty()) {
    const auto sent = request.headers.find("authorization");
    if (sent == request.headers.end() || sent->second != absl::StrCat("Bearer ", options_.key)) {
      return Error(
          401, absl::StrCat("wrong key: ", sent == request.headers.end() ? "none" : sent->second));
    }
  }
  if (request.path == "/v1/models") return Models();
  if (request.path == "/props" && options_.slots > 0) return Props();
  if (request.path == "/v1/chat/completions") return Chat(request.body);
  if (request.path == "/v1/completions") return Echo(request.body);
  return Error(404, "no such path");
}

Response FakeOpenAi::Models() const {
  if (options_.models.empty()) return Error(404, "no such path");
  std::string body;
  JsonWriter json(&body);
  json.BeginObject().Key("data").BeginArray();
  for (const std::string& model : options_.models) {
    json.BeginObject().Key("id").String(model);
    if (options_.max_model_len > 0) json.Key("max_model_len").Int(options_.max_model_len);
    if (options_.vocab_size > 0) {
      json.Key("meta").BeginObject();
      json.Key("n_vocab").Int(options_.vocab_size).Key("n_ctx").Int(options_.n_ctx).EndObject();
    }
    json.EndObject();
  }
  json.EndArray().EndObject();
  return {200, body};
}

Response FakeOpenAi::Props() const {
  return {200, absl::StrCat("{\"total_slots\":", options_.slots, "}")};
}

std::optional<int64_t> FakeOpenAi::CountPrompt(const std::string& body) const {
  if (options_.count_prompt != nullptr) return options_.count_prompt(UserOf(body));
  if (absl::StrContains(body, "Is snow white?")) return std::nullopt;
  return 100;
}

Response FakeOpenAi::Chat(const std::string& body) {
  const Fields fields(body);
  if (!fields.ok()) return Error(400, "not JSON");
  static const std::set<std::string>& known =
      *new std::set<std::string>{"model", "messages", "max_tokens", "temperature", "top_p",
                                 "seed",  "logprobs", "stream",     "top_logprobs"};
  for (const std::string& key : fields.Keys()) {
    if (options_.refuses_unknown_fields && known.count(key) == 0)
      return Error(400, absl::StrCat("Unrecognized request argument: ", key));
  }
  const int64_t top_logprobs = fields.Int("top_logprobs");
  if (options_.most_top_logprobs > 0 && top_logprobs > options_.most_top_logprobs)
    return Error(422, "top_logprobs is too large");

  absl::MutexLock lock(&mutex_);
  std::string text = reply_;
  // All patterns here begin with a literal that needs no escape.
  const bool held = !options_.pattern_field.empty() && fields.Has(options_.pattern_field);
  if (held && absl::StrContains(body, "quipu: <cord>knot")) text = "quipu: <cord>knot!</cord>";
  std::vector<int64_t> forced;
  if (options_.token_text != nullptr) forced = IdsOf(fields.Text("grammar"));
  std::string reply;
  JsonWriter json(&reply);
  json.BeginObject().Key("choices").BeginArray().BeginObject();
  json.Key("message").BeginObject();
  json.Key("role").String("assistant").Key("content").String(text);
  json.EndObject();
  json.Key("finish_reason").String(finish_reason_);
  if (top_logprobs > 0 && options_.most_top_logprobs > 0) {
    json.Key("logprobs").BeginObject().Key("content").BeginArray();
    if (!forced.empty()) {
      WriteForced(forced, options_, &json);
    } else if (options_.token_text != nullptr && absl::StrContains(body, "Is snow white?")) {
      WriteForced({40}, options_, &json);
    } else {
      json.BeginObject().Key("token").String("x").Key("logprob").Double(-9);
      json.Key("top_logprobs").BeginArray();
      for (const auto& [token, log_prob] : top_) {
        json.BeginObject().Key("token").String(token);
        json.Key("logprob").Double(log_prob).EndObject();
      }
      json.EndArray().EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndObject().EndArray();
  WriteUsage(CountPrompt(body), 7, options_.cached_tokens, &json);
  json.EndObject();
  return {200, reply};
}

Response FakeOpenAi::Echo(const std::string& body) const {
  const Fields fields(body);
  if (!options_.echoes || !fields.ok()) return Error(400, "echo is not supported");
  std::vector<std::string> tokens = FakeTokens(fields.Text("prompt"));
  const int64_t prompt = static_cast<int64_t>(tokens.size());
  tokens.push_back(" sampled");
  std::string reply;
  JsonWriter json(&reply);
  json.BeginObject().Key("choices").BeginArray().BeginObject();
  json.Key("text").String("").Key("logprobs").BeginObject();
  json.Key("tokens").BeginArray();
  for (const std::string& token : tokens) json.String(token);
  json.EndArray().Key("token_logprobs").BeginArray().String(kNull);
  for (size_t i = 1; i < tokens.size(); ++i) json.Double(-static_cast<double>(tokens[i].size()));
  json.EndArray().EndObject().EndObject().EndArray();
  WriteUsage(prompt, 1, -1, &json);
  json.EndObject();
  return {200, absl::StrReplaceAll(reply, {{absl::StrCat("\"", kNull, "\""), "null"}})};
}

}  // namespace quipu::testing
