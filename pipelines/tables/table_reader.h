// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Reads the rows of a Parquet or Arrow file (IPC file or stream, Feather version 2) as
// JSON objects, from any row on.
//
//   ASSIGN_OR_RETURN(auto reader, TableReader::Open("corpus.parquet", {"id", "text"}, 0));
//   std::string json;
//   while (true) {
//     ASSIGN_OR_RETURN(bool more, reader->Next(&json));
//     if (!more) break;
//     Use(json);  // {"id":"a","text":"..."}
//   }
//
// Texts, numbers, lists and structs become JSON's; dates, times and decimals become
// strings; binary values that are not UTF-8, NaN and infinities become null. Memory:
// Parquet is read a few rows at a time, Arrow a record batch at a time; both within
// kMaxTableMemoryBytes. Files are untrusted. Thread-compatible.
#ifndef QUIPU_PIPELINES_TABLES_TABLE_READER_H_
#define QUIPU_PIPELINES_TABLES_TABLE_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// Memory for reading one file: Arrow reads a record batch as a whole, and pandas writes 65,536 rows
// to each.
inline constexpr uint64_t kMaxTableMemoryBytes = uint64_t{4} << 30;

class TableReader {
 public:
  // Opens a file at `first_row`. Reads only `columns` (top-level ones, by name; those that the file
  // does not have are left out), or all if there are none. INVALID_ARGUMENT if it is not such a
  // file, or is damaged; NOT_FOUND; UNAVAILABLE for I/O errors; FAILED_PRECONDITION in a build without
  // Arrow.
  static absl::StatusOr<std::unique_ptr<TableReader>> Open(absl::string_view path,
                                                           const std::vector<std::string>& columns,
                                                           uint64_t first_row);
  virtual ~TableReader() = default;

  // The columns of the file, and its type of each.
  virtual std::string Describe() const = 0;

  // Reads the next row; false at the end. DATA_LOSS if the file is damaged, or has fewer rows than
  // `first_row`; RESOURCE_EXHAUSTED if it needs too much memory; UNAVAILABLE for I/O errors.
  virtual absl::StatusOr<bool> Next(std::string* json) = 0;
};

// Whether a file that begins with these bytes is a Parquet file, or an Arrow file or stream.
bool IsParquet(absl::string_view begin);
bool IsArrow(absl::string_view begin);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_TABLES_TABLE_READER_H_
