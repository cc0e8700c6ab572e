// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The scores of pairs that a report shows: what each means, when it was measured, and the limits
// that the run's spec sets.
//
//   for (const ReportedScore& score : ReportedScores()) {
//     const std::optional<double> value = score.value(result);
//     if (value.has_value()) Plot(score.key, *value, LimitsOf(score, spec));
//   }
//
// Pure, thread-safe.
#ifndef QUIPU_PIPELINES_REPORT_SCORE_LIST_H_
#define QUIPU_PIPELINES_REPORT_SCORE_LIST_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"

namespace quipu::pipelines {

struct ReportedScore {
  // Its field in v1::Scores.
  absl::string_view key;
  absl::string_view title;
  absl::string_view meaning;
  // Nothing if it was not measured for this pair.
  std::optional<double> (*value)(const v1::Result& result);
};

absl::Span<const ReportedScore> ReportedScores();

struct ScoreLimit {
  std::string label;  // "floor", "floor, short form", "ceiling, long form".
  double value = 0;
  v1::AnswerForm form = v1::ANSWER_FORM_UNSPECIFIED;  // Unspecified: both.
  bool ceiling = false;
};

// None for a score that only the judge weighs, or of a run that asks no model.
std::vector<ScoreLimit> LimitsOf(const ReportedScore& score, const v1::RunSpec& spec);

// Whether a pair of this form with this value is refused by one of them.
bool IsRefused(double value, v1::AnswerForm form, absl::Span<const ScoreLimit> limits);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_SCORE_LIST_H_
