// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_probe.h"

#include <algorithm>
#include <cmath>
#include <optional>
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
// Two batches of one server may differ by so much.
constexpr double kSameLogProb = 0.1;

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
  Prober(OpenAiClient& client, const ProbeOptions& options)
      : client_(client), options_(options), model_(options.model) {}

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
      can->context_tokens = model.context_tokens;
      can->facts.vocab_size = model.vocab_size;
      // Only llama-server tells it.
      return model.vocab_size > 0 ? Slots(can) : absl::OkStatus();
    }
    return NotServed(models);
  }

  // It is not below the interface's own path.
  absl::Status Slots(ServerAbilities* can) {
    const absl::Status status =
        client_.Call({"/../props", "", /*is_probe=*/true}, [&](absl::string_view body) {
          const absl::StatusOr<int64_t> slots = ParseSlots(body);
          if (slots.ok()) can->slots = *slots;
          return absl::OkStatus();
        });
    return absl::IsCancelled(status) ? status : absl::OkStatus();
  }

  // A one-token reply; tries what is wanted of it from most to least.
  absl::Status Chat(ServerAbilities* can) {
    absl::Status last;
    for (const bool extensions : {true, false}) {
      for (const int top : {kTopLogProbs[0], kTopLogProbs[1], 0}) {
        ChatRequest request = Request(ShortProbe(), 1);
        request.extensions = extensions;
        request.top_logprobs = top;
        ChatReply reply;
        last = Ask(request, &reply);
        if (IsRefusal(last)) continue;
        RETURN_IF_ERROR(last);
        can->extensions = extensions;
        can->top_logprobs = reply.first_top().empty() ? 0 : top;
        can->facts.short_prompt = reply.usage.prompt_tokens;
        return absl::OkStatus();
      }
    }
    return last;
  }

  absl::Status CountLongPrompt(ServerAbilities* can) {
    ChatRequest request = Request(LongProbe(), 1);
    request.extensions = can->extensions;
    ChatReply reply;
    RETURN_IF_ERROR(Ask(request, &reply));
    can->facts.long_prompt = reply.usage.prompt_tokens;
    can->tells_cached = reply.usage.cached_tokens.has_value();
    return absl::OkStatus();
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
    can->echoes = text.find("sky is blue.") != std::string::npos &&
                  numbers + 1 >= static_cast<int>(reply.log_probs.size()) &&
                  reply.usage.completion_tokens.has_value();
    return absl::OkStatus();
  }

  // Forces an unlikely token, and an unlikely one after it. Both must have the
  // log-probabilities that they have in the list of the likeliest at their place,
  // which a server that computes them from what the grammar allows does not give.
  absl::Status Forced(const Tokenizer& tokenizer, ServerAbilities* can) {
    ReplyToken first;
    ReplyToken second;
    ReplyToken again;
    RETURN_IF_ERROR(LastOf({}, *can, &first));
    const std::optional<TokenLogProb> one = Unlikely(tokenizer, first);
    if (!one.has_value()) return absl::OkStatus();
    const TokenId id = static_cast<TokenId>(*one->id);
    RETURN_IF_ERROR(LastOf({id}, *can, &again));
    if (!Same(*one, again)) return absl::OkStatus();
    RETURN_IF_ERROR(LastOf({id, id}, *can, &second));
    const std::optional<TokenLogProb> two = Unlikely(tokenizer, second);
    if (!two.has_value()) return absl::OkStatus();
    RETURN_IF_ERROR(LastOf({id, static_cast<TokenId>(*two->id)}, *can, &again));
    can->forces_tokens = Same(*two, again);
    return absl::OkStatus();
  }

 private:
  // The last token of a reply that is forced; of any reply without `forced`. Empty if
  // the server refuses it.
  absl::Status LastOf(std::vector<TokenId> forced, const ServerAbilities& can, ReplyToken* last) {
    ChatRequest request = Request(ShortProbe(), std::max<int>(1, static_cast<int>(forced.size())));
    request.extensions = can.extensions;
    request.top_logprobs = can.top_logprobs;
    request.forced = std::move(forced);
    ChatReply reply;
    const absl::Status status = Ask(request, &reply);
    if (IsRefusal(status)) return absl::OkStatus();
    RETURN_IF_ERROR(status);
    const size_t size = static_cast<size_t>(request.max_tokens);
    if (reply.tokens.size() >= size) *last = std::move(reply.tokens[size - 1]);
    return absl::OkStatus();
  }

  // One that is not the likeliest, and is the same in the model's file.
  static std::optional<TokenLogProb> Unlikely(const Tokenizer& tokenizer, const ReplyToken& token) {
    for (size_t i = 1; i < token.top.size(); ++i) {
      const TokenLogProb& entry = token.top[i];
      if (!entry.id.has_value() || *entry.id >= tokenizer.vocab_size() || entry.token.empty())
        continue;
      if (tokenizer.TokenBytes(static_cast<TokenId>(*entry.id)) == entry.token) return entry;
    }
    return std::nullopt;
  }

  static bool Same(const TokenLogProb& listed, const ReplyToken& forced) {
    return forced.chosen.id == listed.id &&
           std::abs(forced.chosen.log_prob - listed.log_prob) <= kSameLogProb;
  }

  ChatRequest Request(absl::string_view text, int max_tokens) const {
    ChatRequest request;
    request.model = model_;
    request.user = std::string(text);
    request.max_tokens = max_tokens;
    request.sampling.temperature = 0;
    if (options_.send_seed) request.seed = 1;
    request.template_arguments = options_.template_arguments;
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
  const ProbeOptions& options_;
  const std::string& model_;
};

}  // namespace

absl::StatusOr<ServerAbilities> ProbeServer(OpenAiClient& client, const Tokenizer& tokenizer,
                                            const ProbeOptions& options) {
  ServerAbilities can;
  Prober prober(client, options);
  RETURN_IF_ERROR(prober.Models(&can));
  RETURN_IF_ERROR(prober.Chat(&can));
  RETURN_IF_ERROR(prober.CountLongPrompt(&can));
  for (const StructuredOutput pattern : options.patterns) {
    RETURN_IF_ERROR(prober.Pattern(pattern, &can));
    if (can.structured != StructuredOutput::kNone) break;
  }
  RETURN_IF_ERROR(prober.Echo(&can));
  if (can.top_logprobs > 0) RETURN_IF_ERROR(prober.Forced(tokenizer, &can));
  return can;
}

}  // namespace quipu::inference
