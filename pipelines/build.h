// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The main job: read -> plan -> generate -> settle -> pack -> export, from
// wherever the store says an earlier run left off. Killed anywhere and run
// again, it ends with the same bytes.
#ifndef QUIPU_PIPELINES_BUILD_H_
#define QUIPU_PIPELINES_BUILD_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "pipelines/exporter.h"
#include "protos/run_spec.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

struct BuildOptions {
  // Overrides read.max_bad_share.
  std::optional<double> max_bad_share;
  // Whether progress goes to a terminal.
  bool terminal = false;
  Clock* clock = Clock::Real();
};

struct BuildSummary {
  std::string store;
  std::string export_dir;
  storage::RunCounts counts;
  ExportSummary exported;
};

// Runs the whole job. CANCELLED if a stop was requested (what is done is kept),
// FAILED_PRECONDITION if the store belongs to another spec or model; other
// errors are those of the stages.
absl::StatusOr<BuildSummary> Build(const v1::RunSpec& spec, const BuildOptions& options);

// Where a spec's export goes: export_dir, or "export" beside the store.
std::string ExportDirOf(const v1::RunSpec& spec);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_BUILD_H_
