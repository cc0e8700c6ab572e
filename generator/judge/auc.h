// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How well a figure separates right pairs from wrong ones: the area under its ROC
// curve, and precision and recall at a threshold.
//
//   const std::optional<double> auc = Auc(right, wrong);   // 1: perfect, 0.5: worthless
//   const OperatingPoint point = PointAt(right, wrong, 0.8);
//   Print(point.precision, point.recall);
//
// A NaN is under every number. Pure, thread-safe.
#ifndef QUIPU_GENERATOR_JUDGE_AUC_H_
#define QUIPU_GENERATOR_JUDGE_AUC_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/types/span.h"

namespace quipu::generator {

// The probability that a random right pair has a greater figure than a random wrong
// one; equal figures count half. Nothing if there are no right or no wrong ones.
std::optional<double> Auc(absl::Span<const double> right, absl::Span<const double> wrong);

// What a threshold does: pairs whose figure is at least as great are accepted.
struct OperatingPoint {
  double threshold = 0;
  size_t right = 0;      // Accepted right pairs.
  size_t wrong = 0;      // Accepted wrong pairs.
  double precision = 0;  // Share of right pairs if right and wrong ones are equally many; 1 if
                         // nothing is accepted.
  double recall = 0;     // Share of the right pairs that is accepted.
};
OperatingPoint PointAt(absl::Span<const double> right, absl::Span<const double> wrong,
                       double threshold);

// The lowest of the right pairs' figures from which on precision is at least `precision`, so that
// recall is as high as possible. Nothing if no threshold reaches it.
std::optional<OperatingPoint> PointOfPrecision(absl::Span<const double> right,
                                               absl::Span<const double> wrong, double precision);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_JUDGE_AUC_H_
