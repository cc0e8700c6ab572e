// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/histogram.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace quipu::pipelines {
namespace {

constexpr int64_t kMostBins = 2048;                 // Scores of 0 to 1 keep bins of a thousandth.
constexpr double kMostWidths = 9007199254740992.0;  // 2^53.

// Rounds down, of negative numbers too.
int64_t Half(int64_t bin) { return bin >= 0 ? bin / 2 : -((-bin + 1) / 2); }

// `bins`, of which the first has number *first, each two of them together.
std::vector<std::array<uint64_t, 2>> Pairs(const std::vector<std::array<uint64_t, 2>>& bins,
                                           int64_t* first) {
  const int64_t new_first = Half(*first);
  const int64_t new_last = Half(*first + static_cast<int64_t>(bins.size()) - 1);
  std::vector<std::array<uint64_t, 2>> pairs(new_last - new_first + 1);
  for (size_t i = 0; i < bins.size(); ++i) {
    auto& pair = pairs[Half(*first + static_cast<int64_t>(i)) - new_first];
    for (size_t s = 0; s < pair.size(); ++s) pair[s] += bins[i][s];
  }
  *first = new_first;
  return pairs;
}

}  // namespace

void Histogram::Add(double value, Series series) {
  if (!std::isfinite(value) || std::abs(value) >= kMostWidths * width_) {
    ++not_counted_;
    return;
  }
  least_ = total() == 0 ? value : std::min(least_, value);
  most_ = total() == 0 ? value : std::max(most_, value);
  ++counts_[series];
  sums_[series] += value;
  auto bin = static_cast<int64_t>(std::floor(value / width_));
  if (bins_.empty()) {
    first_ = bin;
    bins_.resize(1);
  }
  while (std::max(bin, first_ + static_cast<int64_t>(bins_.size()) - 1) - std::min(bin, first_) >=
         kMostBins) {
    Coarsen();
    bin = Half(bin);
  }
  if (bin < first_) {
    bins_.insert(bins_.begin(), first_ - bin, Counts{});
    first_ = bin;
  }
  const auto place = static_cast<size_t>(bin - first_);
  if (place >= bins_.size()) bins_.resize(place + 1);
  ++bins_[place][series];
}

void Histogram::Coarsen() {
  bins_ = Pairs(bins_, &first_);
  width_ *= 2;
}

double Histogram::Mean(Series series) const {
  return counts_[series] == 0 ? 0 : sums_[series] / static_cast<double>(counts_[series]);
}

double Histogram::Quantile(double share, Series series) const {
  if (counts_[series] == 0) return 0;
  const double wanted = share * static_cast<double>(counts_[series]);
  uint64_t before = 0;
  for (size_t i = 0; i < bins_.size(); ++i) {
    const uint64_t here = bins_[i][series];
    if (here > 0 && static_cast<double>(before + here) >= wanted) {
      const double begin = static_cast<double>(first_ + static_cast<int64_t>(i)) * width_;
      // As narrow as asked for: its begin is a whole number, or a score that is often met.
      if (width_ == least_width_) return std::clamp(begin, least_, most_);
      const double inside = (wanted - static_cast<double>(before)) / static_cast<double>(here);
      return std::clamp(begin + inside * width_, least_, most_);
    }
    before += here;
  }
  return most_;
}

std::vector<Histogram::Bin> Histogram::Bins(int most, double least_width) const {
  std::vector<Counts> bins = bins_;
  int64_t first = first_;
  double width = width_;
  while (bins.size() > static_cast<size_t>(most) || (!bins.empty() && width < least_width)) {
    bins = Pairs(bins, &first);
    width *= 2;
  }
  std::vector<Bin> out(bins.size());
  for (size_t i = 0; i < bins.size(); ++i) {
    out[i].begin = static_cast<double>(first + static_cast<int64_t>(i)) * width;
    out[i].end = out[i].begin + width;
    out[i].counts = bins[i];
  }
  return out;
}

}  // namespace quipu::pipelines
