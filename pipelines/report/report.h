// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A run as one HTML page to look at: what went in, what was lost and why, what came out, with
// samples. The page needs no other file and no network, and no script to be read.
//
//   ReportOptions options;
//   options.seed = 1;
//   ASSIGN_OR_RETURN(const std::string page, ReportHtml(store, options));
//   RETURN_IF_ERROR(WriteFileAtomic("report.html", page));
//
// Works on a run that is unfinished, too. The same store and options give the same bytes. Pure,
// except for reading the store.
#ifndef QUIPU_PIPELINES_REPORT_REPORT_H_
#define QUIPU_PIPELINES_REPORT_REPORT_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

struct ReportOptions {
  // Decides which samples are drawn.
  uint64_t seed = 0;
  // Over 0: the page of a run at work, which asks its server for what is new (live/). The number is
  // this report's.
  uint64_t live_version = 0;
  // Asked at each record, from two threads; true ends the reading with CANCELLED. May be empty.
  std::function<bool()> stop;
};

// The live page of a run that has no report yet.
std::string EmptyLivePage();

// The store's errors.
absl::StatusOr<std::string> ReportHtml(const storage::StoreView& store,
                                       const ReportOptions& options);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_REPORT_H_
