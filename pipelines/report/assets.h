// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The style sheet and the scripts of a report, of the live one and of a review, compiled in:
// report.css, report.js, live.js and review.js.
//
//   html.Open("style").Raw(ReportStyle()).Close();
//   html.Open("script").Raw(ReportScript()).Close();
//
// Pure.
#ifndef QUIPU_PIPELINES_REPORT_ASSETS_H_
#define QUIPU_PIPELINES_REPORT_ASSETS_H_

#include "absl/strings/string_view.h"

namespace quipu::pipelines {

absl::string_view ReportStyle();
absl::string_view ReportScript();
absl::string_view LiveScript();
absl::string_view ReviewScript();

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_ASSETS_H_
