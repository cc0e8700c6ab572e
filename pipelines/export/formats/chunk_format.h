// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the formats of MosaicML Streaming and LitData have in common when they are written:
// long rows and packs without padding, in numbered chunks, and an index of each split.
//
//   class MdsFormat : public ChunkFormat { ... };
//   RETURN_IF_ERROR(format.Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format.Finish());
//
// Memory: one chunk of each split. Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_CHUNK_FORMAT_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_CHUNK_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pipelines/export/formats/array_chunks.h"
#include "pipelines/export/rows/columns.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

class ChunkFormat : public ExportFormat {
 public:
  using ExportFormat::Add;

  absl::Status Add(Split split, const v1::TrainingRow& row) final;
  absl::Status Finish() final;

 protected:
  // `header`: of each chunk, between the offsets and the rows.
  ChunkFormat(const FormatContext& context, std::string header)
      : context_(context), header_(std::move(header)) {}

  // The bytes of a row.
  virtual std::string Encode(const Columns& columns) const = 0;
  virtual std::string FileName(int number) const = 0;
  // A chunk's entry in the index, as JSON.
  virtual std::string Entry(absl::string_view file, size_t bytes, uint64_t rows) const = 0;
  // The index of a split, with the entries of its chunks.
  virtual std::string Index(absl::string_view entries) const = 0;

 private:
  struct SplitState {
    ChunkBuffer chunk;
    std::string entries;
    int chunks = 0;
  };

  absl::Status WriteChunk(Split split);

  const FormatContext context_;
  const std::string header_;
  SplitState splits_[2];
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_CHUNK_FORMAT_H_
