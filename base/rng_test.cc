// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/rng.h"

#include <array>
#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu {
namespace {

using ::testing::ElementsAre;

// The known answers shipped with the authors' Random123 library.
TEST(Philox, GivesTheKnownAnswers) {
  EXPECT_THAT(internal::Philox({0, 0, 0, 0}, {0, 0}),
              ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  EXPECT_THAT(
      internal::Philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
      ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  EXPECT_THAT(
      internal::Philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
      ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

TEST(Rng, NumbersNeverChange) {
  Rng rng(Fingerprint{1, 2}, "sampling");

  EXPECT_EQ(rng.Next(), 11203359145692546830u);
  EXPECT_EQ(rng.Next(), 16133445461860818678u);
  EXPECT_EQ(rng.Next(), 10881598413451171258u);
}

TEST(Rng, StreamsOfDifferentKeysAndPurposesDiffer) {
  const Fingerprint key{1, 2};

  const uint64_t value = Rng(key, "a").Next();

  EXPECT_EQ(Rng(key, "a").Next(), value);
  EXPECT_NE(Rng(key, "b").Next(), value);
  EXPECT_NE(Rng(Fingerprint{1, 3}, "a").Next(), value);
  EXPECT_NE(Rng(Fingerprint{2, 2}, "a").Next(), value);
}

TEST(Rng, SeekGoesToAnyPosition) {
  Rng straight(Fingerprint{5, 6}, "seek");
  std::vector<uint64_t> values;
  for (int i = 0; i < 20; ++i) values.push_back(straight.Next());

  Rng jumping(Fingerprint{5, 6}, "seek");
  for (const int position : {19, 0, 7, 8, 3}) {
    jumping.Seek(position);
    EXPECT_EQ(jumping.Next(), values[position]) << position;
  }
  EXPECT_EQ(jumping.Next(), values[4]);
}

TEST(Rng, StreamsGoOnPastThirtyTwoBits) {
  Rng rng(Fingerprint{5, 6}, "long");
  const uint64_t first = rng.Next();

  rng.Seek(uint64_t{1} << 33);  // Block 2^32.

  EXPECT_NE(rng.Next(), first);
}

TEST(Rng, BelowStaysBelowAndReachesAll) {
  Rng rng(testing::TestFingerprint(), "below");
  for (const uint64_t bound : {1, 2, 3, 7, 10}) {
    std::vector<int> seen(bound, 0);
    for (int i = 0; i < 1000; ++i) {
      const uint64_t value = rng.Below(bound);
      ASSERT_LT(value, bound);
      ++seen[value];
    }
    // Derived: of ten values one is missed with a probability of 10 * 0.9^1000.
    for (uint64_t value = 0; value < bound; ++value) EXPECT_GT(seen[value], 0) << value;
  }
}

TEST(Rng, BelowIsUniform) {
  Rng rng(Fingerprint{3, 4}, "uniform");
  constexpr int kBins = 10;
  constexpr int kDraws = 1000000;
  std::array<int, kBins> counts = {};
  for (int i = 0; i < kDraws; ++i) ++counts[rng.Below(kBins)];

  double chi_square = 0;
  for (const int count : counts) {
    const double difference = count - kDraws / kBins;
    chi_square += difference * difference / (kDraws / kBins);
  }
  EXPECT_LT(chi_square, 27.9);  // Probability 0.001 with 9 degrees of freedom.
}

TEST(Rng, BelowHasNoBiasForHugeBounds) {
  // Without rejection, a third of the results would be twice as likely: those
  // divisible by three, each of which two products give.
  Rng rng(Fingerprint{3, 4}, "bias");
  const uint64_t bound = 0xC000000000000000;
  int divisible = 0;
  constexpr int kDraws = 100000;
  for (int i = 0; i < kDraws; ++i) {
    const uint64_t value = rng.Below(bound);
    ASSERT_LT(value, bound);
    if (value % 3 == 0) ++divisible;
  }
  EXPECT_NEAR(divisible, kDraws / 3, 600);  // Four standard deviations.
}

TEST(Rng, UniformIsInTheHalfOpenUnitInterval) {
  Rng rng(testing::TestFingerprint(), "unit");
  double sum = 0;
  constexpr int kDraws = 100000;
  for (int i = 0; i < kDraws; ++i) {
    const double value = rng.Uniform();
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    sum += value;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.006);  // Derived: over six standard deviations.
}

TEST(RngDeathTest, BelowRefusesZero) {
  EXPECT_DEATH(Rng(Fingerprint{1, 2}, "zero").Below(0), "bound > 0");
}

}  // namespace
}  // namespace quipu
