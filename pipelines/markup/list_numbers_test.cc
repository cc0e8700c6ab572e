// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/list_numbers.h"

#include <string>

#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

// The number after `before` others of the style.
std::string Spelt(ListNumbers::Style style, int64_t number) {
  ListNumbers numbers;
  numbers.Open(style, number);
  return numbers.Next();
}

TEST(ListNumbers, CountEachListOnItsOwn) {
  ListNumbers numbers;
  numbers.Open(ListNumbers::kDecimal, 3);
  EXPECT_EQ(numbers.Next(), "3.");
  numbers.Open(ListNumbers::kLowerLetters);
  EXPECT_EQ(numbers.Next(), "a.");
  EXPECT_EQ(numbers.Next(), "b.");
  numbers.Close();
  EXPECT_EQ(numbers.Next(), "4.");
  numbers.Set(9);
  EXPECT_EQ(numbers.Next(), "9.");
  EXPECT_EQ(numbers.Next(), "10.");
}

TEST(ListNumbers, ItemsOfOtherListsHaveNone) {
  ListNumbers numbers;
  EXPECT_EQ(numbers.Next(), "");
  numbers.Set(2);
  numbers.Close();
  numbers.Open(ListNumbers::kNone);
  EXPECT_EQ(numbers.Next(), "");
}

TEST(ListNumbers, AreSpeltInTheStyle) {
  EXPECT_EQ(Spelt(ListNumbers::kLowerLetters, 26), "z.");
  EXPECT_EQ(Spelt(ListNumbers::kUpperLetters, 27), "AA.");
  EXPECT_EQ(Spelt(ListNumbers::kLowerLetters, 703), "aaa.");
  EXPECT_EQ(Spelt(ListNumbers::kLowerRoman, 1994), "mcmxciv.");
  EXPECT_EQ(Spelt(ListNumbers::kUpperRoman, 14), "XIV.");
  // Beyond what the style can say.
  EXPECT_EQ(Spelt(ListNumbers::kUpperRoman, 4000), "4000.");
  EXPECT_EQ(Spelt(ListNumbers::kLowerLetters, 0), "0.");
  EXPECT_EQ(Spelt(ListNumbers::kLowerRoman, -1), "-1.");
}

TEST(ListNumbers, TheStyleIsThatOfTheTypeOrOfTheCss) {
  EXPECT_EQ(ListStyle("", ""), ListNumbers::kDecimal);
  EXPECT_EQ(ListStyle("a", ""), ListNumbers::kLowerLetters);
  EXPECT_EQ(ListStyle("A", ""), ListNumbers::kUpperLetters);
  EXPECT_EQ(ListStyle("i", ""), ListNumbers::kLowerRoman);
  EXPECT_EQ(ListStyle("I", "color: red"), ListNumbers::kUpperRoman);
  EXPECT_EQ(ListStyle("a", "list-style-type: upper-alpha; border: none"),
            ListNumbers::kUpperLetters);
  EXPECT_EQ(ListStyle("", "list-style:none"), ListNumbers::kNone);
  EXPECT_EQ(ListStyle("unknown", "list-style-type: unknown"), ListNumbers::kDecimal);
}

}  // namespace
}  // namespace quipu::pipelines
