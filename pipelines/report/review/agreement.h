// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How well two raters agree on the same things, beyond what chance would give: Cohen's kappa.
//
//   // Of 10 pairs both said right of 6 and bad of 2; they differ on the rest.
//   const Agreement agreement = AgreementOf({{{6, 1}, {1, 2}}});
//   Print(agreement.pairs, agreement.same, *agreement.kappa);  // 10, 8, 0.524
//
// Pure.
#ifndef QUIPU_PIPELINES_REPORT_REVIEW_AGREEMENT_H_
#define QUIPU_PIPELINES_REPORT_REVIEW_AGREEMENT_H_

#include <array>
#include <cstdint>
#include <optional>

#include "pipelines/report/review/interval.h"

namespace quipu::pipelines {

struct Agreement {
  uint64_t pairs = 0;
  uint64_t same = 0;
  // 1: they always agree; 0: as often as chance. Nothing if each said the same of all, for then
  // chance explains any agreement.
  std::optional<double> kappa;
  // 95 %: of the share of agreement (Wilson), with the share that chance gives taken as it is.
  Interval interval = {-1, 1};
};

// What the first (row) and the second rater (column) said: 0 right, 1 bad.
using LabelCounts = std::array<std::array<uint64_t, 2>, 2>;

Agreement AgreementOf(const LabelCounts& counts);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_REVIEW_AGREEMENT_H_
