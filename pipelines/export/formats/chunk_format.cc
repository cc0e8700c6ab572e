// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/chunk_format.h"

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace quipu::pipelines {

absl::Status ChunkFormat::Add(Split split, const v1::TrainingRow& row) {
  const std::string bytes = Encode(UnpaddedColumnsOf(row));
  ChunkBuffer& chunk = splits_[static_cast<int>(split)].chunk;
  if (chunk.IsFull(bytes.size(), header_.size())) RETURN_IF_ERROR(WriteChunk(split));
  chunk.Add(bytes);
  CountRow(split);
  return absl::OkStatus();
}

absl::Status ChunkFormat::Finish() {
  for (const Split split : generator::kSplits) {
    if (!Has(split)) continue;
    RETURN_IF_ERROR(WriteChunk(split));
    RETURN_IF_ERROR(context_.out->Write(context_.Prefix(split) + "index.json",
                                        Index(splits_[static_cast<int>(split)].entries)));
  }
  return absl::OkStatus();
}

absl::Status ChunkFormat::WriteChunk(Split split) {
  SplitState& state = splits_[static_cast<int>(split)];
  const std::string name = FileName(state.chunks);
  const uint64_t rows = state.chunk.rows();
  const std::string bytes = state.chunk.Take(header_);
  ASSIGN_OR_RETURN(const auto file, context_.out->Create(context_.Prefix(split) + name));
  RETURN_IF_ERROR(file->Append(bytes));
  file->AddRows(rows);
  RETURN_IF_ERROR(file->Close());
  absl::StrAppend(&state.entries, state.chunks == 0 ? "" : ", ", Entry(name, bytes.size(), rows));
  ++state.chunks;
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
