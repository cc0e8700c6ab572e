// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a server's log-probabilities say about words and texts.
//
//   WordLogProb(reply.first_top(), FirstToken(tokenizer, "yes"));
//   SumOfText(echo, /*count=*/3, "It is blue");
//
// Pure.
#ifndef QUIPU_INFERENCE_REMOTE_OPENAI_SCORES_H_
#define QUIPU_INFERENCE_REMOTE_OPENAI_SCORES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "inference/engine.h"
#include "inference/remote/openai_protocol.h"
#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

// The word's first token as a server spells it, without a leading space.
std::string FirstToken(const Tokenizer& tokenizer, absl::string_view word);

// The first token of each word. INVALID_ARGUMENT if two are the same: those
// words cannot be told apart.
absl::StatusOr<std::vector<std::string>> FirstTokens(const Tokenizer& tokenizer,
                                                     const std::vector<std::string>& words);

// The log-probability of a word among the likeliest tokens, by its first token,
// with or without a leading space, whichever is likelier. A word that is not
// among them gets the least of theirs, which is its upper bound. A change of
// case makes another word. REQUIRES: top is not empty.
double WordLogProb(absl::Span<const TokenLogProb> top, absl::string_view token);

// WordLogProb of each token, as the score of its word. FAILED_PRECONDITION if
// `top` is empty.
absl::StatusOr<ScoreResult> WordScores(absl::Span<const TokenLogProb> top,
                                       const std::vector<std::string>& tokens);

// Sum of the log-probabilities of the `count` tokens of `text`, which end the
// echoed prompt. INVALID_ARGUMENT if the text has no token of its own;
// FAILED_PRECONDITION if they do not spell it or one has no log-probability.
absl::StatusOr<ContinuationScore> SumOfText(const EchoReply& reply, int count,
                                            absl::string_view text);

// A given reply, as the tokens that follow the beginning of the assistant's turn.
struct ForcedReply {
  std::vector<TokenId> tokens;
  size_t begin_tokens = 0;  // Of them, those before the text to score.
};

// The tokens of `assistant_begin` and `continuation`. INVALID_ARGUMENT if the template
// changes the text or it has no token of its own.
absl::StatusOr<ForcedReply> ForcedReplyOf(const Tokenizer& tokenizer,
                                          const ChatTemplate& chat_template,
                                          absl::string_view user_rest,
                                          absl::string_view assistant_begin,
                                          absl::string_view continuation);

// Sum over a reply that was forced to consist of these tokens, without the first
// `skipped` ones. FAILED_PRECONDITION if it has others.
absl::StatusOr<ContinuationScore> SumOfForced(const ChatReply& reply,
                                              absl::Span<const TokenId> forced, size_t skipped);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_OPENAI_SCORES_H_
