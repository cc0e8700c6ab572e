// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/label_table.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

v1::Result Scored(double margin, double probability) {
  v1::Result result;
  result.mutable_scores()->set_scored(true);
  result.mutable_scores()->set_answer_tokens(4);
  result.mutable_scores()->set_verdict_margin(margin);
  result.mutable_scores()->set_probability(probability);
  if (probability < 0.5) result.mutable_reject()->set_reason(v1::REJECT_REASON_PROBABILITY);
  return result;
}

TEST(LabelTable, HasTheAucAgainstEachLabelAndAllWrongOnes) {
  LabelTable table;
  table.Add("gold", Scored(2, 0.9));
  table.Add("good", Scored(1, 0.8));
  table.Add("swapped", Scored(0, 0.1));
  table.Add("number", Scored(1.5, 0.85));

  const std::string text = table.ToText();

  EXPECT_THAT(text, HasSubstr("gold: 1 pairs, 1 accepted"));
  EXPECT_THAT(text, HasSubstr("swapped: 1 pairs, 0 accepted"));
  EXPECT_THAT(text, ContainsRegex("AUC of right against +number +swapped +all wrong"));
  EXPECT_THAT(text, ContainsRegex("verdict_margin +0.500 +1.000 +0.750"));
  EXPECT_THAT(text, ContainsRegex("probability +0.500 +1.000 +0.750"));
  // At 0.5: both right ones, one of two wrong ones.
  EXPECT_THAT(text, ContainsRegex("0.50 +0.667 +1.000"));
}

TEST(LabelTable, ComparesUsablePairsWithoutCallingThemWrong) {
  LabelTable table;
  table.Add("good", Scored(2, 0.9));
  table.Add("usable", Scored(1, 0.7));

  EXPECT_THAT(table.ToText(), ContainsRegex("verdict_margin +1.000\n"));
  EXPECT_THAT(table.ToText(), Not(HasSubstr("precision")));
}

TEST(LabelTable, CountsWhatWasNotScored) {
  LabelTable table;
  v1::Result refused;
  refused.mutable_reject()->set_reason(v1::REJECT_REASON_ENGINE_LIMIT);
  table.Add("gold", refused);

  EXPECT_THAT(table.ToText(), HasSubstr("gold: 1 pairs, 0 accepted, 1 not scored"));
  EXPECT_THAT(table.ToText(), HasSubstr("no AUC"));
}

TEST(LabelTable, NeedsRightAndOtherPairs) {
  LabelTable table;
  EXPECT_TRUE(table.empty());
  table.Add("gold", Scored(2, 0.9));

  EXPECT_FALSE(table.empty());
  EXPECT_THAT(table.ToText(), HasSubstr("no AUC"));
}

}  // namespace
}  // namespace quipu::pipelines
