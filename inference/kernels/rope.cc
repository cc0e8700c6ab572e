// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/rope.h"

#include <cmath>

#include "inference/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/kernels/rope.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

// (a, b) -> (a cos - b sin, b cos + a sin): the second product rounded, then
// one fused multiply-add; the scalar tails do the same.
void RotateHalves(const float* cos, const float* sin, int head_dim, float* x) {
  const FloatTag d;
  const int half = head_dim / 2;
  int i = 0;
  for (; i + kLanes <= half; i += kLanes) {
    const FloatVec a = hn::LoadU(d, x + i);
    const FloatVec b = hn::LoadU(d, x + half + i);
    const FloatVec c = hn::LoadU(d, cos + i);
    const FloatVec s = hn::LoadU(d, sin + i);
    hn::StoreU(Fused(a, c, hn::Neg(hn::Mul(b, s))), d, x + i);
    hn::StoreU(Fused(b, c, hn::Mul(a, s)), d, x + half + i);
  }
  for (; i < half; ++i) {
    const float a = x[i];
    const float b = x[half + i];
    x[i] = std::fmaf(a, cos[i], -(b * sin[i]));
    x[half + i] = std::fmaf(b, cos[i], a * sin[i]);
  }
}

void RotateAdjacent(const float* cos, const float* sin, int head_dim, float* x) {
  int i = 0;
#if HWY_TARGET != HWY_SCALAR
  const FloatTag d;
  for (; i + kLanes <= head_dim; i += kLanes) {
    const FloatVec v = hn::LoadU(d, x + i);
    const FloatVec swapped = hn::Shuffle2301(v);
    hn::StoreU(Fused(v, hn::LoadU(d, cos + i), hn::Mul(swapped, hn::LoadU(d, sin + i))), d, x + i);
  }
#endif
  for (; i < head_dim; i += 2) {
    const float a = x[i];
    const float b = x[i + 1];
    x[i] = std::fmaf(a, cos[i], b * sin[i]);
    x[i + 1] = std::fmaf(b, cos[i + 1], a * sin[i + 1]);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {

HWY_EXPORT(RotateHalves);
HWY_EXPORT(RotateAdjacent);

void Rotate(RopePairs pairs, const float* cos, const float* sin, int head_dim, float* x) {
  if (pairs == RopePairs::kHalves) {
    HWY_DYNAMIC_DISPATCH(RotateHalves)(cos, sin, head_dim, x);
  } else {
    HWY_DYNAMIC_DISPATCH(RotateAdjacent)(cos, sin, head_dim, x);
  }
}

}  // namespace quipu::inference
#endif  // HWY_ONCE
