// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The stores of a split run, checked against each other before anything is
// copied.
//
//   ASSIGN_OR_RETURN(const PartitionSet set, OpenPartitionSet(spec, paths, check));
//   set.paths[2];  // The store of partition 2 of set.paths.size().
//
// Pure, except for reading the stores.
#ifndef QUIPU_PIPELINES_RUN_PARTITION_SET_H_
#define QUIPU_PIPELINES_RUN_PARTITION_SET_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

struct PartitionSet {
  // The partitions' common header, with the first partition's spec.
  v1::RunHeader header;
  // The given spec, with the judge that was fitted when the run was created.
  v1::RunSpec spec;
  std::vector<std::string> paths;  // By index.
};

// Opens each store for reading and checks that together they are one run, made
// from `spec`: each partition once, with the same count, finished generating.
// FAILED_PRECONDITION names the partitions that are missing, duplicated or
// unfinished, or the field in which one differs; INVALID_ARGUMENT if a store is
// not a partition; with `check`, which reads every byte, DATA_LOSS if a store
// has findings.
absl::StatusOr<PartitionSet> OpenPartitionSet(const v1::RunSpec& spec,
                                              absl::Span<const std::string> paths, bool check);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_PARTITION_SET_H_
