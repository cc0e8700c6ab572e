// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How a product of few panels is cut for many threads. A panel of weights is
// unpacked once and multiplied with all columns, so it is one task. If there are
// fewer panels than threads, or a few more, threads wait: then each panel becomes
// several tasks, each with a part of the columns, and unpacks its weights again.
//
//   const int parts = ColumnParts(panels, x.tiles(), pool.num_threads());
//   pool.ParallelFor(panels * parts, [&](int task, int) {
//     Multiply(task / parts, PartOfTiles(task % parts, parts, x.tiles()));
//   });
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_MODEL_COLUMN_PARTS_H_
#define QUIPU_INFERENCE_MODEL_COLUMN_PARTS_H_

#include "inference/kernels/packed_columns.h"

namespace quipu::inference {

// In [1, tiles]: the fewest parts with which `workers` take hardly longer than
// with the best number. REQUIRES: panels, tiles and workers >= 1.
int ColumnParts(int panels, int tiles, int workers);

// The tiles of part `part` of `parts`: in order, none empty, as equal as can be.
// REQUIRES: 0 <= part < parts <= tiles.
TileRange PartOfTiles(int part, int parts, int tiles);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_COLUMN_PARTS_H_
