// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Split runs: shard i of n has the documents and short rows whose ids say so,
// and a store of its own beside the spec's. No coordinator, no talk between
// shards; `quipu merge` puts their stores together.
//
//   ASSIGN_OR_RETURN(const v1::ShardOf shard, ParseShardFlag("2/7"));
//   ShardStorePath("out/store", shard)    "out/store.shard-2-of-7"
//
// Pure functions, but for FindShardStores.
#ifndef QUIPU_PIPELINES_CORE_SPLIT_H_
#define QUIPU_PIPELINES_CORE_SPLIT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

// Parses "i/n", 0 <= i < n <= kMaxShards; INVALID_ARGUMENT for anything else.
absl::StatusOr<v1::ShardOf> ParseShardFlag(absl::string_view text);

// DATA_LOSS unless 0 <= index < count <= kMaxShards; `name` says whose it is.
absl::Status CheckShard(const v1::ShardOf& shard, absl::string_view name);

// Whether a document or row of this id (16 bytes) is the shard's; a count of 0,
// as of a run that is not split, has all.
bool ShardHolds(const v1::ShardOf& shard, absl::string_view id);

// "shard 2 of 7", counted from 0.
std::string ShardName(const v1::ShardOf& shard);

// The shard's store, beside the whole run's.
std::string ShardStorePath(absl::string_view store, const v1::ShardOf& shard);

// The directories that ShardStorePath may have named for `store`, by count and
// index.
absl::StatusOr<std::vector<std::string>> FindShardStores(absl::string_view store);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_SPLIT_H_
