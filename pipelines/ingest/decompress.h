// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Decompression of gzip (one member or many) and zstd (one frame or many)
// streams, held to limits: a hostile file can neither grow without bound nor
// ask for a large window.
//
//   auto source = NewGzipSource(std::move(compressed), DecompressLimits());
//
// Errors of Read: DATA_LOSS (truncated, a wrong checksum, not such a stream,
// with the compressed byte), RESOURCE_EXHAUSTED (over a limit; limit and
// actual). Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_DECOMPRESS_H_
#define QUIPU_PIPELINES_INGEST_DECOMPRESS_H_

#include <cstdint>
#include <memory>

#include "base/limits.h"
#include "pipelines/ingest/byte_source.h"

namespace quipu::pipelines {

// Held over the whole file, so that many small members are no way around them.
struct DecompressLimits {
  uint64_t max_ratio = kMaxCompressionRatio;
  uint64_t grace_bytes = kCompressionGraceBytes;
};

std::unique_ptr<ByteSource> NewGzipSource(std::unique_ptr<ByteSource> compressed,
                                          DecompressLimits limits);

std::unique_ptr<ByteSource> NewZstdSource(std::unique_ptr<ByteSource> compressed,
                                          DecompressLimits limits);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_DECOMPRESS_H_
