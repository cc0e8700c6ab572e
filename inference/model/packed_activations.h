// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A step's activations in the forms that the next matrices need: floats, 8-bit
// integers, or both if a file mixes its types.
// Thread-compatible; threads may pack different tiles.
#ifndef QUIPU_INFERENCE_MODEL_PACKED_ACTIVATIONS_H_
#define QUIPU_INFERENCE_MODEL_PACKED_ACTIVATIONS_H_

#include <cstdint>

#include "inference/kernels/gemm.h"
#include "inference/kernels/int8_gemm.h"
#include "inference/kernels/packed_columns.h"
#include "inference/kernels/packed_ints.h"

namespace quipu::inference {

// Which forms are needed.
struct ActivationForms {
  bool floats = false;
  bool ints = false;
};

class PackedActivations {
 public:
  void Resize(int columns, int depth, ActivationForms forms) {
    forms_ = forms;
    columns_ = columns;
    if (forms.floats) floats_.Resize(columns, depth);
    if (forms.ints) ints_.Resize(columns, depth);
  }
  int columns() const { return columns_; }
  int tiles() const { return (columns_ + kTileColumns - 1) / kTileColumns; }
  int tile_columns(int t) const {
    const int left = columns_ - t * kTileColumns;
    return left < kTileColumns ? left : kTileColumns;
  }

  // Packs tile_columns(t) rows, `stride` floats apart, as tile `t`.
  void Pack(const float* rows, int64_t stride, int t) {
    if (forms_.floats) PackTile(rows, stride, t, &floats_);
    if (forms_.ints) PackIntsTile(rows, stride, t, &ints_);
  }

  // REQUIRES: the form was requested.
  const PackedColumns& floats() const { return floats_; }
  const PackedInts& ints() const { return ints_; }

 private:
  ActivationForms forms_;
  int columns_ = 0;
  PackedColumns floats_;
  PackedInts ints_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_PACKED_ACTIVATIONS_H_
