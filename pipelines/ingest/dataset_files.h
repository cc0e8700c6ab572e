// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The files or objects that an input of a spec names. Which of a directory are a dataset's
// rows: datasets' save_to_disk writes descriptions and caches beside them, and a dataset of
// the Hugging Face Hub has a card.
//
//   ASSIGN_OR_RETURN(const auto paths, ListDataFiles("s3://bucket/corpus/**/*.parquet"));
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_INGEST_DATASET_FILES_H_
#define QUIPU_PIPELINES_INGEST_DATASET_FILES_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// What a path, a URL (s3://...) or a pattern names, without what `leave_out` says and then without
// what RowFiles leaves out; "-", standard input, is itself. NOT_FOUND if the pattern names nothing.
absl::StatusOr<std::vector<std::string>> ListDataFiles(
    absl::string_view pattern,
    absl::FunctionRef<bool(absl::string_view)> leave_out = [](absl::string_view) { return false; });

// `paths` without the files that describe tables among them: of a directory with a state.json of
// save_to_disk, all but the data files that it lists; README.md and the like where all other files
// are JSON or one is a table; marks that programs leave ("_SUCCESS"). Says in the log what is left
// out. A single path is what the user named, and stays. Paths are of files, or URLs of objects;
// errors are those of reading a state.json.
absl::StatusOr<std::vector<std::string>> RowFiles(std::vector<std::string> paths);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_DATASET_FILES_H_
