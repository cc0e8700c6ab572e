// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Exports the store's training rows in one or several formats, with a manifest and a
// dataset card. The bytes are deterministic.
//
//   ASSIGN_OR_RETURN(const ExportSummary summary, Export(*store, target, "out/export"));
//
// Without options the files are at the top: messages-00000.jsonl, tokens-00000.jsonl (long
// rows), packs-00000.jsonl. With formats each has a folder. docs/export.md has all. One
// pass over the store writes everything: every training row, sample, document and short
// row is read once. The files are written to a temporary directory beside `out_dir`,
// synced, and renamed into place: an export is complete or absent. Rows of a shuffled
// export wait in a spill file in that directory, which holds the corpus and the training
// rows once, uncompressed. Memory use is 32 bytes a row of each kind, the longest row, and
// 64 MiB for each format of binary chunks. Stateless.
#ifndef QUIPU_PIPELINES_EXPORT_EXPORTER_H_
#define QUIPU_PIPELINES_EXPORT_EXPORTER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/rows/instance_builder.h"
#include "pipelines/export/manifest.h"
#include "pipelines/export/rows/compressor.h"
#include "pipelines/export/rows/counts.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

struct ExportOptions {
  // Names of formats (formats/formats.h), or "all"; none: the views at the top.
  std::vector<std::string> formats;
  // For formats whose reader takes compressed shards.
  ShardCompression compression = ShardCompression::kNone;
};

struct ExportSummary : ExportCounts {
  // Tokens in packs / (packs x pack length); 0 without packs.
  double packing_fill = 0;
  std::vector<std::string> files;  // Names inside out_dir, sorted.
  std::vector<FormatSummary> formats;
};

// Exports all training rows, to a directory or to objects ("s3://BUCKET/NAME"; tables/object_store.h
// says how they appear). FAILED_PRECONDITION if packing is not done or a format cannot express the
// run; INVALID_ARGUMENT for an unknown format; ALREADY_EXISTS if `out_dir` contains something other
// than an export of quipu; DATA_LOSS, naming the row, if the store contradicts itself.
absl::StatusOr<ExportSummary> Export(const storage::StoreView& store,
                                     const generator::TargetModel& target,
                                     absl::string_view out_dir, const ExportOptions& options = {});

// Exports into the empty directory `dir`, as it is: not atomic. For checks.
absl::StatusOr<ExportSummary> ExportInto(const storage::StoreView& store,
                                         const generator::TargetModel& target,
                                         const ExportOptions& options, const std::string& dir);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_EXPORTER_H_
