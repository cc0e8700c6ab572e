// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// exp of a vector of floats, with the same bits on every target.

#if defined(QUIPU_INFERENCE_SIMD_EXP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QUIPU_INFERENCE_SIMD_EXP_INL_H_
#undef QUIPU_INFERENCE_SIMD_EXP_INL_H_
#else
#define QUIPU_INFERENCE_SIMD_EXP_INL_H_
#endif

#include "hwy/highway.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

constexpr float kExpLowest = -87.3f;
constexpr float kExpHighest = 88.0f;

// exp(x) for kExpLowest <= x <= kExpHighest. x = n ln 2 + r, |r| <= ln 2 / 2;
// exp(r) by its series (coefficients are rounded 1/k!; the truncation error is
// below half an ulp).
HWY_INLINE FloatVec ExpWithin(FloatVec x) {
  const FloatTag d;
  const hn::RebindToSigned<FloatTag> di;
  // Adding 1.5 * 2^23 rounds to the nearest integer, which is then also in the
  // low bits.
  const FloatVec magic = hn::Set(d, 12582912.0f);
  const FloatVec shifted = Fused(x, hn::Set(d, 1.44269504088896341f), magic);
  const FloatVec n = hn::Sub(shifted, magic);
  FloatVec r = Fused(n, hn::Set(d, -0.693145751953125f), x);
  r = Fused(n, hn::Set(d, -1.42860682030941723212e-6f), r);

  FloatVec p = hn::Set(d, 1.0f / 5040.0f);
  p = Fused(p, r, hn::Set(d, 1.0f / 720.0f));
  p = Fused(p, r, hn::Set(d, 1.0f / 120.0f));
  p = Fused(p, r, hn::Set(d, 1.0f / 24.0f));
  p = Fused(p, r, hn::Set(d, 1.0f / 6.0f));
  p = Fused(p, r, hn::Set(d, 0.5f));
  p = Fused(p, r, hn::Set(d, 1.0f));
  p = Fused(p, r, hn::Set(d, 1.0f));

  // Multiplies by 2^n by adding n to the exponent field: n is in [-126, 127],
  // and p is not below 1 at the lowest n, so the result is normal.
  const auto exponent = hn::ShiftLeft<23>(hn::BitCast(di, shifted));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), exponent));
}

// exp(x), within 2 ulp for kExpLowest <= x <= kExpHighest; 0 below (no
// denormals), infinity above.
HWY_INLINE FloatVec Exp(FloatVec x) {
  const FloatTag d;
  const FloatVec lowest = hn::Set(d, kExpLowest);
  const FloatVec highest = hn::Set(d, kExpHighest);
  const FloatVec value = ExpWithin(hn::Max(hn::Min(x, highest), lowest));
  const FloatVec bounded = hn::IfThenElse(hn::Gt(x, highest), hn::Inf(d), value);
  return hn::IfThenElseZero(hn::Ge(x, lowest), bounded);
}

// The same for x <= 0.
HWY_INLINE FloatVec ExpOfNegative(FloatVec x) {
  const FloatVec lowest = hn::Set(FloatTag(), kExpLowest);
  return hn::IfThenElseZero(hn::Ge(x, lowest), ExpWithin(hn::Max(x, lowest)));
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
