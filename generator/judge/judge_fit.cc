// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/judge/judge_fit.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "generator/judge/judge.h"
#include "generator/judge/logistic.h"

namespace quipu::generator {
namespace {

// The penalty of a prior that expects weights of scaled figures of about 1.
constexpr double kPenalty = 1.0;
// Digits of a weight in a spec: what is written is what was measured.
constexpr double kStepsPerUnit = 1e4;
constexpr double kThresholds[] = {0.5, 0.6, 0.7, 0.8, 0.9, 0.95};

using PairPtrs = std::vector<const JudgedPair*>;

struct Figures {
  std::vector<double> right;
  std::vector<double> wrong;
};

template <typename Value>
Figures FiguresOf(const PairPtrs& pairs, const Value& value) {
  Figures figures;
  for (const JudgedPair* pair : pairs) {
    (pair->right ? figures.right : figures.wrong).push_back(value(*pair));
  }
  return figures;
}

double AucOf(const Figures& figures) { return Auc(figures.right, figures.wrong).value_or(0.5); }

double SignalAuc(const PairPtrs& pairs, const Signal& signal) {
  return AucOf(FiguresOf(
      pairs, [&signal](const JudgedPair& pair) { return ClampedValue(signal, pair.scores); }));
}

std::vector<Signal> SignalsIn(const FitOptions& options) {
  std::vector<Signal> signals;
  for (const Signal& signal : Signals()) {
    if (std::find(options.left_out.begin(), options.left_out.end(), signal.name) ==
        options.left_out.end()) {
      signals.push_back(signal);
    }
  }
  return signals;
}

double Rounded(double value) { return std::round(value * kStepsPerUnit) / kStepsPerUnit; }

// Drops the signals that have not earned a weight on these pairs, and fits the others.
v1::JudgeWeights FitWeights(const PairPtrs& pairs, const FitOptions& options) {
  std::vector<Signal> earned;
  for (const Signal& signal : SignalsIn(options)) {
    if (SignalAuc(pairs, signal) >= kMinSignalAuc) earned.push_back(signal);
  }
  std::vector<LabelledRow> rows;
  for (const JudgedPair* pair : pairs) {
    LabelledRow row;
    row.right = pair->right;
    for (const Signal& signal : earned) row.figures.push_back(ClampedValue(signal, pair->scores));
    rows.push_back(std::move(row));
  }
  const LogisticModel model = FitLogistic(rows, kPenalty);
  v1::JudgeWeights weights;
  weights.set_bias(Rounded(model.bias));
  for (size_t i = 0; i < earned.size(); ++i) {
    SetWeight(earned[i], Rounded(model.weights[i]), &weights);
  }
  return weights;
}

Figures Judged(const PairPtrs& pairs, const v1::JudgeWeights& weights) {
  return FiguresOf(
      pairs, [&weights](const JudgedPair& pair) { return Probability(weights, pair.scores); });
}

void Append(const Figures& more, Figures* figures) {
  figures->right.insert(figures->right.end(), more.right.begin(), more.right.end());
  figures->wrong.insert(figures->wrong.end(), more.wrong.begin(), more.wrong.end());
}

bool IsFinite(const JudgedPair& pair) {
  for (const Signal& signal : Signals()) {
    if (std::isnan(ClampedValue(signal, pair.scores))) return false;
  }
  return true;
}

absl::Status CheckCounts(const PairPtrs& pairs, absl::string_view of, size_t least) {
  size_t right = 0;
  for (const JudgedPair* pair : pairs) right += pair->right ? 1 : 0;
  const size_t wrong = pairs.size() - right;
  if (right >= least && wrong >= least) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      of, right, " right and ", wrong, " wrong pairs, want at least ", least, " of each"));
}

}  // namespace

