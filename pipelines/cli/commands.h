// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// One function a subcommand: what main calls with parsed flags. Output goes to
// `out`, messages to the log; the returned status becomes the exit code.
#ifndef QUIPU_PIPELINES_CLI_COMMANDS_H_
#define QUIPU_PIPELINES_CLI_COMMANDS_H_

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pipelines/cli/report_text.h"

namespace quipu::pipelines {

struct BuildSummary;

// Prints what a build has come to: what `status` says, and the export.
absl::Status PrintSummary(const BuildSummary& summary, std::ostream& out);

struct BuildFlags {
  std::string spec;
  std::optional<double> max_bad_share;
  int threads = 0;        // Overrides performance.threads if positive.
  std::string partition;  // "i/n": this partition of the run alone.
};
absl::Status RunBuild(const BuildFlags& flags, std::ostream& out);

struct MergeFlags {
  std::string spec;
  std::vector<std::string> stores;  // Empty: all partitions beside the spec's store.
  bool check = false;
};
absl::Status RunMerge(const MergeFlags& flags, std::ostream& out);

struct ExportFlags {
  std::string store;
  std::string out_dir;  // Empty: as the store's spec says.
  // The target model's GGUF, if it is no longer where the spec says.
  std::string model;
};
absl::Status RunExport(const ExportFlags& flags, std::ostream& out);

struct StatusFlags {
  std::string store;
  bool json = false;
  int max_bad = 20;
};
absl::Status RunStatus(const StatusFlags& flags, std::ostream& out);

absl::Status RunShow(const std::string& store, const ShowOptions& options, std::ostream& out);

struct CheckFlags {
  std::string store;
  std::string export_dir;  // Empty: the spec's, if it is there.
  std::string model;
};
// DATA_LOSS, after all findings were printed, if there were any.
absl::Status RunCheck(const CheckFlags& flags, std::ostream& out);

// 0 for OK; 130 for CANCELLED by a stop; 2 for the caller's mistakes
// (INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, ALREADY_EXISTS); 3 for
// DATA_LOSS; 1 for everything else.
int ExitCodeOf(const absl::Status& status);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_COMMANDS_H_
