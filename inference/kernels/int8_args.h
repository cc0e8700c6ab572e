// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the integer micro-kernels work on: up to 256 of depth of one panel
// (unpacked) and one tile of columns. Private to int8_gemm.
#ifndef QUIPU_INFERENCE_KERNELS_INT8_ARGS_H_
#define QUIPU_INFERENCE_KERNELS_INT8_ARGS_H_

#include <cstdint>

#include "inference/kernels/packed_ints.h"
#include "inference/kernels/weight_panels.h"

namespace quipu::inference {

struct Int8Args {
  int blocks;
  int bits;
  int zero;    // Subtracted from each q.
  int halves;  // Scales per row in each block: 1 or 2.
  // For each strip of 16 rows: words of 4 values [block][8][kStripRows]. For pairs,
  // 8-bit weights are words of 2 values: [block][16][kStripRows].
  const uint32_t* words[kPanelRows / kStripRows];
  // Both [strip][block][halves][kStripRows].
  const float* scales;
  const float* offsets;  // nullptr: none.
  PackedInts::Cells x;
  float* out;  // out[c][r] at out[c * out_stride + r].
  int64_t out_stride;
  bool accumulate;
};

// The most that FillStarts or FillSums (int8_starts-inl.h) writes.
inline constexpr int kMostStarts = kBlockDepth / kQuantBlock * 2 * kTileColumns;

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_INT8_ARGS_H_
