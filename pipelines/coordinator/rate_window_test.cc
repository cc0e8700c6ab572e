// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/rate_window.h"

#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

TEST(RateWindowTest, ForgetsWhatIsOlderThanAMinute) {
  const absl::Duration start = absl::Seconds(1000);
  RateWindow window(start);
  EXPECT_EQ(window.PerSecond(start), 0);
  for (int second = 0; second < 300; ++second) {
    window.Add(10, start + absl::Seconds(second));
    window.Add(second < 200 ? 0 : 20, start + absl::Seconds(second));
  }
  EXPECT_NEAR(window.PerSecond(start + absl::Seconds(299)), 30, 0.01);
  EXPECT_NEAR(window.PerSecond(start + absl::Seconds(329)), 15, 0.6);
  EXPECT_EQ(window.PerSecond(start + absl::Seconds(360)), 0);
}

TEST(RateWindowTest, CountsFromTheStartInTheFirstMinute) {
  RateWindow window(absl::Seconds(7));
  window.Add(50, absl::Seconds(8));
  EXPECT_NEAR(window.PerSecond(absl::Seconds(17)), 5, 0.01);
}

}  // namespace
}  // namespace quipu::pipelines
