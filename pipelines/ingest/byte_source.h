// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Reads a user's file, or an object ("s3://..."), from front to back: plain, gzip, zstd,
// xz, bzip2 or lz4.
// The name's suffix decides and the content has to agree; for standard input
// ("-") the content alone decides. A file of no bytes holds nothing, whatever
// its name.
//
//   ASSIGN_OR_RETURN(auto source, OpenByteSource("corpus.jsonl.gz"));
//   ASSIGN_OR_RETURN(size_t count, source->Read(buffer, sizeof(buffer)));  // 0: the end
//
// Opens only regular files and symbolic links to them: a FIFO or a device could
// block or never end. Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_BYTE_SOURCE_H_
#define QUIPU_PIPELINES_INGEST_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "base/sha256.h"

namespace quipu::pipelines {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Reads up to `size` bytes, at least one unless the end is reached; 0 at the
  // end, and on every later call. REQUIRES: size > 0.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t size) = 0;
  // Skips `count` bytes. Returns DATA_LOSS if the source ends first.
  virtual absl::Status Skip(uint64_t count);
};

enum class Compression { kNone, kGzip, kZstd, kXz, kBzip2, kLz4 };

// The hash of a file's bytes as they are, compressed or not, taken while they are read.
class SourceHash {
 public:
  void Add(absl::string_view bytes) { hash_.Update(bytes); }
  void SetSkipped() { skipped_ = true; }
  // All bytes were read.
  void SetEnd() { ended_ = true; }
  // In hexadecimal; nothing if a part was not read. Only once.
  std::optional<std::string> Finish();

 private:
  Sha256 hash_;
  bool skipped_ = false;
  bool ended_ = false;
};

struct SourceOptions {
  // Largest window of a zstd stream: a power of two (ReadSpec.zstd_window_log).
  int zstd_window_log = kMaxZstdWindowLog;
  // Gets the bytes of the file; not those of standard input. It must outlive the source.
  SourceHash* hash = nullptr;
};

// By the name's suffix: .gz, .zst or .zstd, .xz, .bz2, .lz4, in either case.
Compression CompressionOfName(absl::string_view path);
// By the first bytes of the content.
Compression CompressionOfContent(absl::string_view begin);
// "a/b.jsonl.gz" -> "a/b.jsonl"; other names are unchanged.
absl::string_view StripCompressionSuffix(absl::string_view path);

// Opens `path`. Returns NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT (not a
// regular file, or the content does not match the name; it says what the content
// is and what to do). Read returns UNAVAILABLE for I/O errors, and the errors of a
// compressed stream (decompress.h).
absl::StatusOr<std::unique_ptr<ByteSource>> OpenByteSource(absl::string_view path,
                                                           const SourceOptions& options = {});

// Bytes in memory, at most `step` of them in a Read. No kind of compression is looked for.
std::unique_ptr<ByteSource> NewStringSource(std::string bytes, size_t step = size_t{1} << 16);

// The same for an open descriptor, which is not closed. `name` is for messages;
// the content decides about compression. "-" opens standard input this way.
absl::StatusOr<std::unique_ptr<ByteSource>> OpenDescriptor(int fd, absl::string_view name,
                                                           const SourceOptions& options = {});

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_BYTE_SOURCE_H_
