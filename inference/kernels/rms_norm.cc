// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/rms_norm.h"

#include <cmath>
#include <cstring>

#include "inference/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/kernels/rms_norm.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

// Sum of squares.
HWY_INLINE float SquareSum(const float* x, int n) {
  const FloatTag d;
  const int whole = n / 16 * 16;
  HWY_ALIGN float tail[16] = {};
  std::memcpy(tail, x + whole, (n - whole) * sizeof(float));
  HWY_ALIGN float lanes[16];
  for (int j = 0; j < 16; j += kLanes) {
    FloatVec sum = hn::Zero(d);
    for (int i = j; i < whole; i += 16) {
      const FloatVec v = hn::LoadU(d, x + i);
      sum = Fused(v, v, sum);
    }
    const FloatVec v = hn::Load(d, tail + j);
    hn::Store(Fused(v, v, sum), d, lanes + j);
  }
  return SumOf16(lanes);
}

void RmsNorm(const float* x, const float* weight, int n, float epsilon, float* out) {
  const FloatTag d;
  const float mean = SquareSum(x, n) / static_cast<float>(n);
  const float scale = 1.0f / std::sqrt(mean + epsilon);
  const FloatVec factor = hn::Set(d, scale);
  int i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    const FloatVec v = hn::Mul(hn::LoadU(d, x + i), factor);
    hn::StoreU(hn::Mul(v, hn::LoadU(d, weight + i)), d, out + i);
  }
  for (; i < n; ++i) out[i] = x[i] * scale * weight[i];
}

void AddTo(const float* delta, int n, float* x) {
  const FloatTag d;
  int i = 0;
  for (; i + kLanes <= n; i += kLanes)
    hn::StoreU(hn::Add(hn::LoadU(d, x + i), hn::LoadU(d, delta + i)), d, x + i);
  for (; i < n; ++i) x[i] += delta[i];
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {

HWY_EXPORT(RmsNorm);
HWY_EXPORT(AddTo);

void RmsNorm(const float* x, const float* weight, int n, float epsilon, float* out) {
  HWY_DYNAMIC_DISPATCH(RmsNorm)(x, weight, n, epsilon, out);
}

void AddTo(const float* delta, int n, float* x) { HWY_DYNAMIC_DISPATCH(AddTo)(delta, n, x); }

}  // namespace quipu::inference
#endif  // HWY_ONCE
