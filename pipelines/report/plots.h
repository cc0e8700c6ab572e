// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Plots as inline SVG: no script, no style of their own (report.css has the colours, for light and
// dark), a title for screen readers. Rejected things are hatched, so that colour is not all.
//
//   HistogramPlot plot;
//   plot.title = "Verdict margin";
//   plot.marks = {{"floor", 0.0}};
//   html.Raw(HistogramSvg(scores, plot));
//   html.Raw(ShareBar(/*accepted=*/0.3, /*rejected=*/0.1));
//
// Pure.
#ifndef QUIPU_PIPELINES_REPORT_PLOTS_H_
#define QUIPU_PIPELINES_REPORT_PLOTS_H_

#include <string>
#include <vector>

#include "pipelines/report/histogram.h"

namespace quipu::pipelines {

// A value that is drawn in: a threshold.
struct PlotMark {
  std::string label;
  double value = 0;
};

struct HistogramPlot {
  std::string title;  // Read out; the page has its own heading.
  std::vector<PlotMark> marks;
  // What the axis shows at least: values that are all alike are not stretched over all of it.
  double least_span = 0;
};

inline constexpr int kMostPlotBins = 40;

// The bars of a plot: as many as are readable, none as thin as a line.
std::vector<Histogram::Bin> PlotBins(const Histogram& histogram, double least_span);

// Empty if there are no values.
std::string HistogramSvg(const Histogram& histogram, const HistogramPlot& plot);

// A bar of two parts, which are shares of its full length: 0 to 1 together. Decoration: the
// numbers are beside it.
std::string ShareBar(double accepted, double rejected);

// What all plots of a page refer to: the hatching. Once a page.
std::string PlotDefinitions();

// A value as an axis shows it: "12k", "1.5M", "0.25".
std::string AxisNumber(double value);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_PLOTS_H_
