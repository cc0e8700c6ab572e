// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Writes a table of typed columns, row by row, as a Parquet file, an Arrow file or an
// Arrow stream. The same rows give the same bytes.
//
//   TableWriter::Options options;
//   options.columns = {{"id", "string"}, {"input_ids", "list<int32>"}};
//   ASSIGN_OR_RETURN(auto writer, TableWriter::Create("rows.parquet", options));
//   RETURN_IF_ERROR(writer->Add(R"({"id": "a", "input_ids": [1, 2]})"));
//   RETURN_IF_ERROR(writer->Finish());
//
// Memory: the rows of one group, in Parquet as they are encoded. Thread-compatible. Without Apache Arrow (a build on a
// machine where tools/setup.sh could not fetch it), Create says so and writes nothing.
#ifndef QUIPU_PIPELINES_TABLES_TABLE_WRITER_H_
#define QUIPU_PIPELINES_TABLES_TABLE_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace quipu::pipelines {

enum class TableFormat { kParquet, kArrowFile, kArrowStream };

struct TableColumn {
  std::string name;
  // bool, int8, int16, int32, int64, uint8, uint16, uint32, float, double, string,
  // list<TYPE> and struct<NAME: TYPE, ...>.
  std::string type;
};

// A value of a row: a text; numbers of a list, of the column's type; texts of a list.
using TableCell = std::variant<absl::string_view, absl::Span<const int32_t>,
                               absl::Span<const double>, absl::Span<const std::string>>;

// About the memory of a value.
inline uint64_t CellBytes(const TableCell& cell) {
  return std::visit(
      [](const auto& value) -> uint64_t {
        return value.size() * sizeof(typename std::decay_t<decltype(value)>::value_type);
      },
      cell);
}

class TableWriter {
 public:
  struct Options {
    TableFormat format = TableFormat::kParquet;
    std::vector<TableColumn> columns;
    // A row group (Parquet) or a record batch (Arrow) has at most this many rows, or bytes as they
    // are in memory.
    uint64_t group_rows = 1000;
    uint64_t group_bytes = 64 << 20;
    // Parquet's pages with zstd; Arrow's buffers are never compressed.
    bool compress = true;
    // Of the schema: names and values.
    std::vector<std::pair<std::string, std::string>> metadata;
  };

  // Creates or replaces the file. INVALID_ARGUMENT for a type that is not known,
  // FAILED_PRECONDITION without Arrow.
  static absl::StatusOr<std::unique_ptr<TableWriter>> Create(absl::string_view path,
                                                             const Options& options);
  virtual ~TableWriter() = default;

  // Adds a row, a JSON object. A field that is absent or null is null. INVALID_ARGUMENT if a value
  // is not of its column's type, or a field is not a column.
  virtual absl::Status Add(absl::string_view json) = 0;

  // Adds a row, a value for each column in order: columns of string, list<int8>, list<int32>,
  // list<double> and list<string>. INVALID_ARGUMENT if a value is not of its column's type. Many times
  // as fast as Add.
  virtual absl::Status AddCells(absl::Span<const TableCell> cells) = 0;

  // Bytes of the file so far, without the group that is not yet written.
  virtual absl::StatusOr<uint64_t> Bytes() const = 0;

  // Writes the end and syncs the file. Nothing may follow.
  virtual absl::Status Finish() = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_TABLES_TABLE_WRITER_H_
