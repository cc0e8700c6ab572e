// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/retry_policy.h"

#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

TEST(RetryPolicy, DoublesUpToTheLongestWait) {
  const RetryPolicy policy({});
  const int seconds[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
  for (int i = 0; i < 9; ++i) {
    EXPECT_EQ(policy.Delay(i + 1, 1.0, std::nullopt), absl::Seconds(seconds[i])) << i;
  }
  EXPECT_EQ(policy.Delay(1000000, 1.0, std::nullopt), absl::Seconds(60));
}

TEST(RetryPolicy, SpreadsWaitsOverTheWholeTime) {
  const RetryPolicy policy({});
  EXPECT_EQ(policy.Delay(3, 0.0, std::nullopt), absl::ZeroDuration());
  EXPECT_EQ(policy.Delay(3, 0.25, std::nullopt), absl::Seconds(1));
}

TEST(RetryPolicy, NeverComesBackBeforeTheServerWantsItButBoundsThat) {
  const RetryPolicy policy({});
  EXPECT_EQ(policy.Delay(1, 0.0, absl::Seconds(7)), absl::Seconds(7));
  EXPECT_EQ(policy.Delay(1, 0.5, absl::Seconds(7)), absl::Seconds(7.5));
  EXPECT_EQ(policy.Delay(1, 0.0, absl::Hours(24)), absl::Minutes(5));
  EXPECT_EQ(policy.Delay(1, 0.0, absl::InfiniteDuration()), absl::Minutes(5));
}

TEST(RetryPolicy, GivesUpAfterSoManyAttempts) {
  RetryOptions options;
  options.max_attempts = 3;
  const RetryPolicy policy(options);
  EXPECT_TRUE(policy.TryAgain(2));
  EXPECT_FALSE(policy.TryAgain(3));
}

TEST(ParseRetryAfter, ReadsSeconds) {
  const absl::Time now = absl::FromUnixSeconds(1000);
  EXPECT_EQ(ParseRetryAfter("120", now), absl::Seconds(120));
  EXPECT_EQ(ParseRetryAfter(" 0 ", now), absl::ZeroDuration());
  EXPECT_EQ(ParseRetryAfter("99999999999999999999999", now), absl::InfiniteDuration());
}

TEST(ParseRetryAfter, ReadsDates) {
  const absl::Time now = absl::FromUnixSeconds(784111777);
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:50:07 GMT", now), absl::Seconds(30));
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:00:00 GMT", now), absl::ZeroDuration());
}

TEST(ParseRetryAfter, IgnoresWhatIsNeither) {
  const absl::Time now = absl::FromUnixSeconds(1000);
  for (const char* value : {"", "  ", "-1", "1.5", "soon", "Sun, 06 Nov"}) {
    EXPECT_EQ(ParseRetryAfter(value, now), std::nullopt) << value;
  }
}

}  // namespace
}  // namespace quipu::inference
