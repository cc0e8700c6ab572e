// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// MANIFEST.json of an export: its inputs, the program's version, counts, and
// the SHA-256 of every shard. It has no time stamps and nothing specific to the
// machine, so two exports of one run have the same bytes.
//
//   ASSIGN_OR_RETURN(const std::string text, ManifestOf(store, exported, shards));
//   ASSIGN_OR_RETURN(const ParsedManifest manifest, ParseManifest(text));
//
// Pure functions.
#ifndef QUIPU_PIPELINES_EXPORT_MANIFEST_H_
#define QUIPU_PIPELINES_EXPORT_MANIFEST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pipelines/export/counts.h"
#include "pipelines/export/shard_writer.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

inline constexpr char kManifestName[] = "MANIFEST.json";
inline constexpr char kManifestFormat[] = "quipu-export";
// Version of the files' layout; raised when a field changes its meaning or is
// removed.
inline constexpr uint64_t kExportVersion = 2;

// Returns the text. `exported`: totals of all shards. `shards`: in order of
// name. Errors are the store's.
absl::StatusOr<std::string> ManifestOf(const storage::StoreView& store,
                                       const ExportCounts& exported,
                                       absl::Span<const ShardInfo> shards);

// The parts of a manifest that a check needs.
struct ParsedManifest {
  uint64_t version = 0;
  std::string run_id;
  std::vector<ShardInfo> shards;
};

// Returns INVALID_ARGUMENT if `text` is not a manifest of quipu, of any
// version.
absl::StatusOr<ParsedManifest> ParseManifest(absl::string_view text);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_MANIFEST_H_
