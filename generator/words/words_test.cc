// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/words.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Folded(absl::string_view text) {
  std::vector<std::string> folded;
  for (const Word& word : SplitWords(text)) folded.push_back(word.folded);
  return folded;
}

TEST(Words, AreFoldedAndWithoutPunctuation) {
  EXPECT_THAT(Folded("The \u00c9cole's list, (GNU/Linux)!"),
              ElementsAre("the", "\u00e9cole's", "list", "gnu", "linux"));
  EXPECT_THAT(Folded("  -- ... "), IsEmpty());
  EXPECT_THAT(Folded(""), IsEmpty());
}

TEST(Words, HavePlainApostrophesWhenFolded) {
  EXPECT_THAT(Folded("It doesn\u2019t"), ElementsAre("it", "doesn't"));
}

TEST(Words, OfDigitsAreNumbersWithoutGroupCommas) {
  const std::vector<Word> words = SplitWords("16,384 of x86");
  ASSERT_EQ(words.size(), 3u);
  EXPECT_TRUE(words[0].number);
  EXPECT_EQ(words[0].folded, "16384");
  EXPECT_FALSE(words[2].number);
}

// Words of Han, kana and Hangul are taken as they are. ICU says of each character that it may.
TEST(Words, WithoutCaseAreFoldedAsIcuFoldsThem) {
  for (UChar32 c = 0x2e80; c < 0xd800; ++c) {
    std::string text;
    icu::UnicodeString(c).toUTF8String(text);
    std::string folded, digit;
    icu::UnicodeString(c).foldCase().toUTF8String(folded);
    if (u_charDigitValue(c) >= 0) digit = std::to_string(u_charDigitValue(c));
    bool number = false;
    EXPECT_EQ(FoldWord(text, &number), digit.empty() ? folded : digit) << c;
    EXPECT_EQ(number, !digit.empty()) << c;
  }
}

TEST(Words, WithBytesThatAreNoTextAreFoldedAsBefore) {
  bool number = true;
  EXPECT_EQ(FoldWord("\u6f22\xff", &number), "\u6f22\xff");
  EXPECT_EQ(FoldWord("\u6f22\uff11", &number), "\u6f22\uff11");
  EXPECT_FALSE(number);
}

TEST(Words, KnowWhereSentencesBegin) {
  const std::vector<Word> words = SplitWords("Use apt. It works: Yes\nNo");
  std::vector<std::string> starts;
  for (const Word& word : words) {
    if (word.starts_sentence) starts.emplace_back(word.text);
  }
  EXPECT_THAT(starts, ElementsAre("Use", "It", "Yes", "No"));
}

TEST(IsCapitalised, LooksAtTheFirstLetterOfAnyScript) {
  for (const char* text : {"Lima", "Élan", "Москва"}) EXPECT_TRUE(IsCapitalised(text)) << text;
  for (const char* text : {"lima", "7 Looms", "東京", ""})
    EXPECT_FALSE(IsCapitalised(text)) << text;
}

}  // namespace
}  // namespace quipu::generator
