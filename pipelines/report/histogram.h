// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Counts of values whose range is not known in advance, of accepted and rejected things apart.
// Memory is bounded: when the range outgrows 2,048 bins, each two become one.
//
//   Histogram lengths(/*least_width=*/1);
//   lengths.Add(512, Histogram::kAccepted);
//   lengths.Add(90000, Histogram::kRejected);
//   for (const Histogram::Bin& bin : lengths.Bins(/*most=*/32)) Draw(bin.begin, bin.end);
//
// The same values give the same bins in any order. Thread-compatible.
#ifndef QUIPU_PIPELINES_REPORT_HISTOGRAM_H_
#define QUIPU_PIPELINES_REPORT_HISTOGRAM_H_

#include <array>
#include <cstdint>
#include <vector>

namespace quipu::pipelines {

class Histogram {
 public:
  enum Series { kAccepted = 0, kRejected = 1 };

  struct Bin {
    double begin = 0;
    double end = 0;
    std::array<uint64_t, 2> counts = {};  // By series.
  };

  // `least_width`: of a bin while the range is small; a power of two, so that edges are exact.
  explicit Histogram(double least_width = 1) : least_width_(least_width), width_(least_width) {}

  // A value that is not finite, or over 2^53 widths from 0, is only counted as such.
  void Add(double value, Series series);

  uint64_t count(Series series) const { return counts_[series]; }
  uint64_t total() const { return counts_[0] + counts_[1]; }
  uint64_t not_counted() const { return not_counted_; }
  double least() const { return least_; }
  double most() const { return most_; }
  // 0 of nothing.
  double Mean(Series series) const;
  // The value that this share of the series does not exceed, to the width of a stored bin: of
  // whole numbers in bins of 1 exactly. 0 of nothing.
  double Quantile(double share, Series series) const;

  // Neighbouring bins of one width, from the first to the last that has values: at most `most`,
  // at least half as many if the values allow it and no bin is narrower than `least_width`.
  // REQUIRES: most >= 2.
  std::vector<Bin> Bins(int most, double least_width = 0) const;

 private:
  using Counts = std::array<uint64_t, 2>;

  // Doubles the width.
  void Coarsen();

  double least_width_;
  double width_;
  // The bin of bins_[0]: values [first_ * width_, (first_ + 1) * width_).
  int64_t first_ = 0;
  std::vector<Counts> bins_;
  Counts counts_ = {};
  std::array<double, 2> sums_ = {};
  double least_ = 0;
  double most_ = 0;
  uint64_t not_counted_ = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_HISTOGRAM_H_
