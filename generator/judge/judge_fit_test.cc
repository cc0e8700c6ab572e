// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/judge/judge_fit.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "generator/judge/judge.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::StatusIs;

// Right pairs have greater margins and likelihoods by `distance`; all other figures are noise.
std::vector<JudgedPair> MadePairs(int count, double distance, v1::AnswerForm form) {
  Rng rng(FingerprintOf("pairs"), "test");
  std::vector<JudgedPair> pairs;
  for (int i = 0; i < count; ++i) {
    JudgedPair pair;
    pair.form = form;
    pair.right = i % 2 == 0;
    pair.group = FingerprintOf(absl::StrCat(i / 4));
    const double more = pair.right ? distance : 0;
    pair.scores.set_verdict_margin(more + rng.Uniform());
    pair.scores.set_answer_log_prob(-3 + more + rng.Uniform());
    pair.scores.set_min_log_prob(-8 + rng.Uniform());
    pair.scores.set_greedy_share(rng.Uniform());
    pair.scores.set_gain(rng.Uniform());
    pair.scores.set_grounded_share(1);
    pair.scores.set_copied_share(pair.right ? 1 : 0);
    pair.scores.set_answer_tokens(5);
    pairs.push_back(pair);
  }
  return pairs;
}

FitOptions Options() {
  FitOptions options;
  options.left_out = {"copied_share"};
  return options;
}

TEST(FitForm, GivesWeightsToSignalsThatEarnThem) {
  const auto pairs = MadePairs(400, 0.5, v1::ANSWER_FORM_SHORT);

  ASSERT_OK_AND_ASSIGN(const FormFit fit, FitForm(pairs, v1::ANSWER_FORM_SHORT, Options()));

  EXPECT_EQ(fit.right, 200u);
  EXPECT_EQ(fit.wrong, 200u);
  EXPECT_GT(fit.weights.verdict_margin(), 0);
  EXPECT_GT(fit.weights.answer_log_prob(), 0);
  for (const SignalQuality& signal : fit.signals) {
    EXPECT_EQ(signal.earned, signal.name == "verdict_margin" || signal.name == "answer_log_prob")
        << signal.name;
    EXPECT_NE(signal.name, "copied_share");
  }
  EXPECT_EQ(fit.weights.greedy_share(), 0);
  EXPECT_EQ(fit.weights.gain(), 0);
  EXPECT_EQ(fit.weights.copied_share(), 0);
  EXPECT_GT(fit.held_out_auc, 0.9);
  EXPECT_GE(fit.fitted_auc, fit.held_out_auc - 0.01);
}

TEST(FitForm, ChoosesTheProbabilityForThePrecision) {
  const auto pairs = MadePairs(400, 0.5, v1::ANSWER_FORM_LONG);
  FitOptions options = Options();
  options.target_precision = 0.95;

  ASSERT_OK_AND_ASSIGN(const FormFit fit, FitForm(pairs, v1::ANSWER_FORM_LONG, options));

  ASSERT_TRUE(fit.chosen.has_value());
  EXPECT_GE(fit.chosen->precision, 0.95);
  EXPECT_NEAR(fit.weights.min_probability(), fit.chosen->threshold, 1e-4);
  options.target_precision = 0.8;
  ASSERT_OK_AND_ASSIGN(const FormFit looser, FitForm(pairs, v1::ANSWER_FORM_LONG, options));
  EXPECT_LT(looser.weights.min_probability(), fit.weights.min_probability());
}

// The probability that the fit's weights give is the one that the judge computes.
TEST(FitForm, WritesWeightsThatTheJudgeUses) {
  const auto pairs = MadePairs(200, 2, v1::ANSWER_FORM_LONG);

  ASSERT_OK_AND_ASSIGN(const FormFit fit, FitForm(pairs, v1::ANSWER_FORM_LONG, Options()));

  for (const JudgedPair& pair : pairs) {
    EXPECT_EQ(Probability(fit.weights, pair.scores) > 0.5, pair.right);
  }
}

