// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/judge/auc.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace quipu::generator {
namespace {

std::vector<double> Sorted(absl::Span<const double> figures) {
  std::vector<double> sorted(figures.begin(), figures.end());
  for (double& figure : sorted) {
    if (std::isnan(figure)) figure = -std::numeric_limits<double>::infinity();
  }
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

double ShareOf(size_t count, size_t all) {
  return all == 0 ? 0 : static_cast<double>(count) / static_cast<double>(all);
}

// How many of the sorted figures are at least `threshold`.
size_t AtLeast(const std::vector<double>& sorted, double threshold) {
  return static_cast<size_t>(sorted.end() -
                             std::lower_bound(sorted.begin(), sorted.end(), threshold));
}

OperatingPoint PointOfSorted(const std::vector<double>& right, const std::vector<double>& wrong,
                             double threshold) {
  OperatingPoint point;
  point.threshold = threshold;
  point.right = AtLeast(right, threshold);
  point.wrong = AtLeast(wrong, threshold);
  point.recall = ShareOf(point.right, right.size());
  const double false_share = ShareOf(point.wrong, wrong.size());
  point.precision =
      point.right + point.wrong == 0 ? 1 : point.recall / (point.recall + false_share);
  return point;
}

}  // namespace

std::optional<double> Auc(absl::Span<const double> right, absl::Span<const double> wrong) {
  if (right.empty() || wrong.empty()) return std::nullopt;
  const std::vector<double> sorted = Sorted(wrong);
  double wins = 0;
  for (const double figure : Sorted(right)) {
    const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), figure);
    wins += static_cast<double>(first - sorted.begin()) + 0.5 * static_cast<double>(last - first);
  }
  return wins / static_cast<double>(right.size()) / static_cast<double>(wrong.size());
}

OperatingPoint PointAt(absl::Span<const double> right, absl::Span<const double> wrong,
                       double threshold) {
  return PointOfSorted(Sorted(right), Sorted(wrong), threshold);
}

std::optional<OperatingPoint> PointOfPrecision(absl::Span<const double> right,
                                               absl::Span<const double> wrong, double precision) {
  const std::vector<double> sorted_right = Sorted(right);
  const std::vector<double> sorted_wrong = Sorted(wrong);
  for (const double threshold : sorted_right) {
    const OperatingPoint point = PointOfSorted(sorted_right, sorted_wrong, threshold);
    if (point.precision >= precision) return point;
  }
  return std::nullopt;
}

}  // namespace quipu::generator
