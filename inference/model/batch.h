// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What one step computes: a ragged batch of tokens, with prompt pieces and
// single decode tokens of many sequences side by side.
#ifndef QUIPU_INFERENCE_MODEL_BATCH_H_
#define QUIPU_INFERENCE_MODEL_BATCH_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "inference/kernels/kv_cache.h"
#include "inference/text/token_id.h"

namespace quipu::inference {

// Consecutive new tokens of one sequence.
struct BatchPiece {
  // Pages that cover positions 0 .. start + count - 1. Pages of the first
  // `start` positions may be shared; pages that are written to must not be.
  const PageTable* pages = nullptr;
  int start = 0;        // Position of the first new token.
  int first_token = 0;  // Index of the first new token in Batch::tokens.
  int count = 0;        // New tokens.
  // Pieces with the same group >= 0 share their first `shared_pages` pages (the
  // same page ids); attention over those is done for all of them together. -1:
  // no group.
  int group = -1;
  int shared_pages = 0;
};

// A token whose logits are wanted.
struct BatchOutput {
  // Implicit: most outputs want the whole vocabulary.
  BatchOutput(int token) : token(token) {}  // NOLINT(runtime/explicit)
  BatchOutput(int token, std::vector<TokenId> words) : token(token), words(std::move(words)) {}

  int token = 0;  // Index into Batch::tokens.
  // The tokens whose logits are wanted, in this order. They are computed one by
  // one, with the same bits, for a fraction of the work. Empty: the whole
  // vocabulary.
  std::vector<TokenId> words;
};

struct Batch {
  std::vector<TokenId> tokens;
  std::vector<BatchPiece> pieces;  // Cover tokens without gap, in order; a
                                   // group's pieces are neighbours.
  std::vector<BatchOutput> outputs;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_BATCH_H_
