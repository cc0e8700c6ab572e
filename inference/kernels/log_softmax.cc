// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/log_softmax.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/exact_math.h"
#include "inference/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/kernels/log_softmax.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The number of lanes in the sum, on every target.
constexpr size_t kLanes = 16;
using F = hn::CappedTag<float, kLanes>;
using D = hn::CappedTag<double, 8>;

// exp(x) for x <= 0, 0 below -87, and exactly 1 for 0. No fused multiply-add:
// not every target has one. Error under 2e-7 of the result.
template <class V>
HWY_INLINE V ExpOfNegative(F f, V x) {
  const V least = hn::Set(f, -87.0f);
  const auto tiny = hn::Lt(x, least);
  x = hn::Max(x, least);
  // Adding this number rounds |x| < 2^22 to an integer, which is then in the
  // low bits of the sum.
  const V round = hn::Set(f, 0x1.8p+23f);
  const V shifted = hn::Add(hn::Mul(x, hn::Set(f, 0x1.715476p+0f)), round);
  const V k = hn::Sub(shifted, round);
  // The first part of ln 2 has so few bits that its product is exact.
  V r = hn::Sub(x, hn::Mul(k, hn::Set(f, 0x1.63p-1f)));
  r = hn::Sub(r, hn::Mul(k, hn::Set(f, -0x1.bd0106p-13f)));

  static constexpr float kInverseFactorials[] = {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6,
                                                 0.5f,       1.0f,       1.0f};
  V sum = hn::Set(f, 1.0f / 5040);
  for (const float term : kInverseFactorials) {
    sum = hn::Add(hn::Mul(sum, r), hn::Set(f, term));
  }
  // 2^k by moving k into the exponent field.
  const hn::Rebind<int32_t, F> fi;
  const auto exponent =
      hn::ShiftLeft<23>(hn::Add(hn::BitCast(fi, shifted), hn::Set(fi, int32_t{127})));
  return hn::IfThenZeroElse(tiny, hn::Mul(sum, hn::BitCast(f, exponent)));
}

// Adds one block of kLanes logits to the lanes.
HWY_INLINE void AddBlock(const float* HWY_RESTRICT logits, float max, float scale,
                         double* HWY_RESTRICT lanes) {
  const F f;
  HWY_ALIGN float values[kLanes];
  for (size_t i = 0; i < kLanes; i += hn::Lanes(f)) {
    const auto below = hn::Sub(hn::LoadU(f, logits + i), hn::Set(f, max));
    hn::Store(ExpOfNegative(f, hn::Mul(below, hn::Set(f, scale))), f, values + i);
  }
  const D d;
  const hn::Rebind<float, D> half;
  for (size_t i = 0; i < kLanes; i += hn::Lanes(d)) {
    const auto value = hn::PromoteTo(d, hn::Load(half, values + i));
    hn::Store(hn::Add(hn::Load(d, lanes + i), value), d, lanes + i);
  }
}

double SumOfExpImpl(const float* logits, size_t count, float max, float scale) {
  HWY_ALIGN double lanes[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) AddBlock(logits + i, max, scale, lanes);
  if (i < count) {
    float rest[kLanes];
    for (size_t j = 0; j < kLanes; ++j) {
      rest[j] = i + j < count ? logits[i + j] : -std::numeric_limits<float>::infinity();
    }
    AddBlock(rest, max, scale, lanes);
  }
  for (size_t width = kLanes / 2; width > 0; width /= 2) {
    for (size_t j = 0; j < width; ++j) lanes[j] += lanes[j + width];
  }
  return lanes[0];
}

float MaxLogitImpl(const float* logits, size_t count) {
  const hn::ScalableTag<float> f;
  const size_t width = hn::Lanes(f);
  auto max = hn::Set(f, -std::numeric_limits<float>::infinity());
  size_t i = 0;
  for (; i + width <= count; i += width) max = hn::Max(max, hn::LoadU(f, logits + i));
  float result = hn::GetLane(hn::MaxOfLanes(f, max));
  for (; i < count; ++i) result = std::max(result, logits[i]);
  return result;
}

bool AllFiniteImpl(const float* values, size_t count) {
  const hn::ScalableTag<float> f;
  const size_t width = hn::Lanes(f);
  // 0 times a finite number is 0; 0 times anything else is NaN.
  auto sum = hn::Zero(f);
  size_t i = 0;
  for (; i + width <= count; i += width)
    sum = hn::Add(sum, hn::Mul(hn::LoadU(f, values + i), hn::Zero(f)));
  float rest = 0;
  for (; i < count; ++i) rest += values[i] * 0.0f;
  return hn::AllTrue(f, hn::Eq(sum, sum)) && rest == rest;
}

size_t FindAboveImpl(const float* values, size_t count, size_t from, float least) {
  const hn::ScalableTag<float> f;
  const size_t width = hn::Lanes(f);
  const auto limit = hn::Set(f, least);
  size_t i = from;
  for (; i + 4 * width <= count; i += 4 * width) {
    const auto a = hn::Max(hn::LoadU(f, values + i), hn::LoadU(f, values + i + width));
    const auto b =
        hn::Max(hn::LoadU(f, values + i + 2 * width), hn::LoadU(f, values + i + 3 * width));
    if (!hn::AllFalse(f, hn::Gt(hn::Max(a, b), limit))) break;
  }
  while (i < count && !(values[i] > least)) ++i;
  return i;
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {

HWY_EXPORT(SumOfExpImpl);
HWY_EXPORT(MaxLogitImpl);
HWY_EXPORT(AllFiniteImpl);
HWY_EXPORT(FindAboveImpl);

float MaxLogit(absl::Span<const float> logits) {
  return HWY_DYNAMIC_DISPATCH(MaxLogitImpl)(logits.data(), logits.size());
}

bool AllFinite(absl::Span<const float> values) {
  return HWY_DYNAMIC_DISPATCH(AllFiniteImpl)(values.data(), values.size());
}

size_t FindAbove(absl::Span<const float> values, size_t from, float least) {
  return HWY_DYNAMIC_DISPATCH(FindAboveImpl)(values.data(), values.size(), from, least);
}

double SumOfExp(absl::Span<const float> logits, float max, double scale) {
  return HWY_DYNAMIC_DISPATCH(SumOfExpImpl)(logits.data(), logits.size(), max,
                                            static_cast<float>(scale));
}

double LogSumExp(absl::Span<const float> logits) {
  const float max = MaxLogit(logits);
  return static_cast<double>(max) + ExactLog(SumOfExp(logits, max, 1.0));
}

}  // namespace quipu::inference
#endif  // HWY_ONCE
