// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/answer_kind.h"

#include <gtest/gtest.h>

namespace quipu::generator {
namespace {

TEST(AnswerKind, PassesNumbersForCounts) {
  for (const char* answer : {"2", "Oda owned 2 mills.", "Two.", "None.", "Both of them.",
                             "About a dozen.", "95%", "Hundreds.", "Several mills."}) {
    EXPECT_EQ(FindWrongKind("How many mills did Oda own?", answer), "") << answer;
  }
  EXPECT_EQ(FindWrongKind("What percentage of mills burned?", "Most of them."), "");
}

TEST(AnswerKind, FindsCountsWithoutANumber) {
  EXPECT_EQ(FindWrongKind("How many mills did Oda own?", "A lot of mills."), "no number");
  EXPECT_EQ(FindWrongKind("What percentage of mills burned?", "Those of Arden."), "no number");
}

TEST(AnswerKind, FindsAnotherUnitOfTime) {
  EXPECT_EQ(FindWrongKind("What was the average number of months?", "140.5 days"), "day");
  EXPECT_EQ(FindWrongKind("How many weeks did it take?", "About 3 years."), "year");
  EXPECT_EQ(FindWrongKind("What was the median number of confirmations?", "41.0 days"), "day");
}

TEST(AnswerKind, PassesTheUnitThatIsAskedFor) {
  EXPECT_EQ(FindWrongKind("What was the average number of days?", "140.5 days"), "");
  EXPECT_EQ(FindWrongKind("How many full years did it take?", "Around 3 years."), "");
  EXPECT_EQ(FindWrongKind("How many mills burned?", "2 mills burned in 3 days."), "");
}

TEST(AnswerKind, PassesOtherQuestions) {
  EXPECT_EQ(FindWrongKind("How long did it take?", "Until the harvest."), "");
  EXPECT_EQ(FindWrongKind("Who owned many mills?", "Oda"), "");
}

}  // namespace
}  // namespace quipu::generator
