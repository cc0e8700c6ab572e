// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Root-mean-square normalisation, and the addition before it.
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_KERNELS_RMS_NORM_H_
#define QUIPU_INFERENCE_KERNELS_RMS_NORM_H_

namespace quipu::inference {

// out[i] = x[i] / sqrt(mean of x^2 + epsilon) * weight[i] for i < n. The sum is
// taken in 16 virtual lanes by i % 16 and one fixed tree. `out` may be `x`.
void RmsNorm(const float* x, const float* weight, int n, float epsilon, float* out);

// x[i] += delta[i] for i < n.
void AddTo(const float* delta, int n, float* x);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_RMS_NORM_H_
