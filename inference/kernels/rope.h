// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Rotary position embedding of one head's vector. Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_KERNELS_ROPE_H_
#define QUIPU_INFERENCE_KERNELS_ROPE_H_

namespace quipu::inference {

// Which elements of a head form a rotated pair: (2i, 2i + 1), as in GGUF files
// of `llama`, or (i, i + head_dim / 2), as in those of `qwen2`.
enum class RopePairs { kAdjacent, kHalves };

// Rotates the pairs of `x` in place. `cos` and `sin` have head_dim elements.
// Halves: element i < head_dim / 2 belongs to pair i, the rest is not read.
// Adjacent: elements 2i and 2i + 1 both belong to pair i, and sin[2i] is
// negated.
void Rotate(RopePairs pairs, const float* cos, const float* sin, int head_dim, float* x);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_ROPE_H_
