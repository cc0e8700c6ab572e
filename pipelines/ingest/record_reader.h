// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The user's files, record by record, from any point on: long documents (JSONL
// with a text field, or one document a file) and short instruction rows. Plain,
// .gz and .zst; "-" is standard input.
//
//   ASSIGN_OR_RETURN(auto reader,
//                    OpenDocuments(path, input, progress.offset(), progress.line()));
//   Record record;
//   while (true) {
//     ASSIGN_OR_RETURN(bool more, reader->Next(&record));
//     if (!more) break;
//     ...
//   }
//
// A bad record is an item of its own, with its place and reason; reading goes
// on behind it. Only an error of the file itself (cannot be opened, a broken or
// exploding compressed stream) ends it with a status. Memory is bounded by one
// record (kMaxRecordBytes). Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_RECORD_READER_H_
#define QUIPU_PIPELINES_INGEST_RECORD_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/document.pb.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

struct Record {
  v1::Provenance provenance;
  // OK, or why this record cannot be used (then the rest is empty).
  absl::Status status;
  // A document's text as it is in the file, not normalised, or ...
  std::string text;
  // ... a short row's conversation: roles "system", "user", "assistant".
  std::vector<v1::ChatMessage> messages;
  // Where the next record begins: what InputProgress keeps.
  uint64_t next_offset = 0;
  uint64_t next_line = 0;
};

class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // Reads the next record; false at the end. An error is the file's.
  virtual absl::StatusOr<bool> Next(Record* record) = 0;
};

// Opens a file of documents; `offset` and `line` are a Record's next_offset and
// next_line, or 0. NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT (not a
// regular file), DATA_LOSS (shorter than `offset`: the file has changed).
absl::StatusOr<std::unique_ptr<RecordReader>> OpenDocuments(absl::string_view path,
                                                            const v1::DocumentInput& input,
                                                            uint64_t offset, uint64_t line);

// The same for short rows.
absl::StatusOr<std::unique_ptr<RecordReader>> OpenShortRows(absl::string_view path,
                                                            const v1::ShortInput& input,
                                                            uint64_t offset, uint64_t line);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_RECORD_READER_H_
