// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/simd/float16.h"

#include <cstring>

namespace quipu::inference {
namespace {

float BitsToFloat(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

uint32_t FloatToBits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

}  // namespace

float HalfToFloat(uint16_t half) {
  const uint32_t magnitude = half & 0x7FFFu;
  const uint32_t sign = (half & 0x8000u) << 16;
  if (magnitude < 0x0400u) {  // Zero or subnormal: an exact product.
    const float value = static_cast<float>(magnitude) * 0x1p-24f;
    return BitsToFloat(FloatToBits(value) | sign);
  }
  uint32_t bits = (magnitude << 13) + (112u << 23);
  if (magnitude >= 0x7C00u) {
    bits += 112u << 23;
    if (magnitude > 0x7C00u) bits |= 0x00400000u;
  }
  return BitsToFloat(bits | sign);
}

uint16_t FloatToHalf(float value) {
  const uint32_t bits = FloatToBits(value);
  const auto sign = static_cast<uint16_t>((bits >> 16) & 0x8000u);
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) {
    return static_cast<uint16_t>(sign | 0x7E00u | ((magnitude >> 13) & 0x3FFu));
  }
  // 65520 and above round to infinity.
  if (magnitude >= 0x477FF000u) return static_cast<uint16_t>(sign | 0x7C00u);
  if (magnitude < 0x38800000u) {
    // Below 2^-14: adding 0.5 leaves multiples of 2^-24, rounded by the addition.
    const uint32_t sum = FloatToBits(BitsToFloat(magnitude) + 0.5f);
    return static_cast<uint16_t>(sign | (sum - 0x3F000000u));
  }
  const uint32_t odd = (magnitude >> 13) & 1u;
  const uint32_t rounded = magnitude - (112u << 23) + 0xFFFu + odd;
  return static_cast<uint16_t>(sign | (rounded >> 13));
}

float Bfloat16ToFloat(uint16_t value) { return BitsToFloat(static_cast<uint32_t>(value) << 16); }

uint16_t FloatToBfloat16(float value) {
  const uint32_t bits = FloatToBits(value);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return static_cast<uint16_t>((bits >> 16) | 0x40u);
  return static_cast<uint16_t>((bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16);
}

}  // namespace quipu::inference
