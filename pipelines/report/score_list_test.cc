// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/score_list.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

const ReportedScore& ScoreOf(absl::string_view key) {
  for (const ReportedScore& score : ReportedScores()) {
    if (score.key == key) return score;
  }
  ADD_FAILURE() << "no score " << key;
  return ReportedScores()[0];
}

TEST(ScoreListTest, EveryScoreIsAFieldOfScores) {
  for (const ReportedScore& score : ReportedScores()) {
    EXPECT_NE(v1::Scores::descriptor()->FindFieldByName(std::string(score.key)), nullptr)
        << score.key;
    EXPECT_FALSE(score.title.empty());
    EXPECT_FALSE(score.meaning.empty());
  }
}

TEST(ScoreListTest, AScoreThatWasNotMeasuredHasNoValue) {
  v1::Result refused_early;
  refused_early.mutable_reject()->set_reason(v1::REJECT_REASON_EMPTY);
  v1::Result judged;
  judged.mutable_scores()->set_scored(true);
  judged.mutable_scores()->set_verdict_margin(0);

  for (const ReportedScore& score : ReportedScores()) {
    EXPECT_FALSE(score.value(refused_early).has_value()) << score.key;
  }
  EXPECT_EQ(ScoreOf("verdict_margin").value(judged), 0.0) << "measured, and 0";
  EXPECT_FALSE(ScoreOf("gain").value(judged).has_value());
  EXPECT_FALSE(ScoreOf("second_overlap").value(judged).has_value());
  judged.mutable_scores()->set_closed_book(true);
  judged.mutable_scores()->set_gain(2.5);
  EXPECT_EQ(ScoreOf("gain").value(judged), 2.5);
}

TEST(ScoreListTest, LimitsAreTheSpecs) {
  v1::RunSpec spec;
  spec.mutable_verification()->set_min_gain(0.25);
  spec.mutable_filters()->set_min_grounded_share_long(0.4);

  const auto gain = LimitsOf(ScoreOf("gain"), spec);
  const auto grounded = LimitsOf(ScoreOf("grounded_share"), spec);

  ASSERT_EQ(gain.size(), 1u);
  EXPECT_EQ(gain[0].value, 0.25);
  ASSERT_EQ(grounded.size(), 2u);
  EXPECT_EQ(grounded[0].value, 0.4);
  EXPECT_EQ(grounded[1].value, 0.7);
  EXPECT_TRUE(IsRefused(0.5, v1::ANSWER_FORM_SHORT, grounded));
  EXPECT_FALSE(IsRefused(0.5, v1::ANSWER_FORM_LONG, grounded));
  EXPECT_TRUE(LimitsOf(ScoreOf("min_log_prob"), spec).empty());
}

TEST(ScoreListTest, TheCopiedShareHasACeiling) {
  const auto copied = LimitsOf(ScoreOf("copied_share"), {});

  EXPECT_TRUE(IsRefused(0.99, v1::ANSWER_FORM_LONG, copied));
  EXPECT_FALSE(IsRefused(0.99, v1::ANSWER_FORM_SHORT, copied));
}

TEST(ScoreListTest, ARunThatAsksNoModelHasOnlyTheFiltersLimits) {
  v1::RunSpec spec;
  spec.mutable_verification()->set_enabled(false);

  EXPECT_TRUE(LimitsOf(ScoreOf("probability"), spec).empty());
  EXPECT_FALSE(LimitsOf(ScoreOf("grounded_share"), spec).empty());
}

}  // namespace
}  // namespace quipu::pipelines
