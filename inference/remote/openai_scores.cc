// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_scores.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

// Of the least probability that a float can have: llama-server has a number of its own
// for less.
constexpr double kLeastLogProb = -103.28;

// Whether the tokens spell `text`, as far as can be told: servers display parts
// of a character in their own ways.
bool Spell(absl::Span<const std::string> tokens, absl::string_view text) {
  std::string joined;
  for (const std::string& token : tokens) {
    if (token.empty() || absl::StrContains(token, "\xef\xbf\xbd") ||
        absl::StartsWith(token, "bytes:")) {
      return true;
    }
    absl::StrAppend(&joined, token);
  }
  absl::string_view spelled = joined;
  if (spelled == text) return true;
  return absl::ConsumePrefix(&spelled, " ") && spelled == text;
}

}  // namespace

std::string FirstToken(const Tokenizer& tokenizer, absl::string_view word) {
  const std::vector<TokenId> ids = tokenizer.Encode(word, /*fragment_start=*/false);
  if (ids.empty()) return std::string(word);
  absl::string_view bytes = tokenizer.TokenBytes(ids[0]);
  if (!absl::StartsWith(word, " ")) absl::ConsumePrefix(&bytes, " ");
  return bytes.empty() ? std::string(word) : std::string(bytes);
}

absl::StatusOr<std::vector<std::string>> FirstTokens(const Tokenizer& tokenizer,
                                                     const std::vector<std::string>& words) {
  std::vector<std::string> tokens;
  for (const std::string& word : words) {
    std::string token = FirstToken(tokenizer, word);
    if (std::find(tokens.begin(), tokens.end(), token) != tokens.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the words to compare begin with the same token, \"", Snippet(token), "\""));
    }
    tokens.push_back(std::move(token));
  }
  return tokens;
}

double WordLogProb(absl::Span<const TokenLogProb> top, absl::string_view token) {
  double least = std::numeric_limits<double>::infinity();
  double found = -std::numeric_limits<double>::infinity();
  for (const TokenLogProb& entry : top) {
    least = std::min(least, entry.log_prob);
    absl::string_view text = entry.token;
    if (text != token && (!absl::ConsumePrefix(&text, " ") || text != token)) continue;
    found = std::max(found, entry.log_prob);
  }
  return std::isfinite(found) ? found : least;
}

absl::StatusOr<ScoreResult> WordScores(absl::Span<const TokenLogProb> top,
                                       const std::vector<std::string>& tokens) {
  if (top.empty()) {
    return absl::FailedPreconditionError(
        "the server gave no top_logprobs, though it did when it was probed");
  }
  ScoreResult result;
  for (const std::string& token : tokens) {
    ContinuationScore score;
    score.log_prob = WordLogProb(top, token);
    score.num_tokens = 1;
    result.continuations.push_back(score);
  }
  return result;
}

absl::StatusOr<ContinuationScore> SumOfText(const EchoReply& reply, int count,
                                            absl::string_view text) {
  if (count < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", Snippet(text), "\" is not a token by itself"));
  }
  const int64_t size = static_cast<int64_t>(reply.tokens.size());
  // The server's number may be anything.
  const int64_t end = size - std::min(size, reply.usage.completion_tokens.value_or(1));
  const int64_t begin = end - count;
  if (begin < 1 || end > size) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the server gives ", size, " tokens for a text that ends with ", count, " scored ones"));
  }
  const auto tokens = absl::MakeConstSpan(reply.tokens).subspan(begin, count);
  if (!Spell(tokens, text)) {
    return absl::FailedPreconditionError(absl::StrCat("the server cuts \"", Snippet(text),
                                                      "\" into other tokens than engine.model "
                                                      "does: is it the same model?"));
  }
  ContinuationScore score;
  score.num_tokens = count;
  for (int64_t i = begin; i < end; ++i) {
    if (!reply.log_probs[i].has_value()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the server gives no log-prob for token ", i));
    }
    score.log_prob += *reply.log_probs[i];
    score.min_log_prob = std::min(score.min_log_prob, *reply.log_probs[i]);
  }
  return score;
}

absl::StatusOr<ForcedReply> ForcedReplyOf(const Tokenizer& tokenizer,
                                          const ChatTemplate& chat_template,
                                          absl::string_view user_rest,
                                          absl::string_view assistant_begin,
                                          absl::string_view continuation) {
  const std::string turn = PartsToString(chat_template.RenderContinuation(user_rest, ""));
  const std::vector<TemplatePart> parts =
      chat_template.RenderContinuation(user_rest, absl::StrCat(assistant_begin, continuation));
  const std::string text = PartsToString(parts);
  if (!absl::StartsWith(text, turn) || !absl::EndsWith(text, continuation)) {
    return absl::InvalidArgumentError("a continuation that the template trims cannot be scored");
  }
  ASSIGN_OR_RETURN(RenderedTokens whole, EncodeParts(tokenizer, parts, /*fragment_start=*/false));
  auto first = std::lower_bound(whole.begins.begin(), whole.begins.end(), turn.size());
  if (first == whole.begins.end() || *first != turn.size()) {
    // A token that is partly the template's: the server's prompt ends inside it.
    const Encoding alone =
        tokenizer.EncodeWithOffsets(text.substr(turn.size()), /*fragment_start=*/false);
    whole.ids = alone.ids;
    whole.begins = alone.begins;
    for (uint32_t& begin : whole.begins) begin += static_cast<uint32_t>(turn.size());
    first = whole.begins.begin();
  }
  const size_t at = text.size() - continuation.size();
  const auto scored = std::lower_bound(first, whole.begins.end(), at);
  if (scored == whole.begins.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", Snippet(continuation), "\" is not a token by itself"));
  }
  ForcedReply reply;
  reply.tokens.assign(whole.ids.begin() + (first - whole.begins.begin()), whole.ids.end());
  reply.begin_tokens = static_cast<size_t>(scored - first);
  return reply;
}

absl::StatusOr<ContinuationScore> SumOfForced(const ChatReply& reply,
                                              absl::Span<const TokenId> forced, size_t skipped) {
  if (reply.tokens.size() < forced.size()) {
    return absl::FailedPreconditionError(absl::StrCat("the server gives ", reply.tokens.size(),
                                                      " log-probs for a reply of ", forced.size(),
                                                      " given tokens"));
  }
  ContinuationScore score;
  for (size_t i = 0; i < forced.size(); ++i) {
    const ReplyToken& token = reply.tokens[i];
    if (token.chosen.id != std::optional<int64_t>(forced[i])) {
      return absl::FailedPreconditionError(
          absl::StrCat("the server's reply has \"", Snippet(token.chosen.token), "\" where token ",
                       forced[i], " of engine.model was given"));
    }
    if (i < skipped) continue;
    const double log_prob = std::max(token.chosen.log_prob, kLeastLogProb);
    ++score.num_tokens;
    score.log_prob += log_prob;
    score.min_log_prob = std::min(score.min_log_prob, log_prob);
    score.greedy_tokens += !token.top.empty() && token.top[0].id == token.chosen.id ? 1 : 0;
  }
  return score;
}

}  // namespace quipu::inference
