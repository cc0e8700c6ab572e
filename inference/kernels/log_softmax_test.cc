// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/log_softmax.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/tolerance.h"
#include "tests/support/vector_targets.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::ScopedVectorTarget;
using ::quipu::testing::TestFingerprint;
using ::quipu::testing::VectorTargets;
using ::quipu::testing::Within;

std::vector<float> RandomRow(Rng* rng, size_t size) {
  std::vector<float> row(size);
  for (float& x : row) x = static_cast<float>(rng->Uniform() * 60 - 30);
  return row;
}

long double Reference(const std::vector<float>& row) {
  long double max = row[0];
  for (const float x : row) max = std::max<long double>(max, x);
  long double sum = 0;
  for (const float x : row) sum += std::exp(static_cast<long double>(x) - max);
  return max + std::log(sum);
}

TEST(LogSumExp, AgreesWithLongDouble) {
  Rng rng(TestFingerprint(), "log softmax");
  for (const size_t size : {1, 2, 15, 16, 17, 31, 1000, 151936}) {
    const std::vector<float> row = RandomRow(&rng, size);
    const double error = LogSumExp(row) - static_cast<double>(Reference(row));
    // 1,000 seeds: 8e-9 in the median run, 2.6e-8 at most. What is derived is that
    // each exponential is within 2.5e-7 (IsCloseForEveryExponent).
    EXPECT_TRUE(Within("log sum exp", std::abs(error), 3e-7)) << size;
  }
}

TEST(AllFinite, FindsOneBrokenValueAnywhere) {
  const float broken[] = {std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::quiet_NaN()};
  for (const int64_t target : VectorTargets()) {
    const ScopedVectorTarget use(target);
    EXPECT_TRUE(AllFinite({}));
    for (const size_t size : {1, 7, 16, 37}) {
      std::vector<float> row(size, std::numeric_limits<float>::max());
      EXPECT_TRUE(AllFinite(row));
      for (size_t i = 0; i < size; ++i) {
        row[i] = broken[i % 3];
        EXPECT_FALSE(AllFinite(row)) << i << " of " << size;
        row[i] = -1e-40f;
      }
    }
  }
}

TEST(LogSumExp, OfEqualLogitsIsTheLogOfTheirNumber) {
  EXPECT_NEAR(LogSumExp(std::vector<float>(1000, 2.5f)), 2.5 + std::log(1000.0), 1e-12);
  EXPECT_EQ(LogSumExp(std::vector<float>(1, -7.25f)), -7.25);
}

TEST(LogSumExp, LeavesOutWhatIsMasked) {
  const float never = -std::numeric_limits<float>::infinity();
  EXPECT_NEAR(LogSumExp(std::vector<float>{never, 1.0f, never, 1.0f}), 1 + std::log(2.0), 1e-14);
}

TEST(LogSumExp, BearsExtremeLogits) {
  EXPECT_EQ(LogSumExp(std::vector<float>{3e38f, -3e38f}), static_cast<double>(3e38f));
  EXPECT_EQ(LogSumExp(std::vector<float>{-3e38f}), static_cast<double>(-3e38f));
}

TEST(SumOfExp, ScalesByInverseTemperature) {
  const std::vector<float> row = {0.0f, -1.0f, -2.0f};
  EXPECT_NEAR(SumOfExp(row, 0.0f, 2.0), 1 + std::exp(-2.0) + std::exp(-4.0), 1e-7);
}

TEST(SumOfExp, IsCloseForEveryExponent) {
  for (const int64_t target : VectorTargets()) {
    const ScopedVectorTarget use(target);
    for (double x = 0; x > -86; x -= 0.0371) {
      const std::vector<float> row = {0.0f, static_cast<float>(x)};
      const double expected = std::exp(static_cast<double>(row[1]));
      // 1 + a tiny one would hide it.
      const double actual = SumOfExp({&row[1], 1}, 0.0f, 1.0);
      EXPECT_NEAR(actual / expected, 1, 2.5e-7) << row[1];
    }
    EXPECT_EQ(SumOfExp(std::vector<float>{0.0f, -88.0f}, 0.0f, 1.0), 1.0);
  }
}

TEST(LogSumExp, IsNoLessThanTheGreatestLogit) {
  // A probability is never above 1.
  EXPECT_EQ(LogSumExp(std::vector<float>{17.3f, -80.0f}), static_cast<double>(17.3f));
  EXPECT_GE(LogSumExp(std::vector<float>{17.3f, 1.0f}), static_cast<double>(17.3f));
}

TEST(FindAbove, FindsTheFirstFromAnywhere) {
  for (const int64_t target : VectorTargets()) {
    const ScopedVectorTarget use(target);
    EXPECT_EQ(FindAbove({}, 0, 1.0f), 0u);
    for (const size_t size : {1, 15, 64, 130}) {
      std::vector<float> row(size, 1.0f);
      EXPECT_EQ(FindAbove(row, 0, 1.0f), size);
      for (size_t i = 0; i < size; ++i) {
        row[i] = 1.5f;
        row[size - 1] = 2.0f;
        EXPECT_EQ(FindAbove(row, 0, 1.0f), i);
        EXPECT_EQ(FindAbove(row, i, 1.0f), i);
        EXPECT_EQ(FindAbove(row, i + 1, 1.0f), i + 1 < size ? size - 1 : size);
        row[i] = row[size - 1] = 1.0f;
      }
    }
  }
}

TEST(LogSumExp, HasTheSameBitsOnEveryVectorTarget) {
  Rng rng(TestFingerprint(), "log softmax targets");
  const std::vector<float> row = RandomRow(&rng, 5003);
  const double expected = LogSumExp(row);
  const std::vector<int64_t> targets = VectorTargets();
  for (const int64_t target : targets) {
    const ScopedVectorTarget use(target);
    const double actual = LogSumExp(row);
    EXPECT_EQ(std::memcmp(&actual, &expected, sizeof(actual)), 0) << hwy::TargetName(target);
    EXPECT_EQ(MaxLogit(row), *std::max_element(row.begin(), row.end()));
  }
  EXPECT_GE(targets.size(), 1u);
}

}  // namespace
}  // namespace quipu::inference
