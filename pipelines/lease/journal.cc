// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/lease/journal.h"

namespace quipu::pipelines {

Journaling JournalingOf(const v1::LeaseUpdate& update) {
  switch (update.kind_case()) {
    case v1::LeaseUpdate::kGranted:
    case v1::LeaseUpdate::kPaused:
    case v1::LeaseUpdate::kResumed:
    case v1::LeaseUpdate::kWorkerQuarantined:
    case v1::LeaseUpdate::kWorkerReinstated:
    case v1::LeaseUpdate::kAuditVerdict:
      return Journaling::kWhenApplied;
    case v1::LeaseUpdate::kEnded:
      // The stored results show that a lease was completed.
      return update.ended().cause() == v1::LeaseEnded::DONE ? Journaling::kNever
                                                            : Journaling::kWhenApplied;
    case v1::LeaseUpdate::kQuarantined:
    case v1::LeaseUpdate::kReleased:
    case v1::LeaseUpdate::kWithdrawn:
      return Journaling::kWithItsResults;
    case v1::LeaseUpdate::kChunkAdded:  // The plan.
    case v1::LeaseUpdate::kStored:      // The results.
    case v1::LeaseUpdate::kRenewed:
    case v1::LeaseUpdate::kAuditAsked:
    case v1::LeaseUpdate::KIND_NOT_SET:
      return Journaling::kNever;
  }
  return Journaling::kNever;
}

}  // namespace quipu::pipelines
