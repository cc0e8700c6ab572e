// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/weight_panels.h"

#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "inference/gguf/quants.h"
#include "tests/support/quantize.h"
#include "tests/support/random.h"
#include "tests/support/random_blocks.h"
#include "tests/support/random_floats.h"

namespace quipu::inference {
namespace {

using quipu::testing::AllTensorTypes;
using quipu::testing::FilledBlocks;
using quipu::testing::QuantisedTensorTypes;
using quipu::testing::Quantize;
using quipu::testing::RandomBlocks;
using quipu::testing::RandomFloats;
using quipu::testing::SameBits;
using quipu::testing::TestFingerprint;

constexpr int64_t kRows[] = {1, 31, 32, 33, 70};

// Of whole blocks, and of partial 256s if the type allows them.
std::vector<int> Depths(TensorType type) {
  if (BlockElements(type) == 1) return {1, 7, 33, 255, 257, 600};
  if (BlockElements(type) == 256) return {256, 768, 1536};
  return {32, 64, 256, 288, 576, 1536};
}

WeightMatrix Matrix(TensorType type, const std::string& blocks, int64_t rows, int depth) {
  return {type, reinterpret_cast<const uint8_t*>(blocks.data()), rows, depth};
}

WeightPanels Packed(const WeightMatrix& matrix) {
  WeightPanels panels(matrix);
  for (int p = 0; p < panels.count(); ++p) panels.Fill(matrix, p);
  return panels;
}

std::vector<float> FileRow(const WeightMatrix& matrix, int64_t row) {
  std::vector<float> values(matrix.depth);
  DequantizeRow(matrix.type, matrix.row(row), matrix.depth, values.data());
  return values;
}

std::vector<float> PanelRow(const WeightPanels& panels, int64_t row) {
  std::vector<float> values(panels.depth());
  panels.Row(row, values.data());
  return values;
}

void ExpectRowsOfTheFile(const WeightMatrix& matrix, const WeightPanels& panels) {
  for (int64_t r = 0; r < matrix.rows; ++r) {
    ASSERT_TRUE(SameBits(PanelRow(panels, r), FileRow(matrix, r)))
        << TensorTypeName(matrix.type) << " row " << r << " of " << matrix.rows << " x "
        << matrix.depth;
  }
}

TEST(WeightPanels, GiveTheFilesRowsBitForBit) {
  Rng rng(TestFingerprint(), "panels");
  for (const TensorType type : AllTensorTypes()) {
    for (const int64_t rows : kRows) {
      for (const int depth : Depths(type)) {
        const std::string random = RandomBlocks(type, rows * depth, &rng);
        const WeightMatrix any = Matrix(type, random, rows, depth);
        ExpectRowsOfTheFile(any, Packed(any));
        const std::string rounded = Quantize(type, RandomFloats(&rng, rows * depth));
        const WeightMatrix usual = Matrix(type, rounded, rows, depth);
        ExpectRowsOfTheFile(usual, Packed(usual));
      }
    }
  }
}

// The values of a block by the header's two formulas.
std::vector<float> ValuesOf(const PanelFormat& format, const WeightPanels::Block& block) {
  std::vector<float> values;
  for (int j = 0; j < kQuantBlock; ++j) {
    EXPECT_LT(block.q[j], 1 << format.bits);
    const int half = format.scales_per_block() * j / 32;
    const float product = block.scales[half] * static_cast<float>(block.q[j] - format.zero);
    values.push_back(format.has_offset() ? product + block.offsets[half] : product);
  }
  return values;
}

// How many integers a type has.
size_t LevelsOf(TensorType type) {
  if (type == TensorType::kQ3_K) return 8;
  if (type == TensorType::kIQ4_NL || type == TensorType::kIQ4_XS) return 16;
  if (type == TensorType::kMXFP4) return 15;  // Zero has two signs.
  return size_t{1} << FormatOf(type).bits;
}

TEST(WeightPanels, GiveBlocksOfIntegersAndScales) {
  Rng rng(TestFingerprint(), "blocks");
  for (const TensorType type : QuantisedTensorTypes()) {
    const int depth = Depths(type)[2];
    constexpr int64_t kCount = 45;
    const std::string blocks = RandomBlocks(type, kCount * depth, &rng);
    const WeightMatrix matrix = Matrix(type, blocks, kCount, depth);
    const WeightPanels panels = Packed(matrix);
    std::set<int> seen;
    for (int64_t r = 0; r < kCount; ++r) {
      const std::vector<float> row = FileRow(matrix, r);
      for (int b = 0; b < depth / kQuantBlock; ++b) {
        WeightPanels::Block block;
        panels.ReadBlock(r, b, &block);
        ASSERT_TRUE(SameBits(ValuesOf(panels.format(), block),
                             {row.begin() + b * kQuantBlock, row.begin() + (b + 1) * kQuantBlock}))
            << TensorTypeName(type) << " row " << r << " block " << b;
        if (!panels.format().has_offset()) {
          EXPECT_EQ(block.offsets[0], 0.0f);
          EXPECT_EQ(block.offsets[1], 0.0f);
        }
        seen.insert(block.q, block.q + kQuantBlock);
      }
    }
    EXPECT_EQ(seen.size(), LevelsOf(type)) << TensorTypeName(type);
  }
}

TEST(WeightPanels, KeepTheSmallestAndTheLargestIntegers) {
  for (const auto& [type, low, high] :
       {std::tuple(TensorType::kQ4_0, 0x00, 0xFF), std::tuple(TensorType::kQ4_1, 0x00, 0xFF),
        std::tuple(TensorType::kQ5_0, 0x00, 0xFF), std::tuple(TensorType::kQ5_1, 0x00, 0xFF),
        std::tuple(TensorType::kQ8_0, 0x80, 0x7F), std::tuple(TensorType::kQ4_K, 0x00, 0xFF),
        std::tuple(TensorType::kQ5_K, 0x00, 0xFF), std::tuple(TensorType::kQ6_K, 0x00, 0xFF),
        std::tuple(TensorType::kQ2_K, 0x00, 0xFF)}) {
    for (const bool largest : {false, true}) {
      const std::string blocks =
          FilledBlocks(type, 512, static_cast<uint8_t>(largest ? high : low));
      const WeightMatrix matrix = Matrix(type, blocks, 2, 256);
      const WeightPanels panels = Packed(matrix);
      ExpectRowsOfTheFile(matrix, panels);
      WeightPanels::Block block;
      panels.ReadBlock(1, 7, &block);
      EXPECT_EQ(block.q[31], largest ? (1 << panels.format().bits) - 1 : 0) << TensorTypeName(type);
    }
  }
}

TEST(WeightPanels, TakeAboutTheFilesMemory) {
  for (const TensorType type : AllTensorTypes()) {
    const WeightMatrix matrix = Matrix(type, "", 64, 1536);
    const WeightPanels panels(matrix);
    EXPECT_GE(panels.bytes(), static_cast<int64_t>(matrix.bytes()));
    // Four types are repacked as one with more bits.
    const int bits = FormatOf(type).bits;
    const TensorType packed = type == TensorType::kQ3_K ? TensorType::kQ6_K
                              : bits == 8               ? TensorType::kQ8_0
                                                        : type;
    EXPECT_LE(panels.bytes(), 1.03 * 64 * RowBytes(packed, 1536)) << TensorTypeName(type);
  }
}

TEST(WeightPanels, CountPanelsAndTheirRows) {
  const WeightMatrix matrix = Matrix(TensorType::kQ8_0, "", 70, 64);
  const WeightPanels panels(matrix);
  EXPECT_EQ(panels.type(), TensorType::kQ8_0);
  EXPECT_EQ(panels.rows(), 70);
  EXPECT_EQ(panels.depth(), 64);
  EXPECT_EQ(panels.count(), 3);
  EXPECT_EQ(panels.panel_rows(0), 32);
  EXPECT_EQ(panels.panel_rows(1), 32);
  EXPECT_EQ(panels.panel_rows(2), 6);
  EXPECT_EQ(WeightPanels().count(), 0);
}

TEST(WeightPanels, FillTheLastPanelUpWithZeros) {
  Rng rng(TestFingerprint(), "last panel");
  for (const TensorType type : AllTensorTypes()) {
    const std::string blocks = RandomBlocks(type, 64 * 512, &rng);
    // Previous content must not show.
    const WeightMatrix whole = Matrix(type, blocks, 64, 512);
    const WeightMatrix most = Matrix(type, blocks, 41, 512);
    WeightPanels panels = Packed(whole);
    panels = WeightPanels(most);
    panels.Fill(most, 1);
    panels.Fill(most, 0);
    for (int64_t r = 41; r < 64; ++r) {
      for (const float value : PanelRow(panels, r))
        ASSERT_EQ(value, 0.0f) << TensorTypeName(type) << " row " << r;
    }
    ExpectRowsOfTheFile(most, panels);
  }
}

TEST(WeightPanels, MayBeFilledInAnyOrderAndAgain) {
  Rng rng(TestFingerprint(), "order");
  for (const TensorType type : {TensorType::kF16, TensorType::kQ6_K}) {
    const std::string blocks = RandomBlocks(type, 100 * 256, &rng);
    const WeightMatrix matrix = Matrix(type, blocks, 100, 256);
    WeightPanels panels(matrix);
    for (const int p : {3, 1, 0, 2, 1}) panels.Fill(matrix, p);
    ExpectRowsOfTheFile(matrix, panels);
  }
}

TEST(WeightPanels, Move) {
  Rng rng(TestFingerprint(), "moves");
  const std::string blocks = RandomBlocks(TensorType::kQ4_1, 40 * 96, &rng);
  const WeightMatrix matrix = Matrix(TensorType::kQ4_1, blocks, 40, 96);
  const std::string others = RandomBlocks(TensorType::kF32, 3 * 5, &rng);
  const WeightMatrix other = Matrix(TensorType::kF32, others, 3, 5);

  WeightPanels first = Packed(matrix);
  WeightPanels second(std::move(first));
  ExpectRowsOfTheFile(matrix, second);
  WeightPanels third = Packed(other);
  third = std::move(second);
  EXPECT_EQ(third.type(), TensorType::kQ4_1);
  ExpectRowsOfTheFile(matrix, third);
  std::vector<WeightPanels> several;
  several.push_back(std::move(third));
  several.push_back(Packed(other));
  several.reserve(50);
  ExpectRowsOfTheFile(matrix, several[0]);
  ExpectRowsOfTheFile(other, several[1]);
}

TEST(WeightPanelsDeathTest, WantWholeBlocks) {
  const WeightMatrix matrix = Matrix(TensorType::kQ4_K, "", 1, 288);
  EXPECT_DEATH(WeightPanels panels(matrix), "288 values are not whole blocks");
}

}  // namespace
}  // namespace quipu::inference
