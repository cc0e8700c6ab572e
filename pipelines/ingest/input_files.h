// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The files that a spec's inputs name, in the order in which they are read, and what
// has become of those that a store has read.
//
//   ASSIGN_OR_RETURN(const std::vector<InputFile> files, ListInputFiles(spec));
//   ASSIGN_OR_RETURN(const std::vector<std::string> changes,
//                    CorpusChanges(spec, *store, /*all_read=*/true));
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_INGEST_INPUT_FILES_H_
#define QUIPU_PIPELINES_INGEST_INPUT_FILES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

// One file of one entry of the spec.
struct InputFile {
  bool short_rows = false;
  std::string path;  // "-": standard input.
  // The entry: its position among those of all kinds, and how messages name it.
  size_t entry = 0;
  std::string entry_name;  // documents[0] (corpus/*.jsonl)
  v1::DocumentInput document_input;
  v1::ShortInput short_input;

  // Key of its progress: one file may be read as documents and as short rows.
  std::string Key() const;
};

// Expands all inputs; a file that several entries name belongs to the first. NOT_FOUND if an entry
// names no file.
absl::StatusOr<std::vector<InputFile>> ListInputFiles(const v1::RunSpec& spec);

// Sets file_bytes and modified_unix_ns as the file is now; nothing for standard input.
absl::Status SetFileState(absl::string_view path, v1::InputProgress* progress);

// How the files that the inputs name differ from those that `store` has read, a line each: "new:
// PATH", "gone: PATH", "changed: PATH (...)". A file whose time alone differs is compared by its
// content. `all_read`: files that were not read are new; otherwise they are yet to be read.
absl::StatusOr<std::vector<std::string>> CorpusChanges(const v1::RunSpec& spec,
                                                       const storage::Store& store, bool all_read);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_INPUT_FILES_H_
