// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/plots.h"

#include <string>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

size_t Occurrences(const std::string& text, const std::string& part) {
  return std::vector<std::string>(absl::StrSplit(text, part)).size() - 1;
}

TEST(PlotsTest, DrawsABarForEachBinAndSeries) {
  Histogram histogram;
  histogram.Add(1, Histogram::kAccepted);
  histogram.Add(2, Histogram::kAccepted);
  histogram.Add(2, Histogram::kRejected);
  histogram.Add(3, Histogram::kRejected);

  const std::string svg = HistogramSvg(histogram, {"Lengths", {}});

  EXPECT_EQ(Occurrences(svg, "class=\"acc\""), 2u);
  EXPECT_EQ(Occurrences(svg, "class=\"rej\""), 2u);
  EXPECT_THAT(svg, HasSubstr("aria-label=\"Lengths\""));
}

TEST(PlotsTest, DrawsThresholdsThatAreNearTheValues) {
  Histogram histogram;
  for (int i = 0; i < 10; ++i) histogram.Add(i, Histogram::kAccepted);

  const std::string svg = HistogramSvg(histogram, {"x", {{"floor", -2}, {"far", -500}}});

  EXPECT_EQ(Occurrences(svg, "class=\"mark\""), 1u);
  EXPECT_THAT(svg, HasSubstr("floor -2"));
  EXPECT_THAT(svg, Not(HasSubstr("far")));
}

TEST(PlotsTest, LongLabelsStayInsideTheDrawing) {
  Histogram histogram;
  for (int i = 0; i <= 10; ++i) histogram.Add(i, Histogram::kAccepted);

  const std::string svg =
      HistogramSvg(histogram, {"x", {{"floor, short form", 7.5}, {"floor", 6.5}}});

  EXPECT_THAT(svg, HasSubstr("text-anchor=\"end\">floor, short form 7.5<"));
  EXPECT_THAT(svg, HasSubstr("text-anchor=\"start\">floor 6.5<"));
}

TEST(PlotsTest, DrawsOneValueAndNone) {
  Histogram one;
  one.Add(0.5, Histogram::kRejected);

  EXPECT_THAT(HistogramSvg(one, {"x", {}}), HasSubstr("class=\"rej\""));
  EXPECT_EQ(HistogramSvg(Histogram(), {"x", {}}), "");
}

TEST(PlotsTest, BarsOfOneValueAreNotAsThinAsALine) {
  Histogram histogram(1.0 / 1024);
  for (int i = 0; i < 9; ++i) histogram.Add(0, Histogram::kAccepted);

  const std::vector<Histogram::Bin> bins = PlotBins(histogram, /*least_span=*/0.25);

  ASSERT_EQ(bins.size(), 1u);
  EXPECT_GE(bins[0].end, 0.25 / kMostPlotBins);
}

TEST(PlotsTest, EscapesTitlesAndLabels) {
  Histogram histogram;
  histogram.Add(1, Histogram::kAccepted);

  const std::string svg = HistogramSvg(histogram, {"\"<b>", {{"<i>", 1}}});

  EXPECT_THAT(svg, Not(HasSubstr("<b>")));
  EXPECT_THAT(svg, Not(HasSubstr("<i>")));
}

TEST(PlotsTest, BarsAreNeverLongerThanTheirTrack) {
  EXPECT_THAT(ShareBar(0.8, 0.9), HasSubstr("width=\"20.0\""));
  EXPECT_THAT(ShareBar(0, 0), Not(HasSubstr("class=\"acc\"")));
}

TEST(PlotsTest, ShortensNumbersOfAxes) {
  EXPECT_EQ(AxisNumber(0), "0");
  EXPECT_EQ(AxisNumber(0.25), "0.25");
  EXPECT_EQ(AxisNumber(-8), "-8");
  EXPECT_EQ(AxisNumber(2000), "2000");
  EXPECT_EQ(AxisNumber(12000), "12k");
  EXPECT_EQ(AxisNumber(1500000), "1.5M");
}

}  // namespace
}  // namespace quipu::pipelines
