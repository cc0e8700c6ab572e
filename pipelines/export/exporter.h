// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Exports the store's training rows as JSONL shards with a manifest. The bytes
// are deterministic.
//
// - messages-00000.jsonl: one conversation a line, with its provenance
// - tokens-00000.jsonl: input_ids, labels, attention_mask, position_ids, seq_lengths
// - MANIFEST.json: counts, SHA-256 of every shard, spec, both models
//
//   ASSIGN_OR_RETURN(const ExportSummary summary, Export(*store, target, "out/export"));
//
// docs/export.md has every field. One pass over the store writes both views:
// every training row, sample, document and short row is read once. The files
// are written to a temporary directory beside `out_dir`, synced, and renamed
// into place: an export is complete or absent. Rows of a shuffled export wait
// in a spill file in that directory, which holds the corpus and the training
// rows once, uncompressed. Memory use is 32 bytes a row of each view, and the
// longest row. Stateless.
#ifndef QUIPU_PIPELINES_EXPORT_EXPORTER_H_
#define QUIPU_PIPELINES_EXPORT_EXPORTER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/instance_builder.h"
#include "pipelines/export/counts.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

struct ExportSummary : ExportCounts {
  // Tokens in packs / (packs x pack length); 0 without packs.
  double packing_fill = 0;
  std::vector<std::string> files;  // Names inside out_dir, sorted.
};

// Exports all training rows. FAILED_PRECONDITION if packing is not done;
// ALREADY_EXISTS if `out_dir` contains something other than an export of quipu;
// DATA_LOSS, naming the row, if the store contradicts itself.
absl::StatusOr<ExportSummary> Export(const storage::StoreView& store,
                                     const generator::TargetModel& target,
                                     absl::string_view out_dir);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_EXPORTER_H_
