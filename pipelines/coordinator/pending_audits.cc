// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/pending_audits.h"

#include <utility>

#include "pipelines/coordinator/chunk_key.h"
#include "pipelines/coordinator/run_store.h"

namespace quipu::pipelines {

PendingAudits::Added PendingAudits::Add(const v1::ChunkId& chunk, uint64_t token, int task,
                                        const v1::Result& result) {
  Open& open = open_[ChunkKey(chunk)];
  if (open.token != token) open = {token, {}};
  const auto [position, added] = open.results.insert({task, result});
  if (added) return Added::kNew;
  return SameResult(position->second, result) ? Added::kSame : Added::kOther;
}

uint64_t PendingAudits::Has(const v1::ChunkId& chunk, uint64_t token) const {
  const auto found = open_.find(ChunkKey(chunk));
  if (found == open_.end() || found->second.token != token) return 0;
  uint64_t bits = 0;
  for (const auto& [task, result] : found->second.results) bits |= uint64_t{1} << task;
  return bits;
}

const PendingAudits::Results& PendingAudits::ResultsOf(const v1::ChunkId& chunk) const {
  return open_.at(ChunkKey(chunk)).results;
}

void PendingAudits::OnUpdate(const v1::LeaseUpdate& update) {
  const v1::LeaseEnded& ended = update.ended();
  if (update.has_ended() && ended.audit() && ended.cause() != v1::LeaseEnded::DONE) {
    Drop(ended.chunk(), ended.token());
  }
  if (update.has_released()) Forget(update.released().chunk());
  if (update.has_withdrawn()) Forget(update.withdrawn().chunk());
}

void PendingAudits::Drop(const v1::ChunkId& chunk, uint64_t token) {
  const auto found = open_.find(ChunkKey(chunk));
  if (found != open_.end() && found->second.token == token) open_.erase(found);
}

void PendingAudits::Finish(const v1::ChunkId& chunk) { open_.erase(ChunkKey(chunk)); }

void PendingAudits::Dispute(const v1::ChunkId& chunk, const Results& made) {
  disputed_[ChunkKey(chunk)] = made;
}

const PendingAudits::Results* PendingAudits::Disputed(const v1::ChunkId& chunk) const {
  const auto found = disputed_.find(ChunkKey(chunk));
  return found == disputed_.end() ? nullptr : &found->second;
}

void PendingAudits::ClearDispute(const v1::ChunkId& chunk) { disputed_.erase(ChunkKey(chunk)); }

void PendingAudits::Forget(const v1::ChunkId& chunk) {
  Finish(chunk);
  ClearDispute(chunk);
}

}  // namespace quipu::pipelines
