// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/log_softmax.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/vector_targets.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::ScopedVectorTarget;
using ::quipu::testing::TestFingerprint;
using ::quipu::testing::VectorTargets;

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
    EXPECT_NEAR(LogSumExp(row), static_cast<double>(Reference(row)), 1e-13)
        << size;
  }
}

TEST(LogSumExp, OfEqualLogitsIsTheLogOfTheirNumber) {
  EXPECT_NEAR(LogSumExp(std::vector<float>(1000, 2.5f)), 2.5 + std::log(1000.0),
              1e-14);
  EXPECT_EQ(LogSumExp(std::vector<float>(1, -7.25f)), -7.25);
}

TEST(LogSumExp, LeavesOutWhatIsMasked) {
  const float never = -std::numeric_limits<float>::infinity();
  EXPECT_NEAR(LogSumExp(std::vector<float>{never, 1.0f, never, 1.0f}),
              1 + std::log(2.0), 1e-14);
}

TEST(LogSumExp, BearsExtremeLogits) {
  EXPECT_EQ(LogSumExp(std::vector<float>{3e38f, -3e38f}),
            static_cast<double>(3e38f));
  EXPECT_EQ(LogSumExp(std::vector<float>{-3e38f}), static_cast<double>(-3e38f));
}

TEST(SumOfExp, ScalesByInverseTemperature) {
  const std::vector<float> row = {0.0f, -1.0f, -2.0f};
  EXPECT_NEAR(SumOfExp(row, 0.0f, 2.0), 1 + std::exp(-2.0) + std::exp(-4.0),
              1e-14);
}

TEST(LogSumExp, HasTheSameBitsOnEveryVectorTarget) {
  Rng rng(TestFingerprint(), "log softmax targets");
  const std::vector<float> row = RandomRow(&rng, 5003);
  const double expected = LogSumExp(row);
  const std::vector<int64_t> targets = VectorTargets();
  for (const int64_t target : targets) {
    const ScopedVectorTarget use(target);
    const double actual = LogSumExp(row);
    EXPECT_EQ(std::memcmp(&actual, &expected, sizeof(actual)), 0)
        << hwy::TargetName(target);
    EXPECT_EQ(MaxLogit(row), *std::max_element(row.begin(), row.end()));
  }
  EXPECT_GE(targets.size(), 1u);
}

}  // namespace
}  // namespace quipu::inference
