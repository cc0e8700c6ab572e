// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A batch, checked and laid out for one step: the place of each token, and the
// blocks of tokens whose attention is computed together.
//
//   ASSIGN_OR_RETURN(StepPlan plan, PlanStep(batch, cache, vocabulary, rows_per_block));
//   for (const TokenPlace& place : plan.places) Use(place);
//
// Points into the batch, which must outlive it. Thread-safe (immutable).
#ifndef QUIPU_INFERENCE_MODEL_STEP_PLAN_H_
#define QUIPU_INFERENCE_MODEL_STEP_PLAN_H_

#include <vector>

#include "absl/status/statusor.h"
#include "inference/kernels/kv_cache.h"
#include "inference/model/batch.h"

namespace quipu::inference {

// Where a token is.
struct TokenPlace {
  const PageTable* pages = nullptr;
  int position = 0;

  PageId page() const { return (*pages)[position / kPageTokens]; }
  int slot() const { return position % kPageTokens; }
};

// Rows [first, first + count) of a list of tokens: one piece, or the pieces of
// one group, which share their first `shared_pages` pages.
struct AttentionBlock {
  int first = 0;
  int count = 0;
  int shared_pages = 0;
};

// Tokens in batch order, and how their attention is cut into blocks.
struct StepRows {
  std::vector<int> tokens;  // Indices into the batch, ascending.
  std::vector<AttentionBlock> blocks;
};

struct StepPlan {
  std::vector<TokenPlace> places;  // Of each token of the batch.
  int positions = 0;               // Largest position + 1.
  StepRows all;                    // All tokens.
  StepRows outputs;                // Those whose logits are wanted, each once.
  std::vector<int> output_rows;    // For each of batch.outputs: its index in outputs.tokens.
  // The rows of outputs.tokens that need logits of the whole vocabulary,
  // ascending; and for each such entry of batch.outputs, in order, its index in
  // `whole`.
  std::vector<int> whole;
  std::vector<int> whole_of;
};

// INVALID_ARGUMENT if the batch violates batch.h: pieces with gaps, tokens or
// outputs out of range, missing or free pages, shared pages that would be
// written to, groups whose shared pages differ.
absl::StatusOr<StepPlan> PlanStep(const Batch& batch, const KvCache& cache, int vocabulary,
                                  int rows_per_block);

// Moves row kept[i] of `x` to row i; rows are `width` long. `kept` ascends, so
// nothing is overwritten before it is moved.
void KeepRows(const std::vector<int>& kept, int width, float* x);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_STEP_PLAN_H_
