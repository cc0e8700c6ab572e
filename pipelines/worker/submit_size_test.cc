// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/submit_size.h"

#include "base/limits.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

TEST(SubmitSizeTest, GrowsToTheMaximumWhileFullSubmitsAreAnsweredSoon) {
  SubmitSize size;
  EXPECT_EQ(size.limit(), SubmitSize::kLeast);

  for (int i = 0; i < 100; ++i) size.Answered(size.limit(), absl::Milliseconds(2));

  EXPECT_EQ(size.limit(), kMaxResultsPerSubmit);
}

TEST(SubmitSizeTest, DoesNotGrowByTheAnswersOfSmallSubmits) {
  SubmitSize size;

  for (int i = 0; i < 100; ++i) size.Answered(1, absl::Milliseconds(2));

  EXPECT_EQ(size.limit(), SubmitSize::kLeast);
}

TEST(SubmitSizeTest, ShrinksToTheMinimumWhileAnswersAreSlowerThanTheQuickest) {
  SubmitSize size;
  for (int i = 0; i < 100; ++i) size.Answered(size.limit(), absl::Milliseconds(2));
  ASSERT_GT(size.limit(), SubmitSize::kLeast);

  for (int i = 0; i < 100; ++i) size.Answered(1, absl::Milliseconds(100));

  EXPECT_EQ(size.limit(), SubmitSize::kLeast);
}

TEST(SubmitSizeTest, ALongWayToTheCoordinatorShrinksNothing) {
  SubmitSize size;

  for (const int took_ms : {200, 290, 210, 299}) {
    size.Answered(size.limit(), absl::Milliseconds(took_ms));
  }

  EXPECT_GT(size.limit(), SubmitSize::kLeast);
}

// A coordinator that needs 0.2 ms for a result, and 2 ms for a submit.
TEST(SubmitSizeTest, FindsTheSizeThatIsAnsweredSoon) {
  SubmitSize size;
  for (int i = 0; i < 1000; ++i) {
    size.Answered(size.limit(), absl::Milliseconds(2) + size.limit() * absl::Microseconds(200));
    if (i > 100) {
      EXPECT_GE(size.limit(), 150);
      EXPECT_LE(size.limit(), 300);
    }
  }
}

}  // namespace
}  // namespace quipu::pipelines
