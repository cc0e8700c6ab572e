// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/backoff.h"

#include <limits>

#include "gtest/gtest.h"

namespace quipu {
namespace {

constexpr BackoffOptions kOptions{absl::Seconds(1), absl::Seconds(60)};

TEST(Backoff, DoublesUntilTheLongest) {
  const int seconds[] = {1, 2, 4, 8, 16, 32, 60, 60};
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(Backoff(kOptions, i + 1, 1), absl::Seconds(seconds[i])) << i;
  }
}

TEST(Backoff, TakesTheShareThatWasDrawn) {
  EXPECT_EQ(Backoff(kOptions, 3, 0), absl::ZeroDuration());
  EXPECT_EQ(Backoff(kOptions, 3, 0.25), absl::Seconds(1));
  EXPECT_EQ(Backoff(kOptions, 100, 0.5), absl::Seconds(30));
}

TEST(Backoff, GrowsByTheFactor) {
  BackoffOptions options = kOptions;
  options.factor = 3;
  EXPECT_EQ(Backoff(options, 2, 1), absl::Seconds(3));
  EXPECT_EQ(Backoff(options, 4, 1), absl::Seconds(27));
  options.factor = 1;
  EXPECT_EQ(Backoff(options, 1000, 1), absl::Seconds(1));
}

TEST(Backoff, IsNotOverTheLongestFromTheStart) {
  const BackoffOptions options{absl::Minutes(5), absl::Seconds(60)};
  EXPECT_EQ(Backoff(options, 1, 1), absl::Seconds(60));
}

TEST(Backoff, TakesAnyNumberOfFailures) {
  EXPECT_EQ(Backoff(kOptions, std::numeric_limits<int>::max(), 1), absl::Seconds(60));
  EXPECT_EQ(Backoff(kOptions, 0, 1), absl::Seconds(1));
}

}  // namespace
}  // namespace quipu
