// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/rows/shard_writer.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"

namespace quipu::pipelines {

absl::Status ShardWriter::Append(absl::string_view line) {
  if (file_ == nullptr) {
    ASSIGN_OR_RETURN(
        file_,
        out_->Create(absl::StrFormat("%s%05d%s", prefix_, names_.size(), suffix_), compression_));
    names_.push_back(file_->name());
  }
  RETURN_IF_ERROR(file_->Append(line));
  file_->AddRows(1);
  return file_->appended() < shard_bytes_ ? absl::OkStatus() : Finish();
}

absl::Status ShardWriter::Finish() {
  if (file_ == nullptr) return absl::OkStatus();
  const std::unique_ptr<OutputFile> file = std::move(file_);
  return file->Close();
}

}  // namespace quipu::pipelines
