// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A matrix of activations (one column per token) in the order in which the
// micro-kernel reads it: blocks of depth, each with tiles of kTileColumns
// columns, [block][tile][depth][column]. So a panel of weights reads it from
// end to end. Packed once for all weight matrices that multiply it.
//
//   PackedColumns x;
//   x.Resize(tokens, depth);
//   for (int t = 0; t < x.tiles(); ++t) PackTile(row(t * kTileColumns), stride, t, &x);
//
// Thread-compatible; threads may pack different tiles.
#ifndef QUIPU_INFERENCE_KERNELS_PACKED_COLUMNS_H_
#define QUIPU_INFERENCE_KERNELS_PACKED_COLUMNS_H_

#include <cstddef>
#include <cstdint>

#include "inference/kernels/aligned_floats.h"

namespace quipu::inference {

// Rows of a weight panel and columns of an activation tile: the size of the
// widest micro-kernel (2 vectors of 16 by 12), and a multiple of all others.
inline constexpr int kPanelRows = 32;
inline constexpr int kTileColumns = 12;
// Depth of a block: a multiple of every weight format's block length. A panel
// of weights (32 KiB) streams from L2; a tile of columns (12 KiB) stays in L1.
inline constexpr int kBlockDepth = 256;

// Tiles [begin, end) of packed activations.
struct TileRange {
  int begin;
  int end;

  int size() const { return end - begin; }
};

class PackedColumns {
 public:
  // Contents are undefined afterwards.
  void Resize(int columns, int depth) {
    columns_ = columns;
    depth_ = depth;
    floats_.Resize(static_cast<size_t>(tiles()) * kTileColumns * depth);
  }

  int columns() const { return columns_; }
  int depth() const { return depth_; }
  int tiles() const { return (columns_ + kTileColumns - 1) / kTileColumns; }
  TileRange all_tiles() const { return {0, tiles()}; }
  // Columns of tile `t`; the last tile may have fewer than kTileColumns.
  int tile_columns(int t) const {
    const int left = columns_ - t * kTileColumns;
    return left < kTileColumns ? left : kTileColumns;
  }
  // Depth of the block that begins at `k`, a multiple of kBlockDepth.
  int block_depth(int k) const { return depth_ - k < kBlockDepth ? depth_ - k : kBlockDepth; }
  // [block_depth(k)][kTileColumns] of block `k` and tile `t`.
  float* block(int k, int t) { return floats_.data() + offset(k, t); }
  const float* block(int k, int t) const { return floats_.data() + offset(k, t); }

 private:
  size_t offset(int k, int t) const {
    return (static_cast<size_t>(k) * tiles() + static_cast<size_t>(t) * block_depth(k)) *
           kTileColumns;
  }

  int columns_ = 0;
  int depth_ = 0;
  AlignedFloats floats_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_PACKED_COLUMNS_H_
