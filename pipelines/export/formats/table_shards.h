// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Writes rows to numbered Parquet or Arrow files.
//
//   TableShards shards(&out, "tokens-parquet/train/", ".parquet", options, 256 << 20);
//   RETURN_IF_ERROR(shards.Append({absl::MakeConstSpan(input_ids)}));
//   RETURN_IF_ERROR(shards.Finish());
//
// A shard is closed when its rows have the requested size in memory. Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_TABLE_SHARDS_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_TABLE_SHARDS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pipelines/export/rows/output_dir.h"
#include "pipelines/tables/table_writer.h"

namespace quipu::pipelines {

class TableShards {
 public:
  // `out` must outlive it.
  TableShards(OutputDir* out, absl::string_view prefix, absl::string_view suffix,
              TableWriter::Options options, uint64_t shard_bytes)
      : out_(out),
        prefix_(prefix),
        suffix_(suffix),
        options_(std::move(options)),
        shard_bytes_(shard_bytes) {}

  // Whether this program was built with Apache Arrow.
  static bool HaveArrow();

  // A value for each column, in order.
  absl::Status Append(const std::vector<TableCell>& cells);
  // Closes the last shard.
  absl::Status Finish();
  // Names of the shards, in order.
  const std::vector<std::string>& names() const { return names_; }

 private:
  OutputDir* const out_;
  const std::string prefix_;
  const std::string suffix_;
  const TableWriter::Options options_;
  const uint64_t shard_bytes_;
  std::unique_ptr<TableWriter> writer_;
  uint64_t rows_ = 0;   // Of the open shard.
  uint64_t bytes_ = 0;  // Of its rows in memory.
  std::vector<std::string> names_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_TABLE_SHARDS_H_
