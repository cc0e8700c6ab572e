// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Arrays of 16-bit floats to floats and back: the bits of float16.h on every
// vector target. 16-bit inputs need no alignment.
//
//   std::vector<float> floats(halves.size());
//   HalvesToFloats(halves.data(), halves.size(), floats.data());
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_SIMD_FLOAT16_ROWS_H_
#define QUIPU_INFERENCE_SIMD_FLOAT16_ROWS_H_

#include <cstdint>

namespace quipu::inference {

void HalvesToFloats(const uint16_t* halves, int64_t n, float* floats);
void FloatsToHalves(const float* floats, int64_t n, uint16_t* halves);
void Bfloat16sToFloats(const uint16_t* values, int64_t n, float* floats);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_SIMD_FLOAT16_ROWS_H_
