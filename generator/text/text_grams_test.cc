// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/text_grams.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

TEST(TextGrams, IgnoreCasePunctuationTagsAndSpaces) {
  const std::vector<uint64_t> plain = HashWords("The old mill burned in 1898, and was sold.");

  EXPECT_EQ(plain.size(), 9u);
  EXPECT_EQ(HashWords("the OLD mill -- burned\n\tin 1898; and was sold"), plain);
  EXPECT_EQ(HashWords("<p>The <a href=\"x\">old</a> mill&nbsp;burned in 1898 and was sold</p>"),
            plain);
  EXPECT_NE(HashWords("The old mill burned in 1899, and was sold."), plain);
}

TEST(TextGrams, TakeAComparisonAndAnAmpersandAsText) {
  EXPECT_EQ(HashWords("a <b and c").size(), 4u);
  EXPECT_EQ(HashWords("salt &pepper and oil").size(), 4u);
  EXPECT_EQ(HashWords("<" + std::string(400, 'x') + ">").size(), 1u);
}

TEST(TextGrams, FoldOtherScripts) {
  EXPECT_EQ(HashWords("МЕЛЬНИЦА Ölmühle"), HashWords("мельница ölmühle"));
  EXPECT_EQ(HashWords("١٩٠١"), HashWords("1901"));
  EXPECT_EQ(HashWords("हिन्दी").size(), 1u) << "marks belong to their word";
}

TEST(TextGrams, CountACharacterWithoutSpacesAsHalfAWord) {
  const std::vector<uint64_t> words = HashWords("结绳记事法 quipu");

  ASSERT_EQ(words.size(), 6u);
  EXPECT_EQ(HalfWords(words), 7u);
  EXPECT_EQ(HashGrams(HashWords("结绳记事法"), 2).size(), 2u);
  EXPECT_EQ(HashGrams(words, 3).size(), 2u);  // 5 characters and a word; 4 and a word.
}

TEST(TextGrams, AreEqualWhereTheWordsAre) {
  const std::vector<uint64_t> grams = HashGrams(HashWords("one two three four five"), 3);

  ASSERT_EQ(grams.size(), 3u);
  EXPECT_EQ(HashGrams(HashWords("two three four"), 3), (std::vector<uint64_t>{grams[1]}));
  EXPECT_NE(HashGrams(HashWords("three two four"), 3), (std::vector<uint64_t>{grams[1]}));
  EXPECT_TRUE(HashGrams(HashWords("one two"), 3).empty());
  EXPECT_TRUE(HashGrams(HashWords(""), 3).empty());
}

TEST(TextGrams, DoNotRepeatInAPeriodicText) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += i % 2 == 0 ? "la " : "li ";
  std::vector<uint64_t> grams = HashGrams(HashWords(text), 13);
  EXPECT_EQ(grams.size(), 988u);

  SortDistinct(&grams);

  EXPECT_EQ(grams.size(), 2u);
}

TEST(TextGrams, SurviveInvalidBytes) {
  EXPECT_EQ(HashWords("mill\xff\xfe wheel").size(), 2u);
  EXPECT_EQ(HashWords("&").size(), 0u);
  EXPECT_EQ(HashWords("<a").size(), 1u);
}

}  // namespace
}  // namespace quipu::generator
