// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/plots.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "pipelines/report/html_writer.h"

namespace quipu::pipelines {
namespace {

// The plot's area in units of the drawing.
constexpr double kWidth = 340;
constexpr double kHeight = 172;
constexpr double kLeft = 40;
constexpr double kRight = 324;  // The label of the last tick goes beyond it.
constexpr double kTop = 24;
constexpr double kBottom = 148;
constexpr double kLetterWidth = 6;  // Of a mark's label, with some room.

std::string Px(double value) { return absl::StrFormat("%.1f", value); }

// 1, 2 or 5 times a power of ten: about `wanted` of them fit into the range.
double NiceStep(double range, int wanted) {
  const double rough = range / wanted;
  double power = 1;
  while (power * 10 <= rough) power *= 10;
  while (power > rough) power /= 10;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough) return factor * power;
  }
  return 10 * power;
}

// From values to places in the drawing.
struct Scale {
  double least = 0;
  double most = 1;
  double tallest = 1;

  double X(double value) const {
    return kLeft + (value - least) / (most - least) * (kRight - kLeft);
  }
  double Y(double count) const { return kBottom - count / tallest * (kBottom - kTop); }
  bool Has(double value) const { return value >= least && value <= most; }
};

// Includes a mark unless the bars would shrink to less than two thirds.
Scale ScaleOf(const std::vector<Histogram::Bin>& bins, const HistogramPlot& plot) {
  Scale scale;
  scale.least = bins.front().begin;
  scale.most = std::max(bins.back().end, scale.least + plot.least_span);
  const double reach = (scale.most - scale.least) / 2;
  for (const PlotMark& mark : plot.marks) {
    const double least = std::min(scale.least, mark.value);
    const double most = std::max(scale.most, mark.value);
    if (most - least <= 3 * reach) {
      scale.least = least;
      scale.most = most;
    }
  }
  for (const Histogram::Bin& bin : bins) {
    scale.tallest = std::max(scale.tallest, static_cast<double>(bin.counts[0] + bin.counts[1]));
  }
  return scale;
}

void AppendText(double x, double y, absl::string_view anchor, absl::string_view text,
                std::string* svg) {
  absl::StrAppend(svg, "<text x=\"", Px(x), "\" y=\"", Px(y), "\" text-anchor=\"", anchor, "\">",
                  EscapeHtml(text), "</text>");
}

void AppendRect(absl::string_view css_class, double x, double y, double width, double height,
                std::string* svg) {
  absl::StrAppend(svg, "<rect class=\"", css_class, "\" x=\"", Px(x), "\" y=\"", Px(y),
                  "\" width=\"", Px(width), "\" height=\"", Px(height), "\"/>");
}

void AppendLine(absl::string_view css_class, double x1, double y1, double x2, double y2,
                std::string* svg) {
  absl::StrAppend(svg, "<line class=\"", css_class, "\" x1=\"", Px(x1), "\" y1=\"", Px(y1),
                  "\" x2=\"", Px(x2), "\" y2=\"", Px(y2), "\"/>");
}

void AppendAxes(const Scale& scale, std::string* svg) {
  const double y_step = std::max(1.0, NiceStep(scale.tallest, 4));
  for (double count = 0; count <= scale.tallest; count += y_step) {
    AppendLine("grid", kLeft, scale.Y(count), kRight, scale.Y(count), svg);
    AppendText(kLeft - 5, scale.Y(count) + 4, "end", AxisNumber(count), svg);
  }
  const double step = NiceStep(scale.most - scale.least, 5);
  const auto first = static_cast<int64_t>(std::ceil(scale.least / step));
  for (int64_t i = first; static_cast<double>(i) * step <= scale.most; ++i) {
    const double value = static_cast<double>(i) * step;
    AppendLine("tick", scale.X(value), kBottom, scale.X(value), kBottom + 4, svg);
    AppendText(scale.X(value), kBottom + 17, "middle", AxisNumber(value), svg);
  }
  AppendLine("axis", kLeft, kBottom, kRight, kBottom, svg);
}

