// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Files: bounded reads, durable atomic writes, read-only mappings.
// Errors: NOT_FOUND, PERMISSION_DENIED, RESOURCE_EXHAUSTED (over a limit, disk
// full), FAILED_PRECONDITION (a directory where a file is expected, or vice
// versa), UNAVAILABLE (other I/O errors). Every message names the path.
#ifndef QUIPU_BASE_FILE_H_
#define QUIPU_BASE_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu {

// Returns the content; RESOURCE_EXHAUSTED if it has more than `max_bytes`.
absl::StatusOr<std::string> ReadFile(absl::string_view path, uint64_t max_bytes);

// Writes a temporary file beside `path`, syncs it, renames it over `path` and
// syncs the directory: a reader sees the old or the new content, never a mix. A device or a
// pipe is written as it is.
absl::Status WriteFileAtomic(absl::string_view path, absl::string_view content);

// Creates the directory and its parents; OK if it exists.
absl::Status MakeDirs(absl::string_view path);

// Removes a file, or a directory with its contents; OK if it does not exist.
// Does not follow links.
absl::Status RemoveTree(absl::string_view path);

// Syncs a directory, so that names created in it survive power loss.
absl::Status SyncDir(absl::string_view path);

// Returns the names of all entries of a directory, hidden ones included,
// sorted.
absl::StatusOr<std::vector<std::string>> ListDir(absl::string_view path);

bool FileExists(absl::string_view path);
bool IsDirectory(absl::string_view path);
absl::StatusOr<uint64_t> FileSize(absl::string_view path);

// Joins with exactly one slash; returns an absolute `name` unchanged.
std::string JoinPath(absl::string_view dir, absl::string_view name);

// Returns the regular files that match: the file itself, the files below a
// directory (hidden ones skipped, links to directories not followed), or the
// matches of a shell glob with * ? [] {} ~, and ** for any number of directories
// (for a matching directory, its files). Sorted, without duplicates. NOT_FOUND if nothing matches.
absl::StatusOr<std::vector<std::string>> ExpandInputs(absl::string_view pattern);

// A whole file, mapped read-only. Nobody may truncate the file while it is
// mapped.
class MappedFile {
 public:
  static absl::StatusOr<std::unique_ptr<MappedFile>> Open(absl::string_view path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  absl::string_view bytes() const { return bytes_; }
  const std::string& path() const { return path_; }

 private:
  MappedFile() = default;
  std::string path_;
  absl::string_view bytes_;
};

// An append-only file with a running SHA-256. Nothing is durable before
// Close().
class FileWriter {
 public:
  // Creates or truncates `path`.
  static absl::StatusOr<std::unique_ptr<FileWriter>> Create(absl::string_view path);
  ~FileWriter();  // Closes without sync; loses errors. Call Close().
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  absl::Status Append(absl::string_view bytes);
  // Flushes, syncs and closes.
  absl::Status Close();
  uint64_t bytes_written() const { return bytes_written_; }
  // SHA-256 of all appended bytes, in hexadecimal. REQUIRES: Close() returned
  // OK.
  const std::string& sha256() const { return sha256_; }

 private:
  struct State;
  FileWriter();
  std::unique_ptr<State> state_;
  uint64_t bytes_written_ = 0;
  std::string sha256_;
};

}  // namespace quipu

#endif  // QUIPU_BASE_FILE_H_
