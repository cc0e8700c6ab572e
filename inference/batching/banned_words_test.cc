// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/banned_words.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

bool Banned(const char* before, const char* added) {
  return CompletesBannedWord(before, added, {"excerpt", "text", "文章"});
}

TEST(BannedWords, AreFoundAsOneToken) {
  EXPECT_TRUE(Banned("the", " excerpt"));
  EXPECT_TRUE(Banned("", "Excerpt"));
  EXPECT_TRUE(Banned("The ", "EXCERPT"));
  EXPECT_TRUE(Banned("the (", "text"));
  EXPECT_TRUE(Banned("the", " text's"));
}

TEST(BannedWords, AreFoundInSeveralTokens) {
  EXPECT_FALSE(Banned("the", " ex"));
  EXPECT_FALSE(Banned("the ex", "cerp"));
  EXPECT_TRUE(Banned("the excerp", "t"));
  EXPECT_TRUE(Banned("the ex", "cerpt"));
  EXPECT_TRUE(Banned("t", "ext"));
}

TEST(BannedWords, AreNotFoundInOtherWords) {
  EXPECT_FALSE(Banned("the", " texture"));
  EXPECT_FALSE(Banned("the con", "text"));
  EXPECT_FALSE(Banned("the pre", "text"));
  EXPECT_FALSE(Banned("the excerpt", " of"));
  EXPECT_FALSE(Banned("the", " te"));
  EXPECT_FALSE(Banned("é", "text"));
}

TEST(BannedWords, OfOtherScriptsNeedNoBoundary) {
  EXPECT_TRUE(Banned("这", "文章"));
  EXPECT_TRUE(Banned("这文", "章的"));
  EXPECT_FALSE(Banned("这文", "字"));
}

TEST(BannedWords, MayBeNone) {
  EXPECT_FALSE(CompletesBannedWord("the", " excerpt", {}));
  EXPECT_FALSE(Banned("the", ""));
}

}  // namespace
}  // namespace quipu::inference
