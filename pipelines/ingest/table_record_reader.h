// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The rows of a Parquet or Arrow file as records. A record's line is its row, counted
// from 1; its offset is the number of rows before it.
//
//   ASSIGN_OR_RETURN(auto reader, OpenTable(path, std::move(parser), /*first_row=*/0));
//
// Only the columns that the parser looks at are read. Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_TABLE_RECORD_READER_H_
#define QUIPU_PIPELINES_INGEST_TABLE_RECORD_READER_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pipelines/ingest/object_parser.h"
#include "pipelines/ingest/record.h"

namespace quipu::pipelines {

// Errors are those of TableReader::Open.
absl::StatusOr<std::unique_ptr<RecordReader>> OpenTable(absl::string_view path,
                                                        std::unique_ptr<ObjectParser> parser,
                                                        uint64_t first_row);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_TABLE_RECORD_READER_H_
