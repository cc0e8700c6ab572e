// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/judge/judge.h"

#include <google/protobuf/descriptor.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

constexpr v1::AnswerForm kLong = v1::ANSWER_FORM_LONG;
constexpr v1::AnswerForm kShort = v1::ANSWER_FORM_SHORT;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Scores of which no signal is at an end of its range.
v1::Scores MiddlingScores() {
  v1::Scores scores;
  scores.set_verdict_margin(1);
  scores.set_answer_log_prob(-1);
  scores.set_min_log_prob(-3);
  scores.set_greedy_share(0.6);
  scores.set_gain(0.5);
  scores.set_closed_book_margin(0.25);
  scores.set_grounded_share(0.8);
  scores.set_copied_share(0.3);
  scores.set_answer_tokens(20);
  scores.set_question_named(0.5);
  scores.set_log_question_words(1.5);
  return scores;
}

// Adds to the figure of a signal. The number of tokens grows by a factor.
void Raise(const Signal& signal, double by, v1::Scores* scores) {
  if (signal.name == "log_answer_tokens") {
    scores->set_answer_tokens(static_cast<uint32_t>(scores->answer_tokens() * std::exp(by)));
    return;
  }
  if (signal.name == "margin_gain") {
    scores->set_closed_book_margin(scores->closed_book_margin() - by);
    return;
  }
  const auto* field = v1::Scores::descriptor()->FindFieldByName(std::string(signal.name));
  const auto& reflection = *scores->GetReflection();
  reflection.SetDouble(scores, field, reflection.GetDouble(*scores, field) + by);
}

v1::RejectReason ReasonOf(const std::optional<v1::Reject>& reject) {
  return reject.has_value() ? reject->reason() : v1::REJECT_REASON_UNSPECIFIED;
}

TEST(Judge, HasOneWeightForEachSignal) {
  std::set<std::string> fields;
  for (int i = 0; i < v1::JudgeWeights::descriptor()->field_count(); ++i) {
    fields.insert(v1::JudgeWeights::descriptor()->field(i)->name());
  }
  EXPECT_EQ(fields.erase("bias") + fields.erase("min_probability"), 2u);
  for (const Signal& signal : Signals()) {
    EXPECT_EQ(fields.erase(std::string(signal.name)), 1u) << signal.name;
    v1::JudgeWeights weights;
    SetWeight(signal, 1.5, &weights);
    EXPECT_EQ(WeightOf(signal, weights), 1.5);
    EXPECT_LT(signal.least, signal.most);
  }
  EXPECT_TRUE(fields.empty()) << *fields.begin();
}

TEST(Judge, IsTheLogisticFunctionOfBiasAndWeightedSignals) {
  v1::JudgeWeights weights;
  EXPECT_EQ(Probability(weights, MiddlingScores()), 0.5);
  weights.set_bias(0.25);
  EXPECT_NEAR(Probability(weights, MiddlingScores()), 1 / (1 + std::exp(-0.25)), 1e-15);
  weights.set_verdict_margin(2);
  weights.set_min_log_prob(0.5);
  weights.set_log_answer_tokens(-1);
  EXPECT_NEAR(Probability(weights, MiddlingScores()),
              1 / (1 + std::exp(-(0.25 + 2 - 1.5 - std::log(20.0)))), 1e-14);
}

TEST(Judge, RisesWithAPositiveWeightAndFallsWithANegativeOne) {
  for (const Signal& signal : Signals()) {
    v1::JudgeWeights weights;
    v1::Scores more = MiddlingScores();
    Raise(signal, 0.15, &more);
    SetWeight(signal, 1, &weights);
    EXPECT_GT(Probability(weights, more), Probability(weights, MiddlingScores())) << signal.name;
    SetWeight(signal, -1, &weights);
    EXPECT_LT(Probability(weights, more), Probability(weights, MiddlingScores())) << signal.name;
  }
}

