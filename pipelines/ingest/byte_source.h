// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Bytes of a user's file from front to back: plain, gzip or zstd (by the name's
// end, and the content must agree), or standard input ("-", where the content
// alone decides).
//
//   ASSIGN_OR_RETURN(auto source, OpenByteSource("corpus.jsonl.gz"));
//   ASSIGN_OR_RETURN(size_t count, source->Read(buffer, sizeof(buffer)));  // 0: the end
//
// Only regular files are opened (a FIFO or a device could block or never end),
// symbolic links to them too. Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_BYTE_SOURCE_H_
#define QUIPU_PIPELINES_INGEST_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Reads up to `size` bytes, at least one unless the end is reached; 0 at the
  // end, again and again. REQUIRES: size > 0.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t size) = 0;
  // Moves `count` bytes ahead. Returns DATA_LOSS if the source ends before.
  virtual absl::Status Skip(uint64_t count);
};

enum class Compression { kNone, kGzip, kZstd };

// By the end of the name: .gz, .zst; letter case does not matter.
Compression CompressionOfName(absl::string_view path);
// By the first bytes of the content.
Compression CompressionOfContent(absl::string_view begin);
// "a/b.jsonl.gz" -> "a/b.jsonl"; other names stay as they are.
absl::string_view StripCompressionSuffix(absl::string_view path);

// Opens `path`. Returns NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT (not a
// regular file, or the content is not what the name says); errors of Read are
// UNAVAILABLE (I/O) and those of a compressed stream (decompress.h).
absl::StatusOr<std::unique_ptr<ByteSource>> OpenByteSource(absl::string_view path);

// The same for an open descriptor, which is read but not closed; `name` is for
// messages, the content decides about compression. What "-" opens.
absl::StatusOr<std::unique_ptr<ByteSource>> OpenDescriptor(int fd, absl::string_view name);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_BYTE_SOURCE_H_
