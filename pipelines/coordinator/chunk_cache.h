// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Chunks that are being worked on, so that the checks of their results read no
// document.
//
//   ChunkCache cache(ledger, 64 << 20);
//   ASSIGN_OR_RETURN(std::shared_ptr<const ChunkContent> chunk, cache.Get(id));
//
// The ledger must outlive it. Thread-safe.
#ifndef QUIPU_PIPELINES_COORDINATOR_CHUNK_CACHE_H_
#define QUIPU_PIPELINES_COORDINATOR_CHUNK_CACHE_H_

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "pipelines/coordinator/run_store.h"

namespace quipu::pipelines {

class ChunkCache {
 public:
  // Keeps those used last, of at most `max_bytes` of text and tasks together.
  ChunkCache(RunStore* ledger, size_t max_bytes) : ledger_(ledger), max_bytes_(max_bytes) {}

  // Errors of RunStore::ReadChunk.
  absl::StatusOr<std::shared_ptr<const ChunkContent>> Get(const v1::ChunkId& chunk);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const ChunkContent> content;
    size_t bytes = 0;
  };
  using Position = std::list<Entry>::iterator;

  RunStore* const ledger_;
  const size_t max_bytes_;
  absl::Mutex mutex_;
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // Used last first.
  absl::flat_hash_map<std::string, Position> by_key_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_CHUNK_CACHE_H_
