// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Guesses how a text continues from where its last tokens occurred before:
// answers copy names and phrases from the chunk.
//
//   std::vector<TokenId> draft = LookUpDraft(context, /*most=*/8, /*worth=*/0.3);
//
// Thread-safe (a pure function).
#ifndef QUIPU_INFERENCE_BATCHING_PROMPT_LOOKUP_H_
#define QUIPU_INFERENCE_BATCHING_PROMPT_LOOKUP_H_

#include <vector>

#include "absl/types/span.h"
#include "inference/text/token_id.h"

namespace quipu::inference {

// Returns what followed the latest earlier occurrence of the last three tokens
// of `context`, or else of the last two. Returns at most `most` tokens, and
// stops when the chance that all of them repeat falls below `worth`; the chance
// grows with the length of the agreeing text. Empty if there is no occurrence.
// A text that repeats itself is assumed to keep repeating.
std::vector<TokenId> LookUpDraft(absl::Span<const TokenId> context, int most, double worth);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_PROMPT_LOOKUP_H_
