// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Transpositions of float matrices, by blocks of 4 x 4.

#if defined(QUIPU_INFERENCE_KERNELS_TRANSPOSE_INL_H_) == \
    defined(HWY_TARGET_TOGGLE)
#ifdef QUIPU_INFERENCE_KERNELS_TRANSPOSE_INL_H_
#undef QUIPU_INFERENCE_KERNELS_TRANSPOSE_INL_H_
#else
#define QUIPU_INFERENCE_KERNELS_TRANSPOSE_INL_H_
#endif

#include <cstdint>

#include "hwy/highway.h"
#include "inference/kernels/fused-inl.h"
#include "inference/kernels/packed_columns.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

// Transposes each 4 x 4 block of (a, b, c, d), where a block is a vector's
// group of four lanes.
HWY_INLINE void TransposeBlocks(FloatVec& a, FloatVec& b, FloatVec& c,
                                FloatVec& d) {
  const FloatTag df;
  const hn::RepartitionToWide<FloatTag> dd;
  const auto ab_low = hn::BitCast(dd, hn::InterleaveLower(df, a, b));
  const auto ab_high = hn::BitCast(dd, hn::InterleaveUpper(df, a, b));
  const auto cd_low = hn::BitCast(dd, hn::InterleaveLower(df, c, d));
  const auto cd_high = hn::BitCast(dd, hn::InterleaveUpper(df, c, d));
  a = hn::BitCast(df, hn::InterleaveLower(dd, ab_low, cd_low));
  b = hn::BitCast(df, hn::InterleaveUpper(dd, ab_low, cd_low));
  c = hn::BitCast(df, hn::InterleaveLower(dd, ab_high, cd_high));
  d = hn::BitCast(df, hn::InterleaveUpper(dd, ab_high, cd_high));
}

// Four floats from each of rows 0, 4, 8, ...: block i of the result is row 4 i.
HWY_INLINE FloatVec LoadBlocks(const float* p, int64_t stride) {
  const FloatTag df;
#if HWY_MAX_BYTES == 64
  const hn::Half<FloatTag> dh;
  const hn::Half<decltype(dh)> dq;
  const auto low =
      hn::Combine(dh, hn::LoadU(dq, p + 4 * stride), hn::LoadU(dq, p));
  const auto high = hn::Combine(dh, hn::LoadU(dq, p + 12 * stride),
                                hn::LoadU(dq, p + 8 * stride));
  return hn::Combine(df, high, low);
#elif HWY_MAX_BYTES == 32
  const hn::Half<FloatTag> dh;
  return hn::Combine(df, hn::LoadU(dh, p + 4 * stride), hn::LoadU(dh, p));
#else
  (void)stride;
  return hn::LoadU(df, p);
#endif
}

#endif  // HWY_TARGET != HWY_SCALAR

// out[k][r] = rows[r][k] for kPanelRows rows and `depth` values of k.
HWY_INLINE void TransposePanel(const float* rows, int64_t stride, int depth,
                               float* out) {
  int done = 0;
#if HWY_TARGET != HWY_SCALAR
  const FloatTag d;
  done = depth / 4 * 4;
  for (int r = 0; r < kPanelRows; r += kLanes) {
    const float* from = rows + r * stride;
    float* to = out + r;
    for (int k = 0; k < done; k += 4) {
      FloatVec v0 = LoadBlocks(from + k, stride);
      FloatVec v1 = LoadBlocks(from + k + stride, stride);
      FloatVec v2 = LoadBlocks(from + k + 2 * stride, stride);
      FloatVec v3 = LoadBlocks(from + k + 3 * stride, stride);
      TransposeBlocks(v0, v1, v2, v3);
      hn::StoreU(v0, d, to + k * kPanelRows);
      hn::StoreU(v1, d, to + (k + 1) * kPanelRows);
      hn::StoreU(v2, d, to + (k + 2) * kPanelRows);
      hn::StoreU(v3, d, to + (k + 3) * kPanelRows);
    }
  }
#endif
  for (int k = done; k < depth; ++k) {
    for (int r = 0; r < kPanelRows; ++r)
      out[k * kPanelRows + r] = rows[r * stride + k];
  }
}

// out[k * kTileColumns + c] = rows[c][k] for four columns c, of which `valid`
// exist (the others become 0).
HWY_INLINE void TransposeFour(const float* rows, int64_t stride, int valid,
                              int depth, float* out) {
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
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(dd, ab_low, ce_low)), d,
                 to);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(dd, ab_low, ce_low)), d,
                 to + kTileColumns);
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
