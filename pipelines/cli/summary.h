// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The output of commands when they are done.
//
//   ASSIGN_OR_RETURN(const BuildSummary summary, Build(spec, options));
//   return PrintSummary(summary, out);
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_CLI_SUMMARY_H_
#define QUIPU_PIPELINES_CLI_SUMMARY_H_

#include <ostream>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pipelines/export/exporter.h"
#include "pipelines/run/stages.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// Prints the state of the store's run, and at most `max_bad` bad records.
absl::Status PrintStatus(const storage::StoreView& store, int max_bad, std::ostream& out);

void PrintExport(const ExportSummary& summary, absl::string_view dir, std::ostream& out);

// Prints the rows of each format, and how many it could not express.
void PrintFormats(const ExportSummary& summary, std::ostream& out);

// Prints the outcome of a build: the run's state, and the export if there is
// one. Returns the exit code: 0, or kQuarantinedExitCode if pairs are missing.
absl::StatusOr<int> PrintSummary(const BuildSummary& summary, std::ostream& out);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_SUMMARY_H_
