// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The files in a zip archive that is in memory.
//
//   ASSIGN_OR_RETURN(const auto archive, ZipArchive::Open(bytes));
//   ASSIGN_OR_RETURN(const std::string text, archive->Read("a.txt", /*max_bytes=*/1 << 20));
//
// Archives are untrusted: a file is read up to a limit, whatever the archive says of its
// size. Thread-compatible.
#ifndef QUIPU_PIPELINES_MARKUP_ZIP_ARCHIVE_H_
#define QUIPU_PIPELINES_MARKUP_ZIP_ARCHIVE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct zip;

namespace quipu::pipelines {

class ZipArchive {
 public:
  // `bytes` must outlive it. INVALID_ARGUMENT if they are no zip archive.
  static absl::StatusOr<std::unique_ptr<ZipArchive>> Open(absl::string_view bytes);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  bool Has(const std::string& name) const;
  // NOT_FOUND, INVALID_ARGUMENT (damaged, encrypted), RESOURCE_EXHAUSTED (above `max_bytes`).
  absl::StatusOr<std::string> Read(const std::string& name, uint64_t max_bytes) const;

 private:
  explicit ZipArchive(zip* archive) : archive_(archive) {}

  zip* const archive_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_ZIP_ARCHIVE_H_
