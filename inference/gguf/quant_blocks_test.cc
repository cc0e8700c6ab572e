// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// quants_test compares random blocks of all formats with a second
// implementation of the formats' descriptions.
#include "inference/gguf/quant_blocks.h"

#include <cstdint>
#include <vector>

#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

constexpr TensorType kQuantised[] = {
    TensorType::kQ4_0, TensorType::kQ4_1, TensorType::kQ5_0, TensorType::kQ5_1, TensorType::kQ8_0,
    TensorType::kQ4_K, TensorType::kQ5_K, TensorType::kQ6_K, TensorType::kQ2_K,
};

TEST(QuantBlocks, SayWhichTypesAreQuantised) {
  for (const TensorType type : {TensorType::kF32, TensorType::kF16, TensorType::kBF16}) {
    EXPECT_FALSE(FormatOf(type).quantised()) << TensorTypeName(type);
  }
  for (const TensorType type : kQuantised) {
    EXPECT_TRUE(FormatOf(type).quantised()) << TensorTypeName(type);
  }
}

TEST(QuantBlocks, GiveTheSmallestAndTheLargestIntegers) {
  for (const TensorType type : kQuantised) {
    // Q8_0's bytes are signed.
    const bool is_signed = type == TensorType::kQ8_0;
    for (const bool largest : {false, true}) {
      const auto byte = static_cast<uint8_t>((largest ? 0xFF : 0x00) ^ (is_signed ? 0x80 : 0));
      const std::vector<uint8_t> in(RowBytes(type, kQuantRun), byte);
      QuantRun run;
      ReadQuantRun(type, in.data(), kQuantRun / kQuantBlock, &run);
      const int expected = largest ? (1 << FormatOf(type).bits) - 1 : 0;
      for (const uint8_t q : run.q) ASSERT_EQ(q, expected) << TensorTypeName(type);
    }
  }
}

TEST(QuantBlocks, ReadNoMoreBlocksThanAskedFor) {
  for (const TensorType type : kQuantised) {
    if (BlockElements(type) != kQuantBlock) continue;
    // Exactly as long as three blocks: AddressSanitizer would report a read
    // past them.
    const std::vector<uint8_t> in(3 * BlockBytes(type), 0x11);
    QuantRun run;
    run.q[3 * kQuantBlock] = 77;
    ReadQuantRun(type, in.data(), 3, &run);
    EXPECT_EQ(run.q[3 * kQuantBlock], 77) << TensorTypeName(type);
  }
}

// A block of Q4_K by hand: d = 2, dmin = 0.5, sub-block 0 with scale 3 and
// minimum 5, sub-block 7 with scale 33 and minimum 18.
TEST(QuantBlocks, ReadASuperBlockByHand) {
  std::vector<uint8_t> in(BlockBytes(TensorType::kQ4_K), 0);
  in[1] = 0x40;                // d = 2.
  in[3] = 0x38;                // dmin = 0.5.
  in[4 + 0] = 3;               // Scale 0.
  in[4 + 4] = 5;               // Minimum 0.
  in[4 + 11] = 1 | 2 << 4;     // Scale 7 and minimum 7, their low four bits.
  in[4 + 3] = 2 << 6;          // Scale 7, bits 4 and 5.
  in[4 + 7] = 1 << 6;          // Minimum 7, bits 4 and 5.
  in[16] = 9;                  // Value 0 of sub-block 0.
  in[16 + 96 + 31] = 13 << 4;  // Value 31 of sub-block 7.
  QuantRun run;
  ReadQuantRun(TensorType::kQ4_K, in.data(), 8, &run);

  const QuantFormat format = FormatOf(TensorType::kQ4_K);
  const QuantScale first = ScaleOf(format.scales, run.raw_scale(format.scales, 0));
  EXPECT_EQ(first.scale, 6.0f);
  EXPECT_EQ(first.offset, -2.5f);
  EXPECT_EQ(format.Value(run.q[0], first), 51.5f);
  const QuantScale last = ScaleOf(format.scales, run.raw_scale(format.scales, 15));
  EXPECT_EQ(last.scale, 66.0f);
  EXPECT_EQ(last.offset, -9.0f);
  EXPECT_EQ(format.Value(run.q[255], last), 849.0f);
}

}  // namespace
}  // namespace quipu::inference
