// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a server's log-probabilities say about words and texts.
//
//   WordLogProb(reply.top_logprobs, FirstToken(tokenizer, "yes"));
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

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_OPENAI_SCORES_H_
