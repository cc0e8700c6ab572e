// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks that a stored training row is consistent, and computes its id in an
// export.
//
//   RETURN_IF_ERROR(CheckTrainingRow(row));
//   ASSIGN_OR_RETURN(const Fingerprint id, TrainingRowId(row));
//
// Pure functions.
#ifndef QUIPU_PIPELINES_EXPORT_ROWS_TRAINING_ROW_H_
#define QUIPU_PIPELINES_EXPORT_ROWS_TRAINING_ROW_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "protos/training_row.pb.h"

namespace quipu::pipelines {

// "long" or "packed": the field `kind` of the tokens view.
absl::string_view KindName(v1::TrainingRow::Kind kind);

// "answered", "unanswerable" or "key_value": the field `row_kind`. Empty for rows without a document
// and without keys and values.
absl::string_view RowKindName(const v1::TrainingRow& row);

// Whether a row holds several conversations, which a trainer must keep apart: it is in the packs
// view. All others, a short row that fills a pack alone among them, are in the tokens view.
bool HoldsSeveral(const v1::TrainingRow& row);

// Returns DATA_LOSS unless segments cover the row's tokens, trained ranges are
// in order, inside their segment, never on its first token and of a weight in (0, 1], and the
// padded length is no smaller than the tokens.
absl::Status CheckTrainingRow(const v1::TrainingRow& row);

// Returns the id in the messages view of what a segment of `row` was made from.
absl::StatusOr<Fingerprint> MessagesRowId(const v1::TrainingRow& row, const v1::Segment& segment);

// Returns the row's id in the tokens view: its source's, or for a pack the
// fingerprint of all its sources. REQUIRES: CheckTrainingRow(row) is OK.
absl::StatusOr<Fingerprint> TrainingRowId(const v1::TrainingRow& row);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_ROWS_TRAINING_ROW_H_
