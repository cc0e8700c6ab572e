// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Rotary position embedding of one head's vector. Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_KERNELS_ROPE_H_
#define QUIPU_INFERENCE_KERNELS_ROPE_H_

namespace quipu::inference {

// Which elements of a head form a pair that is rotated: (2i, 2i + 1), as GGUF
// files of `llama` have them, or (i, i + head_dim / 2), as those of `qwen2`.
enum class RopePairs { kAdjacent, kHalves };

// Rotates the pairs of `x` in place. `cos` and `sin` have head_dim elements.
// Halves: element i < head_dim / 2 is pair i's, the rest is not read. Adjacent:
// elements 2i and 2i + 1 are both pair i's, and sin[2i] is negated.
void Rotate(RopePairs pairs, const float* cos, const float* sin, int head_dim, float* x);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_ROPE_H_
