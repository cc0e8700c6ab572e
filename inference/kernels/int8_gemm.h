// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Quantised weights times activations rounded to 8 bits, by panels of 32 weight
// rows:
//
//   Int8Scratch scratch;  // One a thread; x is tokens x depth.
//   for (int p = 0; p < w.count(); ++p) {
//     MultiplyPanelInt8(w, p, x, x.all_tiles(), out, stride, &scratch);
//   }
//
// out[token][row] accumulates from 0, one block of 32 after another in order of
// depth:
//   sum = fma(weight scale * activation scale, S, sum), S = sum of (q - zero)*a
//   sum = fma(weight offset, activation scale * sum of a, sum)   where w has one
// S and the sums of a are exact integers. Types with a scale per 16 values (Q2_K,
// Q3_K, Q6_K) have two S, and take these steps for each half. Everything else is
// rounded once where it is written, so the bits are the same for every number of
// columns, vector target and instruction.
// Thread-compatible; threads may compute different panels or tiles.
#ifndef QUIPU_INFERENCE_KERNELS_INT8_GEMM_H_
#define QUIPU_INFERENCE_KERNELS_INT8_GEMM_H_

#include <cstdint>

#include "inference/kernels/aligned_floats.h"
#include "inference/kernels/packed_ints.h"
#include "inference/kernels/weight_panels.h"

namespace quipu::inference {

struct Int8Scratch {
  AlignedFloats words;  // Unpacked weights, as bytes.
  AlignedFloats scales;
  AlignedFloats offsets;
  AlignedFloats out;  // Results of a panel with fewer than 32 rows.
};

// Rounds `rows` as tile `t` of `x`: x->tile_columns(t) rows of x->depth()
// floats, `stride` floats apart. Per 32 values: scale = largest magnitude /
// 127, a = value * (127 / largest magnitude) to the nearest integer, ties to
// even. Both are 0 if the largest magnitude is below 1e-30. Not-a-number and
// infinity turn the scale into one of them, so they show in every result.
void PackIntsTile(const float* rows, int64_t stride, int t, PackedInts* x);

// Writes out[c * out_stride + r] for the columns c of `tiles` and the rows r of
// `panel`. REQUIRES: w.format().quantised(); x.depth() == w.depth(); `tiles` are
// tiles of x, at least one.
void MultiplyPanelInt8(const WeightPanels& w, int panel, const PackedInts& x, TileRange tiles,
                       float* out, int64_t out_stride, Int8Scratch* scratch);

// One element of the same product, with the same bits, without the panel.
float MultiplyRowInt8(const WeightPanels& w, int64_t row, const PackedInts& x, int column);

// What multiplies bytes on this machine: "AVX-512 VNNI", "AVX-VNNI",
// "AVX-512", "AVX2", "SSSE3", "NEON dot product", "NEON" or "plain".
const char* Int8InstructionName();

// Whether to use the processor's own dot products of bytes, if it has any (the
// default); for tests.
void UseDotInstructions(bool use);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_INT8_GEMM_H_
