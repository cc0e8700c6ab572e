// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/chunk_cache.h"

#include "pipelines/coordinator/chunk_key.h"

namespace quipu::pipelines {
namespace {

// Approximate memory of a task, without its chunk's text.
constexpr size_t kTaskBytes = 256;

size_t BytesOf(const ChunkContent& content) {
  return content.text.size() + content.tasks.size() * kTaskBytes;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ChunkContent>> ChunkCache::Get(const v1::ChunkId& chunk) {
  return chunks_.Get(
      ChunkKey(chunk), [&] { return run_store_->ReadChunk(chunk); }, BytesOf);
}

}  // namespace quipu::pipelines
