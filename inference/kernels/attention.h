// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Causal attention of a few tokens over the pages of their sequences, for one
// key/value head and the query heads that share it.
//
//   AttentionWork work;   // rows: tokens, those of one sequence together
//   Attend(cache, work, &scratch);
//
// Pages that all rows share are read once for all of them. Each query's result
// depends on its own positions 0 .. p alone: dot products are fused in order of
// dimension, the softmax takes two passes over all scores, the sum of values is
// fused in order of position.
// Thread-compatible; different work may be done by different threads.
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
  // The first pages of all rows, which are the same; each row's position lies
  // behind them.
  int shared_pages = 0;
  // Rows with the same `pages` pointer stand together, by ascending position.
  std::vector<AttentionRow> rows;
};

struct AttentionScratch {
  AlignedFloats queries;
  AlignedFloats scores;
  AlignedFloats page;
  AlignedFloats sums;
  AlignedFloats out;
};

// Keys and values of the rows must be in the cache already.
void Attend(const KvCache& cache, const AttentionWork& work, AttentionScratch* scratch);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_ATTENTION_H_
