// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What an export holds and in which order, from one pass over the sequences:
// about 100 bytes of memory a row, whatever the rows' lengths.
//
//   ASSIGN_OR_RETURN(ExportPlan plan, PlanExport(store));
#ifndef QUIPU_PIPELINES_EXPORT_PLAN_H_
#define QUIPU_PIPELINES_EXPORT_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/fingerprint.h"
#include "protos/training_row.pb.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// One row of the tokens view.
struct TokensRow {
  Fingerprint order;
  v1::TrainingRow::Kind kind = v1::TrainingRow::KIND_UNSPECIFIED;
  uint64_t index = 0;
};

// One row of the messages view: a segment of a sequence.
struct MessagesRow {
  Fingerprint order;
  Fingerprint source;  // Task id or row id.
  v1::TrainingRow::Kind kind = v1::TrainingRow::KIND_UNSPECIFIED;
  uint64_t index = 0;
  uint32_t segment = 0;
  uint32_t tokens = 0;
  bool from_document = false;  // A sample of a document, else a short row.
};

struct ExportPlan {
  std::vector<TokensRow> tokens_rows;      // In the order of the export.
  std::vector<MessagesRow> messages_rows;  // The same.
  uint64_t long_rows = 0;
  uint64_t packed_rows = 0;
  uint64_t short_rows = 0;
  uint64_t tokens = 0;
  uint64_t padding_tokens = 0;
  uint64_t trained_tokens = 0;
  uint64_t packed_tokens = 0;     // In packs, without padding.
  uint64_t pack_capacity = 0;     // Of all packs.
  uint64_t pack_lower_bound = 0;  // No packing has fewer packs.

  // packed_tokens / pack_capacity; 0 without packs.
  double packing_fill() const;
};

// DATA_LOSS if a sequence contradicts itself.
absl::StatusOr<ExportPlan> PlanExport(const storage::StoreView& store);

// Checks one sequence: segments cover its tokens, trained ranges are in order,
// inside and never on a first token, padding does not cut. DATA_LOSS.
absl::Status CheckTrainingRow(const v1::TrainingRow& sequence);

// The id of a row of the tokens view: its source's, or for a pack the
// fingerprint of all its sources'.
absl::StatusOr<Fingerprint> SequenceId(const v1::TrainingRow& sequence);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_PLAN_H_
