// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/judge/auc.h"

#include <limits>
#include <vector>

#include "base/fingerprint.h"
#include "base/rng.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The definition: every right pair against every wrong one.
double PlainAuc(const std::vector<double>& right, const std::vector<double>& wrong) {
  double wins = 0;
  for (const double r : right) {
    for (const double w : wrong) wins += r > w ? 1 : r == w ? 0.5 : 0;
  }
  return wins / static_cast<double>(right.size() * wrong.size());
}

TEST(Auc, OfPerfectReversedAndEqualFigures) {
  EXPECT_EQ(Auc({3, 4}, {1, 2}), 1);
  EXPECT_EQ(Auc({1, 2}, {3, 4}), 0);
  EXPECT_EQ(Auc({5, 5}, {5}), 0.5);
  EXPECT_EQ(Auc({1, 3}, {2}), 0.5);
}

TEST(Auc, NeedsBothKinds) {
  EXPECT_FALSE(Auc({}, {1}).has_value());
  EXPECT_FALSE(Auc({1}, {}).has_value());
}

TEST(Auc, TakesNanAsTheLeast) {
  EXPECT_EQ(Auc({1}, {kNan}), 1);
  EXPECT_EQ(Auc({kNan}, {1}), 0);
}

TEST(Auc, IsThatOfThePlainDefinition) {
  Rng rng(FingerprintOf("auc"), "test");
  for (int round = 0; round < 50; ++round) {
    std::vector<double> right;
    std::vector<double> wrong;
    // Few distinct values, so that many are equal.
    for (uint64_t i = 0; i < 1 + rng.Below(40); ++i) {
      right.push_back(static_cast<double>(rng.Below(10)));
    }
    for (uint64_t i = 0; i < 1 + rng.Below(40); ++i) {
      wrong.push_back(static_cast<double>(rng.Below(8)));
    }
    EXPECT_NEAR(*Auc(right, wrong), PlainAuc(right, wrong), 1e-12);
  }
}

TEST(PointAt, CountsWhatAThresholdAccepts) {
  const OperatingPoint point = PointAt({0.9, 0.8, 0.2, kNan}, {0.8, 0.1}, 0.8);

  EXPECT_EQ(point.right, 2u);
  EXPECT_EQ(point.wrong, 1u);
  EXPECT_DOUBLE_EQ(point.recall, 0.5);
  EXPECT_DOUBLE_EQ(point.precision, 0.5);  // Half of each kind.
}

TEST(PointAt, CountsTheKindsAsEquallyMany) {
  // 1 of 1 right and 1 of 4 wrong: 1 / (1 + 1/4).
  EXPECT_DOUBLE_EQ(PointAt({1}, {1, 0, 0, 0}, 1).precision, 0.8);
}

TEST(PointAt, OfNothingAcceptedIsPreciseWithoutRecall) {
  const OperatingPoint point = PointAt({1}, {1}, 2);

  EXPECT_EQ(point.precision, 1);
  EXPECT_EQ(point.recall, 0);
}

TEST(PointOfPrecision, IsTheOneWithTheHighestRecall) {
  const auto point = PointOfPrecision({0.9, 0.7, 0.5, 0.3}, {0.6, 0.2, 0.1, 0.05}, 0.75);

  ASSERT_TRUE(point.has_value());
  EXPECT_EQ(point->threshold, 0.3);  // 4 of 4 and 1 of 4: 0.8.
  EXPECT_EQ(PointOfPrecision({0.9, 0.7, 0.5, 0.3}, {0.6, 0.2, 0.1, 0.05}, 0.9)->threshold, 0.7);
}

TEST(PointOfPrecision, IsNothingIfNoThresholdReachesIt) {
  EXPECT_FALSE(PointOfPrecision({0.1}, {0.9}, 0.6).has_value());
  EXPECT_FALSE(PointOfPrecision({}, {0.9}, 0.6).has_value());
}

}  // namespace
}  // namespace quipu::generator
