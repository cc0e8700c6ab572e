// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Temporary bytes on disk, to be read back from any position.
//
//   ASSIGN_OR_RETURN(auto spill, SpillFile::Create(dir));
//   ASSIGN_OR_RETURN(const Extent place, spill->Append(bytes));
//   RETURN_IF_ERROR(spill->Read(place, &bytes));
//
// The file has no name, so a killed process leaves nothing behind. Nothing is
// synced: it does not outlive its process. Errors are those of base/file.h.
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_SPILL_FILE_H_
#define QUIPU_PIPELINES_EXPORT_SPILL_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// Where bytes are in the file.
struct Extent {
  uint64_t offset = 0;
  uint64_t size = 0;

  friend bool operator==(const Extent& a, const Extent& b) {
    return a.offset == b.offset && a.size == b.size;
  }
};

class SpillFile {
 public:
  // The file uses space on the file system of `dir`.
  static absl::StatusOr<std::unique_ptr<SpillFile>> Create(absl::string_view dir);
  ~SpillFile();  // Frees the space.
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  absl::StatusOr<Extent> Append(absl::string_view bytes);
  // Replaces `bytes` with the bytes at `extent`, which Append returned.
  absl::Status Read(const Extent& extent, std::string* bytes);

 private:
  SpillFile(std::string dir, int fd) : dir_(std::move(dir)), fd_(fd) {}
  absl::Status Flush();

  const std::string dir_;  // For messages.
  const int fd_;
  std::string buffer_;    // Not in the file yet.
  uint64_t flushed_ = 0;  // Bytes in the file.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_SPILL_FILE_H_
