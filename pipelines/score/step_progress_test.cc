// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/step_progress.h"

#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

TEST(StepProgress, SaysHowMuchIsDoneAndHowLongTheRestTakes) {
  EXPECT_EQ(FormatStep("writing", 16, 50, absl::Seconds(32)), "writing: 16/50, 1m8s left");
  EXPECT_EQ(FormatStep("writing", 49, 50, absl::Milliseconds(490)), "writing: 49/50, 1s left");
}

TEST(StepProgress, KnowsNoTimeLeftBeforeAndAfter) {
  EXPECT_EQ(FormatStep("writing", 0, 50, absl::Seconds(32)), "writing: 0/50");
  EXPECT_EQ(FormatStep("writing", 4, 50, absl::Seconds(32)), "writing: 4/50");
  EXPECT_EQ(FormatStep("writing", 5, 50, absl::Seconds(1)), "writing: 5/50, 9s left");
  EXPECT_EQ(FormatStep("writing", 50, 50, absl::Seconds(32)), "writing: 50/50");
  EXPECT_EQ(FormatStep("writing", 0, 0, absl::Seconds(1)), "writing: 0/0");
}

}  // namespace
}  // namespace quipu::pipelines
