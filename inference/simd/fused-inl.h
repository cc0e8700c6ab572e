// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The two operations that equal bits depend on, per vector target: a
// multiply-add that is always fused, and sums over 16 virtual lanes.

// Per-target include guard (Highway's foreach_target includes this repeatedly).
#if defined(QUIPU_INFERENCE_SIMD_FUSED_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QUIPU_INFERENCE_SIMD_FUSED_INL_H_
#undef QUIPU_INFERENCE_SIMD_FUSED_INL_H_
#else
#define QUIPU_INFERENCE_SIMD_FUSED_INL_H_
#endif

#include <cmath>
#include <cstdint>
#include <cstring>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// All kernels use vectors of at most 16 floats.
using FloatTag = hn::CappedTag<float, 16>;
using FloatVec = hn::Vec<FloatTag>;

// Lanes of FloatTag, as a constant: the targets that we compile for have fixed
// widths.
constexpr int kLanes = static_cast<int>(HWY_LANES(float) < 16 ? HWY_LANES(float) : 16);

// a * b + c with one rounding on every target.
HWY_INLINE FloatVec Fused(FloatVec a, FloatVec b, FloatVec c) {
#if HWY_NATIVE_FMA
  return hn::MulAdd(a, b, c);
#else
  const FloatTag d;
  HWY_ALIGN float x[kLanes];
  HWY_ALIGN float y[kLanes];
  HWY_ALIGN float z[kLanes];
  hn::Store(a, d, x);
  hn::Store(b, d, y);
  hn::Store(c, d, z);
  for (int i = 0; i < kLanes; ++i) z[i] = std::fmaf(x[i], y[i], z[i]);
  return hn::Load(d, z);
#endif
}

// Number of vectors that form 16 virtual lanes.
constexpr int kVectorsOf16 = 16 / kLanes;

// Adds 16 lanes in one fixed tree.
HWY_INLINE float SumOf16(const float* lanes) {
  float sum[8];
  for (int i = 0; i < 8; ++i) sum[i] = lanes[i] + lanes[i + 8];
  for (int i = 0; i < 4; ++i) sum[i] += sum[i + 4];
  for (int i = 0; i < 2; ++i) sum[i] += sum[i + 2];
  return sum[0] + sum[1];
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
