// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Training rows, and short rows that do not fit in any.
#include "absl/strings/str_cat.h"
#include "base/failpoint.h"
#include "base/status_macros.h"
#include "storage/store_impl.h"

namespace quipu::storage {
namespace {

absl::Status CheckKind(v1::TrainingRow::Kind kind) {
  if (kind == v1::TrainingRow::KIND_LONG || kind == v1::TrainingRow::KIND_PACKED) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("no training rows are of kind ", kind));
}

}  // namespace

absl::Status StoreImpl::ClearTrainingRows() {
  RETURN_IF_ERROR(CheckWritable());
  Batch batch;
  for (const char prefix : {kTrainingRowPrefix, kTrainingRowSummaryPrefix, kRejectedRowPrefix}) {
    batch.DeletePrefix(Family::kSequences, std::string(1, prefix));
  }
  RETURN_IF_ERROR(Write(batch, /*sync=*/false));
  return Failpoint("rows.after_clear");
}

absl::Status StoreImpl::AddTrainingRows(absl::Span<const v1::TrainingRow> rows) {
  RETURN_IF_ERROR(CheckWritable());
  Batch batch;
  for (const v1::TrainingRow& row : rows) {
    RETURN_IF_ERROR(CheckKind(row.kind()));
    batch.Put(Family::kSequences, SequenceKey(row.kind(), row.index()), RecordType::kTrainingRow,
              row);
    batch.Put(Family::kSequences, SequenceSummaryKey(row.kind(), row.index()),
              RecordType::kTrainingRowSummary, EncodeNumber(row.input_ids_size()));
  }
  if (batch.empty()) return absl::OkStatus();
  // Not synced: interrupted packing starts over, and MarkStageDone syncs.
  RETURN_IF_ERROR(Write(batch, /*sync=*/false));
  return Failpoint("rows.after_add");
}

absl::Status StoreImpl::AddRejectedRows(absl::Span<const v1::RejectedRow> rows) {
  RETURN_IF_ERROR(CheckWritable());
  Batch batch;
  for (const v1::RejectedRow& row : rows) {
    RETURN_IF_ERROR(CheckId(row.row_id(), "id of a rejected row"));
    batch.Put(Family::kSequences, RejectedRowKey(row.row_id()), RecordType::kRejectedRow, row);
  }
  if (batch.empty()) return absl::OkStatus();
  return Write(batch, /*sync=*/false);
}

absl::StatusOr<v1::TrainingRow> StoreImpl::GetTrainingRow(v1::TrainingRow::Kind kind,
                                                          uint64_t index) const {
  RETURN_IF_ERROR(CheckOpen());
  RETURN_IF_ERROR(CheckKind(kind));
  v1::TrainingRow row;
  ASSIGN_OR_RETURN(const bool found, db_->GetMessage(Family::kSequences, SequenceKey(kind, index),
                                                     RecordType::kTrainingRow, &row));
  if (!found) {
    return absl::NotFoundError(
        absl::StrCat("no training row ", v1::TrainingRow::Kind_Name(kind), " ", index));
  }
  return row;
}

absl::Status StoreImpl::ForEachTrainingRow(
    v1::TrainingRow::Kind kind, absl::FunctionRef<absl::Status(const v1::TrainingRow&)> fn) const {
  RETURN_IF_ERROR(CheckKind(kind));
  return ForEach<v1::TrainingRow>(Family::kSequences, SequencePrefixOf(kind),
                                  RecordType::kTrainingRow, fn);
}

absl::Status StoreImpl::ForEachRejectedRow(
    absl::FunctionRef<absl::Status(const v1::RejectedRow&)> fn) const {
  return ForEach<v1::RejectedRow>(Family::kSequences, std::string(1, kRejectedRowPrefix),
                                  RecordType::kRejectedRow, fn);
}

}  // namespace quipu::storage
