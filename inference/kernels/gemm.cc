// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/gemm.h"

#include <algorithm>
#include <cstring>

#include "inference/kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/kernels/gemm.cc"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/kernels/fused-inl.h"
#include "inference/kernels/tile-inl.h"
#include "inference/kernels/transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

// Rows of the scratch are this far apart: not a power of two, or all rows would
// fall into the same cache sets.
constexpr int kRowStride = kBlockDepth + 16;
constexpr int kCacheLine = 64;

// A panel is 32 streams of bytes, more than a processor follows by itself.
HWY_INLINE void PrefetchBytes(const uint8_t* p, uint64_t count) {
  for (uint64_t i = 0; i < count; i += kCacheLine) hwy::Prefetch(p + i);
}

void PackTile(const float* rows, int64_t stride, int t, PackedColumns* x) {
  const int columns = x->tile_columns(t);
  for (int k = 0; k < x->depth(); k += kBlockDepth) {
    for (int c = 0; c < kTileColumns; c += 4) {
      TransposeFour(rows + c * stride + k, stride, columns - c,
                    x->block_depth(k), x->block(k, t) + c);
    }
  }
}

void MultiplyPanel(const WeightMatrix& w, int panel, const PackedColumns& x,
                   float* out, int64_t out_stride, GemmScratch* scratch) {
  const int64_t first = static_cast<int64_t>(panel) * kPanelRows;
  const int count =
      static_cast<int>(std::min<int64_t>(kPanelRows, w.rows - first));
  float* rows = scratch->rows.Resize(kPanelRows * kRowStride);
  float* transposed = scratch->panel.Resize(kPanelRows * kBlockDepth);
  // A panel that is not full computes into scratch.
  const bool whole = count == kPanelRows;
  if (!whole) {
    std::memset(rows, 0, kPanelRows * kRowStride * sizeof(float));
  }
  float* target = whole ? out + first
                        : scratch->out.Resize(size_t{kPanelRows} * x.columns());
  const int64_t target_stride = whole ? out_stride : kPanelRows;

  const uint64_t row_bytes = RowBytes(w.type, w.depth);
  const uint8_t* in = w.row(first);
  for (int k = 0; k < w.depth; k += kBlockDepth) {
    const int depth = x.block_depth(k);
    const int next_depth = std::min(kBlockDepth, w.depth - k - depth);
    const uint64_t bytes = RowBytes(w.type, depth);
    const uint64_t next_bytes = RowBytes(w.type, next_depth);
    for (int r = 0; r < count; ++r, in += row_bytes) {
      DequantizeRow(w.type, in, depth, rows + r * kRowStride);
      PrefetchBytes(in + bytes, next_bytes);
    }
    in += bytes - count * row_bytes;
    TransposePanel(rows, kRowStride, depth, transposed);
    for (int t = 0; t < x.tiles(); ++t) {
      const TileArgs args = {transposed,
                             kPanelRows,
                             x.block(k, t),
                             kTileColumns,
                             1,
                             depth,
                             target + int64_t{t} * kTileColumns * target_stride,
                             target_stride};
      Tile</*kPacked=*/true>(args, x.tile_columns(t), /*accumulate=*/k > 0);
    }
  }
  if (!whole) {
    for (int c = 0; c < x.columns(); ++c) {
      std::memcpy(out + c * out_stride + first, target + c * kPanelRows,
                  count * sizeof(float));
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {

HWY_EXPORT(PackTile);
HWY_EXPORT(MultiplyPanel);

void PackTile(const float* rows, int64_t stride, int t, PackedColumns* x) {
  HWY_DYNAMIC_DISPATCH(PackTile)(rows, stride, t, x);
}

void MultiplyPanel(const WeightMatrix& w, int panel, const PackedColumns& x,
                   float* out, int64_t out_stride, GemmScratch* scratch) {
  HWY_DYNAMIC_DISPATCH(MultiplyPanel)(w, panel, x, out, out_stride, scratch);
}

}  // namespace quipu::inference
#endif  // HWY_ONCE
