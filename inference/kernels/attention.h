// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Causal attention of a few tokens over the pages of their sequences, for one
// key/value head and the query heads that share it.
//
//   AttentionWork work;  // Rows are tokens, grouped by sequence.
//   Attend(cache, work, &scratch);
//
// Pages that all rows share are read once for all of them. Each query's result
// depends only on its own positions 0 .. p: dot products are fused in order of
// dimension, the softmax takes two passes over the scores of 2,048 positions at a
// time, and the sum of values is fused in order of position. Where a later part
// has a higher score, the sums so far are multiplied by exp(old - new maximum).
// Thread-compatible; threads may do different work at the same time.
#ifndef QUIPU_INFERENCE_KERNELS_ATTENTION_H_
#define QUIPU_INFERENCE_KERNELS_ATTENTION_H_

#include <vector>

#include "inference/kernels/aligned_floats.h"
#include "inference/kernels/kv_cache.h"

namespace quipu::inference {

// One token: its query heads of this key/value head, side by side.
struct AttentionRow {
  const float* queries = nullptr;    // heads x head_dim.
  float* out = nullptr;              // The same.
  const PageTable* pages = nullptr;  // Cover positions 0 .. position.
  int position = 0;
};

struct AttentionWork {
  int layer = 0;
  int kv_head = 0;
  int heads = 1;       // Query heads of the key/value head.
  float scale = 1.0f;  // Of the dot products.
  // Each row sees this many positions, its own included. 0: all before it.
  int window = 0;
  // The leading pages that all rows share; each row's position is after them.
  int shared_pages = 0;
  // Rows with the same `pages` pointer are neighbours, by ascending position.
  std::vector<AttentionRow> rows;
};

struct AttentionScratch {
  AlignedFloats queries;
  AlignedFloats scores;
  AlignedFloats page;
  AlignedFloats sums;
  AlignedFloats out;
};

// REQUIRES: the keys and values of the rows are in the cache.
void Attend(const KvCache& cache, const AttentionWork& work, AttentionScratch* scratch);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_ATTENTION_H_
