// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Writes lines to numbered files: "messages-00000.jsonl",
// "messages-00001.jsonl", ...
//
//   ShardWriter writer(&out, "messages-", ".jsonl", 256 << 20);
//   RETURN_IF_ERROR(writer.Append(line));
//   RETURN_IF_ERROR(writer.Finish());
//
// A shard is closed (and synced) when it reaches the requested size; a line is
// never cut. Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_ROWS_SHARD_WRITER_H_
#define QUIPU_PIPELINES_EXPORT_ROWS_SHARD_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pipelines/export/rows/compressor.h"
#include "pipelines/export/rows/output_dir.h"

namespace quipu::pipelines {

class ShardWriter {
 public:
  // Files are PREFIX, a number of five digits, SUFFIX. `shard_bytes` are counted before
  // compression. `out` must outlive this.
  ShardWriter(OutputDir* out, absl::string_view prefix, absl::string_view suffix,
              uint64_t shard_bytes, ShardCompression compression = ShardCompression::kNone)
      : out_(out),
        prefix_(prefix),
        suffix_(suffix),
        shard_bytes_(shard_bytes),
        compression_(compression) {}

  // Appends one line, its newline included.
  absl::Status Append(absl::string_view line);
  // Closes the last shard.
  absl::Status Finish();
  // Names of the shards, in order.
  const std::vector<std::string>& names() const { return names_; }

 private:
  OutputDir* const out_;
  const std::string prefix_;
  const std::string suffix_;
  const uint64_t shard_bytes_;
  const ShardCompression compression_;
  std::unique_ptr<OutputFile> file_;
  std::vector<std::string> names_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_ROWS_SHARD_WRITER_H_
