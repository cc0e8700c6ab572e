// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The files of one format, to be checked, and what all checks have in common.
//
//   for (const ShardInfo& file : folder.FilesOf(Split::kTrain)) {
//     ASSIGN_OR_RETURN(const auto mapped, MappedFile::Open(folder.PathOf(file)));
//   }
//   folder.CheckRows(Split::kTrain, rows, &findings);
//
// Pure functions, but for what reads files.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_FORMAT_FOLDER_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_FORMAT_FOLDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "generator/corpus/split.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/output_dir.h"

namespace quipu::pipelines {

struct FormatFolder {
  std::string dir;  // Of the export.
  std::string name;
  std::vector<ShardInfo> files;  // Of the format, in order; names as in the manifest.
  uint64_t rows[2] = {0, 0};     // By split, as the manifest says.

  // The files of a split with this end of their names.
  std::vector<ShardInfo> FilesOf(generator::Split split, absl::string_view suffix = "") const;
  std::string PathOf(const ShardInfo& file) const;
  // Compares the rows of all files of a split with the manifest.
  void CheckRows(generator::Split split, uint64_t found, Findings* findings) const;
};

// The tokens of a row; what a format does not have is empty.
struct TokenColumns {
  std::vector<int32_t> input_ids;
  std::vector<int32_t> labels;
  std::vector<int32_t> attention_mask;
  std::vector<int32_t> seq_lengths;
};

// What is wrong with a row; empty if nothing is. Labels are -100 or their tokens, one at
// least is a token, the first of a segment never is; columns have one length, which is the
// sum of seq_lengths.
std::string FaultOf(const TokenColumns& row);

// A little-endian array at `offset` of `bytes`. INVALID_ARGUMENT if it ends outside.
absl::Status ReadArray(absl::string_view bytes, uint64_t offset, uint64_t count,
                       std::vector<int32_t>* out);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_FORMAT_FOLDER_H_
