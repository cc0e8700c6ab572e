// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Transpositions of float matrices, by blocks of 4 x 4.

#if defined(QUIPU_INFERENCE_KERNELS_TRANSPOSE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QUIPU_INFERENCE_KERNELS_TRANSPOSE_INL_H_
#undef QUIPU_INFERENCE_KERNELS_TRANSPOSE_INL_H_
#else
#define QUIPU_INFERENCE_KERNELS_TRANSPOSE_INL_H_
#endif

#include <cstdint>

#include "hwy/highway.h"
#include "inference/kernels/packed_columns.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

// out[k * kTileColumns + c] = rows[c][k] for four columns c, of which `valid`
// exist (the others become 0).
HWY_INLINE void TransposeFour(const float* rows, int64_t stride, int valid, int depth, float* out) {
  int done = 0;
#if HWY_TARGET != HWY_SCALAR
  if (valid >= 4) {
    const hn::CappedTag<float, 4> d;
    const hn::RepartitionToWide<decltype(d)> dd;
    done = depth / 4 * 4;
    for (int k = 0; k < done; k += 4) {
      const auto a = hn::LoadU(d, rows + k);
      const auto b = hn::LoadU(d, rows + stride + k);
      const auto c = hn::LoadU(d, rows + 2 * stride + k);
      const auto e = hn::LoadU(d, rows + 3 * stride + k);
      const auto ab_low = hn::BitCast(dd, hn::InterleaveLower(d, a, b));
      const auto ab_high = hn::BitCast(dd, hn::InterleaveUpper(d, a, b));
      const auto ce_low = hn::BitCast(dd, hn::InterleaveLower(d, c, e));
      const auto ce_high = hn::BitCast(dd, hn::InterleaveUpper(d, c, e));
      float* to = out + k * kTileColumns;
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(dd, ab_low, ce_low)), d, to);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(dd, ab_low, ce_low)), d, to + kTileColumns);
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(dd, ab_high, ce_high)), d,
                 to + 2 * kTileColumns);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(dd, ab_high, ce_high)), d,
                 to + 3 * kTileColumns);
    }
  }
#endif
  for (int k = done; k < depth; ++k) {
    for (int c = 0; c < 4; ++c) {
      out[k * kTileColumns + c] = c < valid ? rows[c * stride + k] : 0.0f;
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
