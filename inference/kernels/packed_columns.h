// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A matrix of activations (one column a token) in the order in which the
// micro-kernel reads it: tiles of kTileColumns columns, [tile][depth][column].
// Packed once for all weight matrices that multiply it.
//
//   PackedColumns x;
//   x.Resize(tokens, depth);
//   for (int t = 0; t < x.tiles(); ++t) PackTile(row(t * kTileColumns), stride, t, &x);
//
// Thread-compatible; different tiles may be packed by different threads.
#ifndef QUIPU_INFERENCE_KERNELS_PACKED_COLUMNS_H_
#define QUIPU_INFERENCE_KERNELS_PACKED_COLUMNS_H_

#include <cstddef>
#include <cstdint>

#include "inference/kernels/aligned_floats.h"

namespace quipu::inference {

// Rows of a weight panel and columns of an activation tile: what the widest
// micro-kernel takes (2 vectors of 16 by 12), and a multiple of all others.
inline constexpr int kPanelRows = 32;
inline constexpr int kTileColumns = 12;

class PackedColumns {
 public:
  // Contents are undefined afterwards.
  void Resize(int columns, int depth) {
    columns_ = columns;
    depth_ = depth;
    floats_.Resize(static_cast<size_t>(tiles()) * tile_floats());
  }

  int columns() const { return columns_; }
  int depth() const { return depth_; }
  int tiles() const { return (columns_ + kTileColumns - 1) / kTileColumns; }
  // Columns of tile `t`; fewer than kTileColumns in the last one.
  int tile_columns(int t) const {
    const int left = columns_ - t * kTileColumns;
    return left < kTileColumns ? left : kTileColumns;
  }
  float* tile(int t) { return floats_.data() + t * tile_floats(); }
  const float* tile(int t) const { return floats_.data() + t * tile_floats(); }

 private:
  size_t tile_floats() const { return static_cast<size_t>(depth_) * kTileColumns; }

  int columns_ = 0;
  int depth_ = 0;
  AlignedFloats floats_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_PACKED_COLUMNS_H_
