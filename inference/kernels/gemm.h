// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Weights times activations, by panels of 32 weight rows: each panel is
// unpacked into cache once and multiplied with all columns.
//
//   GemmScratch scratch;  // One a thread; x is tokens x depth.
//   for (int p = 0; p < w.count(); ++p) {
//     MultiplyPanel(w, p, x, x.all_tiles(), out, stride, &scratch);
//   }
//
// out[token][row] = sum over k of w[row][k] * x[k][token]: fused, in order of
// k, from 0, in F32. The bits are the same for every number of columns and
// every vector target. Thread-compatible; threads may compute different panels
// or tiles.
#ifndef QUIPU_INFERENCE_KERNELS_GEMM_H_
#define QUIPU_INFERENCE_KERNELS_GEMM_H_

#include <cstdint>

#include "inference/kernels/aligned_floats.h"
#include "inference/kernels/packed_columns.h"
#include "inference/kernels/weight_panels.h"

namespace quipu::inference {

struct GemmScratch {
  AlignedFloats panel;  // Unpacked, rows running fastest.
  AlignedFloats out;    // Results of a panel with fewer than 32 rows.
};

// Packs `rows` as tile `t` of `x`: x->tile_columns(t) rows of x->depth()
// floats, `stride` floats apart.
void PackTile(const float* rows, int64_t stride, int t, PackedColumns* x);

// Writes out[c * out_stride + r] for the columns c of `tiles` and the rows r of
// `panel`. REQUIRES: x.depth() == w.depth(); `tiles` are tiles of x, at least one.
void MultiplyPanel(const WeightPanels& w, int panel, const PackedColumns& x, TileRange tiles,
                   float* out, int64_t out_stride, GemmScratch* scratch);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_GEMM_H_
