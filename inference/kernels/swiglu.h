// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The gated activation of the feed-forward block. Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_KERNELS_SWIGLU_H_
#define QUIPU_INFERENCE_KERNELS_SWIGLU_H_

namespace quipu::inference {

// out[i] = gate[i] / (1 + exp(-gate[i])) * up[i] for i < n. `out` may be either
// input.
void SwiGlu(const float* gate, const float* up, int n, float* out);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_SWIGLU_H_
