// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks the files of formats that are array_chunks.
//
//   CheckChunks(folder, ".bin", /*header=*/std::nullopt, fault_of_row, &findings);
//
// Reads files. Thread-safe.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_CHUNK_CHECK_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_CHUNK_CHECK_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"

namespace quipu::pipelines {

// Checks each row of the files whose names end in `suffix`, and how many there are in each
// split. `header`: what stands before the first row; none: anything. `fault_of_row`: what is
// wrong with the bytes of a row; empty if nothing is.
void CheckChunks(const FormatFolder& folder, absl::string_view suffix,
                 const std::optional<std::string>& header,
                 absl::FunctionRef<std::string(absl::string_view)> fault_of_row,
                 Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_CHUNK_CHECK_H_
