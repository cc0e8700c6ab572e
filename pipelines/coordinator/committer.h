// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Commits groups of submits: takes the queue, decides the outcome of each
// result, writes everything new with one sync, applies it, answers the callers.
//
//   Committer committer(&state, &dispatcher, &writer);
//   while (committer.CommitNext() > 0) {}
//
// Only this thread changes tasks that have results, so its decisions are still
// valid when they are written. State, dispatcher and writer must outlive it.
// Only for the thread that commits.
#ifndef QUIPU_PIPELINES_COORDINATOR_COMMITTER_H_
#define QUIPU_PIPELINES_COORDINATOR_COMMITTER_H_

#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "pipelines/coordinator/audit_court.h"
#include "pipelines/coordinator/commit_group.h"
#include "pipelines/coordinator/dispatcher.h"
#include "pipelines/coordinator/effects.h"
#include "pipelines/coordinator/run_state.h"
#include "pipelines/coordinator/store_writer.h"
#include "pipelines/coordinator/submission.h"

namespace quipu::pipelines::internal {

class Committer {
 public:
  Committer(RunState* state, Dispatcher* dispatcher, StoreWriter* writer)
      : state_(state), dispatcher_(dispatcher), writer_(writer), court_(state) {}

  // Commits the queue, with at most one group of submits. Returns the number of
  // calls answered, or 1 if it only wrote changes; 0 if nothing was queued. An
  // error of the store fails the run.
  int CommitNext() ABSL_LOCKS_EXCLUDED(state_->mutex);

 private:
  CommitGroup Take() ABSL_LOCKS_EXCLUDED(state_->mutex);
  // Records the table's current view of each lease.
  void LookUpLocked(Submission* submission) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_->mutex);
  absl::Status Write(const CommitGroup& group);
  // Returns the audits that are now complete.
  std::vector<FullAudit> Apply(CommitGroup* group, Effects* effects)
      ABSL_LOCKS_EXCLUDED(state_->mutex);
  void ApplyLeaseLocked(const Submission& submission, CheckedLease* lease, absl::Duration now,
                        std::vector<FullAudit>* full, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_->mutex);
  // After its worker's last submit.
  void ReleaseAllLocked(const Submission& submission, absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_->mutex);
  // Counts for the worker, and quarantines it for too many invalid results.
  void CountForWorkerLocked(const Submission& submission, const CheckedLease& lease,
                            Effects* effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_->mutex);
  bool IsLeaseOverLocked(const CheckedLease& lease) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_->mutex);
  // Answers with the error, if there is one.
  void Answer(CommitGroup* group, const absl::Status& status, Effects* effects)
      ABSL_LOCKS_EXCLUDED(state_->mutex);

  RunState* const state_;
  Dispatcher* const dispatcher_;
  StoreWriter* const writer_;
  AuditCourt court_;  // Decides the audits that a group completes.
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_COMMITTER_H_
