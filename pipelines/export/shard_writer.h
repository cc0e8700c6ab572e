// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Writes lines to numbered files: "messages-00000.jsonl",
// "messages-00001.jsonl", ...
//
//   ShardWriter writer(dir, "messages", 256 << 20);
//   RETURN_IF_ERROR(writer.Append(line));
//   ASSIGN_OR_RETURN(std::vector<ShardInfo> shards, writer.Finish());
//
// A shard is closed (and synced) when it reaches the requested size; a line is
// never cut. Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_SHARD_WRITER_H_
#define QUIPU_PIPELINES_EXPORT_SHARD_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/file.h"

namespace quipu::pipelines {

struct ShardInfo {
  std::string name;  // Inside the directory.
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::string sha256;  // Hexadecimal.
};

class ShardWriter {
 public:
  ShardWriter(absl::string_view dir, absl::string_view prefix, uint64_t shard_bytes)
      : dir_(dir), prefix_(prefix), shard_bytes_(shard_bytes) {}

  // Appends one line, its newline included.
  absl::Status Append(absl::string_view line);
  // Closes the last shard and returns all; none if no line was written.
  absl::StatusOr<std::vector<ShardInfo>> Finish();

 private:
  absl::Status CloseShard();

  const std::string dir_;
  const std::string prefix_;
  const uint64_t shard_bytes_;
  std::unique_ptr<FileWriter> file_;
  std::vector<ShardInfo> shards_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_SHARD_WRITER_H_
