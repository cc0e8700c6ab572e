// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The gated activations of the feed-forward block: SiLU and GELU.
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_KERNELS_SWIGLU_H_
#define QUIPU_INFERENCE_KERNELS_SWIGLU_H_

namespace quipu::inference {

// out[i] = gate[i] / (1 + exp(-gate[i])) * up[i] for i < n. `out` may be either
// input.
void SwiGlu(const float* gate, const float* up, int n, float* out);
// The same with GELU of the gate by its approximation with tanh, which equals
// gate[i] / (1 + exp(-2 u)) for u = sqrt(2 / pi) * (gate[i] + 0.044715 * gate[i]^3).
void GeGlu(const float* gate, const float* up, int n, float* out);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_SWIGLU_H_
