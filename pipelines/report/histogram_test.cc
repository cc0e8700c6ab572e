// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

uint64_t CountOf(const std::vector<Histogram::Bin>& bins, Histogram::Series series) {
  uint64_t count = 0;
  for (const Histogram::Bin& bin : bins) count += bin.counts[series];
  return count;
}

TEST(HistogramTest, CountsEachValueInTheBinThatHoldsIt) {
  Histogram histogram;
  histogram.Add(3, Histogram::kAccepted);
  histogram.Add(3.5, Histogram::kRejected);
  histogram.Add(5, Histogram::kAccepted);

  const auto bins = histogram.Bins(32);

  ASSERT_EQ(bins.size(), 3u);
  EXPECT_EQ(bins[0].begin, 3);
  EXPECT_EQ(bins[0].end, 4);
  EXPECT_EQ(bins[0].counts[Histogram::kAccepted], 1u);
  EXPECT_EQ(bins[0].counts[Histogram::kRejected], 1u);
  EXPECT_EQ(bins[1].counts[Histogram::kAccepted], 0u);
  EXPECT_EQ(bins[2].counts[Histogram::kAccepted], 1u);
}

TEST(HistogramTest, LosesNoValueWhenTheRangeGrows) {
  Histogram histogram(1.0 / 1024);
  for (int i = -5000; i < 5000; ++i) {
    histogram.Add(i * 0.37, i % 3 == 0 ? Histogram::kRejected : Histogram::kAccepted);
  }
  histogram.Add(1e9, Histogram::kAccepted);

  const auto bins = histogram.Bins(40);

  EXPECT_EQ(CountOf(bins, Histogram::kAccepted) + CountOf(bins, Histogram::kRejected), 10001u);
  EXPECT_LE(bins.size(), 40u);
  EXPECT_GE(bins.size(), 20u);
  EXPECT_LE(bins.front().begin, -5000 * 0.37);
  EXPECT_GT(bins.back().end, 1e9);
}

TEST(HistogramTest, DoesNotDependOnTheOrderOfValues) {
  std::vector<double> values;
  for (int i = 0; i < 3000; ++i) values.push_back(std::sin(i) * i * 10);
  Histogram forwards;
  for (const double value : values) forwards.Add(value, Histogram::kAccepted);
  std::reverse(values.begin(), values.end());
  Histogram backwards;
  for (const double value : values) backwards.Add(value, Histogram::kAccepted);

  const auto a = forwards.Bins(32);
  const auto b = backwards.Bins(32);

  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].begin, b[i].begin);
    EXPECT_EQ(a[i].counts, b[i].counts);
  }
  EXPECT_EQ(forwards.Quantile(0.5, Histogram::kAccepted),
            backwards.Quantile(0.5, Histogram::kAccepted));
}

TEST(HistogramTest, BinsAreAsWideAsWanted) {
  Histogram histogram(1.0 / 1024);
  histogram.Add(0, Histogram::kAccepted);
  histogram.Add(0.0625, Histogram::kAccepted);

  EXPECT_EQ(histogram.Bins(1000, 0.015).size(), 5u) << "0 to 1/64, ..., 4/64 to 5/64";
  EXPECT_EQ(histogram.Bins(1000).size(), 65u);
  EXPECT_TRUE(Histogram().Bins(32, 10).empty());
}

TEST(HistogramTest, QuantilesAreWithinABin) {
  Histogram histogram;
  for (int i = 1; i <= 10000; ++i) histogram.Add(i, Histogram::kAccepted);

  EXPECT_NEAR(histogram.Quantile(0.5, Histogram::kAccepted), 5000, 32);
  EXPECT_NEAR(histogram.Quantile(0.95, Histogram::kAccepted), 9500, 32);
  EXPECT_EQ(histogram.Mean(Histogram::kAccepted), 5000.5);
  EXPECT_EQ(histogram.Quantile(0.5, Histogram::kRejected), 0) << "of nothing";
  EXPECT_EQ(histogram.least(), 1);
  EXPECT_EQ(histogram.most(), 10000);
}

TEST(HistogramTest, SetsAsideWhatIsNoNumber) {
  Histogram histogram;
  histogram.Add(std::numeric_limits<double>::quiet_NaN(), Histogram::kAccepted);
  histogram.Add(-std::numeric_limits<double>::infinity(), Histogram::kRejected);
  histogram.Add(1e300, Histogram::kRejected);
  histogram.Add(1, Histogram::kAccepted);

  EXPECT_EQ(histogram.not_counted(), 3u);
  EXPECT_EQ(histogram.total(), 1u);
  EXPECT_EQ(histogram.Bins(32).size(), 1u);
}

}  // namespace
}  // namespace quipu::pipelines
