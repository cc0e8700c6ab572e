// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a server's log-probabilities say of words and texts.
//
//   WordLogProb(reply.top_logprobs, FirstToken(tokenizer, "yes"));
//   SumOfText(echo, /*count=*/3, "It is blue");
//
// Pure.
#ifndef QUIPU_INFERENCE_REMOTE_OPENAI_SCORES_H_
#define QUIPU_INFERENCE_REMOTE_OPENAI_SCORES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "inference/engine.h"
#include "inference/remote/openai_protocol.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

// The word's first token as a server spells it, without a space in front.
std::string FirstToken(const Tokenizer& tokenizer, absl::string_view word);

// The log-prob of a word among the likeliest tokens, by its first one: with or
// without a space in front, whichever is likelier. A word that is not among
// them gets the least of theirs, which is the most that it can have. A change
// of case is another word. REQUIRES: top is not empty.
double WordLogProb(absl::Span<const TokenLogProb> top, absl::string_view token);

// Sum of the log-probs of the `count` tokens of `text`, which stand at the end
// of the prompt that was echoed. FAILED_PRECONDITION if they do not spell it or
// one has no log-prob.
absl::StatusOr<ContinuationScore> SumOfText(const EchoReply& reply, int count,
                                            absl::string_view text);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_OPENAI_SCORES_H_
