// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// MANIFEST.json of an export: its inputs, the program's version, counts, and
// the SHA-256 of every shard. It has no time stamps and nothing specific to the
// machine, so two exports of one run have the same bytes.
//
//   ASSIGN_OR_RETURN(const std::string text, ManifestOf(store, input, files));
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
#include "pipelines/export/rows/compressor.h"
#include "pipelines/export/rows/counts.h"
#include "pipelines/export/rows/output_dir.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

inline constexpr char kManifestName[] = "MANIFEST.json";
// The dataset card (card.h).
inline constexpr char kCardName[] = "README.md";
inline constexpr char kManifestFormat[] = "quipu-export";
// Version of the files' layout; raised when a field changes its meaning or is
// removed.
inline constexpr uint64_t kExportVersion = 3;

// What one format of an export has.
struct FormatSummary {
  std::string name;
  uint64_t train_rows = 0;
  uint64_t validation_rows = 0;
  // Rows that it cannot express.
  uint64_t left_out = 0;
};

// What a manifest and a card say beside what is in the store.
struct ManifestInput {
  // Whether each format has a folder; else the files are the views at the top.
  bool folders = false;
  ShardCompression compression = ShardCompression::kNone;
  std::vector<FormatSummary> formats;  // Of folders, in order of name.
  ExportCounts counts;
};

// Returns the text. `files`: in order of name. Errors are the store's.
absl::StatusOr<std::string> ManifestOf(const storage::StoreView& store, const ManifestInput& input,
                                       absl::Span<const ShardInfo> files);

// The parts of a manifest that a check needs.
struct ParsedManifest {
  uint64_t version = 0;
  std::string run_id;
  std::vector<FormatSummary> formats;  // None: the views at the top.
  ShardCompression compression = ShardCompression::kNone;
  std::vector<ShardInfo> shards;  // All files.
};

// Returns INVALID_ARGUMENT if `text` is not a manifest of quipu, of any
// version.
absl::StatusOr<ParsedManifest> ParseManifest(absl::string_view text);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_MANIFEST_H_
