// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Part of a lease table's state: the queues of chunks, the leases and the
// counts, updated with every change of a chunk.
#include <algorithm>

#include "absl/numeric/bits.h"
#include "pipelines/lease/state.h"

namespace quipu::pipelines::internal {

void LeaseState::Unlist(uint32_t i) {
  const ChunkState& chunk = chunks_[i];
  counts_.done -= absl::popcount(chunk.done);
  if (chunk.leased) {
    if (!leases_.at(i).audit) counts_.leased -= absl::popcount(chunk.open());
    return;
  }
  if (chunk.open() == 0 || chunk.quarantined) return;
  fresh_.erase(i);
  waiting_.erase({chunk.not_before_us, i});
  doubtful_.erase({chunk.not_before_us, i});
  suspects_.erase({chunk.not_before_us, i});
}

void LeaseState::List(uint32_t i) {
  const ChunkState& chunk = chunks_[i];
  counts_.done += absl::popcount(chunk.done);
  if (chunk.leased) {
    if (!leases_.at(i).audit) counts_.leased += absl::popcount(chunk.open());
    most_leased_ = std::max(most_leased_, counts_.leased);
    return;
  }
  if (chunk.open() == 0 || chunk.quarantined) return;
  if (Suspect(chunk)) {
    suspects_.insert({chunk.not_before_us, i});
  } else if (Doubtful(chunk)) {
    doubtful_.insert({chunk.not_before_us, i});
  } else if (chunk.tried()) {
    waiting_.insert({chunk.not_before_us, i});
  } else {
    fresh_.insert(i);
  }
}

// Called between Unlist and List; of an audit, between UnlistAudit and ListAudit.
void LeaseState::AddLease(uint32_t i, LeaseRecord lease) {
  WorkerRecord& worker = workers_[lease.worker];
  lease.shared = !worker.leases.empty();
  // With two or more leases, all are marked already.
  if (worker.leases.size() == 1) leases_.at(*worker.leases.begin()).shared = true;
  lease.suspect =
      !lease.audit && (Suspect(chunks_[i]) || (Doubtful(chunks_[i]) && !worker.delivers()));
  worker.suspects += lease.suspect ? 1 : 0;
  worker.leases.insert(i);
  expiries_.insert({lease.expires_us, i});
  leases_.insert_or_assign(i, lease);
  chunks_[i].leased = true;
  counts_.leases = leases_.size();
}

void LeaseState::RemoveLease(uint32_t i) {
  const LeaseRecord& lease = leases_.at(i);
  WorkerRecord& worker = workers_[lease.worker];
  worker.suspects -= lease.suspect ? 1 : 0;
  worker.leases.erase(i);
  expiries_.erase({lease.expires_us, i});
  leases_.erase(i);
  chunks_[i].leased = false;
  counts_.leases = leases_.size();
}

void LeaseState::SetGivenUp(uint32_t i, uint64_t mask) {
  counts_.quarantined -= absl::popcount(GivenUp(i));
  counts_.quarantined += absl::popcount(mask);
  if (mask == 0) {
    given_up_.erase(i);
  } else {
    given_up_[i] = mask;
  }
}

}  // namespace quipu::pipelines::internal