TEST(FitForm, OfNoiseEarnsNothing) {
  const auto pairs = MadePairs(2000, 0, v1::ANSWER_FORM_LONG);

  ASSERT_OK_AND_ASSIGN(const FormFit fit, FitForm(pairs, v1::ANSWER_FORM_LONG, Options()));

  for (const SignalQuality& signal : fit.signals) EXPECT_FALSE(signal.earned) << signal.name;
  EXPECT_FALSE(fit.chosen.has_value());
  EXPECT_FALSE(fit.weights.has_min_probability());
  EXPECT_THAT(FitText("long", fit), HasSubstr("carries nothing for this model"));
  EXPECT_THAT(FitWarnings("long", fit),
              ElementsAre(AllOf(HasSubstr("long form: no figure of this model"),
                                HasSubstr("probability 0.50"), HasSubstr("(0.9)"),
                                HasSubstr("no pair of this form will be accepted"))));
}

TEST(FitWarnings, NamesTheSignalsThatTheModelHasNotEarned) {
  const auto pairs = MadePairs(400, 0.5, v1::ANSWER_FORM_SHORT);
  ASSERT_OK_AND_ASSIGN(const FormFit fit, FitForm(pairs, v1::ANSWER_FORM_SHORT, Options()));

  EXPECT_THAT(FitWarnings("short", fit),
              ElementsAre(AllOf(HasSubstr("short form: this model has not earned"),
                                HasSubstr("gain (AUC 0."), HasSubstr("margin_gain (AUC 0.50)"),
                                Not(HasSubstr("verdict_margin (")))));
}

TEST(FitWarnings, SaysWhatAPrecisionThatIsNotReachedMeans) {
  FormFit fit;
  fit.signals = {{"gain", 0.7, true}};
  fit.at_target.threshold = 0.8;
  fit.at_target.precision = 0.75;
  fit.at_target.recall = 0.125;
  EXPECT_THAT(FitWarnings("long", fit),
              ElementsAre(AllOf(HasSubstr("no probability reaches"), HasSubstr("(0.8)"),
                                HasSubstr("precision was 0.750 and recall 0.125"))));
  fit.chosen = fit.at_target;
  EXPECT_THAT(FitWarnings("long", fit), IsEmpty());
}

TEST(FitForm, NeedsPairsOfTheForm) {
  const auto pairs = MadePairs(38, 1, v1::ANSWER_FORM_LONG);

  EXPECT_THAT(FitForm(pairs, v1::ANSWER_FORM_LONG, Options()).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("19 right and 19 wrong")));
  EXPECT_THAT(FitForm(pairs, v1::ANSWER_FORM_SHORT, Options()).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("at least 20")));
  EXPECT_OK(FitForm(MadePairs(40, 1, v1::ANSWER_FORM_LONG), v1::ANSWER_FORM_LONG, Options()));
}

TEST(FitForm, NeedsBothKindsInBothHalves) {
  auto pairs = MadePairs(60, 1, v1::ANSWER_FORM_LONG);
  for (JudgedPair& pair : pairs) pair.group = Fingerprint();

  EXPECT_THAT(FitForm(pairs, v1::ANSWER_FORM_LONG, Options()).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("one half has 0 right")));
}

TEST(FitForm, GivesTheSameBitsAgain) {
  const auto pairs = MadePairs(300, 0.3, v1::ANSWER_FORM_LONG);
  ASSERT_OK_AND_ASSIGN(const FormFit a, FitForm(pairs, v1::ANSWER_FORM_LONG, Options()));
  ASSERT_OK_AND_ASSIGN(const FormFit b, FitForm(pairs, v1::ANSWER_FORM_LONG, Options()));

  EXPECT_EQ(a.weights.SerializeAsString(), b.weights.SerializeAsString());
  EXPECT_EQ(FitText("long", a), FitText("long", b));
}

}  // namespace
}  // namespace quipu::generator
