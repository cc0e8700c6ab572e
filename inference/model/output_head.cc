// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/output_head.h"

#include <cmath>
#include <cstdint>
#include <cstring>

#include "inference/kernels/int8_gemm.h"
#include "inference/kernels/rms_norm.h"

namespace quipu::inference {

OutputHead::OutputHead(const Norm& norm, const WeightPanels* matrix, MatrixProducts* products,
                       ThreadPool* pool)
    : norm_(norm),
      matrix_(*matrix),
      products_(products),
      pool_(pool),
      scratch_(pool->num_threads()) {}

void OutputHead::Compute(const Batch& batch, const StepPlan& plan, float* x, float* delta,
                         StepLogits* logits) {
  ComputeWords(batch, plan, x, delta, logits);
  ComputeWhole(plan, x, delta, logits);
}

// Outputs that want a few logits; leaves the activations unchanged.
void OutputHead::ComputeWords(const Batch& batch, const StepPlan& plan, const float* x,
                              const float* delta, StepLogits* logits) {
  std::vector<int> outputs;
  for (size_t i = 0; i < batch.outputs.size(); ++i) {
    if (!batch.outputs[i].words.empty()) outputs.push_back(static_cast<int>(i));
  }
  const int64_t width = matrix_.depth();
  pool_->ParallelFor(static_cast<int>(outputs.size()), [&](int i, int worker) {
    const int output = outputs[i];
    const int64_t offset = plan.output_rows[output] * width;
    Scratch& scratch = scratch_[worker];
    float* normed = scratch.rows.Resize(2 * width);
    for (int64_t k = 0; k < width; ++k) normed[k] = x[offset + k] + delta[offset + k];
    RmsNorm(normed, norm_.weights.data(), static_cast<int>(width), norm_.epsilon, normed);
    if (products_->IsInt8(matrix_)) {
      scratch.word.Resize(1, static_cast<int>(width));
      PackIntsTile(normed, width, 0, &scratch.word);
    }
    const std::vector<TokenId>& words = batch.outputs[output].words;
    for (size_t w = 0; w < words.size(); ++w) {
      logits->row(output)[w] = Logit(words[w], normed, normed + width, scratch.word);
    }
  });
}

// One logit, with the bits that the product of all columns gives: `row` of the
// output matrix times a normalised column, which for int8 is rounded in
// `rounded`. `scratch` has room for a row.
float OutputHead::Logit(TokenId row, const float* column, float* scratch,
                        const PackedInts& rounded) const {
  if (products_->IsInt8(matrix_)) return MultiplyRowInt8(matrix_, row, rounded, 0);
  matrix_.Row(row, scratch);
  float sum = 0;
  for (int k = 0; k < matrix_.depth(); ++k) sum = std::fmaf(scratch[k], column[k], sum);
  return sum;
}

// Outputs that want the whole vocabulary.
void OutputHead::ComputeWhole(const StepPlan& plan, float* x, float* delta, StepLogits* logits) {
  const int count = static_cast<int>(plan.whole.size());
  if (count == 0) return;
  if (plan.whole.size() < plan.outputs.tokens.size()) {
    KeepRows(plan.whole, matrix_.depth(), x);
    KeepRows(plan.whole, matrix_.depth(), delta);
  }
  products_->PackNormed(norm_, delta, x, count, {&matrix_});
  const int64_t width = matrix_.rows();
  // Each once: computed in place if none is requested twice or out of order.
  bool in_place = plan.whole_of.size() == plan.whole.size();
  for (size_t i = 0; i < plan.whole_of.size(); ++i) {
    in_place = in_place && plan.whole_of[i] == static_cast<int>(i);
  }
  float* out = in_place ? logits->whole_rows() : logits_.Resize(count * width);
  products_->Multiply({{&matrix_, out}});
  for (size_t i = 0; i < plan.whole_of.size() && !in_place; ++i) {
    std::memcpy(logits->whole_rows() + i * width, out + plan.whole_of[i] * width,
                width * sizeof(float));
  }
}

}  // namespace quipu::inference
