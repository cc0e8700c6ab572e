// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/copied_runs.h"

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

constexpr char kChunk[] =
    "The mill at the river was sold in spring of 1902, together with nine sacks of flour. "
    "Its owner moved to the coast and never came back.";

TEST(CopiedRuns, FindNothingInOwnWords) {
  const Copying copying = MeasureCopying("Someone bought it when the owner left.", kChunk);

  EXPECT_EQ(copying.share, 0);
  EXPECT_EQ(copying.longest, 1u);
}

TEST(CopiedRuns, CountRunsOfFiveWords) {
  const Copying copying = MeasureCopying("It was sold in spring of 1901.", kChunk);

  EXPECT_DOUBLE_EQ(copying.share, 5.0 / 7);
  EXPECT_EQ(copying.longest, 5u);
}

TEST(CopiedRuns, DoNotCountFourWords) {
  const Copying copying = MeasureCopying("Perhaps sold in spring of 1901.", kChunk);

  EXPECT_EQ(copying.share, 0);
  EXPECT_EQ(copying.longest, 4u);
}

TEST(CopiedRuns, IgnoreCasePunctuationAndLineEnds) {
  const Copying copying =
      MeasureCopying("ITS OWNER\nmoved to the coast: and never came back!", kChunk);

  EXPECT_EQ(copying.share, 1);
  EXPECT_EQ(copying.longest, 10u);
}

TEST(CopiedRuns, JoinSeveralRuns) {
  const Copying copying =
      MeasureCopying("The mill at the river was given away; its owner moved to the coast.", kChunk);

  EXPECT_DOUBLE_EQ(copying.share, 12.0 / 14);
  EXPECT_EQ(copying.longest, 6u);
}

TEST(CopiedRuns, CompareCharactersWhereWordsHaveNoSpaces) {
  const char chunk[] = "结绳记事是古代人用绳结记录数字和事件的方法，在文字出现之前使用。";

  const Copying copied = MeasureCopying("古代人用绳结记录数字和事件。", chunk);
  const Copying own = MeasureCopying("人们打结来记数字。", chunk);

  EXPECT_EQ(copied.share, 1);
  EXPECT_EQ(copied.longest, 13u);
  EXPECT_EQ(own.share, 0);
}

TEST(CopiedRuns, TakeEmptyTexts) {
  EXPECT_EQ(MeasureCopying("", kChunk).share, 0);
  EXPECT_EQ(MeasureCopying("One two three four five six.", "").longest, 0u);
}

}  // namespace
}  // namespace quipu::generator
