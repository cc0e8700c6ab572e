// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The stores of a split run, checked against each other before anything of them
// is copied.
//
//   ASSIGN_OR_RETURN(const PartitionSet set, OpenPartitionSet(spec, paths, check));
//   set.paths[2];  // The store of partition 2 of set.paths.size().
//
// Pure, but for reading the stores.
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
  // What the partitions' headers have in common; the spec is the first one's.
  v1::RunHeader header;
  std::vector<std::string> paths;  // By index.
};

// Opens each store for reading and makes sure that together they are one run,
// made from `spec`: each partition once, all of one count, generated to the end.
// FAILED_PRECONDITION names those that are missing, there twice or not done, or
// the field in which one differs; INVALID_ARGUMENT if one is no partition's;
// DATA_LOSS, with `check`, if one has findings (every byte of it is read).
absl::StatusOr<PartitionSet> OpenPartitionSet(const v1::RunSpec& spec,
                                              absl::Span<const std::string> paths, bool check);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_PARTITION_SET_H_
