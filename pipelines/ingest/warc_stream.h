// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The records of a WARC file (ISO 28500), one after the other: their named fields and
// their content, as they are.
//
//   WarcStream stream(std::move(source), /*offset=*/0);
//   WarcRecord record;
//   ASSIGN_OR_RETURN(const bool more, stream.Next(&record));
//   if (more) Use(record.Field("WARC-Target-URI"), record.content);
//
// Memory: one record, kMaxRecordBytes at most. Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_WARC_STREAM_H_
#define QUIPU_PIPELINES_INGEST_WARC_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pipelines/ingest/byte_source.h"

namespace quipu::pipelines {

// Names and values, as WARC and HTTP have them.
using NamedFields = std::vector<std::pair<std::string, std::string>>;

// The value of the first field of this name, in any case; empty without one.
absl::string_view FieldOf(const NamedFields& fields, absl::string_view name);

// Parses lines of "Name: value"; what begins with a blank continues the line before.
NamedFields ParseFields(absl::string_view lines);

struct WarcRecord {
  NamedFields fields;
  std::string content;
  // The content's length; above kMaxRecordBytes it was skipped, and `content` is empty.
  uint64_t length = 0;
  // Of the record, and of what follows it.
  uint64_t offset = 0;
  uint64_t next_offset = 0;

  absl::string_view Field(absl::string_view name) const { return FieldOf(fields, name); }
};

class WarcStream {
 public:
  // `offset`: where `source` is, at the beginning of a record.
  WarcStream(std::unique_ptr<ByteSource> source, uint64_t offset)
      : source_(std::move(source)), offset_(offset) {}

  // Reads the next record; false at the end. DATA_LOSS if there is none, or only a part of one.
  absl::StatusOr<bool> Next(WarcRecord* record);

 private:
  // Makes the unread part of buffer_ at least one byte long; false at the end.
  absl::StatusOr<bool> Fill();
  // Reads a line without its end; false at the end of the file.
  absl::StatusOr<bool> ReadLine(std::string* line);
  // Reads the fields behind the first line, up to the empty line.
  absl::Status ReadFields(WarcRecord* record);
  absl::Status ReadContent(WarcRecord* record);

  std::unique_ptr<ByteSource> source_;
  std::string buffer_;
  size_t begin_ = 0;  // Of the unread part.
  uint64_t offset_;   // Of the unread part, in the file.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_WARC_STREAM_H_
