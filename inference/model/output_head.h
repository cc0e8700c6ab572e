// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The last part of a step: from the residual stream of the tokens with outputs
// to their logits, for the whole vocabulary or a few words.
//
//   OutputHead head(norm, &packed_output, &products, &pool);
//   head.Compute(batch, plan, x, delta, &logits);
//
// A few words get the same bits as in the whole product.
// Thread-compatible; uses the threads of its pool. Everything passed by pointer
// must outlive it.
#ifndef QUIPU_INFERENCE_MODEL_OUTPUT_HEAD_H_
#define QUIPU_INFERENCE_MODEL_OUTPUT_HEAD_H_

#include <vector>

#include "base/thread_pool.h"
#include "inference/kernels/aligned_floats.h"
#include "inference/kernels/packed_ints.h"
#include "inference/kernels/weight_panels.h"
#include "inference/model/batch.h"
#include "inference/model/matrix_products.h"
#include "inference/model/step_logits.h"
#include "inference/model/step_plan.h"

namespace quipu::inference {

class OutputHead {
 public:
  // `matrix` has one row per word of the vocabulary.
  OutputHead(const Norm& norm, const WeightPanels* matrix, MatrixProducts* products,
             ThreadPool* pool);

  // Row i of `x` and of `delta`, which is added first, belongs to
  // plan.outputs.tokens[i]. Overwrites both.
  void Compute(const Batch& batch, const StepPlan& plan, float* x, float* delta,
               StepLogits* logits);

 private:
  // Scratch of one thread.
  struct Scratch {
    PackedInts word;  // The column of an output that wants a few words.
    AlignedFloats rows;
  };

  void ComputeWords(const Batch& batch, const StepPlan& plan, const float* x, const float* delta,
                    StepLogits* logits);
  float Logit(TokenId row, const float* column, float* scratch, const PackedInts& rounded) const;
  void ComputeWhole(const StepPlan& plan, float* x, float* delta, StepLogits* logits);

  const Norm norm_;
  const WeightPanels& matrix_;
  MatrixProducts* const products_;
  ThreadPool* const pool_;
  std::vector<Scratch> scratch_;
  AlignedFloats logits_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_OUTPUT_HEAD_H_
