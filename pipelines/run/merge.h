// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Merges the partitions of a split run: their stores are copied into the spec's, which then goes
// through dedup, pack and export as in a build. The dataset is the unsplit run's, byte for byte. A
// merge that is killed anywhere and rerun repeats the copy, or resumes after it.
//
//   ASSIGN_OR_RETURN(const BuildSummary summary, Merge(spec, {}));
//
// Thread-safe. A second process that merges into the same store gets an error.
#ifndef QUIPU_PIPELINES_RUN_MERGE_H_
#define QUIPU_PIPELINES_RUN_MERGE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pipelines/run/stages.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

struct MergeOptions {
  // The partitions' stores, in any order; empty: all beside the spec's.
  std::vector<std::string> stores;
  // Whether to check every byte of them first.
  bool check = false;
};

// Leaves the partitions' stores unchanged. CANCELLED if a stop was requested; NOT_FOUND if there
// are no partitions; ALREADY_EXISTS if the spec's store exists and was not made by a merge;
// FAILED_PRECONDITION if it was, and pairs of it are pending again (retry_quarantined.h);
// DATA_LOSS if partitions contradict one another; else errors of OpenPartitionSet and of a build's
// stages.
absl::StatusOr<BuildSummary> Merge(const v1::RunSpec& spec, const MergeOptions& options);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_MERGE_H_
