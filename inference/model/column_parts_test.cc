// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/column_parts.h"

#include <algorithm>

#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

// Of a step of 256 tokens.
constexpr int kTiles = 22;

// Products of a panel and a tile that the busiest worker makes.
int Longest(int panels, int workers, int parts) {
  return (panels * parts + workers - 1) / workers * ((kTiles + parts - 1) / parts);
}

TEST(ColumnParts, EnoughPanelsStayWhole) {
  for (const int workers : {1, 2, 3, 8}) EXPECT_EQ(ColumnParts(280, kTiles, workers), 1);
  EXPECT_EQ(ColumnParts(18, kTiles, 2), 1);
  EXPECT_EQ(ColumnParts(48, kTiles, 16), 1);
  EXPECT_EQ(ColumnParts(1536, kTiles, 64), 1);
}

TEST(ColumnParts, FewerPanelsThanWorkersAreCut) {
  // 18 panels: the rows of a model of 576. Alone they keep 18 of 64 threads busy.
  const int parts = ColumnParts(18, kTiles, 64);
  EXPECT_GE(parts, 3);
  EXPECT_LE(Longest(18, 64, parts) * 2, Longest(18, 64, 1));
}

// 48 panels: the rows of a model of 1,536.
TEST(ColumnParts, NoNumberOfWorkersWaitsLong) {
  for (int workers = 1; workers <= 128; ++workers) {
    const int parts = ColumnParts(48, kTiles, workers);
    const double ideal = 48.0 * kTiles / workers;
    EXPECT_LE(Longest(48, workers, parts), 1.5 * ideal + 2) << workers << " workers";
  }
}

TEST(ColumnParts, OneTileIsNeverCut) {
  for (const int workers : {1, 7, 1024}) EXPECT_EQ(ColumnParts(3, 1, workers), 1);
}

TEST(PartOfTiles, PartsAreInOrderAndAboutEqual) {
  for (const int tiles : {1, 2, 7, 22, 100}) {
    for (int parts = 1; parts <= tiles; ++parts) {
      int end = 0;
      for (int part = 0; part < parts; ++part) {
        const TileRange range = PartOfTiles(part, parts, tiles);
        EXPECT_EQ(range.begin, end);
        EXPECT_GE(range.size(), tiles / parts);
        EXPECT_LE(range.size(), tiles / parts + 1);
        end = range.end;
      }
      EXPECT_EQ(end, tiles);
    }
  }
}

}  // namespace
}  // namespace quipu::inference
