// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Pages of WARC and WET files as records. A page is an object with the fields "text", "id",
// "url", "date" and "language" (those that it has), so that keep_if and metadata_fields
// work as on lines of JSON.
//
//   const std::unique_ptr<RecordReader> pages =
//       OpenWarc(path, std::move(source), std::move(parser), offset, line);
//
// A record's line is its number in the file. Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_WARC_RECORD_READER_H_
#define QUIPU_PIPELINES_INGEST_WARC_RECORD_READER_H_

#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"
#include "pipelines/ingest/byte_source.h"
#include "pipelines/ingest/object_parser.h"
#include "pipelines/ingest/record.h"

namespace quipu::pipelines {

// `source` is at `offset`, the beginning of the record behind number `line`.
std::unique_ptr<RecordReader> OpenWarc(absl::string_view path, std::unique_ptr<ByteSource> source,
                                       std::unique_ptr<ObjectParser> parser, uint64_t offset,
                                       uint64_t line);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_WARC_RECORD_READER_H_
