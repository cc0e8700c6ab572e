// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/review/agreement.h"

namespace quipu::pipelines {

Agreement AgreementOf(const LabelCounts& counts) {
  Agreement agreement;
  agreement.same = counts[0][0] + counts[1][1];
  agreement.pairs = agreement.same + counts[0][1] + counts[1][0];
  if (agreement.pairs == 0) return agreement;
  const auto all = static_cast<double>(agreement.pairs);
  const double first_right = static_cast<double>(counts[0][0] + counts[0][1]) / all;
  const double second_right = static_cast<double>(counts[0][0] + counts[1][0]) / all;
  const double chance = first_right * second_right + (1 - first_right) * (1 - second_right);
  if (chance >= 1) return agreement;
  const auto beyond_chance = [chance](double share) { return (share - chance) / (1 - chance); };
  agreement.kappa = beyond_chance(static_cast<double>(agreement.same) / all);
  const Interval share = WilsonInterval(agreement.same, agreement.pairs);
  agreement.interval = {beyond_chance(share.low), beyond_chance(share.high)};
  return agreement;
}

}  // namespace quipu::pipelines
