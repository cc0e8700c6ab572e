// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A record of a user's file: a document or a short row, or why it is neither; and the
// reader of a file's records.
//
//   Record record;
//   while (true) {
//     ASSIGN_OR_RETURN(bool more, reader->Next(&record));
//     if (!more) break;
//     Use(record);
//   }
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_RECORD_H_
#define QUIPU_PIPELINES_INGEST_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "protos/document.pb.h"

namespace quipu::pipelines {

// What was needed to read a larger record is not kept for the next one.
inline constexpr size_t kLargeRecordBytes = 4 << 20;

struct Record {
  v1::Provenance provenance;
  // OK, or why this record cannot be used (then text, metadata and messages are empty).
  absl::Status status;
  // A document's text as it is in the file, not normalised, or ...
  std::string text;
  // A document's DocumentInput.metadata_fields as a JSON object; empty without any.
  std::string metadata_json;
  // ... a short row's conversation: roles "system", "user", "assistant".
  std::vector<v1::ChatMessage> messages;
  // Whether the row lost turns at an end (ShortConversation).
  bool cut = false;
  // Fields of the row that say something and are not used (ShortConversation).
  std::vector<std::string> unused_fields;
  // Of the first record of a JSON file: it looks like a table by columns, or is bad and an object
  // around the records. If it is the only one, the whole file is lost, and not one record.
  bool holds_records = false;
  // Whether a document fulfils DocumentInput.keep_if; otherwise its text is empty.
  bool kept = true;
  // Where the next record begins; InputProgress stores it. Of a table: rows, not bytes.
  uint64_t next_offset = 0;
  uint64_t next_line = 0;
};

class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // Reads the next record; false at the end. Errors are those of the file.
  virtual absl::StatusOr<bool> Next(Record* record) = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_RECORD_H_
