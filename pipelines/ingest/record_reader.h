// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Reads the user's files record by record, from any record on: long documents
// (JSON or tables with a text field, or one document per file: text, HTML, Markdown)
// and short instruction rows. JSON may be lines, an array, or objects over many lines;
// JSON and text may be compressed; "-" is standard input.
//
//   ASSIGN_OR_RETURN(auto reader,
//                    OpenDocuments(path, input, progress.offset(), progress.line()));
//   Record record;
//   while (true) {
//     ASSIGN_OR_RETURN(bool more, reader->Next(&record));
//     if (!more) break;
//     Use(record);
//   }
//
// A bad record is returned with its position and reason, and reading continues
// after it. Only an error of the file itself (cannot be opened, a corrupt
// compressed stream or one over its limits, an array without an end) ends it with a
// status. Memory is bounded by one record (kMaxRecordBytes); for tables, as
// TableReader says. Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_RECORD_READER_H_
#define QUIPU_PIPELINES_INGEST_RECORD_READER_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pipelines/ingest/byte_source.h"
#include "pipelines/ingest/record.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

// Opens a file of documents; `offset` and `line` are a Record's next_offset and
// next_line, or 0. NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT (nothing that can
// be read as text or JSON; says what it is instead), DATA_LOSS (shorter than
// `offset`: the file has changed).
absl::StatusOr<std::unique_ptr<RecordReader>> OpenDocuments(absl::string_view path,
                                                            const v1::DocumentInput& input,
                                                            uint64_t offset, uint64_t line,
                                                            const SourceOptions& options = {});

// The same for short rows.
absl::StatusOr<std::unique_ptr<RecordReader>> OpenShortRows(absl::string_view path,
                                                            const v1::ShortInput& input,
                                                            uint64_t offset, uint64_t line,
                                                            const SourceOptions& options = {});

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_RECORD_READER_H_
