// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How a lease ends, and the consequences: the wait before the chunk is retried,
// and its quarantine if it was lost or failed too often.
//
// Losing a lease is evidence against the chunk only if its worker died of it, and only
// the death of a worker that has delivered results is believed: anybody may take chunks
// and vanish. So are its words that the engine failed. All other losses and failures
// count against the worker (EXPIRED).
//
//   LeaseUpdates updates;
//   EndLease(state, chunk, CauseOfLoss(state, chunk), "expired", now, updates);
//
// Only decides: nothing changes until the updates are applied. Pure.
#ifndef QUIPU_PIPELINES_LEASE_ENDS_H_
#define QUIPU_PIPELINES_LEASE_ENDS_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pipelines/lease/state.h"
#include "protos/lease.pb.h"

namespace quipu::pipelines::internal {

using LeaseUpdates = std::vector<v1::LeaseUpdate>;

// LOST if the lease's worker has delivered results, else EXPIRED. For leases of workers
// that died.
// REQUIRES: the chunk is leased.
v1::LeaseEnded::Cause CauseOfLoss(const LeaseState& state, uint32_t i);

// FAILED if the worker is believed, else EXPIRED. For leases whose worker says that the
// engine failed. REQUIRES: the chunk is leased.
v1::LeaseEnded::Cause CauseOfFailure(const LeaseState& state, uint32_t i);

// Appends the end of the chunk's lease, and its quarantine if that follows.
// REQUIRES: the chunk is leased.
void EndLease(const LeaseState& state, uint32_t i, v1::LeaseEnded::Cause cause,
              absl::string_view message, absl::Duration now, LeaseUpdates& updates);

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_LEASE_ENDS_H_
