// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Caches the chunks in flight, so that checking their results reads no
// document.
//
//   ChunkCache cache(run_store, 64 << 20);
//   ASSIGN_OR_RETURN(std::shared_ptr<const ChunkContent> chunk, cache.Get(id));
//
// The run store must outlive it. Thread-safe.
#ifndef QUIPU_PIPELINES_COORDINATOR_CHUNK_CACHE_H_
#define QUIPU_PIPELINES_COORDINATOR_CHUNK_CACHE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/lru_cache.h"
#include "pipelines/coordinator/run_store.h"

namespace quipu::pipelines {

class ChunkCache {
 public:
  // Keeps the most recently used chunks, up to `max_bytes` of memory for text and tasks
  // together.
  ChunkCache(RunStore* run_store, size_t max_bytes) : run_store_(run_store), chunks_(max_bytes) {}

  // Errors of RunStore::ReadChunk.
  absl::StatusOr<std::shared_ptr<const ChunkContent>> Get(const v1::ChunkId& chunk);

 private:
  RunStore* const run_store_;
  LruCache<std::string, ChunkContent> chunks_;  // By ChunkKey.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_CHUNK_CACHE_H_
