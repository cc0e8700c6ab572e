// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Audits from an auditor's first result to the verdict: collects the repeated
// results, compares them byte for byte with the stored ones (in a dispute, also
// with the first auditor's), and applies the table's decision.
//
//   AuditCourt court(&state);
//   { absl::MutexLock lock(&state.mutex); CollectAuditLocked(&state, worker, &lease, &full); }
//   for (const FullAudit& audit : full) RETURN_IF_ERROR(court.Decide(audit, &effects));
//
// The collected results are in state.audits. They die with the process, and the
// audit is then requested again. Only for the thread that commits.
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

// An audit with all its results, ready for comparison with the stored ones.
struct FullAudit {
  v1::ChunkId chunk;
  std::string auditor;
  PendingAudits::Results made;           // By the auditor.
  PendingAudits::Results disputed_with;  // By the first auditor; empty without a dispute.
};

// Keeps an auditor's results of one lease, and corrects the outcomes of results
// that it submitted before. Appends the audit if this submit completes it.
void CollectAuditLocked(RunState* state, const std::string& auditor, CheckedLease* lease,
                        std::vector<FullAudit>* full) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state->mutex);

class AuditCourt {
 public:
  // The state must outlive it.
  explicit AuditCourt(RunState* state) : state_(state) {}

  // Compares, and applies the verdict. Errors are those of the run store.
  absl::Status Decide(const FullAudit& audit, Effects* effects) ABSL_LOCKS_EXCLUDED(state_->mutex);

 private:
  RunState* const state_;
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_AUDIT_COURT_H_
