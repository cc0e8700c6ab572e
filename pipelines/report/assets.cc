// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/assets.h"

namespace quipu::pipelines {
namespace {

// Raw literals that the build makes of the files.
constexpr char kStyle[] =
#include "pipelines/report/report.css.inc"
    ;
constexpr char kScript[] =
#include "pipelines/report/report.js.inc"
    ;
constexpr char kLiveScript[] =
#include "pipelines/report/live.js.inc"
    ;
constexpr char kReviewScript[] =
#include "pipelines/report/review.js.inc"
    ;

}  // namespace

absl::string_view ReportStyle() { return kStyle; }
absl::string_view ReportScript() { return kScript; }
absl::string_view LiveScript() { return kLiveScript; }
absl::string_view ReviewScript() { return kReviewScript; }

}  // namespace quipu::pipelines
