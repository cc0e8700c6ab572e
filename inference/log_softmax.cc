// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/log_softmax.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/exact_math.h"
#include "inference/kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/log_softmax.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Lanes that the sum is made of, on every target.
constexpr size_t kLanes = 16;
using D = hn::CappedTag<double, 8>;
using F = hn::Rebind<float, D>;

// exp(x) for x <= 0, and 0 below -700. No fused multiply-add: not every target
// has one. Error under 2e-16 of the result.
template <class V>
HWY_INLINE V ExpOfNegative(D d, V x) {
  const auto tiny = hn::Lt(x, hn::Set(d, -700.0));
  x = hn::Max(x, hn::Set(d, -700.0));
  // Adding this number rounds |x| < 2^51 to an integer, which is then in the
  // low bits of the sum.
  const V round = hn::Set(d, 0x1.8p+52);
  const V shifted =
      hn::Add(hn::Mul(x, hn::Set(d, 0x1.71547652b82fep+0)), round);
  const V k = hn::Sub(shifted, round);
  V r = hn::Sub(x, hn::Mul(k, hn::Set(d, 0x1.62e42feep-1)));
  r = hn::Sub(r, hn::Mul(k, hn::Set(d, 0x1.a39ef35793c76p-33)));

  static constexpr double kInverseFactorials[] = {1.0 / 479001600.0,
                                                  1.0 / 39916800.0,
                                                  1.0 / 3628800,
                                                  1.0 / 362880,
                                                  1.0 / 40320,
                                                  1.0 / 5040,
                                                  1.0 / 720,
                                                  1.0 / 120,
                                                  1.0 / 24,
                                                  1.0 / 6,
                                                  0.5,
                                                  1.0,
                                                  1.0};
  V sum = hn::Set(d, 1.0 / 6227020800.0);
  for (const double term : kInverseFactorials) {
    sum = hn::Add(hn::Mul(sum, r), hn::Set(d, term));
  }
  // 2^k by moving k into the exponent's place.
  const hn::Rebind<int64_t, D> di;
  const auto exponent = hn::ShiftLeft<52>(
      hn::Add(hn::BitCast(di, shifted), hn::Set(di, int64_t{1023})));
  const V value = hn::Mul(sum, hn::BitCast(d, exponent));
  return hn::IfThenZeroElse(tiny, value);
}

// Adds one block of kLanes logits to the lanes.
HWY_INLINE void AddBlock(const float* HWY_RESTRICT logits, double max,
                         double scale, double* HWY_RESTRICT lanes) {
  const D d;
  const F f;
  for (size_t i = 0; i < kLanes; i += hn::Lanes(d)) {
    const auto x = hn::PromoteTo(d, hn::LoadU(f, logits + i));
    const auto scaled = hn::Mul(hn::Sub(x, hn::Set(d, max)), hn::Set(d, scale));
    hn::Store(hn::Add(hn::Load(d, lanes + i), ExpOfNegative(d, scaled)), d,
              lanes + i);
  }
}

double SumOfExpImpl(const float* logits, size_t count, float max,
                    double scale) {
  HWY_ALIGN double lanes[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes)
    AddBlock(logits + i, max, scale, lanes);
  if (i < count) {
    float rest[kLanes];
    for (size_t j = 0; j < kLanes; ++j) {
      rest[j] = i + j < count ? logits[i + j]
                              : -std::numeric_limits<float>::infinity();
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
  for (; i + width <= count; i += width)
    max = hn::Max(max, hn::LoadU(f, logits + i));
  float result = hn::GetLane(hn::MaxOfLanes(f, max));
  for (; i < count; ++i) result = std::max(result, logits[i]);
  return result;
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {

HWY_EXPORT(SumOfExpImpl);
HWY_EXPORT(MaxLogitImpl);

float MaxLogit(absl::Span<const float> logits) {
  return HWY_DYNAMIC_DISPATCH(MaxLogitImpl)(logits.data(), logits.size());
}

double SumOfExp(absl::Span<const float> logits, float max, double scale) {
  return HWY_DYNAMIC_DISPATCH(SumOfExpImpl)(logits.data(), logits.size(), max,
                                            scale);
}

double LogSumExp(absl::Span<const float> logits) {
  const float max = MaxLogit(logits);
  return static_cast<double>(max) + ExactLog(SumOfExp(logits, max, 1.0));
}

}  // namespace quipu::inference
#endif  // HWY_ONCE
