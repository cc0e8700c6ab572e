// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A matrix of activations (one column per token) rounded to 8 bits, in the
// order in which the integer kernels read it: x[k] = scale * a[k], with one
// scale per column and 32 values of depth, a in [-127, 127].
//
//   PackedInts x;
//   x.Resize(tokens, depth);
//   for (int t = 0; t < x.tiles(); ++t) {
//     PackIntsTile(row(t * kTileColumns), stride, t, &x);
//   }
//
// Rounded once for all weight matrices that multiply it. Layout, per 256 of
// depth, tile of 12 columns and block of 32: see Cells.
// Thread-compatible; threads may pack different tiles.
#ifndef QUIPU_INFERENCE_KERNELS_PACKED_INTS_H_
#define QUIPU_INFERENCE_KERNELS_PACKED_INTS_H_

#include <cstddef>
#include <cstdint>

#include "inference/kernels/aligned_floats.h"
#include "inference/kernels/packed_columns.h"
#include "inference/kernels/weight_panels.h"

namespace quipu::inference {

class PackedInts {
 public:
  // Consecutive blocks of 32 of one tile, [block] first. Missing columns of a
  // tile are zero.
  struct Cells {
    int8_t* values;      // [8][kTileColumns][4]: depth 4 * first + last.
    float* scales;       // [kTileColumns].
    float* scaled_sums;  // [kTileColumns]: scale * sum of the 32 values.
    int32_t* half_sums;  // [2][kTileColumns]: sums of 16 values each.
  };
  static constexpr int kCellValues = kQuantBlock * kTileColumns;

  // REQUIRES: depth is a multiple of 32. Contents are undefined afterwards.
  void Resize(int columns, int depth) {
    columns_ = columns;
    depth_ = depth;
    const size_t cells = static_cast<size_t>(tiles()) * (depth / kQuantBlock);
    // One piece of memory per kind; all are multiples of four bytes.
    values_.Resize(cells * kCellValues / sizeof(float));
    scales_.Resize(cells * kTileColumns);
    scaled_sums_.Resize(cells * kTileColumns);
    half_sums_.Resize(cells * 2 * kTileColumns);
  }

  int columns() const { return columns_; }
  int depth() const { return depth_; }
  int tiles() const { return (columns_ + kTileColumns - 1) / kTileColumns; }
  TileRange all_tiles() const { return {0, tiles()}; }
  int tile_columns(int t) const {
    const int left = columns_ - t * kTileColumns;
    return left < kTileColumns ? left : kTileColumns;
  }
  // Blocks of 32 from depth `k`, a multiple of kBlockDepth, within 256.
  int blocks_at(int k) const {
    const int left = depth_ - k;
    return (left < kBlockDepth ? left : kBlockDepth) / kQuantBlock;
  }

  // The blocks_at(k) cells of tile `t` from depth `k`.
  Cells at(int k, int t) const {
    const size_t cell =
        (static_cast<size_t>(k) * tiles()) / kQuantBlock + static_cast<size_t>(t) * blocks_at(k);
    // The accessor of a const object returns memory that its owner may write.
    auto* self = const_cast<PackedInts*>(this);
    return {reinterpret_cast<int8_t*>(self->values_.data()) + cell * kCellValues,
            self->scales_.data() + cell * kTileColumns,
            self->scaled_sums_.data() + cell * kTileColumns,
            reinterpret_cast<int32_t*>(self->half_sums_.data()) + cell * 2 * kTileColumns};
  }

 private:
  int columns_ = 0;
  int depth_ = 0;
  AlignedFloats values_;
  AlignedFloats scales_;
  AlignedFloats scaled_sums_;
  AlignedFloats half_sums_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_PACKED_INTS_H_
