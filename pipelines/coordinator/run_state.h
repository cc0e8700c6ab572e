// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The state of a run while its pairs are made: the lease table, the workers,
// the waiting polls and submits, behind one lock. The lock is never held during
// reads, writes, checks or callbacks: Effects collects what is left to do
// without it.
//
//   Effects effects;
//   {
//     absl::MutexLock lock(&state->mutex);
//     state->ExpireLocked(now, &effects);
//     state->ServeWaitersLocked(now, kMissesOfEvent, &effects);
//   }
//   dispatcher->Dispatch(std::move(effects));
//
// A struct: the verbs, the committer and the jobs all work on its parts, under
// its lock. Each part enforces its own rules. Only the thread that commits
// changes tasks that have results, so its decisions are still valid when they
// are written.
#ifndef QUIPU_PIPELINES_COORDINATOR_RUN_STATE_H_
#define QUIPU_PIPELINES_COORDINATOR_RUN_STATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "pipelines/coordinator/commit_queue.h"
#include "pipelines/coordinator/effects.h"
#include "pipelines/coordinator/job_queue.h"
#include "pipelines/coordinator/options.h"
#include "pipelines/coordinator/pending_audits.h"
#include "pipelines/coordinator/poll_queue.h"
#include "pipelines/coordinator/run_counts.h"
#include "pipelines/coordinator/run_store.h"
#include "pipelines/coordinator/session_table.h"
#include "pipelines/lease/table.h"

namespace quipu::pipelines::internal {

// Polls that one event, or one Tick, may try in vain before it leaves the rest
// for later: with ten thousand waiting polls, no event may scan them all.
inline constexpr int kMissesOfEvent = 8;
inline constexpr int kMissesOfTick = 256;

struct RunState {
  // Loads nothing: recovery.h does that.
  RunState(const CoordinatorOptions& options, RunStore* run_store);

  absl::Duration Now() const { return options.clock->Monotonic(); }

  // ---- Changes (run_state.cc).

  // Applies the update to the table and to each part that it concerns. An
  // update that does not apply fails the run. Does nothing when the run has
  // failed.
  void ApplyLocked(const v1::LeaseUpdate& update, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  void ApplyAllLocked(const std::vector<v1::LeaseUpdate>& updates, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Ends the run, on the first call: refuses all waiting calls.
  void FailLocked(const absl::Status& status, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Refuses new calls and waiting polls.
  void StopLocked(Effects* effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Counts a newly stored result, and calls options.on_result.
  void CountResultLocked(const v1::Result& result, absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // The reverse for a result that was taken out of the store, with options.on_removed.
  void CountRemovedLocked(const v1::Result& result, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // ---- Queries (run_state.cc).

  // Why calls are refused: the run's error, or UNAVAILABLE when stopping.
  absl::Status CheckAcceptingLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // PERMISSION_DENIED, with the reason, for a quarantined worker.
  absl::Status CheckNotQuarantinedLocked(absl::string_view worker) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // All tasks have results, no audit is open, and all of this is written.
  bool IsDoneLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Within what time the workers of now are to come back if they lose the coordinator (return_time.h).
  uint32_t ReturnWithinMsLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // ---- Polls and grants (run_state_grants.cc).

  // Queues a poll, after earlier ones have had their turn; grants or answers
  // it, if that is possible now.
  void ParkLocked(Poll poll, absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // After any change: grants to waiting polls, skips audits that nobody can do,
  // and answers waiting polls when the run is done. Tries at most `misses`
  // polls in vain; false if some were not tried.
  bool ServeWaitersLocked(absl::Duration now, int misses, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Ends the leases whose time is over.
  void ExpireLocked(absl::Duration now, Effects* effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Whether a worker without a lease waits, and there is nothing for it now. Looks at the
  // first polls only.
  bool OthersStarveLocked(absl::string_view worker, absl::Duration now) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Answers the polls whose wait is over.
  void AnswerExpiredLocked(absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Answers the session's poll with the error, if it has one.
  void RefusePollOfLocked(absl::string_view session, const absl::Status& status, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Forgets workers that have been silent for long and hold no lease.
  void ForgetSilentLocked(absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // For one more session: forgets silent ones, then one that has never delivered.
  void MakeRoomLocked(absl::Duration now, Effects* effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // The delay until something may have to be done.
  absl::Duration NextTickLocked(absl::Duration now, bool all_tried) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  const CoordinatorOptions options;  // No audits unless results are reproducible.
  RunStore* const run_store;         // Read by many threads, written by the thread that commits.
  const absl::Duration started;      // When, by options.clock.

  mutable absl::Mutex mutex;
  LeaseTable table ABSL_GUARDED_BY(mutex);          // Who works on what.
  SessionTable sessions ABSL_GUARDED_BY(mutex);     // The workers.
  PollQueue polls ABSL_GUARDED_BY(mutex);           // Their waiting polls.
  uint64_t poll_cursor ABSL_GUARDED_BY(mutex) = 0;  // The poll that was tried last.
  PendingAudits audits ABSL_GUARDED_BY(mutex);      // What auditors have submitted.
  JobQueue jobs ABSL_GUARDED_BY(mutex);         // For the thread that commits, after its groups.
  CommitQueue queue ABSL_GUARDED_BY(mutex);     // For the thread that commits.
  RunCounts counts ABSL_GUARDED_BY(mutex);      // For Status.
  bool resumed ABSL_GUARDED_BY(mutex) = false;  // Results existed at the start.
  bool stopped ABSL_GUARDED_BY(mutex) = false;  // No new calls are taken.
  // Since when audits that nobody works on are all that is left.
  std::optional<absl::Duration> only_audits_since ABSL_GUARDED_BY(mutex);
  absl::Status failed ABSL_GUARDED_BY(mutex);  // Why the run has ended.

 private:
  // Whether the worker was heard from in the last half of a lease's time, or waits.
  bool IsAliveLocked(absl::string_view worker, absl::Duration now) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Chunks that one of the waiting polls may have now, so that something is left for the
  // others.
  int ShareOfPollLocked(const Poll& poll) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  bool MayGrantLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  bool GrantToWaitersLocked(absl::Duration now, int misses, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  bool GrantPollLocked(uint64_t id, absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  void SkipAuditsLocked(absl::Duration now, Effects* effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  void AnswerPollLocked(Poll poll, Effects* effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_RUN_STATE_H_
