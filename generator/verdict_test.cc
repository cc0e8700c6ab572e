// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/verdict.h"

#include <limits>

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

constexpr v1::AnswerForm kLong = v1::ANSWER_FORM_LONG;
constexpr v1::AnswerForm kShort = v1::ANSWER_FORM_SHORT;

// Scores that are exactly at the thresholds of the default spec.
v1::Scores AtThresholds(v1::AnswerForm form) {
  const v1::VerificationSpec spec;
  v1::Scores scores;
  scores.set_verdict_margin(spec.min_verdict_margin());
  scores.set_answer_log_prob(form == kShort ? spec.min_short_answer_log_prob()
                                            : spec.min_answer_log_prob());
  scores.set_gain(spec.min_gain());
  return scores;
}

v1::RejectReason ReasonOf(const v1::Scores& scores, v1::AnswerForm form,
                          const v1::VerificationSpec& spec = {}) {
  const std::optional<v1::Reject> reject = RejectByScores(scores, form, spec);
  return reject.has_value() ? reject->reason() : v1::REJECT_REASON_UNSPECIFIED;
}

TEST(Verdict, AcceptsScoresAtTheThresholds) {
  EXPECT_EQ(ReasonOf(AtThresholds(kLong), kLong), v1::REJECT_REASON_UNSPECIFIED);
  EXPECT_EQ(ReasonOf(AtThresholds(kShort), kShort), v1::REJECT_REASON_UNSPECIFIED);
}

TEST(Verdict, RejectsEachScoreUnderItsThreshold) {
  v1::Scores margin = AtThresholds(kLong);
  margin.set_verdict_margin(margin.verdict_margin() - 0.001);
  v1::Scores likelihood = AtThresholds(kLong);
  likelihood.set_answer_log_prob(likelihood.answer_log_prob() - 0.001);
  v1::Scores gain = AtThresholds(kLong);
  gain.set_gain(gain.gain() - 0.001);

  EXPECT_EQ(ReasonOf(margin, kLong), v1::REJECT_REASON_VERDICT);
  EXPECT_EQ(ReasonOf(likelihood, kLong), v1::REJECT_REASON_LIKELIHOOD);
  EXPECT_EQ(ReasonOf(gain, kLong), v1::REJECT_REASON_GAIN);
}

TEST(Verdict, HasOneLikelihoodForEachForm) {
  const v1::Scores scores = AtThresholds(kShort);
  EXPECT_EQ(ReasonOf(scores, kShort), v1::REJECT_REASON_UNSPECIFIED);
  EXPECT_EQ(ReasonOf(scores, kLong), v1::REJECT_REASON_LIKELIHOOD);
}

TEST(Verdict, RejectsWhatIsNoNumber) {
  v1::Scores margin = AtThresholds(kLong);
  margin.set_verdict_margin(std::numeric_limits<double>::quiet_NaN());
  v1::Scores gain = AtThresholds(kLong);
  gain.set_gain(std::numeric_limits<double>::quiet_NaN());

  EXPECT_EQ(ReasonOf(margin, kLong), v1::REJECT_REASON_VERDICT);
  EXPECT_EQ(ReasonOf(gain, kLong), v1::REJECT_REASON_GAIN);
}

TEST(Verdict, RefusesNothingWhereTheSpecSaysSo) {
  v1::VerificationSpec spec;
  spec.set_verdict_decides(false);
  v1::Scores scores = AtThresholds(kLong);
  scores.set_verdict_margin(-100);
  EXPECT_EQ(ReasonOf(scores, kLong, spec), v1::REJECT_REASON_UNSPECIFIED);
}

TEST(Verdict, AloneDecidesWhereTextsAreNotScored) {
  v1::Scores scores;
  scores.set_verdict_only(true);
  scores.set_verdict_margin(100);
  EXPECT_EQ(ReasonOf(scores, kLong), v1::REJECT_REASON_UNSPECIFIED);
  scores.set_verdict_margin(-100);
  EXPECT_EQ(ReasonOf(scores, kLong), v1::REJECT_REASON_VERDICT);
}

TEST(Verdict, NamesTheValueAndTheThreshold) {
  v1::Scores scores = AtThresholds(kLong);
  scores.set_verdict_margin(0.25);
  EXPECT_EQ(RejectByVerdict(scores, v1::VerificationSpec())->detail(), "0.2500, least 1.5000");
}

}  // namespace
}  // namespace quipu::generator
