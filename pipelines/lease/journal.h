// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which updates of a lease table are journaled, for replay after a restart of
// the coordinator (LeaseTable::Replay).
//
//   if (JournalingOf(update) == Journaling::kWhenApplied) batch.updates.push_back(update);
//
// Pure, thread-safe.
#ifndef QUIPU_PIPELINES_LEASE_JOURNAL_H_
#define QUIPU_PIPELINES_LEASE_JOURNAL_H_

#include "protos/lease.pb.h"

namespace quipu::pipelines {

enum class Journaling {
  // Never: it dies with the process, or follows from the stored results.
  kNever,
  // With the next write, by the code that applies it.
  kWhenApplied,
  // In one batch with the results that it adds or removes, before it is applied.
  kWithItsResults,
};

// kNever for an update without a kind.
Journaling JournalingOf(const v1::LeaseUpdate& update);

inline bool IsJournaled(const v1::LeaseUpdate& update) {
  return JournalingOf(update) != Journaling::kNever;
}

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_LEASE_JOURNAL_H_
