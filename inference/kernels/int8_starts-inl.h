// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the zero of a format subtracts from the dot products of a tile, and what its
// offsets multiply. Private to int8_gemm.

#if defined(QUIPU_INFERENCE_KERNELS_INT8_STARTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QUIPU_INFERENCE_KERNELS_INT8_STARTS_INL_H_
#undef QUIPU_INFERENCE_KERNELS_INT8_STARTS_INL_H_
#else
#define QUIPU_INFERENCE_KERNELS_INT8_STARTS_INL_H_
#endif

#include <cstdint>

#include "hwy/highway.h"
#include "inference/kernels/int8_args.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

// The initial values of the dot products, [block][halves][kTileColumns]. Done
// for each panel and tile, so in vectors.
HWY_INLINE void FillStarts(const Int8Args& t, int zero, int32_t* HWY_RESTRICT starts) {
  const hn::CappedTag<int32_t, 4> d;
  static_assert(kTileColumns % 4 == 0, "vectors of four columns");
  const auto minus_zero = hn::Set(d, -zero);
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int b = 0; b < t.blocks; ++b) {
    const int32_t* HWY_RESTRICT sums = t.x.half_sums + b * 2 * kTileColumns;
    for (int c = 0; c < kTileColumns; c += lanes) {
      const auto first = hn::LoadU(d, sums + c);
      const auto second = hn::LoadU(d, sums + kTileColumns + c);
      int32_t* start = starts + b * t.halves * kTileColumns + c;
      if (t.halves == 1) {
        hn::StoreU(hn::Mul(minus_zero, hn::Add(first, second)), d, start);
      } else {
        hn::StoreU(hn::Mul(minus_zero, first), d, start);
        hn::StoreU(hn::Mul(minus_zero, second), d, start + kTileColumns);
      }
    }
  }
}

// The sums of activations that offsets multiply, [block][halves][kTileColumns]: those of
// whole blocks are there, those of halves are written to `sums`.
HWY_INLINE const float* FillSums(const Int8Args& t, float* HWY_RESTRICT sums) {
  if (t.halves == 1) return t.x.scaled_sums;
  const hn::CappedTag<int32_t, 4> di;
  const hn::RebindToFloat<decltype(di)> df;
  const int lanes = static_cast<int>(hn::Lanes(di));
  for (int h = 0; h < t.blocks * 2; ++h) {
    for (int c = 0; c < kTileColumns; c += lanes) {
      const auto scale = hn::LoadU(df, t.x.scales + h / 2 * kTileColumns + c);
      const auto sum = hn::ConvertTo(df, hn::LoadU(di, t.x.half_sums + h * kTileColumns + c));
      hn::StoreU(hn::Mul(scale, sum), df, sums + h * kTileColumns + c);
    }
  }
  return sums;
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