TEST(Judge, CountsAValueOutsideItsRangeAsTheEndOfTheRange) {
  for (const Signal& signal : Signals()) {
    v1::Scores scores = MiddlingScores();
    Raise(signal, 15, &scores);
    EXPECT_EQ(ClampedValue(signal, scores), signal.most) << signal.name;
    scores = MiddlingScores();
    Raise(signal, -100, &scores);
    EXPECT_EQ(ClampedValue(signal, scores), signal.least) << signal.name;
  }
}

TEST(Judge, GivesASignalThatIsNoNumberTheProbabilityZero) {
  const v1::JudgeWeights weights = WeightsOf({}, kLong);
  for (const Signal& signal : Signals()) {
    if (signal.name == "log_answer_tokens") continue;  // Of an integer.
    v1::Scores scores = MiddlingScores();
    Raise(signal, kNan, &scores);
    EXPECT_EQ(Probability(weights, scores), 0) << signal.name;
    EXPECT_EQ(Probability({}, scores), 0) << signal.name;
  }
}

TEST(Judge, KnowsHowProbableAnyGainCouldMakeAPair) {
  for (const double weight : {0.4, 0.0, -0.4}) {
    v1::JudgeWeights weights = WeightsOf({}, kLong);
    weights.set_gain(weight);
    v1::Scores scores = MiddlingScores();
    double highest = 0;
    for (double gain = -20; gain <= 20; gain += 0.25) {
      scores.set_gain(gain);
      highest = std::max(highest, Probability(weights, scores));
    }
    EXPECT_EQ(MostProbable(weights, MiddlingScores()), highest) << weight;
  }
}

TEST(Judge, KnowsHowProbableAnyMarginWithoutTheChunkCouldMakeAPair) {
  for (const double weight : {0.4, -0.4}) {
    v1::JudgeWeights weights = WeightsOf({}, kLong);
    weights.set_gain(0);
    weights.set_margin_gain(weight);
    v1::Scores scores = MiddlingScores();
    double highest = 0;
    for (double margin = -20; margin <= 20; margin += 0.25) {
      scores.set_closed_book_margin(margin);
      highest = std::max(highest, Probability(weights, scores));
    }
    EXPECT_EQ(MostProbable(weights, MiddlingScores()), highest) << weight;
    // Nothing is known of the pass without the chunk yet.
    scores = MiddlingScores();
    scores.clear_closed_book_margin();
    EXPECT_EQ(MostProbable(weights, scores), highest) << weight;
  }
}

TEST(Judge, CountsAMarginWithoutTheChunkThatIsNotMeasuredAsNoGain) {
  v1::JudgeWeights weights;
  weights.set_margin_gain(2);
  v1::Scores scores = MiddlingScores();
  EXPECT_NEAR(Probability(weights, scores), 1 / (1 + std::exp(-2 * 0.75)), 1e-14);
  scores.clear_closed_book_margin();
  EXPECT_EQ(Probability(weights, scores), 0.5);
}

TEST(Judge, TakesEachFormFromTheSpecOrTheDefaults) {
  v1::VerificationSpec spec;
  spec.mutable_judge()->mutable_short_form()->set_gain(3);
  const v1::JudgeWeights brief = WeightsOf(spec, kShort);
  EXPECT_EQ(brief.gain(), 3);
  EXPECT_EQ(brief.verdict_margin(), 0);
  EXPECT_EQ(WeightsOf(spec, kLong).SerializeAsString(), WeightsOf({}, kLong).SerializeAsString());
  EXPECT_EQ(JudgeOf(spec).short_form().SerializeAsString(), brief.SerializeAsString());
  spec.clear_judge();
  const v1::Judge full = JudgeOf(spec);
  *spec.mutable_judge() = full;
  EXPECT_EQ(JudgeOf(spec).SerializeAsString(), full.SerializeAsString());
}

// A worse figure must not make a pair more probable.
TEST(Judge, HasDefaultsThatValueEachFigure) {
  for (const v1::AnswerForm form : {kLong, kShort}) {
    const v1::JudgeWeights weights = WeightsOf({}, form);
    EXPECT_GT(weights.verdict_margin(), 0);
    EXPECT_GE(weights.answer_log_prob(), 0);
    EXPECT_GE(weights.min_log_prob(), 0);
    EXPECT_GE(weights.gain(), 0);
    EXPECT_GE(weights.grounded_share(), 0);
  }
}

