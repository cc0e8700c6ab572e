// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Lines put aside on disk until the order of all is known: what an export
// shuffles by, without a second look at the store.
//
//   ASSIGN_OR_RETURN(auto spill, Spill::Create(dir));
//   RETURN_IF_ERROR(spill->Append(order, line));   // Once for every line.
//   RETURN_IF_ERROR(spill->ForEachInOrder([&](absl::string_view line) { ... }));
//
// Lines lie compressed (zstd, with a checksum) in a file that has no name, so a
// killed process leaves nothing behind. Memory: 32 bytes a line, and the longest
// line twice. Errors are base/file.h's, and DATA_LOSS if what is read is not
// what was written. Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_SPILL_H_
#define QUIPU_PIPELINES_EXPORT_SPILL_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"

namespace quipu::pipelines {

class Spill {
 public:
  // The file takes its space from the file system of `dir`.
  static absl::StatusOr<std::unique_ptr<Spill>> Create(absl::string_view dir);
  ~Spill();  // Gives the space back.
  Spill(const Spill&) = delete;
  Spill& operator=(const Spill&) = delete;

  absl::Status Append(const Fingerprint& order, absl::string_view line);
  // Calls `fn` with every line, by ascending order; lines of the same order come
  // as they were appended. Stops at the first error of `fn`, and returns it.
  absl::Status ForEachInOrder(absl::FunctionRef<absl::Status(absl::string_view line)> fn);

 private:
  struct Codec;
  // Where a line lies in the file.
  struct Entry {
    Fingerprint order;
    uint64_t offset = 0;
    uint64_t size = 0;  // Compressed.
  };

  Spill(std::string dir, int fd);
  absl::Status Flush();
  absl::Status Read(const Entry& entry, std::string* line);

  const std::string dir_;  // For messages.
  const int fd_;
  const std::unique_ptr<Codec> codec_;
  // A deque grows without a copy of what it holds.
  std::deque<Entry> entries_;
  std::string buffer_;    // Compressed lines that are not in the file yet.
  uint64_t flushed_ = 0;  // Bytes in the file.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_SPILL_H_
