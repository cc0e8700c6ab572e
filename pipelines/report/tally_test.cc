// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/tally.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

TEST(TallyTest, ListsTheCommonestFirstAndTheRestTogether) {
  Tally tally;
  for (int i = 0; i < 5; ++i) tally.Add("what", i < 3);
  tally.Add("when", true);
  tally.Add("when", false);
  tally.Add("who", true);
  tally.Add("why", false);

  const auto rows = tally.Rows(2);

  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].name, "what");
  EXPECT_EQ(rows[0].accepted, 3u);
  EXPECT_EQ(rows[0].rejected, 2u);
  EXPECT_EQ(rows[1].name, "when");
  EXPECT_TRUE(rows[2].rest);
  EXPECT_EQ(rows[2].name, "2 others");
  EXPECT_EQ(rows[2].accepted, 1u);
  EXPECT_EQ(rows[2].rejected, 1u);
}

TEST(TallyTest, HasNoRestIfAllAreListed) {
  Tally tally;
  tally.Add("what", true);

  EXPECT_EQ(tally.Rows(1).size(), 1u);
  EXPECT_FALSE(tally.Rows(1)[0].rest);
}

TEST(TallyTest, CountsNamesOverTheLimitTogether) {
  Tally tally(/*most=*/3);
  for (int i = 0; i < 10; ++i) tally.Add(absl::StrCat("name", i), true);

  const auto rows = tally.Rows(2);

  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(tally.names(), 3u);
  EXPECT_EQ(rows[2].accepted, 8u) << "one that is not listed, seven over the limit";
  EXPECT_EQ(rows[2].name, "over 1 others");
}

}  // namespace
}  // namespace quipu::pipelines
