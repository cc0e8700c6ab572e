// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Logistic regression with a penalty on large weights (L2), which keeps it finite
// where a figure separates perfectly. The same rows give the same bits on every
// machine.
//
//   std::vector<LabelledRow> rows = {{{1.5, -0.2}, true}, {{-3.0, -1.9}, false}};
//   const LogisticModel model = FitLogistic(rows, /*penalty=*/1.0);
//   Use(ProbabilityOf(model, {1.0, -0.5}));
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_JUDGE_LOGISTIC_H_
#define QUIPU_GENERATOR_JUDGE_LOGISTIC_H_

#include <vector>

#include "absl/types/span.h"

namespace quipu::generator {

struct LabelledRow {
  std::vector<double> figures;  // Finite, equally many in all rows.
  bool right = false;
};

struct LogisticModel {
  double bias = 0;
  std::vector<double> weights;  // One for each figure.
};

// Minimises the mean loss, with right and wrong rows counted as equally many, plus
// penalty / (2 * number of rows) * the squares of the weights of figures scaled to a
// deviation of 1. A figure that is the same in all rows gets weight 0. Without rows of
// both kinds all weights are 0. REQUIRES: penalty > 0.
LogisticModel FitLogistic(absl::Span<const LabelledRow> rows, double penalty);

// 1 / (1 + exp(-(bias + weights * figures))).
double ProbabilityOf(const LogisticModel& model, absl::Span<const double> figures);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_JUDGE_LOGISTIC_H_
