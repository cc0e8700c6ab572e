// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Renders one line of an export from stored records. docs/export.md has every
// field.
//
//   RowWriter writer(store.header(), target);
//   RETURN_IF_ERROR(writer.AppendTokens(row, id, &line));
//   RETURN_IF_ERROR(writer.AppendLong(row, records, &line));
//
// Every row of a view has the same keys, each of one type, and no nulls:
// readers that infer a schema from the first rows work. Lines end with a
// newline. Errors name what JSON cannot represent (text that is not UTF-8).
// Thread-safe.
#ifndef QUIPU_PIPELINES_EXPORT_ROWS_ROWS_H_
#define QUIPU_PIPELINES_EXPORT_ROWS_ROWS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "base/fingerprint.h"
#include "generator/rows/target_model.h"
#include "pipelines/export/rows/columns.h"
#include "pipelines/export/rows/conversation.h"
#include "protos/document.pb.h"
#include "protos/store.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::pipelines {

// Returns `status` with the row's id in front. NOT_FOUND and INVALID_ARGUMENT
// become DATA_LOSS: a stored row refers to a missing or invalid record.
absl::Status AsRowError(const absl::Status& status, const Fingerprint& id);

// A row of the tokens or the packs view.
struct TokenRow {
  std::string id;
  absl::string_view kind;
  absl::string_view row_kind;
  Columns columns;
  std::vector<std::string> sources;  // Ids of the rows of the messages view.
};

class RowWriter {
 public:
  // Both must outlive this.
  RowWriter(const v1::RunHeader& header, const generator::TargetModel& target);

  // The row of the tokens or the packs view. `id`: TrainingRowId(row). REQUIRES, for all rows here:
  // CheckTrainingRow(row) is OK.
  absl::StatusOr<TokenRow> Tokens(const v1::TrainingRow& row, const Fingerprint& id) const;
  // Appends it, with loss_weights if labels do not say
  // everything (generator::HasLossWeights). A pack of several has no attention_mask: ones over all its
  // segments make transformers ignore position_ids, so that they attend to each other.
  absl::Status AppendTokens(const v1::TrainingRow& row, const Fingerprint& id,
                            std::string* out) const;
  // Appends the row of the messages view of a long row; `records` are ReadLongRow's. With task_kind
  // and more_chunks if the spec asks for other tasks than pairs of one chunk.
  absl::Status AppendLong(const v1::TrainingRow& row, const LongRowRecords& records,
                          std::string* out) const;
  // Appends the row of the messages view of a short row of `tokens` tokens.
  absl::Status AppendShort(const v1::ShortRow& row, uint32_t tokens, std::string* out) const;

 private:
  const v1::RunHeader& header_;
  const generator::TargetModel& target_;
  const bool has_loss_weights_;
  const bool has_task_kinds_;
  const std::string run_id_;  // Hexadecimal.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_ROWS_ROWS_H_
