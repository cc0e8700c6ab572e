// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The exponentials and the sum of a softmax. Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_KERNELS_SOFTMAX_H_
#define QUIPU_INFERENCE_KERNELS_SOFTMAX_H_

namespace quipu::inference {

// Replaces x[i] by exp(x[i] - max) for i < n and returns their sum (16 virtual
// lanes by i % 16, one fixed tree). The caller divides by it. REQUIRES: n >= 1;
// x has room for n rounded up to a multiple of 16 (that room is overwritten).
float SoftmaxNumerators(float* x, int n);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_SOFTMAX_H_
