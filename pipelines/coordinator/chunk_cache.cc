// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/chunk_cache.h"

#include "base/status_macros.h"
#include "pipelines/coordinator/chunk_key.h"

namespace quipu::pipelines {
namespace {

// What a task takes beside its chunk's text, about.
constexpr size_t kTaskBytes = 256;

}  // namespace

absl::StatusOr<std::shared_ptr<const ChunkContent>> ChunkCache::Get(const v1::ChunkId& chunk) {
  std::string key = ChunkKey(chunk);
  {
    absl::MutexLock lock(&mutex_);
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->content;
    }
  }
  // Two that miss at once both read; the first to come back is kept.
  ASSIGN_OR_RETURN(ChunkContent read, ledger_->ReadChunk(chunk));
  const size_t bytes = read.text.size() + read.tasks.size() * kTaskBytes;
  auto content = std::make_shared<const ChunkContent>(std::move(read));
  absl::MutexLock lock(&mutex_);
  const auto [found, added] = by_key_.try_emplace(key);
  if (!added) return found->second->content;
  entries_.push_front({std::move(key), content, bytes});
  found->second = entries_.begin();
  bytes_ += bytes;
  while (bytes_ > max_bytes_ && entries_.size() > 1) {
    bytes_ -= entries_.back().bytes;
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
  return content;
}

}  // namespace quipu::pipelines
