// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Attention of a step, layer by layer: rotates queries and keys, stores keys
// and values, and computes each token's attention over the pages of its
// sequence.
//
//   AttentionLayer attention(&params, {&rope, &local_rope}, &pool);
//   attention.RotateAndStore(layer, weights, plan, {q, k, v}, &cache);
//   attention.Attend(layer, plan, plan.all, q, cache, out);
//
// Thread-compatible; uses the threads of its pool. Everything passed by pointer
// must outlive it.
#ifndef QUIPU_INFERENCE_MODEL_ATTENTION_LAYER_H_
#define QUIPU_INFERENCE_MODEL_ATTENTION_LAYER_H_

#include <vector>

#include "base/thread_pool.h"
#include "inference/kernels/attention.h"
#include "inference/kernels/kv_cache.h"
#include "inference/model/hyper_parameters.h"
#include "inference/model/rope_table.h"
#include "inference/model/step_plan.h"
#include "inference/model/weights.h"

namespace quipu::inference {

class AttentionLayer {
 public:
  // Rows of a step, one per token: [token][heads or kv_heads][head_dim].
  struct Projections {
    float* q;
    float* k;
    float* v;
  };

  // The tables of the layers' rules.
  struct Ropes {
    const RopeTable* main;
    const RopeTable* local;
  };

  AttentionLayer(const HyperParameters* params, const Ropes& ropes, ThreadPool* pool);

  // Tokens of one block of a StepPlan.
  int rows_per_block() const;

  // Applies biases, head norms and rotation to queries and keys; stores keys
  // and values in their pages.
  void RotateAndStore(int layer, const LayerWeights& weights, const StepPlan& plan,
                      const Projections& rows, KvCache* cache);
  // Row i of `out` becomes the attention of rows.tokens[i].
  void Attend(int layer, const StepPlan& plan, const StepRows& rows, const float* q,
              const KvCache& cache, float* out);

 private:
  struct Scratch {
    AttentionWork work;
    AttentionScratch attention;
  };

  // Query heads that share a key/value head.
  int GroupHeads() const { return params_.heads / params_.kv_heads; }
  int QWidth() const { return params_.heads * params_.head_dim; }
  int KvWidth() const { return params_.kv_heads * params_.head_dim; }
  // nullptr if the layer does not rotate.
  const RopeTable* RopeOf(int layer) const;
  void NormAndRotate(const RopeTable* rope, int position, const std::vector<float>& norm,
                     float* heads, int head) const;
  std::vector<int> Order(const StepPlan& plan, const StepRows& rows) const;

  const HyperParameters& params_;
  const Ropes ropes_;
  ThreadPool* const pool_;
  std::vector<Scratch> scratch_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_ATTENTION_LAYER_H_
