// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The store's sequences as JSONL shards with a manifest: deterministic bytes.
//
// messages-00000.jsonl  one conversation a line, with where it came from
// tokens-00000.jsonl    input_ids, labels, attention_mask, position_ids,
// seq_lengths MANIFEST.json         counts, SHA-256 of every shard, spec,
// tokenizer, template, model
//
// docs/export.md has every field. Written to a temporary directory beside
// `out_dir`, synced, then renamed into place: an export is whole or absent.
#ifndef QUIPU_PIPELINES_EXPORT_EXPORTER_H_
#define QUIPU_PIPELINES_EXPORT_EXPORTER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/instance_builder.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

struct ExportSummary {
  uint64_t long_rows = 0;
  uint64_t packed_rows = 0;
  uint64_t short_rows = 0;  // Inside packed rows, or long rows of their own.
  uint64_t messages_rows = 0;
  uint64_t tokens = 0;  // Without padding.
  uint64_t padding_tokens = 0;
  uint64_t trained_tokens = 0;
  // Tokens in packs / (packs x pack length); 0 without packs.
  double packing_fill = 0;
  std::vector<std::string> files;  // Names inside out_dir, sorted.
};

// Exports all sequences. FAILED_PRECONDITION if packing is not done;
// ALREADY_EXISTS if `out_dir` holds something that is not an export of ours.
absl::StatusOr<ExportSummary> Export(const storage::StoreView& store,
                                     const generator::TargetModel& target,
                                     absl::string_view out_dir);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_EXPORTER_H_
