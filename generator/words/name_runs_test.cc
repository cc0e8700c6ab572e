// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/name_runs.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Texts(absl::string_view text) {
  std::vector<std::string> texts;
  for (const NameRun& run : NameRuns(text)) texts.emplace_back(run.text);
  return texts;
}

TEST(NameRuns, AreCapitalisedWordsInARow) {
  EXPECT_THAT(Texts("In 1998 Anna Holm met Peter Brandt in Lund."),
              ElementsAre("Anna Holm", "Peter Brandt", "Lund"));
  EXPECT_THAT(Texts("the city of \u00d6rebro"), ElementsAre("\u00d6rebro"));
}

TEST(NameRuns, EndAtPunctuationStopWordsAndSentences) {
  EXPECT_THAT(Texts("We saw Lund, Malmo and The Hague. Brandt left"),
              ElementsAre("Lund", "Malmo", "Hague", "Brandt"));
  EXPECT_THAT(Texts("He met Holm. Brandt left"), ElementsAre("Holm", "Brandt"));
}

TEST(NameRuns, HaveNoNumbersAndNoNumberWords) {
  EXPECT_THAT(Texts("Four of 12 were there"), IsEmpty());
  EXPECT_THAT(Texts(""), IsEmpty());
}

TEST(IsSurelyName, IsAtTheBeginningOnlyWithProof) {
  const std::vector<NameRun> chunk = NameRuns("Sacks were sold. In town Holm sold sacks.");

  EXPECT_FALSE(IsSurelyName(NameRuns("Sacks")[0], chunk));
  EXPECT_TRUE(IsSurelyName(NameRuns("Holm")[0], chunk));
  EXPECT_TRUE(IsSurelyName(NameRuns("Flour Street")[0], chunk));
}

}  // namespace
}  // namespace quipu::generator
