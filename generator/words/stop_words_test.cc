// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/stop_words.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::Eq;
using ::testing::Optional;

TEST(StopWords, AreThoseOfTheLanguage) {
  EXPECT_TRUE(IsStopWord("the", Language::kEnglish));
  EXPECT_TRUE(IsStopWord("doesn't", Language::kEnglish));
  EXPECT_FALSE(IsStopWord("package", Language::kEnglish));
  EXPECT_FALSE(IsStopWord("", Language::kEnglish));
  EXPECT_FALSE(IsStopWord("the", Language::kUnknown));
  EXPECT_FALSE(IsStopWord("the", Language::kGerman));
}

struct Case {
  Language language;
  const char* stop_word;
  const char* content_word;
  const char* five;
};

TEST(StopWords, ExistInEachLanguage) {
  for (const Case& one : std::vector<Case>{
           {Language::kEnglish, "which", "harbour", "five"},
           {Language::kChinese, "的", "港口", "五"},
           {Language::kJapanese, "は", "港", "五"},
           {Language::kFrench, "dont", "port", "cinq"},
           {Language::kGerman, "welche", "hafen", "fünf"},
           {Language::kSpanish, "según", "puerto", "cinco"},
           {Language::kPortuguese, "não", "porto", "cinco"},
           {Language::kRussian, "который", "порт", "пять"},
           {Language::kArabic, "في", "ميناء", "خمسة"},
           {Language::kHindi, "है", "बंदरगाह", "पाँच"},
           {Language::kKorean, "그리고", "항구", "다섯"},
           {Language::kItalian, "della", "porto", "cinque"},
       }) {
    EXPECT_TRUE(IsStopWord(one.stop_word, one.language)) << one.stop_word;
    EXPECT_FALSE(IsStopWord(one.content_word, one.language)) << one.content_word;
    EXPECT_THAT(DigitsOfNumberWord(one.five, one.language), Optional(Eq("5"))) << one.five;
  }
}

TEST(NumberWords, HaveDigits) {
  EXPECT_THAT(DigitsOfNumberWord("zero", Language::kEnglish), Optional(Eq("0")));
  EXPECT_THAT(DigitsOfNumberWord("three", Language::kEnglish), Optional(Eq("3")));
  EXPECT_THAT(DigitsOfNumberWord("twenty", Language::kEnglish), Optional(Eq("20")));
  EXPECT_THAT(DigitsOfNumberWord("vingt", Language::kFrench), Optional(Eq("20")));
  EXPECT_THAT(DigitsOfNumberWord("две", Language::kRussian), Optional(Eq("2")));
  EXPECT_THAT(DigitsOfNumberWord("два", Language::kRussian), Optional(Eq("2")));
  EXPECT_EQ(DigitsOfNumberWord("many", Language::kEnglish), std::nullopt);
  EXPECT_EQ(DigitsOfNumberWord("three", Language::kUnknown), std::nullopt);
  EXPECT_EQ(DigitsOfNumberWord("-", Language::kFrench), std::nullopt);
}

TEST(Elision, IsRemovedWhereTheLanguageElides) {
  EXPECT_EQ(WithoutElision("l'eau", Language::kFrench), "eau");
  EXPECT_EQ(WithoutElision("dell'acqua", Language::kItalian), "acqua");
  EXPECT_EQ(WithoutElision("aujourd'hui", Language::kFrench), "aujourd'hui");
  EXPECT_EQ(WithoutElision("l'", Language::kFrench), "l'");
  EXPECT_EQ(WithoutElision("doesn't", Language::kEnglish), "doesn't");
}

}  // namespace
}  // namespace quipu::generator
