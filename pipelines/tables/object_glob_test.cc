// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/tables/object_glob.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

TEST(MatchesGlob, StarsMatchWithinAFolder) {
  EXPECT_TRUE(MatchesGlob("bucket/a/*.jsonl", "bucket/a/b.jsonl"));
  EXPECT_FALSE(MatchesGlob("bucket/a/*.jsonl", "bucket/a/b/c.jsonl"));
  EXPECT_FALSE(MatchesGlob("bucket/a/*.jsonl", "bucket/a/b.jsonl.gz"));
  EXPECT_TRUE(MatchesGlob("bucket/part-?[0-9].txt", "bucket/part-a7.txt"));
  EXPECT_FALSE(MatchesGlob("bucket/*", "bucket/.hidden"));
}

TEST(MatchesGlob, TwoStarsMatchAnyFolders) {
  for (const char* path : {"b/x.txt", "b/c/x.txt", "b/c/d/e/x.txt"}) {
    EXPECT_TRUE(MatchesGlob("b/**/x.txt", path)) << path;
    EXPECT_TRUE(MatchesGlob("b/**", path)) << path;
  }
  EXPECT_FALSE(MatchesGlob("b/**/x.txt", "b/c/y.txt"));
  EXPECT_FALSE(MatchesGlob("b/**/x.txt", "c/x.txt"));
}

TEST(MatchesGlob, TwoStarsMatchNothingHidden) {
  EXPECT_FALSE(MatchesGlob("b/**", "b/.git/x.txt"));
  EXPECT_FALSE(MatchesGlob("b/**/x.txt", "b/c/.d/x.txt"));
  EXPECT_FALSE(MatchesGlob("b/**", "b/c/.x"));
  EXPECT_TRUE(MatchesGlob("b/**/.d/x.txt", "b/c/.d/x.txt"));
}

TEST(IsHidden, SeesTheDotOfANameOrAFolder) {
  EXPECT_TRUE(IsHidden(".a"));
  EXPECT_TRUE(IsHidden("a/.b/c"));
  EXPECT_TRUE(IsHidden("a/b/.c"));
  EXPECT_FALSE(IsHidden("a.b/c."));
}

TEST(MatchesGlob, ManyStarsTakeNoLongTime) {
  std::string pattern = "b";
  std::string path = "b";
  for (int i = 0; i < 200; ++i) {
    absl::StrAppend(&pattern, "/**/a");
    absl::StrAppend(&path, "/a/a");
  }
  EXPECT_FALSE(MatchesGlob(absl::StrCat(pattern, "/c"), path));
  EXPECT_TRUE(MatchesGlob(pattern, path));
}

TEST(GlobBase, IsTheFoldersWithoutSpecialCharacters) {
  EXPECT_EQ(GlobBase("bucket/a/b*/c"), "bucket/a");
  EXPECT_EQ(GlobBase("bucket/**/c"), "bucket");
  EXPECT_EQ(GlobBase("bucket/a/b"), "bucket/a");
  EXPECT_TRUE(IsGlob("a/b[0]"));
  EXPECT_FALSE(IsGlob("a/b"));
}

}  // namespace
}  // namespace quipu::pipelines
