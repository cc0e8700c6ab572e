// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/gemm.h"

#include <cmath>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "inference/gguf/quants.h"
#include "tests/support/quantize.h"
#include "tests/support/random.h"
#include "tests/support/random_blocks.h"
#include "tests/support/random_floats.h"
#include "tests/support/tolerance.h"
#include "tests/support/vector_targets.h"

namespace quipu::inference {
namespace {

using quipu::testing::AllTensorTypes;
using quipu::testing::Quantize;
using quipu::testing::RandomBlocks;
using quipu::testing::RandomFloats;
using quipu::testing::SameBits;
using quipu::testing::ScopedVectorTarget;
using quipu::testing::TestFingerprint;
using quipu::testing::VectorTargets;
using quipu::testing::Within;

struct Problem {
  std::string blocks;
  WeightMatrix w;
  std::vector<float> x;  // [column][depth].
  int columns = 0;
};

Problem MakeProblem(TensorType type, int64_t rows, int depth, int columns, Rng* rng) {
  Problem p;
  p.blocks = Quantize(type, RandomFloats(rng, rows * depth));
  p.w = {type, reinterpret_cast<const uint8_t*>(p.blocks.data()), rows, depth};
  p.x = RandomFloats(rng, int64_t{columns} * depth);
  p.columns = columns;
  return p;
}

PackedColumns Pack(const Problem& p, int first, int count) {
  PackedColumns packed;
  packed.Resize(count, p.w.depth);
  for (int t = 0; t < packed.tiles(); ++t) {
    PackTile(p.x.data() + (int64_t{first} + t * kTileColumns) * p.w.depth, p.w.depth, t, &packed);
  }
  return packed;
}

// Results [column][row] for columns [first, first + count).
std::vector<float> Multiply(const Problem& p, int first, int count) {
  const PackedColumns packed = Pack(p, first, count);
  std::vector<float> out(count * p.w.rows, NAN);
  GemmScratch scratch;
  WeightPanels panels(p.w);
  for (int panel = 0; panel < panels.count(); ++panel) {
    panels.Fill(p.w, panel);
    MultiplyPanel(panels, panel, packed, packed.all_tiles(), out.data(), p.w.rows, &scratch);
  }
  return out;
}

std::vector<float> Multiply(const Problem& p) { return Multiply(p, 0, p.columns); }

struct Shape {
  int64_t rows;
  int depth;
  int columns;
};

constexpr Shape kShapes[] = {{1, 1, 1},     {32, 256, 12}, {33, 257, 13}, {31, 255, 11},
                             {64, 600, 25}, {70, 1, 24},   {5, 513, 37},  {96, 576, 128}};

// With partial panels, partial blocks of 256 and partial tiles.
std::vector<Shape> RaggedShapes(TensorType type) {
  const int k = BlockElements(type);
  if (k == 256) return {{45, 768, 17}, {1, 256, 1}, {33, 512, 12}, {64, 256, 25}};
  if (k == 32) return {{45, 576, 17}, {1, 32, 1}, {31, 288, 13}, {70, 800, 24}};
  return {{45, 577, 17}, {1, 1, 1}, {33, 257, 13}, {64, 300, 24}};
}

TEST(Gemm, AgreesWithDoubleSums) {
  Rng rng(TestFingerprint(), "gemm");
  for (const Shape& s : kShapes) {
    const Problem p = MakeProblem(TensorType::kF32, s.rows, s.depth, s.columns, &rng);

    const std::vector<float> out = Multiply(p);

    const float* w = reinterpret_cast<const float*>(p.blocks.data());
    for (int c = 0; c < s.columns; ++c) {
      for (int64_t r = 0; r < s.rows; ++r) {
        double sum = 0;
        double magnitude = 0;
        for (int k = 0; k < s.depth; ++k) {
          const double product = double{w[r * s.depth + k]} * p.x[int64_t{c} * s.depth + k];
          sum += product;
          magnitude += std::abs(product);
        }
        // One rounding per step, each of a partial sum.
        ASSERT_TRUE(Within("gemm", std::abs(out[c * s.rows + r] - sum),
                           1.001 * s.depth * 0x1p-24 * magnitude + 1e-30))
            << "row " << r << " column " << c << " depth " << s.depth;
      }
    }
  }
}

// The order is part of the contract: stored scores depend on it.
TEST(Gemm, IsOneFusedSumInOrderOfDepth) {
  Rng rng(TestFingerprint(), "gemm order");
  const Problem p = MakeProblem(TensorType::kF32, 37, 700, 14, &rng);

  const std::vector<float> out = Multiply(p);

  const float* w = reinterpret_cast<const float*>(p.blocks.data());
  std::vector<float> wanted;
  for (int c = 0; c < p.columns; ++c) {
    for (int64_t r = 0; r < p.w.rows; ++r) {
      float sum = 0;
      for (int k = 0; k < p.w.depth; ++k) {
        sum = std::fmaf(w[r * p.w.depth + k], p.x[c * p.w.depth + k], sum);
      }
      wanted.push_back(sum);
    }
  }
  EXPECT_TRUE(SameBits(out, wanted));
}

TEST(Gemm, MultipliesTheUnpackedValuesOfEveryType) {
  Rng rng(TestFingerprint(), "gemm types");
  for (const TensorType type : AllTensorTypes()) {
    for (const Shape& s : RaggedShapes(type)) {
      Problem p = MakeProblem(type, s.rows, s.depth, s.columns, &rng);
      // Any bits that a file can contain.
      if (BlockElements(type) > 1 && s.columns % 2 == 1) {
        p.blocks = RandomBlocks(type, s.rows * s.depth, &rng);
        p.w.data = reinterpret_cast<const uint8_t*>(p.blocks.data());
      }
      std::vector<float> rows(p.w.rows * p.w.depth);
      for (int64_t r = 0; r < p.w.rows; ++r) {
        DequantizeRow(type, p.w.row(r), p.w.depth, rows.data() + r * p.w.depth);
      }
      Problem plain = p;
      plain.w.type = TensorType::kF32;
      plain.w.data = reinterpret_cast<const uint8_t*>(rows.data());
      const std::vector<float> wanted = Multiply(plain);

      for (const int64_t target : VectorTargets()) {
        ScopedVectorTarget use(target);
        EXPECT_TRUE(SameBits(Multiply(p), wanted))
            << TensorTypeName(type) << " " << s.rows << " x " << s.depth << ", " << s.columns
            << " columns, " << hwy::TargetName(target);
      }
    }
  }
}

TEST(Gemm, HasTheSameBitsForAnyNumberAndPlaceOfColumns) {
  Rng rng(TestFingerprint(), "gemm columns");
  const Problem p = MakeProblem(TensorType::kQ4_1, 75, 576, 40, &rng);
  const std::vector<float> all = Multiply(p);

  for (int count = 1; count <= 27; ++count) {
    for (int first = 0; first + count <= p.columns; first += 1 + count / 3) {
      const std::vector<float> some = Multiply(p, first, count);
      const std::vector<float> wanted(all.begin() + first * p.w.rows,
                                      all.begin() + (first + count) * p.w.rows);
      ASSERT_TRUE(SameBits(some, wanted)) << "columns " << first << " + " << count;
    }
  }
}

// Threads may share a panel's columns.
TEST(Gemm, PartsOfTheTilesGiveTheSameBitsAndTouchNoOther) {
  Rng rng(TestFingerprint(), "gemm tiles");
  const Problem p = MakeProblem(TensorType::kQ4_K, 45, 512, 61, &rng);
  const std::vector<float> wanted = Multiply(p);
  const PackedColumns packed = Pack(p, 0, p.columns);
  WeightPanels panels(p.w);
  for (int panel = 0; panel < panels.count(); ++panel) panels.Fill(p.w, panel);
  const int cut = 1 + static_cast<int>(rng.Below(packed.tiles() - 1));
  std::vector<float> out(wanted.size(), -7.0f);
  GemmScratch scratch;
  const auto multiply = [&](TileRange tiles) {
    for (int panel = 0; panel < panels.count(); ++panel)
      MultiplyPanel(panels, panel, packed, tiles, out.data(), p.w.rows, &scratch);
  };
  multiply({cut, packed.tiles()});
  for (int64_t i = 0; i < cut * kTileColumns * p.w.rows; ++i) ASSERT_EQ(out[i], -7.0f) << i;
  multiply({0, cut});
  EXPECT_TRUE(SameBits(out, wanted)) << "cut at tile " << cut;
}

TEST(Gemm, HasTheSameBitsOnEveryVectorTarget) {
  Rng rng(TestFingerprint(), "gemm targets");
  for (const Shape& s : kShapes) {
    const Problem p = MakeProblem(TensorType::kF16, s.rows, s.depth, s.columns, &rng);
    const std::vector<float> best = Multiply(p);
    for (const int64_t target : VectorTargets()) {
      ScopedVectorTarget use(target);
      EXPECT_TRUE(SameBits(Multiply(p), best)) << hwy::TargetName(target);
    }
  }
}

#if HWY_ARCH_X86  // ARM has only NEON, which tools/check_neon.sh compares.
TEST(VectorTargets, AreMoreThanOneHere) {
  // Otherwise the tests above compare nothing.
  EXPECT_GE(VectorTargets().size(), 2u);
}
#endif

}  // namespace
}  // namespace quipu::inference
