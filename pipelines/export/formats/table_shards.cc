// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/table_shards.h"

#include "absl/strings/str_format.h"
#include "base/status_macros.h"

namespace quipu::pipelines {

bool TableShards::HaveArrow() {
  // No file has the empty name: what fails says what is missing.
  return !absl::IsFailedPrecondition(TableWriter::Create("", TableWriter::Options()).status());
}

absl::Status TableShards::Append(const std::vector<TableCell>& cells) {
  if (writer_ == nullptr) {
    names_.push_back(absl::StrFormat("%s%05d%s", prefix_, names_.size(), suffix_));
    ASSIGN_OR_RETURN(const std::string path, out_->PathOf(names_.back()));
    ASSIGN_OR_RETURN(writer_, TableWriter::Create(path, options_));
  }
  RETURN_IF_ERROR(writer_->AddCells(cells));
  ++rows_;
  for (const TableCell& cell : cells) bytes_ += CellBytes(cell);
  return bytes_ < shard_bytes_ ? absl::OkStatus() : Finish();
}

absl::Status TableShards::Finish() {
  if (writer_ == nullptr) return absl::OkStatus();
  const std::unique_ptr<TableWriter> writer = std::move(writer_);
  RETURN_IF_ERROR(writer->Finish());
  RETURN_IF_ERROR(out_->AddWritten(names_.back(), rows_));
  rows_ = 0;
  bytes_ = 0;
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
