// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// IEEE half and bfloat16 to float and back, one value at a time. Conversion to
// float is exact; conversion back rounds to nearest, ties to even. Halves keep
// the payload of a NaN, which becomes quiet, as in conversion instructions.
//
//   FloatToHalf(1.0f);      // 0x3C00
//   HalfToFloat(0x3C00);    // 1.0f
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_SIMD_FLOAT16_H_
#define QUIPU_INFERENCE_SIMD_FLOAT16_H_

#include <cstdint>

namespace quipu::inference {

float HalfToFloat(uint16_t half);
uint16_t FloatToHalf(float value);
float Bfloat16ToFloat(uint16_t value);
uint16_t FloatToBfloat16(float value);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_SIMD_FLOAT16_H_
