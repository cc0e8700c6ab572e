// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// exp of a vector of floats, with the same bits on every target.

#if defined(QUIPU_INFERENCE_KERNELS_EXP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QUIPU_INFERENCE_KERNELS_EXP_INL_H_
#undef QUIPU_INFERENCE_KERNELS_EXP_INL_H_
#else
#define QUIPU_INFERENCE_KERNELS_EXP_INL_H_
#endif

#include "hwy/highway.h"
#include "inference/kernels/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

// exp(x), within 2 ulp for -87.3 <= x <= 88; 0 below (no denormals), infinity
// above. x = n ln 2 + r, |r| <= ln 2 / 2; exp(r) by its series (the
// coefficients are rounded 1/k!; what is cut off is below half an ulp).
HWY_INLINE FloatVec Exp(FloatVec x) {
  const FloatTag d;
  const hn::RebindToSigned<FloatTag> di;
  const FloatVec bounded =
      hn::Max(hn::Min(x, hn::Set(d, 88.0f)), hn::Set(d, -87.3f));

  // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer.
  const FloatVec magic = hn::Set(d, 12582912.0f);
  const FloatVec shifted =
      Fused(bounded, hn::Set(d, 1.44269504088896341f), magic);
  const FloatVec n = hn::Sub(shifted, magic);
  FloatVec r = Fused(n, hn::Set(d, -0.693145751953125f), bounded);
  r = Fused(n, hn::Set(d, -1.42860682030941723212e-6f), r);

  FloatVec p = hn::Set(d, 1.0f / 5040.0f);
  p = Fused(p, r, hn::Set(d, 1.0f / 720.0f));
  p = Fused(p, r, hn::Set(d, 1.0f / 120.0f));
  p = Fused(p, r, hn::Set(d, 1.0f / 24.0f));
  p = Fused(p, r, hn::Set(d, 1.0f / 6.0f));
  p = Fused(p, r, hn::Set(d, 0.5f));
  p = Fused(p, r, hn::Set(d, 1.0f));
  p = Fused(p, r, hn::Set(d, 1.0f));

  // Times 2^n through the exponent field; n is in [-126, 127].
  const auto exponent =
      hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(di, n), hn::Set(di, 127)));
  const FloatVec value = hn::Mul(p, hn::BitCast(d, exponent));
  const FloatVec bounded_value =
      hn::IfThenElse(hn::Gt(x, hn::Set(d, 88.0f)), hn::Inf(d), value);
  return hn::IfThenElseZero(hn::Ge(x, hn::Set(d, -87.3f)), bounded_value);
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
