// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/first_sentences.h"

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

TEST(FirstSentences, CutsAfterThem) {
  EXPECT_EQ(FirstSentences("It is old. It was sold. It burnt.", 2), "It is old. It was sold.");
  EXPECT_EQ(FirstSentences("It is old. It was sold. It burnt.", 1), "It is old.");
  EXPECT_EQ(FirstSentences("Is it old? Yes! It was sold.", 2), "Is it old? Yes!");
  EXPECT_EQ(FirstSentences("那是旧的。它被卖了。它烧了。", 2), "那是旧的。它被卖了。");
}

TEST(FirstSentences, LeavesShorterTexts) {
  for (const char* text : {
           "",
           "It is old. It was sold.",
           "It is old. It was sold",
           "It is old. It was sold. It burnt and",
           "Mr. Lund of the U.S. Navy, e.g. at 5 p.m., opposed it. He was alone.",
           "It costs 3.5 soles. See section 2.4 of the tariff.",
       }) {
    EXPECT_EQ(FirstSentences(text, 2), text);
  }
}

TEST(FirstSentences, NeverCutsWithoutALimit) {
  EXPECT_EQ(FirstSentences("It is old. It was sold. It burnt.", 0),
            "It is old. It was sold. It burnt.");
}

TEST(FirstSentences, TakesTheNumberOfAnItemForNoSentence) {
  const absl::string_view list = "There are three steps: 1. Sign it. 2. Send it. 3. Wait.";
  EXPECT_EQ(FirstSentences(list, 1), "There are three steps: 1. Sign it.");
  EXPECT_EQ(FirstSentences(list, 3), list);
}

TEST(FinishedSentences, CutsTheUnfinishedEnd) {
  EXPECT_EQ(FinishedSentences("It is old. It was so"), "It is old.");
  EXPECT_EQ(FinishedSentences("It is old. It was sold."), "It is old. It was sold.");
  EXPECT_EQ(FinishedSentences("It is old and"), "");
  EXPECT_EQ(FinishedSentences(""), "");
  EXPECT_EQ(FinishedSentences("The steps are: 1."), "");
}

}  // namespace
}  // namespace quipu::generator
