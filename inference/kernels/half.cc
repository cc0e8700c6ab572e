// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/half.h"

#include "inference/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/kernels/half.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/gguf/quants.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

// Targets whose instructions convert with IEEE rounding. Highway's emulation on
// the others flushes or truncates, so that those go one by one.
#undef QUIPU_NATIVE_HALF
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
#define QUIPU_NATIVE_HALF 1
#else
#define QUIPU_NATIVE_HALF 0
#endif

void HalvesToFloats(const uint16_t* halves, int n, float* floats) {
  int i = 0;
#if QUIPU_NATIVE_HALF
  const FloatTag d;
  const hn::Rebind<hwy::float16_t, FloatTag> dh;
  const hn::Rebind<uint16_t, FloatTag> du;
  for (; i + kLanes <= n; i += kLanes) {
    hn::StoreU(hn::PromoteTo(d, hn::BitCast(dh, hn::LoadU(du, halves + i))), d, floats + i);
  }
#endif
  for (; i < n; ++i) floats[i] = HalfToFloat(halves[i]);
}

void FloatsToHalves(const float* floats, int n, uint16_t* halves) {
  int i = 0;
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

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {

HWY_EXPORT(HalvesToFloats);
HWY_EXPORT(FloatsToHalves);

void HalvesToFloats(const uint16_t* halves, int n, float* floats) {
  HWY_DYNAMIC_DISPATCH(HalvesToFloats)(halves, n, floats);
}

void FloatsToHalves(const float* floats, int n, uint16_t* halves) {
  HWY_DYNAMIC_DISPATCH(FloatsToHalves)(floats, n, halves);
}

}  // namespace quipu::inference
#endif  // HWY_ONCE
