// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Decompression of gzip, zstd, xz, bzip2 and lz4 streams (of one member, frame or
// stream, or many), with limits: an untrusted file can neither expand without
// bound nor demand a large window.
//
//   auto source = NewGzipSource(std::move(compressed), DecompressLimits());
//
// Errors of Read: DATA_LOSS (truncated, wrong checksum, or wrong format; names
// the compressed byte), RESOURCE_EXHAUSTED (over a limit; names limit and
// actual). Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_DECOMPRESS_H_
#define QUIPU_PIPELINES_INGEST_DECOMPRESS_H_

#include <cstdint>
#include <memory>

#include "base/limits.h"
#include "pipelines/ingest/byte_source.h"

namespace quipu::pipelines {

// Applied to the whole file, so that many small members cannot evade them.
struct DecompressLimits {
  uint64_t max_ratio = kMaxCompressionRatio;
  uint64_t grace_bytes = kCompressionGraceBytes;
  // Largest zstd window: a power of two.
  int zstd_window_log = kMaxZstdWindowLog;
};

std::unique_ptr<ByteSource> NewGzipSource(std::unique_ptr<ByteSource> compressed,
                                          DecompressLimits limits);

std::unique_ptr<ByteSource> NewZstdSource(std::unique_ptr<ByteSource> compressed,
                                          DecompressLimits limits);

std::unique_ptr<ByteSource> NewXzSource(std::unique_ptr<ByteSource> compressed,
                                        DecompressLimits limits);

std::unique_ptr<ByteSource> NewBzip2Source(std::unique_ptr<ByteSource> compressed,
                                           DecompressLimits limits);

std::unique_ptr<ByteSource> NewLz4Source(std::unique_ptr<ByteSource> compressed,
                                         DecompressLimits limits);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_DECOMPRESS_H_
