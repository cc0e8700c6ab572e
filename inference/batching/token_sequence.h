// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The tokens of one sequence that grows in the cache, and the pages they need.
//
//   TokenSequence sequence;
//   sequence.pending = prompt;  // Run by the next steps, from `done` on.
//
// Thread-compatible; owned by the engine's stepping thread.
#ifndef QUIPU_INFERENCE_BATCHING_TOKEN_SEQUENCE_H_
#define QUIPU_INFERENCE_BATCHING_TOKEN_SEQUENCE_H_

#include <cstdint>
#include <limits>
#include <vector>

#include "inference/kernels/kv_cache.h"
#include "inference/text/token_id.h"

namespace quipu::inference {

// The pages needed for `tokens` positions, and the pages that these fill.
inline int PagesFor(int64_t tokens) {
  return static_cast<int>((tokens + kPageTokens - 1) / kPageTokens);
}
inline int FullPages(int64_t tokens) { return static_cast<int>(tokens / kPageTokens); }

inline constexpr int kNoOutput = std::numeric_limits<int>::max();

// Tokens of one sequence: `length` are in the cache, `pending` follow.
struct TokenSequence {
  PageTable pages;
  int length = 0;
  std::vector<TokenId> pending;
  int done = 0;                   // How many of `pending` have been run.
  int first_output = kNoOutput;   // Logits are wanted from this pending token on.
  bool begun = false;             // Whether it has its pages of the prefix.
  bool decoding = false;          // Whether it has sampled: served before prompts.
  bool first_is_sampled = false;  // Whether pending[0] was sampled (not a prompt token).
  // How many tokens at the end of `pending` are guesses of what will be
  // sampled. They are added for one step, which runs them all; the job then
  // removes the wrong ones from `length`.
  int drafts = 0;

  int left() const { return static_cast<int>(pending.size()) - done; }
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_TOKEN_SEQUENCE_H_
