// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/stop_words.h"

#include <algorithm>
#include <set>

#include "generator/english_words.h"
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
  EXPECT_FALSE(IsStopWord("the", Language::kOther));
}

TEST(StopWords, AreListedOnceEach) {
  const std::set<absl::string_view> distinct(kEnglishStopWords.begin(), kEnglishStopWords.end());
  EXPECT_EQ(distinct.size(), kEnglishStopWords.size());
  EXPECT_EQ(distinct.count(""), 0u);
}

TEST(NumberWords, HaveDigits) {
  EXPECT_THAT(DigitsOfNumberWord("zero", Language::kEnglish), Optional(Eq("0")));
  EXPECT_THAT(DigitsOfNumberWord("three", Language::kEnglish), Optional(Eq("3")));
  EXPECT_THAT(DigitsOfNumberWord("twenty", Language::kEnglish), Optional(Eq("20")));
  EXPECT_EQ(DigitsOfNumberWord("many", Language::kEnglish), std::nullopt);
  EXPECT_EQ(DigitsOfNumberWord("three", Language::kOther), std::nullopt);
}

}  // namespace
}  // namespace quipu::generator
