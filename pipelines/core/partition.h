// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Split runs. Partition i of n holds the documents and short rows whose ids map to it, in its own
// store beside the spec's. Partitions need no coordinator and do not communicate; `quipu merge`
// combines their stores.
//
//   ASSIGN_OR_RETURN(const v1::Partition partition, ParsePartitionFlag("2/7"));
//   PartitionStorePath("out/store", partition);  // "out/store.partition-2-of-7"
//
// Pure functions, except FindPartitionStores.
#ifndef QUIPU_PIPELINES_CORE_PARTITION_H_
#define QUIPU_PIPELINES_CORE_PARTITION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

// Parses "i/n", 0 <= i < n <= kMaxPartitions; INVALID_ARGUMENT for anything else.
absl::StatusOr<v1::Partition> ParsePartitionFlag(absl::string_view text);

// DATA_LOSS unless 0 <= index < count <= kMaxPartitions; `name` goes into the message.
absl::Status CheckPartition(const v1::Partition& partition, absl::string_view name);

// Whether a document or row with this id (16 bytes) belongs to the partition. A count of 0 (a run
// that is not split) includes every id.
bool InPartition(const v1::Partition& partition, absl::string_view id);

// "partition 2 of 7", counted from 0.
std::string PartitionName(const v1::Partition& partition);

// The partition's store, beside the whole run's.
std::string PartitionStorePath(absl::string_view store, const v1::Partition& partition);

// The existing directories whose names PartitionStorePath gives for `store`, by count and index.
absl::StatusOr<std::vector<std::string>> FindPartitionStores(absl::string_view store);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_PARTITION_H_
