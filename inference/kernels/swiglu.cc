// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/swiglu.h"

#include <cstring>

#include "inference/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/kernels/swiglu.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/simd/exp-inl.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

struct Silu {
  HWY_INLINE FloatVec operator()(FloatVec gate) const { return gate; }
};

struct Gelu {
  // 2 sqrt(2 / pi) * gate * (1 + 0.044715 * gate^2).
  HWY_INLINE FloatVec operator()(FloatVec gate) const {
    const FloatTag d;
    const FloatVec inner = Fused(hn::Mul(gate, gate), hn::Set(d, 0.07135481282980193f),
                                 hn::Set(d, 1.5957691216057308f));
    return hn::Mul(gate, inner);
  }
};

// gate * sigmoid(argument(gate)) * up.
template <typename Argument>
HWY_INLINE FloatVec GatedOf(const Argument& argument, FloatVec gate, FloatVec up) {
  const FloatTag d;
  const FloatVec divisor = hn::Add(hn::Set(d, 1.0f), Exp(hn::Neg(argument(gate))));
  return hn::Mul(hn::Div(gate, divisor), up);
}

template <typename Argument>
HWY_INLINE void Gated(const Argument& argument, const float* gate, const float* up, int n,
                      float* out) {
  const FloatTag d;
  int i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    hn::StoreU(GatedOf(argument, hn::LoadU(d, gate + i), hn::LoadU(d, up + i)), d, out + i);
  }
  if (i < n) {
    HWY_ALIGN float g[kLanes] = {};
    HWY_ALIGN float u[kLanes] = {};
    std::memcpy(g, gate + i, (n - i) * sizeof(float));
    std::memcpy(u, up + i, (n - i) * sizeof(float));
    hn::Store(GatedOf(argument, hn::Load(d, g), hn::Load(d, u)), d, g);
    std::memcpy(out + i, g, (n - i) * sizeof(float));
  }
}

void SwiGlu(const float* gate, const float* up, int n, float* out) {
  Gated(Silu(), gate, up, n, out);
}

void GeGlu(const float* gate, const float* up, int n, float* out) {
  Gated(Gelu(), gate, up, n, out);
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {

HWY_EXPORT(SwiGlu);
HWY_EXPORT(GeGlu);

void SwiGlu(const float* gate, const float* up, int n, float* out) {
  HWY_DYNAMIC_DISPATCH(SwiGlu)(gate, up, n, out);
}

void GeGlu(const float* gate, const float* up, int n, float* out) {
  HWY_DYNAMIC_DISPATCH(GeGlu)(gate, up, n, out);
}

}  // namespace quipu::inference
#endif  // HWY_ONCE
