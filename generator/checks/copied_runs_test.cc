// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/copied_runs.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

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

// Compared with a table of all pairs of words.
TEST(CopiedRuns, AreThoseOfEveryPairOfPlaces) {
  Rng rng(testing::TestFingerprint(), "copied runs");
  for (int n = 0; n < 300; ++n) {
    // The longer ones have more pairs of places than are searched one by one.
    const uint64_t vocabulary = 1 + rng.Below(n % 10 == 0 ? 2 : 6);
    std::vector<std::string> words[2];
    for (std::vector<std::string>& text : words) {
      const uint64_t size = rng.Below(n % 10 == 0 ? 150 : 40);
      for (uint64_t i = 0; i < size; ++i) {
        text.push_back(std::string(1, static_cast<char>('a' + rng.Below(vocabulary))));
      }
    }
    const auto& [answer, chunk] = words;
    std::vector<std::vector<uint32_t>> run(answer.size() + 1,
                                           std::vector<uint32_t>(chunk.size() + 1));
    std::vector<bool> copied(answer.size());
    uint32_t longest = 0;
    for (size_t i = 1; i <= answer.size(); ++i) {
      for (size_t k = 1; k <= chunk.size(); ++k) {
        if (answer[i - 1] == chunk[k - 1]) run[i][k] = run[i - 1][k - 1] + 1;
        longest = std::max(longest, run[i][k]);
        for (uint32_t back = 0; run[i][k] >= 5 && back < run[i][k]; ++back) {
          copied[i - 1 - back] = true;
        }
      }
    }

    const Copying copying = MeasureCopying(absl::StrJoin(answer, " "), absl::StrJoin(chunk, " "));

    EXPECT_EQ(copying.longest, longest);
    const auto count = std::count(copied.begin(), copied.end(), true);
    EXPECT_DOUBLE_EQ(
        copying.share,
        answer.empty() ? 0 : static_cast<double>(count) / static_cast<double>(answer.size()));
  }
}

}  // namespace
}  // namespace quipu::generator
