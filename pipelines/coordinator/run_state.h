// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The state of a run while its pairs are made: the lease table, the workers, the
// polls and submits that wait, behind one lock. The lock is never held while
// anything is read, written, checked or called: what is left to do without it is
// collected in Effects.
//
//   Effects effects;
//   {
//     absl::MutexLock lock(&state->mutex);
//     state->ApplyAllLocked(state->table.Expire(now), &effects);
//     state->ServeWaitersLocked(now, kMissesOfEvent, &effects);
//   }
//   dispatcher->Dispatch(std::move(effects));
//
// A struct: the verbs, the committer and the jobs all work on its parts, under
// its lock. Each part keeps its own rules. What has a result is changed by the
// thread that commits alone, so that what it decided holds when it is written.
#ifndef QUIPU_PIPELINES_COORDINATOR_RUN_STATE_H_
#define QUIPU_PIPELINES_COORDINATOR_RUN_STATE_H_

#include <cstdint>
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

// Polls that one event tries in vain before it leaves the rest to others, and
// that a Tick does: with ten thousand parked ones no event may look at all.
inline constexpr int kMissesOfEvent = 8;
inline constexpr int kMissesOfTick = 256;

struct RunState {
  // Nothing is loaded yet: recovery.h does that.
  RunState(const CoordinatorOptions& options, RunStore* ledger);

  absl::Duration Now() const { return options.clock->Monotonic(); }

  // ---- Changes (run_state.cc).

  // Applies the update to the table, and tells each part what it means to it. An
  // update that does not fit fails the run. Does nothing when the run has failed.
  void ApplyLocked(const v1::LeaseUpdate& update, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  void ApplyAllLocked(const std::vector<v1::LeaseUpdate>& updates, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Ends the run, the first time: refuses all who wait.
  void FailLocked(const absl::Status& status, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Refuses new calls, and the polls that wait.
  void StopLocked(Effects* effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Counts a result that was stored now, and tells options.on_result.
  void CountResultLocked(const v1::Result& result, absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // ---- Questions (run_state.cc).

  // Why no call is taken: the run has failed, or UNAVAILABLE when it is stopping.
  absl::Status CheckAcceptingLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // PERMISSION_DENIED, with the reason.
  absl::Status CheckNotQuarantinedLocked(absl::string_view worker) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // All tasks have results, no audit is open, and all that is written.
  bool IsDoneLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // ---- Polls and grants (run_state_grants.cc).

  // Lets a poll wait, after those that came before have had their turn; grants,
  // or answers it, if that can be done now.
  void ParkLocked(Poll poll, absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // After anything changed: grants to those who wait, gives up audits that nobody
  // can do, tells those who wait when the run is done. Tries at most `misses`
  // polls in vain; false if some were not tried.
  bool ServeWaitersLocked(absl::Duration now, int misses, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Answers the polls whose wait is over.
  void AnswerExpiredLocked(absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Answers the session's poll with the error, if it has one.
  void RefusePollOfLocked(absl::string_view session, const absl::Status& status, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Forgets workers that were silent for long and hold nothing.
  void ForgetSilentLocked(absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // How long from now until something may have to be done.
  absl::Duration NextTickLocked(absl::Duration now, bool all_tried) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  const CoordinatorOptions options;  // No audits unless results are reproducible.
  RunStore* const ledger;            // Read by many threads, written by the one that commits.
  const absl::Duration started;      // When, by options.clock.

  mutable absl::Mutex mutex;
  LeaseTable table ABSL_GUARDED_BY(mutex);          // Who works on what.
  SessionTable sessions ABSL_GUARDED_BY(mutex);     // The workers.
  PollQueue polls ABSL_GUARDED_BY(mutex);           // Their polls that wait.
  uint64_t poll_cursor ABSL_GUARDED_BY(mutex) = 0;  // The poll that was tried last.
  PendingAudits audits ABSL_GUARDED_BY(mutex);      // What auditors have submitted.
  JobQueue jobs ABSL_GUARDED_BY(mutex);         // For the thread that commits, after its groups.
  CommitQueue queue ABSL_GUARDED_BY(mutex);     // For the thread that commits.
  RunCounts counts ABSL_GUARDED_BY(mutex);      // For Status.
  bool resumed ABSL_GUARDED_BY(mutex) = false;  // There were results at the start.
  bool stopped ABSL_GUARDED_BY(mutex) = false;  // No new calls are taken.
  absl::Status failed ABSL_GUARDED_BY(mutex);   // Why the run has ended.

 private:
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