TEST(Judge, AcceptsFromTargetPrecisionUnlessTheFormHasItsOwnThreshold) {
  v1::VerificationSpec spec;
  spec.set_target_precision(0.75);
  EXPECT_EQ(WeightsOf(spec, kLong).min_probability(), 0.75);
  spec.mutable_judge()->mutable_long_form()->set_min_probability(0.6);
  EXPECT_EQ(WeightsOf(spec, kLong).min_probability(), 0.6);
  EXPECT_EQ(WeightsOf(spec, kShort).min_probability(), 0.75);
}

TEST(Judge, RejectsEachScoreUnderItsLimitAndAcceptsItThere) {
  v1::VerificationSpec spec;
  spec.set_min_second_overlap(0.5);
  const v1::JudgeWeights weights = WeightsOf(spec, kLong);
  v1::Scores scores;
  scores.set_verdict_margin(spec.min_verdict_margin());
  scores.set_answer_log_prob(spec.min_answer_log_prob());
  scores.set_gain(spec.min_gain());
  scores.set_probability(weights.min_probability());
  scores.set_second_overlap(spec.min_second_overlap());
  const auto reasons = [&] {
    return std::vector<v1::RejectReason>{
        ReasonOf(RejectByVerdict(scores, spec)), ReasonOf(RejectByLikelihood(scores, kLong, spec)),
        ReasonOf(RejectByGain(scores, spec)), ReasonOf(RejectByProbability(scores, weights)),
        ReasonOf(RejectBySecondAnswer(scores, spec))};
  };
  EXPECT_EQ(reasons(), std::vector<v1::RejectReason>(5, v1::REJECT_REASON_UNSPECIFIED));
  const std::vector<v1::RejectReason> all = {
      v1::REJECT_REASON_VERDICT, v1::REJECT_REASON_LIKELIHOOD, v1::REJECT_REASON_GAIN,
      v1::REJECT_REASON_PROBABILITY, v1::REJECT_REASON_DISAGREES};
  for (const double worse : {-0.001, kNan}) {
    scores.set_verdict_margin(spec.min_verdict_margin() + worse);
    scores.set_answer_log_prob(spec.min_answer_log_prob() + worse);
    scores.set_gain(spec.min_gain() + worse);
    scores.set_probability(weights.min_probability() + worse);
    scores.set_second_overlap(spec.min_second_overlap() + worse);
    EXPECT_EQ(reasons(), all);
  }
}

TEST(Judge, GivesShortAnswersTheirOwnFloor) {
  v1::Scores scores;
  scores.set_answer_log_prob(-5);
  EXPECT_EQ(ReasonOf(RejectByLikelihood(scores, kLong, {})), v1::REJECT_REASON_LIKELIHOOD);
  EXPECT_EQ(ReasonOf(RejectByLikelihood(scores, kShort, {})), v1::REJECT_REASON_UNSPECIFIED);
}

TEST(Judge, NamesTheScoreAndTheLimit) {
  v1::Scores scores;
  scores.set_probability(0.25);
  EXPECT_EQ(RejectByProbability(scores, WeightsOf({}, kLong))->detail(), "0.2500, least 0.8000");
}

TEST(Judge, AsksAgainAsTheSpecSays) {
  v1::VerificationSpec spec;
  EXPECT_TRUE(AsksAgain(spec, kLong));
  spec.set_second_answer(v1::VerificationSpec::OFF);
  EXPECT_FALSE(AsksAgain(spec, kShort));
  spec.set_second_answer(v1::VerificationSpec::SHORT_FORM);
  EXPECT_TRUE(AsksAgain(spec, kShort));
  EXPECT_FALSE(AsksAgain(spec, kLong));
  spec.set_second_answer(v1::VerificationSpec::ALL);
  EXPECT_TRUE(AsksAgain(spec, kLong));
}

}  // namespace
}  // namespace quipu::generator
