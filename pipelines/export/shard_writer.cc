// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/shard_writer.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"

namespace quipu::pipelines {

absl::Status ShardWriter::Append(absl::string_view line) {
  if (file_ == nullptr) {
    ShardInfo& shard = shards_.emplace_back();
    shard.name = absl::StrFormat("%s-%05d.jsonl", prefix_, shards_.size() - 1);
    ASSIGN_OR_RETURN(file_, FileWriter::Create(JoinPath(dir_, shard.name)));
  }
  RETURN_IF_ERROR(file_->Append(line));
  ++shards_.back().rows;
  return file_->bytes_written() < shard_bytes_ ? absl::OkStatus() : CloseShard();
}

absl::Status ShardWriter::CloseShard() {
  RETURN_IF_ERROR(file_->Close());
  shards_.back().bytes = file_->bytes_written();
  shards_.back().sha256 = file_->sha256();
  file_.reset();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ShardInfo>> ShardWriter::Finish() {
  if (file_ != nullptr) RETURN_IF_ERROR(CloseShard());
  return std::move(shards_);
}

}  // namespace quipu::pipelines
