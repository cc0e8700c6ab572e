// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Judges a pair by its scores: the probability that it is right, and whether it is
// refused. Making a pair applies these rules as soon as a score is measured;
// checking a worker's result applies them to the claimed scores. Pure, thread-safe,
// with the same bits on every machine.
//
//   const v1::JudgeWeights weights = WeightsOf(spec.verification(), form);
//   scores.set_probability(Probability(weights, scores));
//   std::optional<v1::Reject> reject = RejectByProbability(scores, weights);
#ifndef QUIPU_GENERATOR_JUDGE_JUDGE_H_
#define QUIPU_GENERATOR_JUDGE_JUDGE_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

// A figure of a pair that the judge weighs.
struct Signal {
  absl::string_view name;  // As the weight in v1::JudgeWeights.
  // Values outside this range count as its end: what a judge was fitted on does not
  // reach farther.
  double least = 0;
  double most = 0;
  double (*value)(const v1::Scores& scores);  // Not clamped.
  // Whether it needs the pass without the chunk.
  bool needs_closed_book = false;
};

// All signals, in the order of the weights: verdict_margin, answer_log_prob,
// min_log_prob, greedy_share, gain, grounded_share, copied_share, log_answer_tokens,
// margin_gain, question_named, log_question_words.
absl::Span<const Signal> Signals();

// The signal's value in its range; NaN if the figure is NaN.
double ClampedValue(const Signal& signal, const v1::Scores& scores);

double WeightOf(const Signal& signal, const v1::JudgeWeights& weights);
void SetWeight(const Signal& signal, double weight, v1::JudgeWeights* weights);

// The spec's judge in full: absent forms have the default weights, an absent
// min_probability is target_precision.
v1::Judge JudgeOf(const v1::VerificationSpec& spec);
// `extracted`: the answer is a part of its sentence. Judges are fitted to pairs of which about half
// are right; with an extracted answer four in five are, and the bias is raised by that.
v1::JudgeWeights WeightsOf(const v1::VerificationSpec& spec, v1::AnswerForm form,
                           bool extracted = false);

// The probability that the pair is right, from all signals. 0 if a signal is NaN,
// whatever its weight.
double Probability(const v1::JudgeWeights& weights, const v1::Scores& scores);
// The highest that it can be, whatever the pass without the chunk gives.
double MostProbable(const v1::JudgeWeights& weights, const v1::Scores& scores);

// VERDICT if the margin is under its floor. Needs the margin alone.
std::optional<v1::Reject> RejectByVerdict(const v1::Scores& scores,
                                          const v1::VerificationSpec& spec);
// LIKELIHOOD if the answer's log-likelihood is under its floor. Needs that alone.
std::optional<v1::Reject> RejectByLikelihood(const v1::Scores& scores, v1::AnswerForm form,
                                             const v1::VerificationSpec& spec);
// GAIN if the gain is under its floor. Needs the gain alone.
std::optional<v1::Reject> RejectByGain(const v1::Scores& scores, const v1::VerificationSpec& spec);
// PROBABILITY if `scores.probability` is under the weights' threshold.
std::optional<v1::Reject> RejectByProbability(const v1::Scores& scores,
                                              const v1::JudgeWeights& weights);
// DISAGREES if the second answer's overlap is under its limit. Needs that alone.
std::optional<v1::Reject> RejectBySecondAnswer(const v1::Scores& scores,
                                               const v1::VerificationSpec& spec);

// Whether a pair of this form that nothing else refuses is asked a second time.
bool AsksAgain(const v1::VerificationSpec& spec, v1::AnswerForm form);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_JUDGE_JUDGE_H_