absl::StatusOr<FormFit> FitForm(absl::Span<const JudgedPair> pairs, v1::AnswerForm form,
                                const FitOptions& options) {
  PairPtrs all;
  PairPtrs halves[2];
  for (const JudgedPair& pair : pairs) {
    if (pair.form != form || !IsFinite(pair)) continue;
    all.push_back(&pair);
    halves[pair.group.low % 2].push_back(&pair);
  }
  RETURN_IF_ERROR(CheckCounts(all, "", kMinFitPairs));
  for (const PairPtrs& half : halves) RETURN_IF_ERROR(CheckCounts(half, "one half has ", 1));
  FormFit fit;
  for (const Signal& signal : SignalsIn(options)) {
    const double auc = SignalAuc(all, signal);
    fit.signals.push_back({signal.name, auc, auc >= kMinSignalAuc});
  }
  fit.weights = FitWeights(all, options);
  const Figures fitted = Judged(all, fit.weights);
  fit.right = fitted.right.size();
  fit.wrong = fitted.wrong.size();
  fit.fitted_auc = AucOf(fitted);
  Figures held_out;
  for (const int half : {0, 1}) {
    Append(Judged(halves[half], FitWeights(halves[1 - half], options)), &held_out);
  }
  fit.held_out_auc = AucOf(held_out);
  for (const double threshold : kThresholds) {
    fit.points.push_back(PointAt(held_out.right, held_out.wrong, threshold));
  }
  fit.at_target = PointAt(held_out.right, held_out.wrong, options.target_precision);
  fit.chosen = PointOfPrecision(held_out.right, held_out.wrong, options.target_precision);
  if (fit.chosen.has_value()) fit.weights.set_min_probability(Rounded(fit.chosen->threshold));
  return fit;
}

std::string FitText(absl::string_view form_name, const FormFit& fit) {
  std::string text =
      absl::StrFormat("%s form: %d right and %d wrong pairs\n", form_name, fit.right, fit.wrong);
  for (const SignalQuality& signal : fit.signals) {
    absl::StrAppendFormat(&text, "  %s: AUC %.3f%s\n", signal.name, signal.auc,
                          signal.earned ? "" : ", carries nothing for this model");
  }
  absl::StrAppendFormat(&text, "  together: AUC %.3f, held out %.3f\n", fit.fitted_auc,
                        fit.held_out_auc);
  for (const OperatingPoint& point : fit.points) {
    absl::StrAppendFormat(&text, "  probability %.2f: precision %.3f, recall %.3f\n",
                          point.threshold, point.precision, point.recall);
  }
  if (fit.chosen.has_value()) {
    absl::StrAppendFormat(&text, "  min_probability %.4f: precision %.3f, recall %.3f\n",
                          fit.chosen->threshold, fit.chosen->precision, fit.chosen->recall);
  } else {
    absl::StrAppend(&text, "  no probability reaches verification.target_precision\n");
  }
  return text;
}

std::vector<std::string> FitWarnings(absl::string_view form_name, const FormFit& fit) {
  std::vector<std::string> unearned;
  for (const SignalQuality& signal : fit.signals) {
    if (!signal.earned) {
      unearned.push_back(absl::StrFormat("%s (AUC %.2f)", signal.name, signal.auc));
    }
  }
  if (unearned.size() == fit.signals.size()) {
    return {absl::StrFormat(
        "%s form: no figure of this model tells right pairs from wrong ones (least AUC %.1f), so "
        "all pairs get the probability %.2f and none reaches verification.target_precision (%g): "
        "no pair of this form will be accepted",
        form_name, kMinSignalAuc, Probability(fit.weights, v1::Scores()), fit.at_target.threshold)};
  }
  std::vector<std::string> warnings;
  if (!unearned.empty()) {
    warnings.push_back(absl::StrFormat(
        "%s form: this model has not earned %s: they tell right pairs from wrong ones too seldom "
        "(least AUC %.1f) and have no weight",
        form_name, absl::StrJoin(unearned, ", "), kMinSignalAuc));
  }
  if (!fit.chosen.has_value()) {
    warnings.push_back(absl::StrFormat(
        "%s form: no probability reaches verification.target_precision (%g) on held-out pairs; "
        "pairs are accepted from a probability of %g, where precision was %.3f and recall %.3f",
        form_name, fit.at_target.threshold, fit.at_target.threshold, fit.at_target.precision,
        fit.at_target.recall));
  }
  return warnings;
}

}  // namespace quipu::generator
