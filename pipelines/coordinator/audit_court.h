// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Audits from an auditor's first result to the verdict: collects the results
// that were made again, compares them byte for byte with the stored ones (in a
// dispute, also with the first auditor's), and applies what the table decides.
//
//   AuditCourt court(&state);
//   { absl::MutexLock lock(&state.mutex); CollectAuditLocked(&state, worker, &lease, &full); }
//   for (const FullAudit& audit : full) RETURN_IF_ERROR(court.Decide(audit, &effects));
//
// What was collected is state.audits; it dies with the process, and is asked for
// again. For the one thread that commits.
#ifndef QUIPU_PIPELINES_COORDINATOR_AUDIT_COURT_H_
#define QUIPU_PIPELINES_COORDINATOR_AUDIT_COURT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "pipelines/coordinator/effects.h"
#include "pipelines/coordinator/pending_audits.h"
#include "pipelines/coordinator/run_state.h"
#include "pipelines/coordinator/submission.h"

namespace quipu::pipelines::internal {

// An audit whose results are all there, to be compared with the stored ones.
struct FullAudit {
  v1::ChunkId chunk;
  std::string auditor;
  PendingAudits::Results made;           // By the auditor.
  PendingAudits::Results disputed_with;  // By the auditor before; empty if unknown.
};

// Keeps an auditor's results of one lease, and corrects the outcomes of those
// that it has submitted before; appends the audit if all its results are there
// now, and were not before.
void CollectAuditLocked(RunState* state, const std::string& auditor, CheckedLease* lease,
                        std::vector<FullAudit>* full) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state->mutex);

class AuditCourt {
 public:
  // The state must outlive it.
  explicit AuditCourt(RunState* state) : state_(state) {}

  // Compares, and applies the verdict. Errors of the ledger.
  absl::Status Decide(const FullAudit& audit, Effects* effects) ABSL_LOCKS_EXCLUDED(state_->mutex);

 private:
  RunState* const state_;
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_AUDIT_COURT_H_
