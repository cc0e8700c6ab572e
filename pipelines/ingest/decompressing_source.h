// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What all decompressing sources share: the input, the counts and the limits. A
// subclass decodes.
//
//   class RawSource : public DecompressingSource {
//     absl::StatusOr<size_t> ReadUnlimited(char* buffer, size_t size) override { ... }
//   };
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_DECOMPRESSING_SOURCE_H_
#define QUIPU_PIPELINES_INGEST_DECOMPRESSING_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pipelines/ingest/byte_source.h"
#include "pipelines/ingest/decompress.h"

namespace quipu::pipelines {

// The largest ReadSpec.zstd_window_log.
inline constexpr int kGreatestZstdWindowLog = 31;

class DecompressingSource : public ByteSource {
 public:
  // A broken stream stays broken.
  absl::StatusOr<size_t> Read(char* buffer, size_t size) final;

 protected:
  DecompressingSource(std::unique_ptr<ByteSource> compressed, DecompressLimits limits);

  // As Read, without the limits.
  virtual absl::StatusOr<size_t> ReadUnlimited(char* buffer, size_t size) = 0;

  // Reads more input if there is none left; false at the end of the file.
  absl::StatusOr<bool> Fill();
  // Compressed bytes used so far.
  uint64_t consumed() const { return read_ - (end_ - begin_); }
  // The unread part of the input.
  absl::string_view input() const { return {input_.data() + begin_, end_ - begin_}; }

  absl::Status Broken(absl::string_view format, absl::string_view what) const;

  const std::unique_ptr<ByteSource> compressed_;
  const DecompressLimits limits_;
  std::vector<char> input_;
  size_t begin_ = 0;  // Of the unread part of input_.
  size_t end_ = 0;

 private:
  absl::Status CheckRatio() const;

  uint64_t read_ = 0;
  uint64_t produced_ = 0;
  absl::Status status_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_DECOMPRESSING_SOURCE_H_
