// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/judge/judge.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_format.h"
#include "base/exact_math.h"
#include "base/log.h"
#include "generator/checks/reject.h"
#include "generator/judge/judge_defaults.h"

namespace quipu::generator {
namespace {

// In nats, where a figure is a logarithm. 403 tokens is exp(6).
constexpr double kMostMargin = 8;
constexpr double kLeastLogProb = -8;
constexpr double kLeastMinLogProb = -16;
constexpr double kLeastGain = -2;
constexpr double kMostGain = 6;
constexpr double kMostLogTokens = 6;
constexpr double kMostLogWords = 4;
constexpr double kLeastMarginGain = -4;
constexpr double kMostMarginGain = 8;

// An engine that scores no spans has no margin without the chunk, which is then 0.
double MarginGain(const v1::Scores& scores) {
  return scores.closed_book_margin() == 0 ? 0
                                          : scores.verdict_margin() - scores.closed_book_margin();
}

const Signal kSignals[] = {
    {"verdict_margin", -kMostMargin, kMostMargin,
     [](const v1::Scores& scores) { return scores.verdict_margin(); }},
    {"answer_log_prob", kLeastLogProb, 0,
     [](const v1::Scores& scores) { return scores.answer_log_prob(); }},
    {"min_log_prob", kLeastMinLogProb, 0,
     [](const v1::Scores& scores) { return scores.min_log_prob(); }},
    {"greedy_share", 0, 1, [](const v1::Scores& scores) { return scores.greedy_share(); }},
    {"gain", kLeastGain, kMostGain, [](const v1::Scores& scores) { return scores.gain(); },
     /*needs_closed_book=*/true},
    {"grounded_share", 0, 1, [](const v1::Scores& scores) { return scores.grounded_share(); }},
    {"copied_share", 0, 1, [](const v1::Scores& scores) { return scores.copied_share(); }},
    {"log_answer_tokens", 0, kMostLogTokens,
     [](const v1::Scores& scores) { return ExactLog(scores.answer_tokens()); }},
    // After the others, so that with a weight of 0 the sum has the same bits as without them.
    {"margin_gain", kLeastMarginGain, kMostMarginGain, MarginGain, /*needs_closed_book=*/true},
    {"question_named", 0, 1, [](const v1::Scores& scores) { return scores.question_named(); }},
    {"log_question_words", 0, kMostLogWords,
     [](const v1::Scores& scores) { return scores.log_question_words(); }},
};

// The weight's field has the signal's name (judge_test).
const google::protobuf::FieldDescriptor* FieldOf(const Signal& signal) {
  return v1::JudgeWeights::descriptor()->FindFieldByName(std::string(signal.name));
}

// Written so that NaN is under every threshold.
bool Under(double value, double least) { return !(value >= least); }

std::optional<v1::Reject> RejectUnder(v1::RejectReason reason, double value, double least) {
  if (!Under(value, least)) return std::nullopt;
  return MakeReject(reason, absl::StrFormat("%.4f, least %.4f", value, least));
}

const v1::Judge& DefaultJudge() {
  static const v1::Judge* const judge = [] {
    auto* const parsed = new v1::Judge;
    QUIPU_CHECK(google::protobuf::TextFormat::ParseFromString(kDefaultJudge, parsed))
        << "generator/judge/judge_defaults.h is not a judge";
    return parsed;
  }();
  return *judge;
}

// Log-odds of 4 in 5 against 3 in 5: what the short pairs that judges are fitted to have after the
// filters, and what extracted ones have (docs/quality.md).
constexpr double kExtractedLogOdds = 0.98;

v1::JudgeWeights Filled(v1::JudgeWeights weights, const v1::VerificationSpec& spec) {
  if (!weights.has_min_probability()) weights.set_min_probability(spec.target_precision());
  return weights;
}

double Sigmoid(double x) { return 1 / (1 + ExactExp(-x)); }

}  // namespace

absl::Span<const Signal> Signals() { return kSignals; }

double ClampedValue(const Signal& signal, const v1::Scores& scores) {
  const double value = signal.value(scores);
  return std::isnan(value) ? value : std::clamp(value, signal.least, signal.most);
}

double WeightOf(const Signal& signal, const v1::JudgeWeights& weights) {
  return weights.GetReflection()->GetDouble(weights, FieldOf(signal));
}

void SetWeight(const Signal& signal, double weight, v1::JudgeWeights* weights) {
  weights->GetReflection()->SetDouble(weights, FieldOf(signal), weight);
}

v1::JudgeWeights WeightsOf(const v1::VerificationSpec& spec, v1::AnswerForm form, bool extracted) {
  if (extracted) {
    v1::JudgeWeights weights = WeightsOf(spec, form);
    weights.set_bias(weights.bias() + kExtractedLogOdds);
    return weights;
  }
  const v1::Judge& judge = spec.judge();
  const v1::Judge& defaults = DefaultJudge();
  if (form == v1::ANSWER_FORM_SHORT) {
    return Filled(judge.has_short_form() ? judge.short_form() : defaults.short_form(), spec);
  }
  return Filled(judge.has_long_form() ? judge.long_form() : defaults.long_form(), spec);
}

v1::Judge JudgeOf(const v1::VerificationSpec& spec) {
  v1::Judge judge;
  *judge.mutable_long_form() = WeightsOf(spec, v1::ANSWER_FORM_LONG);
  *judge.mutable_short_form() = WeightsOf(spec, v1::ANSWER_FORM_SHORT);
  return judge;
}

double Probability(const v1::JudgeWeights& weights, const v1::Scores& scores) {
  double sum = weights.bias();
  for (const Signal& signal : kSignals) {
    sum += WeightOf(signal, weights) * ClampedValue(signal, scores);
  }
  return std::isnan(sum) ? 0 : Sigmoid(sum);
}

double MostProbable(const v1::JudgeWeights& weights, const v1::Scores& scores) {
  double sum = weights.bias();
  for (const Signal& signal : kSignals) {
    const double weight = WeightOf(signal, weights);
    const double best = weight >= 0 ? signal.most : signal.least;
    sum += weight * (signal.needs_closed_book ? best : ClampedValue(signal, scores));
  }
  return std::isnan(sum) ? 0 : Sigmoid(sum);
}

std::optional<v1::Reject> RejectByVerdict(const v1::Scores& scores,
                                          const v1::VerificationSpec& spec) {
  return RejectUnder(v1::REJECT_REASON_VERDICT, scores.verdict_margin(), spec.min_verdict_margin());
}

std::optional<v1::Reject> RejectByLikelihood(const v1::Scores& scores, v1::AnswerForm form,
                                             const v1::VerificationSpec& spec) {
  return RejectUnder(v1::REJECT_REASON_LIKELIHOOD, scores.answer_log_prob(),
                     form == v1::ANSWER_FORM_SHORT ? spec.min_short_answer_log_prob()
                                                   : spec.min_answer_log_prob());
}

std::optional<v1::Reject> RejectByGain(const v1::Scores& scores, const v1::VerificationSpec& spec) {
  return RejectUnder(v1::REJECT_REASON_GAIN, scores.gain(), spec.min_gain());
}

std::optional<v1::Reject> RejectByProbability(const v1::Scores& scores,
                                              const v1::JudgeWeights& weights) {
  return RejectUnder(v1::REJECT_REASON_PROBABILITY, scores.probability(),
                     weights.min_probability());
}

std::optional<v1::Reject> RejectBySecondAnswer(const v1::Scores& scores,
                                               const v1::VerificationSpec& spec) {
  return RejectUnder(v1::REJECT_REASON_DISAGREES, scores.second_overlap(),
                     spec.min_second_overlap());
}

bool AsksAgain(const v1::VerificationSpec& spec, v1::AnswerForm form) {
  return spec.second_answer() == v1::VerificationSpec::ALL ||
         (spec.second_answer() == v1::VerificationSpec::SHORT_FORM &&
          form == v1::ANSWER_FORM_SHORT);
}

}  // namespace quipu::generator
