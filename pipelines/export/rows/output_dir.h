// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The files of an export, each with what a manifest says of it.
//
//   OutputDir out("out/export");
//   ASSIGN_OR_RETURN(auto file, out.Create("mds/train/shard.00000.mds"));
//   RETURN_IF_ERROR(file->Append(bytes));
//   RETURN_IF_ERROR(file->Close());
//   const std::vector<ShardInfo> files = out.Files();
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_ROWS_OUTPUT_DIR_H_
#define QUIPU_PIPELINES_EXPORT_ROWS_OUTPUT_DIR_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "pipelines/export/rows/compressor.h"

namespace quipu::pipelines {

struct ShardInfo {
  std::string name;  // Inside the directory; may have slashes.
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::string sha256;  // Hexadecimal.
};

// The files below `dir`, hidden ones too, as names relative to it, sorted. A link is a file.
absl::StatusOr<std::vector<std::string>> ListTree(absl::string_view dir);

class OutputDir;

// A file that is being written. Its directory must outlive it.
class OutputFile {
 public:
  absl::Status Append(absl::string_view bytes);
  void AddRows(uint64_t rows) { info_.rows += rows; }
  // Bytes that were appended, before they are compressed.
  uint64_t appended() const { return appended_; }
  const std::string& name() const { return info_.name; }
  // Syncs, closes and lists the file. Call it once, as the last call.
  absl::Status Close();

 private:
  friend class OutputDir;
  OutputFile(OutputDir* dir, std::string name) : dir_(dir) { info_.name = std::move(name); }

  OutputDir* const dir_;
  ShardInfo info_;
  std::unique_ptr<FileWriter> file_;
  std::unique_ptr<Compressor> compressor_;  // Null if it is not compressed.
  std::string compressed_;
  uint64_t appended_ = 0;
};

class OutputDir {
 public:
  explicit OutputDir(absl::string_view path) : path_(path) {}
  OutputDir(const OutputDir&) = delete;
  OutputDir& operator=(const OutputDir&) = delete;

  // Creates the file `name` and the directories that it names; with a compression its
  // suffix is added.
  absl::StatusOr<std::unique_ptr<OutputFile>> Create(
      absl::string_view name, ShardCompression compression = ShardCompression::kNone);
  // Writes a whole file, without rows.
  absl::Status Write(absl::string_view name, absl::string_view content);
  // Makes the directories that `name` names, and returns its path, for a writer of its own.
  absl::StatusOr<std::string> PathOf(absl::string_view name);
  // Lists a file that was written and synced at PathOf(name).
  absl::Status AddWritten(absl::string_view name, uint64_t rows);
  // Syncs the directories that were made.
  absl::Status Sync() const;
  // The closed files, in order of name.
  std::vector<ShardInfo> Files() const;

  const std::string& path() const { return path_; }

 private:
  friend class OutputFile;
  const std::string path_;
  std::vector<ShardInfo> files_;
  std::set<std::string> made_;  // Paths of directories.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_ROWS_OUTPUT_DIR_H_
