// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Fits a judge's weights to pairs that are known to be right or wrong, and says how
// well it does on pairs that it was not fitted to: the groups of pairs are halved,
// and each half is judged by the fit of the other.
//
//   ASSIGN_OR_RETURN(const FormFit fit, FitForm(pairs, v1::ANSWER_FORM_SHORT, options));
//   spec.mutable_verification()->mutable_judge()->mutable_short_form()->CopyFrom(fit.weights);
//
// Pure, deterministic, thread-safe.
#ifndef QUIPU_GENERATOR_JUDGE_JUDGE_FIT_H_
#define QUIPU_GENERATOR_JUDGE_JUDGE_FIT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/fingerprint.h"
#include "generator/judge/auc.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

struct JudgedPair {
  v1::AnswerForm form = v1::ANSWER_FORM_LONG;
  bool right = false;
  // Pairs of a group (a chunk) are in the same half.
  Fingerprint group;
  v1::Scores scores;  // All figures.
};

struct FitOptions {
  double target_precision = 0.9;
  // Signals that the labels say nothing about, because of how the pairs were made.
  std::vector<absl::string_view> left_out;
};

struct SignalQuality {
  absl::string_view name;
  double auc = 0;       // Of the signal alone, on all pairs.
  bool earned = false;  // Whether it has a weight.
};

struct FormFit {
  size_t right = 0;
  size_t wrong = 0;
  std::vector<SignalQuality> signals;  // Without those left out.
  double fitted_auc = 0;               // Of the weights, on the pairs that they were fitted to.
  double held_out_auc = 0;             // Of each half's fit, on the other half.
  std::vector<OperatingPoint> points;  // Held out, by threshold.
  // Held out: where precision reaches the target. Without it, min_probability is not set.
  std::optional<OperatingPoint> chosen;
  // Held out: at a probability of the target precision, the threshold without a chosen one.
  OperatingPoint at_target;
  v1::JudgeWeights weights;  // Fitted to all pairs.
};

// Least AUC of a signal that gets a weight.
inline constexpr double kMinSignalAuc = 0.6;
// Least right and wrong pairs of a form, in all.
inline constexpr size_t kMinFitPairs = 20;

// FAILED_PRECONDITION, with limit and actual, if there are too few pairs of the form, or a half has
// none of one kind.
absl::StatusOr<FormFit> FitForm(absl::Span<const JudgedPair> pairs, v1::AnswerForm form,
                                const FitOptions& options);

// For people: pairs, AUCs, signals that carry nothing, precision and recall.
std::string FitText(absl::string_view form_name, const FormFit& fit);

// What a user of the weights must know: the signals that this model has not earned, and what
// the target precision then means. A sentence each; empty if there is nothing to say.
std::vector<std::string> FitWarnings(absl::string_view form_name, const FormFit& fit);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_JUDGE_JUDGE_FIT_H_
