// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/cut_out.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu::generator {
namespace {

// The place of `part` in `text`.
TextRange Find(absl::string_view text, absl::string_view part) {
  const size_t at = text.find(part);
  EXPECT_NE(at, absl::string_view::npos) << std::string(part);
  return {at, at + part.size()};
}

std::string Join(absl::string_view text, const std::vector<TextRange>& parts) {
  std::string joined;
  for (const TextRange& part : parts) {
    absl::StrAppend(&joined, text.substr(part.begin, part.end - part.begin));
  }
  return joined;
}

// `text` without the sentences that have a byte of `parts`.
std::string Without(absl::string_view text, const std::vector<absl::string_view>& parts) {
  std::vector<TextRange> places;
  for (const absl::string_view part : parts) places.push_back(Find(text, part));
  return Join(text, WhatRemains(text, {0, text.size()}, WholeSentences(text, places)));
}

constexpr char kText[] =
    "The harbour of Velmar was built in 1821. Its piers are made of granite. Storms closed it.\n\n"
    "The town keeps its records in a hall. Visitors must register.\n\n"
    "Boats are painted in May.\n";

TEST(CutOut, TakesASentenceOutOfItsParagraph) {
  EXPECT_EQ(Without(kText, {"granite"}),
            "The harbour of Velmar was built in 1821. Storms closed it.\n\n"
            "The town keeps its records in a hall. Visitors must register.\n\n"
            "Boats are painted in May.\n");
}

TEST(CutOut, KeepsTheBreakBetweenParagraphs) {
  EXPECT_EQ(Without(kText, {"Storms", "records"}),
            "The harbour of Velmar was built in 1821. Its piers are made of granite.\n\n"
            "Visitors must register.\n\n"
            "Boats are painted in May.\n");
}

TEST(CutOut, TakesAParagraphOutWithItsBreak) {
  EXPECT_EQ(Without(kText, {"records", "Visitors"}),
            "The harbour of Velmar was built in 1821. Its piers are made of granite. Storms closed "
            "it.\n\nBoats are painted in May.\n");
}

TEST(CutOut, KeepsTheBreakBetweenCutsThatFollowEachOther) {
  EXPECT_EQ(Without(kText, {"granite", "Storms", "records"}),
            "The harbour of Velmar was built in 1821.\n\nVisitors must register.\n\n"
            "Boats are painted in May.\n");
}

TEST(CutOut, LeavesNoSpaceAtTheEnds) {
  EXPECT_EQ(Without(kText, {"1821", "painted"}),
            "Its piers are made of granite. Storms closed it.\n\n"
            "The town keeps its records in a hall. Visitors must register.");
  EXPECT_EQ(Without("One sentence alone.\n", {"alone"}), "");
}

TEST(CutOut, TakesAnItemOutWithItsMark) {
  const std::string text =
      "The rules of the harbour are these:\n\n- Boats must leave by noon.\n- Nets are dried on the "
      "wall.\n- Dogs wait outside.\n";
  const std::string left = Without(text, {"Nets"});
  EXPECT_EQ(left,
            "The rules of the harbour are these:\n\n- Boats must leave by noon.\n- Dogs wait "
            "outside.\n");
}

TEST(CutOut, TakesTheSameSentenceOutEverywhere) {
  const std::string text =
      "Storms closed the harbour. Boats waited in the bay.\n\nIn May the sea was calm. Storms "
      "closed "
      "the harbour. Nobody came.\n";
  EXPECT_EQ(Without(text, {"Storms"}),
            "Boats waited in the bay.\n\nIn May the sea was calm. Nobody came.\n");
}

TEST(CutOut, KeepsWrappedLinesApart) {
  const std::string text =
      "The harbour of Velmar was built in the year 1821 by masons from\nthe hills. Its three piers "
      "are made of the granite that they brought\nwith them. Fishing boats use the northern pier "
      "most of the time.\n";
  EXPECT_EQ(Without(text, {"granite"}),
            "The harbour of Velmar was built in the year 1821 by masons from\nthe hills. Fishing "
            "boats use the northern pier most of the time.\n");
}

TEST(CutOut, CutsOnlyWhatIsInTheWindow) {
  const absl::string_view text = kText;
  const std::vector<TextRange> cuts = WholeSentences(text, {Find(text, "piers")});
  // The window begins inside the sentence that is cut.
  const TextRange window = {text.find("granite"), text.find("Visitors") - 1};
  EXPECT_EQ(Join(text, WhatRemains(text, window, cuts)),
            "Storms closed it.\n\nThe town keeps its records in a hall.");
  EXPECT_EQ(Join(text, WhatRemains(text, {0, 40}, cuts)),
            "The harbour of Velmar was built in 1821.");
}

TEST(CutOut, LeavesNothingOfRandomCutsAndNothingElseOut) {
  Rng rng(quipu::testing::TestFingerprint(), "cuts");
  for (int round = 0; round < 500; ++round) {
    std::string text;
    std::vector<std::string> sentences;
    for (uint64_t n = 1 + rng.Below(12); n > 0; --n) {
      sentences.push_back(absl::StrCat("Sentence number ", sentences.size(), " of the ",
                                       sentences.size() * 7919, " is here."));
      absl::StrAppend(&text, sentences.back(), rng.Below(3) == 0 ? "\n\n" : " ");
    }
    std::vector<TextRange> places;
    std::vector<bool> cut;
    for (const std::string& sentence : sentences) {
      cut.push_back(rng.Below(3) == 0);
      if (!cut.back()) continue;
      const TextRange range = Find(text, sentence);
      places.push_back({range.begin + 3, range.begin + 4});
    }
    const std::string left =
        Join(text, WhatRemains(text, {0, text.size()}, WholeSentences(text, places)));
    for (size_t i = 0; i < sentences.size(); ++i) {
      ASSERT_EQ(absl::StrContains(left, sentences[i]), !cut[i]) << text << "\n--\n" << left;
    }
    ASSERT_FALSE(absl::StrContains(left, "  "));
    ASSERT_FALSE(absl::StrContains(left, "\n\n\n"));
  }
}

}  // namespace
}  // namespace quipu::generator
