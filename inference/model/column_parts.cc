// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/column_parts.h"

#include <algorithm>
#include <cstdint>

namespace quipu::inference {
namespace {

// Unpacking a panel takes about as long as multiplying it with one tile: a step has a fixed
// cost of 9 to 17 columns (docs/performance.md).
constexpr int kUnpackTiles = 1;

int64_t CeilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

// What the worker with most tasks does, in products of a panel and a tile.
int64_t LongestShare(int panels, int tiles, int workers, int parts) {
  return CeilDiv(int64_t{panels} * parts, workers) * (kUnpackTiles + CeilDiv(tiles, parts));
}

}  // namespace

int ColumnParts(int panels, int tiles, int workers) {
  // More parts than this give no worker anything to do.
  const int most = std::min<int64_t>(tiles, CeilDiv(4 * int64_t{workers}, panels));
  int best = 1;
  int64_t least = LongestShare(panels, tiles, workers, 1);
  for (int parts = 2; parts <= most; ++parts) {
    const int64_t share = LongestShare(panels, tiles, workers, parts);
    // A part more must pay: weights are read from memory again.
    if (share * 20 > least * 19) continue;
    best = parts;
    least = share;
  }
  return best;
}

TileRange PartOfTiles(int part, int parts, int tiles) {
  const auto begin = [&](int p) { return static_cast<int>(int64_t{p} * tiles / parts); };
  return {begin(part), begin(part + 1)};
}

}  // namespace quipu::inference
