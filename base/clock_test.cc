// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace quipu {
namespace {

TEST(Clock, MonotonicTimeNeverGoesBack) {
  absl::Duration previous = Clock::Real()->Monotonic();
  for (int i = 0; i < 10000; ++i) {
    const absl::Duration now = Clock::Real()->Monotonic();
    ASSERT_GE(now, previous);
    previous = now;
  }
}

TEST(Clock, MonotonicTimePasses) {
  const absl::Duration start = Clock::Real()->Monotonic();
  // Returns only if time passes.
  while (Clock::Real()->Monotonic() == start) {
  }
}

TEST(Clock, WallTimeIsAfterThisWasWritten) {
  EXPECT_GT(Clock::Real()->Now(), absl::FromCivil(absl::CivilDay(2024, 1, 1), absl::UTCTimeZone()));
}

TEST(Clock, RealIsOneClock) { EXPECT_EQ(Clock::Real(), Clock::Real()); }

}  // namespace
}  // namespace quipu
