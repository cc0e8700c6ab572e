// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/chunk_check.h"

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "pipelines/export/formats/array_chunks.h"

namespace quipu::pipelines {

void CheckChunks(const FormatFolder& folder, absl::string_view suffix,
                 const std::optional<std::string>& header,
                 absl::FunctionRef<std::string(absl::string_view)> fault_of_row,
                 Findings* findings) {
  for (const generator::Split split : generator::kSplits) {
    uint64_t rows = 0;
    for (const ShardInfo& file : folder.FilesOf(split, suffix)) {
      const auto mapped = MappedFile::Open(folder.PathOf(file));
      if (!mapped.ok()) continue;  // Was found with its hash.
      const absl::StatusOr<ChunkView> chunk = ChunkView::Parse((*mapped)->bytes());
      if (!chunk.ok()) {
        findings->Add({file.name}, chunk.status().message());
        continue;
      }
      if (header.has_value() && chunk->header() != *header) {
        findings->Add({file.name}, "another header");
      }
      for (size_t i = 0; i < chunk->rows(); ++i) {
        const std::string fault = fault_of_row(chunk->row(i));
        if (!fault.empty()) findings->Add({file.name}, absl::StrCat("row ", i, ": ", fault));
      }
      rows += chunk->rows();
    }
    folder.CheckRows(split, rows, findings);
  }
}

}  // namespace quipu::pipelines