void AppendBars(const std::vector<Histogram::Bin>& bins, const Scale& scale, std::string* svg) {
  for (const Histogram::Bin& bin : bins) {
    const double x = scale.X(bin.begin);
    const double width = std::max(0.8, scale.X(bin.end) - x - 0.8);
    const auto accepted = static_cast<double>(bin.counts[Histogram::kAccepted]);
    const auto all = accepted + static_cast<double>(bin.counts[Histogram::kRejected]);
    if (accepted > 0) {
      AppendRect("acc", x, scale.Y(accepted), width, kBottom - scale.Y(accepted), svg);
    }
    if (all > accepted) {
      AppendRect("rej", x, scale.Y(all), width, scale.Y(accepted) - scale.Y(all), svg);
    }
  }
}

// The labels of marks near each other would cover each other: each has its own line.
void AppendMarks(const std::vector<PlotMark>& marks, const Scale& scale, std::string* svg) {
  double y = 10;
  for (const PlotMark& mark : marks) {
    if (!scale.Has(mark.value)) continue;
    const double x = scale.X(mark.value);
    AppendLine("mark", x, y + 2, x, kBottom, svg);
    const std::string label = absl::StrCat(mark.label, " ", AxisNumber(mark.value));
    const bool left = x + 4 + kLetterWidth * static_cast<double>(label.size()) > kWidth;
    AppendText(left ? x - 4 : x + 4, y, left ? "end" : "start", label, svg);
    y += 11;
  }
}

}  // namespace

std::string AxisNumber(double value) {
  const double size = std::abs(value);
  for (const auto& [unit, letter] : {std::pair<double, const char*>{1e9, "G"}, {1e6, "M"}}) {
    if (size >= unit) return absl::StrCat(absl::StrFormat("%.3g", value / unit), letter);
  }
  if (size >= 1e4) return absl::StrCat(absl::StrFormat("%.3g", value / 1e3), "k");
  if (size >= 1000) return absl::StrFormat("%.0f", value);
  if (size < 1e-9) return "0";
  return absl::StrFormat("%.3g", value);
}

std::vector<Histogram::Bin> PlotBins(const Histogram& histogram, double least_span) {
  return histogram.Bins(kMostPlotBins, least_span / kMostPlotBins);
}

std::string HistogramSvg(const Histogram& histogram, const HistogramPlot& plot) {
  const std::vector<Histogram::Bin> bins = PlotBins(histogram, plot.least_span);
  if (bins.empty()) return "";
  const Scale scale = ScaleOf(bins, plot);
  std::string svg = absl::StrCat("<svg class=\"plot\" viewBox=\"0 0 ", kWidth, " ", kHeight,
                                 "\" role=\"img\" aria-label=\"", EscapeHtml(plot.title), "\">");
  AppendAxes(scale, &svg);
  AppendBars(bins, scale, &svg);
  AppendMarks(plot.marks, scale, &svg);
  return svg + "</svg>\n";
}

std::string ShareBar(double accepted, double rejected) {
  const double first = 100 * std::clamp(accepted, 0.0, 1.0);
  const double second = std::min(100 - first, 100 * std::clamp(rejected, 0.0, 1.0));
  std::string svg =
      "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
      "<rect class=\"track\" x=\"0\" y=\"0\" width=\"100\" height=\"10\"/>";
  if (first > 0) AppendRect("acc", 0, 0, std::max(first, 0.5), 10, &svg);
  if (second > 0) AppendRect("rej", first, 0, std::max(second, 0.5), 10, &svg);
  return svg + "</svg>";
}

std::string PlotDefinitions() {
  return "<svg width=\"0\" height=\"0\" class=\"defs\" aria-hidden=\"true\"><defs>"
         "<pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
         "patternTransform=\"rotate(45)\"><rect class=\"hatch-ground\" width=\"5\" height=\"5\"/>"
         "<rect class=\"hatch-line\" width=\"2\" height=\"5\"/></pattern></defs></svg>\n";
}

}  // namespace quipu::pipelines
