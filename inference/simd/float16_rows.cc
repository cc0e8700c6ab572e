// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/simd/float16_rows.h"

#include <cstring>

#include "inference/simd/float16.h"
#include "inference/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/simd/float16_rows.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "inference/simd/fused-inl.h"

#ifndef QUIPU_INFERENCE_SIMD_FLOAT16_ROWS_ONCE_
#define QUIPU_INFERENCE_SIMD_FLOAT16_ROWS_ONCE_
namespace quipu::inference {

inline uint16_t LoadUnaligned(const uint16_t* from) {
  uint16_t value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

}  // namespace quipu::inference
#endif  // QUIPU_INFERENCE_SIMD_FLOAT16_ROWS_ONCE_

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

// Targets whose instructions convert with IEEE rounding. Highway's emulation on
// the others flushes or truncates, so they convert one by one.
#undef QUIPU_NATIVE_HALF
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
#define QUIPU_NATIVE_HALF 1
#else
#define QUIPU_NATIVE_HALF 0
#endif

void HalvesToFloats(const uint16_t* halves, int64_t n, float* floats) {
  int64_t i = 0;
#if QUIPU_NATIVE_HALF
  const FloatTag d;
  const hn::Rebind<hwy::float16_t, FloatTag> dh;
  const hn::Rebind<uint16_t, FloatTag> du;
  for (; i + kLanes <= n; i += kLanes) {
    hn::StoreU(hn::PromoteTo(d, hn::BitCast(dh, hn::LoadU(du, halves + i))), d, floats + i);
  }
#endif
  for (; i < n; ++i) floats[i] = HalfToFloat(LoadUnaligned(halves + i));
}

void FloatsToHalves(const float* floats, int64_t n, uint16_t* halves) {
  int64_t i = 0;
#if QUIPU_NATIVE_HALF
  const FloatTag d;
  const hn::Rebind<hwy::float16_t, FloatTag> dh;
  const hn::Rebind<uint16_t, FloatTag> du;
  for (; i + kLanes <= n; i += kLanes) {
    hn::StoreU(hn::BitCast(du, hn::DemoteTo(dh, hn::LoadU(d, floats + i))), du, halves + i);
  }
#endif
  for (; i < n; ++i) halves[i] = FloatToHalf(floats[i]);
}

void Bfloat16sToFloats(const uint16_t* values, int64_t n, float* floats) {
  const FloatTag d;
  const hn::Rebind<uint16_t, FloatTag> narrow;
  const hn::Rebind<uint32_t, FloatTag> wide;
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    const auto bits = hn::ShiftLeft<16>(hn::PromoteTo(wide, hn::LoadU(narrow, values + i)));
    hn::StoreU(hn::BitCast(d, bits), d, floats + i);
  }
  for (; i < n; ++i) floats[i] = Bfloat16ToFloat(LoadUnaligned(values + i));
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {

HWY_EXPORT(HalvesToFloats);
HWY_EXPORT(FloatsToHalves);
HWY_EXPORT(Bfloat16sToFloats);

void HalvesToFloats(const uint16_t* halves, int64_t n, float* floats) {
  HWY_DYNAMIC_DISPATCH(HalvesToFloats)(halves, n, floats);
}

void FloatsToHalves(const float* floats, int64_t n, uint16_t* halves) {
  HWY_DYNAMIC_DISPATCH(FloatsToHalves)(floats, n, halves);
}

void Bfloat16sToFloats(const uint16_t* values, int64_t n, float* floats) {
  HWY_DYNAMIC_DISPATCH(Bfloat16sToFloats)(values, n, floats);
}

}  // namespace quipu::inference
#endif  // HWY_ONCE
