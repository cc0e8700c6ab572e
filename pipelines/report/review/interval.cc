// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/review/interval.h"

#include <algorithm>
#include <cmath>

namespace quipu::pipelines {

Interval WilsonInterval(uint64_t right, uint64_t all) {
  if (all == 0) return {};
  constexpr double kZ = 1.959963984540054;  // 97.5 % of the normal distribution are below.
  const auto n = static_cast<double>(all);
  const double share = static_cast<double>(right) / n;
  const double spread = kZ * kZ / n;
  const double middle = (share + spread / 2) / (1 + spread);
  const double half = kZ * std::sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread);
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

}  // namespace quipu::pipelines
