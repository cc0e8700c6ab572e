// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/chunk_cache.h"

#include "pipelines/coordinator/chunk_key.h"

namespace quipu::pipelines {
namespace {

// Approximate memory of an entry without its content: keys, nodes, counts of references.
constexpr size_t kEntryBytes = 256;

size_t BytesOf(const ChunkContent& content) {
  size_t bytes = kEntryBytes + content.text.capacity();
  for (const v1::Task& task : content.tasks) bytes += task.SpaceUsedLong();
  return bytes;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ChunkContent>> ChunkCache::Get(const v1::ChunkId& chunk) {
  return chunks_.Get(
      ChunkKey(chunk), [&] { return run_store_->ReadChunk(chunk); }, BytesOf);
}

}  // namespace quipu::pipelines
