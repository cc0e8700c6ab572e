// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_probe.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/remote/reply_pattern.h"

namespace quipu::inference {
namespace {

constexpr size_t kMaxListedModels = 10;
// The maxima of OpenAI and vLLM, and of TGI.
constexpr int kTopLogProbs[] = {20, 5};

template <typename T>
absl::Status Assign(absl::StatusOr<T> from, T* to) {
  if (from.ok()) *to = *std::move(from);
  return from.status();
}

// Whether an error means "I cannot do that", not "not now" or "not you".
bool IsRefusal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kInternal:
      return true;
    default:
      return false;
  }
}

class Prober {
 public:
  Prober(OpenAiClient& client, absl::string_view model) : client_(client), model_(model) {}

  absl::Status Models(ServerAbilities* can) {
    std::vector<ServedModel> models;
    const absl::Status status =
        client_.Call({"/models", "", /*is_probe=*/true},
                     [&](absl::string_view body) { return Assign(ParseModels(body), &models); });
    if (IsRefusal(status)) return absl::OkStatus();
    RETURN_IF_ERROR(status);
    if (models.empty()) return absl::OkStatus();
    for (const ServedModel& model : models) {
      if (model.id != model_) continue;
      can->context_tokens = model.max_model_len;
      return absl::OkStatus();
    }
    return NotServed(models);
  }

  // A one-token reply; tries what is wanted of it from most to least.
  absl::Status Chat(ServerAbilities* can) {
    absl::Status last;
    for (const bool extensions : {true, false}) {
      for (const int top : {kTopLogProbs[0], kTopLogProbs[1], 0}) {
        ChatRequest request = Request("Reply with yes or no. Is snow white?", 1);
        request.extensions = extensions;
        request.top_logprobs = top;
        ChatReply reply;
        last = Ask(request, &reply);
        if (IsRefusal(last)) continue;
        RETURN_IF_ERROR(last);
        can->extensions = extensions;
        can->top_logprobs = reply.top_logprobs.empty() ? 0 : top;
        return absl::OkStatus();
      }
    }
    return last;
  }

  absl::Status Pattern(StructuredOutput kind, ServerAbilities* can) {
    ChatRequest request = Request("Say hello.", 48);
    request.extensions = can->extensions;
    request.structured = kind;
    request.reply_template = {Slot::Literal("quipu: <cord>knot"), Slot::Free("", 0, 8, "</cord>")};
    ChatReply reply;
    const absl::Status status = Ask(request, &reply);
    if (IsRefusal(status)) return absl::OkStatus();
    RETURN_IF_ERROR(status);
    // The pattern also constrains a free part that a small model does not end.
    if (MatchReply(reply.text, request.reply_template).has_value() ||
        (reply.cut && reply.text.rfind("quipu: <cord>knot", 0) == 0)) {
      can->structured = kind;
    }
    return absl::OkStatus();
  }

  absl::Status Echo(ServerAbilities* can) {
    constexpr absl::string_view kText = "The snow is white and the sky is blue.";
    ASSIGN_OR_RETURN(const std::string body, EchoBody(model_, kText));
    EchoReply reply;
    absl::Status parsed;
    const absl::Status status =
        client_.Call({"/completions", body, /*is_probe=*/true}, [&](absl::string_view text) {
          // A reply without them is an answer, too.
          parsed = Assign(ParseEchoReply(text), &reply);
          return absl::OkStatus();
        });
    if (IsRefusal(status)) return absl::OkStatus();
    RETURN_IF_ERROR(status);
    if (!parsed.ok()) return absl::OkStatus();
    // Some servers ignore "echo" and give only the sampled token's
    // log-probability.
    std::string text;
    int numbers = 0;
    for (const std::string& token : reply.tokens) absl::StrAppend(&text, token);
    for (const std::optional<double>& value : reply.log_probs)
      numbers += value.has_value() && std::isfinite(*value) && *value <= 0 ? 1 : 0;
    can->scores_text = text.find("sky is blue.") != std::string::npos &&
                       numbers + 1 >= static_cast<int>(reply.log_probs.size()) &&
                       reply.usage.completion_tokens.has_value();
    return absl::OkStatus();
  }

 private:
  ChatRequest Request(absl::string_view text, int max_tokens) const {
    ChatRequest request;
    request.model = model_;
    request.user = std::string(text);
    request.max_tokens = max_tokens;
    request.sampling.temperature = 0;
    request.seed = 1;
    return request;
  }

  absl::Status Ask(const ChatRequest& request, ChatReply* reply) {
    ASSIGN_OR_RETURN(const std::string body, ChatBody(request));
    return client_.Call(
        {"/chat/completions", body, /*is_probe=*/true},
        [&](absl::string_view text) { return Assign(ParseChatReply(text), reply); });
  }

  absl::Status NotServed(const std::vector<ServedModel>& models) const {
    std::string names;
    const size_t shown = std::min(models.size(), kMaxListedModels);
    for (size_t i = 0; i < shown; ++i)
      absl::StrAppend(&names, i > 0 ? ", " : "", Snippet(models[i].id, 100));
    if (shown < models.size()) absl::StrAppend(&names, " and ", models.size() - shown, " more");
    return absl::NotFoundError(absl::StrCat("model \"", Snippet(model_, 100),
                                            "\" is not served; the server has: ", names));
  }

  OpenAiClient& client_;
  const std::string model_;
};

}  // namespace

absl::StatusOr<ServerAbilities> ProbeServer(OpenAiClient& client, absl::string_view model,
                                            const std::vector<StructuredOutput>& choices) {
  ServerAbilities can;
  Prober prober(client, model);
  RETURN_IF_ERROR(prober.Models(&can));
  RETURN_IF_ERROR(prober.Chat(&can));
  for (const StructuredOutput choice : choices) {
    RETURN_IF_ERROR(prober.Pattern(choice, &can));
    if (can.structured != StructuredOutput::kNone) break;
  }
  RETURN_IF_ERROR(prober.Echo(&can));
  return can;
}

}  // namespace quipu::inference
