// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/gemm.h"

#include <algorithm>
#include <cstring>

#include "inference/gguf/quants.h"
#include "inference/kernels/stream_ahead.h"
#include "inference/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/kernels/gemm.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/kernels/tile-inl.h"
#include "inference/kernels/transpose-inl.h"
#include "inference/kernels/unpack-inl.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

constexpr int kStrips = kPanelRows / kStripRows;
constexpr int kMaxBlocks = kBlockDepth / kQuantBlock;

void PackTile(const float* rows, int64_t stride, int t, PackedColumns* x) {
  const int columns = x->tile_columns(t);
  for (int k = 0; k < x->depth(); k += kBlockDepth) {
    for (int c = 0; c < kTileColumns; c += 4) {
      TransposeFour(rows + c * stride + k, stride, columns - c, x->block_depth(k),
                    x->block(k, t) + c);
    }
  }
}

// The four values of word `kT` of kLanes rows, to out[depth][row of 32].
template <int kBits, bool kOffset, int kT>
HWY_INLINE void UnpackFloatWord(const uint8_t* block, IntVec zero, FloatVec scale, FloatVec offset,
                                float* out) {
  const FloatTag d;
  const WordVec word = UnpackWord<kBits, kT>(block);
  const WordVec byte = hn::Set(WordTag(), 0xFFu);
  const auto store = [&](WordVec q, int i) HWY_ATTR {
    const IntVec n = hn::BitCast(IntTag(), q);
    // The product is exact if an offset follows: one rounding either way.
    const FloatVec value = kOffset ? hn::Add(hn::Mul(hn::ConvertTo(d, n), scale), offset)
                                   : hn::Mul(hn::ConvertTo(d, hn::Sub(n, zero)), scale);
    hn::StoreU(value, d, out + (4 * kT + i) * kPanelRows);
  };
  store(hn::And(word, byte), 0);
  store(hn::And(hn::ShiftRight<8>(word), byte), 1);
  store(hn::And(hn::ShiftRight<16>(word), byte), 2);
  store(hn::ShiftRight<24>(word), 3);
}

template <int kBits, bool kOffset>
HWY_INLINE void UnpackFloatStrip(const PanelFormat& format, const uint8_t* strip, int blocks,
                                 float* out) {
  HWY_ALIGN float scales[kMaxBlocks * 2 * kStripRows];
  HWY_ALIGN float offsets[kMaxBlocks * 2 * kStripRows];
  UnpackScales(format.scales, strip + blocks * format.block_bytes(), blocks, scales, offsets);
  const IntVec zero = hn::Set(IntTag(), format.zero);
  const int per_block = format.scales_per_block();
  for (int b = 0; b < blocks; ++b) {
    for (int r = 0; r < kStripRows; r += kLanes) {
      const uint8_t* block = strip + b * format.block_bytes() + 4 * r;
      const int at = b * per_block * kStripRows + r;
      const int next = at + (per_block - 1) * kStripRows;
      const FloatVec first = hn::LoadU(FloatTag(), scales + at);
      const FloatVec second = hn::LoadU(FloatTag(), scales + next);
      const FloatVec offset = kOffset ? hn::LoadU(FloatTag(), offsets + at) : first;
      const FloatVec offset2 = kOffset ? hn::LoadU(FloatTag(), offsets + next) : second;
      float* to = out + b * kQuantBlock * kPanelRows + r;
      UnpackFloatWord<kBits, kOffset, 0>(block, zero, first, offset, to);
      UnpackFloatWord<kBits, kOffset, 1>(block, zero, first, offset, to);
      UnpackFloatWord<kBits, kOffset, 2>(block, zero, first, offset, to);
      UnpackFloatWord<kBits, kOffset, 3>(block, zero, first, offset, to);
      UnpackFloatWord<kBits, kOffset, 4>(block, zero, second, offset2, to);
      UnpackFloatWord<kBits, kOffset, 5>(block, zero, second, offset2, to);
      UnpackFloatWord<kBits, kOffset, 6>(block, zero, second, offset2, to);
      UnpackFloatWord<kBits, kOffset, 7>(block, zero, second, offset2, to);
    }
  }
}

// `depth` values of 32 rows at `from`, as floats [depth][row of 32]: in `to`,
// or in place.
HWY_INLINE const float* UnpackFloats(const WeightPanels& w, const uint8_t* from, int depth,
                                     float* to) {
  const PanelFormat& format = w.format();
  if (w.type() == TensorType::kF32) return reinterpret_cast<const float*>(from);
  if (!format.quantised()) {
    DequantizeRow(w.type(), from, int64_t{depth} * kPanelRows, to);
    return to;
  }
  const int blocks = depth / kQuantBlock;
  for (int s = 0; s < kStrips; ++s) {
    const uint8_t* strip = from + s * format.strip_bytes(blocks);
    float* out = to + s * kStripRows;
    switch (format.bits) {
      case 2:
        UnpackFloatStrip<2, true>(format, strip, blocks, out);
        break;
      case 4:
        format.has_offset() ? UnpackFloatStrip<4, true>(format, strip, blocks, out)
                            : UnpackFloatStrip<4, false>(format, strip, blocks, out);
        break;
      case 5:
        format.has_offset() ? UnpackFloatStrip<5, true>(format, strip, blocks, out)
                            : UnpackFloatStrip<5, false>(format, strip, blocks, out);
        break;
      case 6:
        UnpackFloatStrip<6, false>(format, strip, blocks, out);
        break;
      default:
        UnpackFloatStrip<8, false>(format, strip, blocks, out);
        break;
    }
  }
  return to;
}

void MultiplyPanel(const WeightPanels& w, int panel, const PackedColumns& x, TileRange tiles,
                   float* out, int64_t out_stride, GemmScratch* scratch) {
  const int64_t first = int64_t{panel} * kPanelRows;
  const int count = w.panel_rows(panel);
  float* unpacked = scratch->panel.Resize(kPanelRows * kBlockDepth);
  // A partial panel computes into scratch.
  const bool whole = count == kPanelRows;
  float* target = whole ? out + first : scratch->out.Resize(size_t{kPanelRows} * x.columns());
  const int64_t target_stride = whole ? out_stride : kPanelRows;

  for (int k = 0; k < w.depth(); k += kBlockDepth) {
    const int depth = x.block_depth(k);
    const uint8_t* packed = w.at(panel, k);
    const int64_t packed_bytes = w.bytes_at(k);
    // What comes next: the panel's next block, or the next panel.
    StreamAhead ahead(packed + packed_bytes, packed_bytes, tiles.size());
    const float* block = UnpackFloats(w, packed, depth, unpacked);
    for (int t = tiles.begin; t < tiles.end; ++t) {
      ahead.Advance();
      const TileArgs args = {block, x.block(k, t), depth,
                             target + int64_t{t} * kTileColumns * target_stride, target_stride};
      Tile(args, x.tile_columns(t), /*accumulate=*/k > 0);
    }
  }
  if (!whole) {
    const int end = std::min(tiles.end * kTileColumns, x.columns());
    for (int c = tiles.begin * kTileColumns; c < end; ++c) {
      std::memcpy(out + c * out_stride + first, target + c * kPanelRows, count * sizeof(float));
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

void MultiplyPanel(const WeightPanels& w, int panel, const PackedColumns& x, TileRange tiles,
                   float* out, int64_t out_stride, GemmScratch* scratch) {
  HWY_DYNAMIC_DISPATCH(MultiplyPanel)(w, panel, x, tiles, out, out_stride, scratch);
}

}  // namespace quipu::inference
#endif  // HWY_ONCE
