// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Arrays of IEEE halves to floats and back (round to nearest, ties to even),
// the same bits on every target. Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_KERNELS_HALF_H_
#define QUIPU_INFERENCE_KERNELS_HALF_H_

#include <cstdint>

namespace quipu::inference {

void HalvesToFloats(const uint16_t* halves, int n, float* floats);
void FloatsToHalves(const float* floats, int n, uint16_t* halves);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_HALF_H_
