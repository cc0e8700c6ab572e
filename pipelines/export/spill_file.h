// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Bytes put aside on disk, to be read again from any place.
//
//   ASSIGN_OR_RETURN(auto spill, SpillFile::Create(dir));
//   ASSIGN_OR_RETURN(const Extent place, spill->Append(bytes));
//   RETURN_IF_ERROR(spill->Read(place, &bytes));
//
// The file has no name, so a killed process leaves nothing behind. Nothing is
// synced: it is worth nothing after its process. Errors are base/file.h's.
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

// Where bytes lie.
struct Extent {
  uint64_t offset = 0;
  uint64_t size = 0;

  friend bool operator==(const Extent& a, const Extent& b) {
    return a.offset == b.offset && a.size == b.size;
  }
};

class SpillFile {
 public:
  // The file takes its space from the file system of `dir`.
  static absl::StatusOr<std::unique_ptr<SpillFile>> Create(absl::string_view dir);
  ~SpillFile();  // Gives the space back.
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  absl::StatusOr<Extent> Append(absl::string_view bytes);
  // Replaces `bytes` by what was appended at `extent`, an Append's.
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
