// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The coordinator's parts, for its own files alone:
//
//   coordinator.cc         start and recovery, Hello, Renew, Stop
//   coordinator_lease.cc   polls, grants, Tick
//   coordinator_submit.cc  what is checked of a submit before it waits its turn
//   coordinator_commit.cc  groups of submits: decide, write, apply, answer
//   coordinator_jobs.cc    quarantines, audits, what is taken back
//   coordinator_status.cc  Status, Control
//
// One lock holds the state; it is never held while anything is read, written,
// checked or called. What a change leaves to do without it is collected in
// Effects, and Perform does it. Everything written is written by the one thread
// that calls CommitSome, in the order in which the state was changed.
#ifndef QUIPU_PIPELINES_COORDINATOR_IMPL_H_
#define QUIPU_PIPELINES_COORDINATOR_IMPL_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "pipelines/coordinator/chunk_cache.h"
#include "pipelines/coordinator/coordinator.h"
#include "pipelines/coordinator/pending_audits.h"
#include "pipelines/coordinator/poll_queue.h"
#include "pipelines/coordinator/rate_window.h"
#include "pipelines/coordinator/session_table.h"

namespace quipu::pipelines::internal {

// Polls that one event tries in vain before it leaves the rest to others, and
// that a Tick does: with ten thousand parked ones no event may look at all.
inline constexpr int kMissesOfEvent = 8;
inline constexpr int kMissesOfTick = 256;

// A lease that was granted, with the tasks to be made under it.
struct GrantedChunk {
  v1::LeaseGranted lease;
  uint64_t tasks = 0;  // Bits.
};

struct GrantedPoll {
  Poll poll;
  std::vector<GrantedChunk> chunks;
};

// To be done without the lock.
struct Effects {
  std::vector<std::function<void()>> calls;
  std::vector<GrantedPoll> grants;
  bool wake = false;
};

// A reply that waits for the journal of its grants.
struct ReadyReply {
  v1::LeaseReply reply;
  ReplyFn<v1::LeaseReply> done;
};

struct CheckedResult {
  v1::Result result;
  int task = -1;         // Number in its chunk.
  absl::Status problem;  // Of the checks that need no state.
};

// One lease of a submit on its way.
struct CheckedLease {
  absl::Status ticket;  // Why it is not good.
  v1::ChunkId chunk;
  uint64_t token = 0;
  std::vector<CheckedResult> results;
  v1::AttemptFailure failure = v1::ATTEMPT_FAILURE_UNSPECIFIED;
  std::string message;

  // As the table sees it when its group is decided on.
  TicketValidity validity = TicketValidity::kUnknown;
  uint64_t audited = 0;  // Bits of the tasks that it is an audit of.
  uint64_t done = 0;
  // What the group makes of it.
  v1::LeaseOutcome outcome;
  uint64_t stored = 0;
  LeaseTable::RejectReasons rejects;  // Of those stored.
  int invalid = 0;
};

struct Submission {
  std::string worker;
  std::string session;
  std::vector<CheckedLease> leases;
  v1::EngineCounters work;
  ReplyFn<v1::SubmitReply> done;
  absl::Duration since;  // When it was enqueued.
  size_t bytes = 0;
  int results = 0;
  absl::Status refused;  // Its worker was quarantined while it waited.
};

// An audit whose results are all there, to be compared with the stored ones.
struct FullAudit {
  v1::ChunkId chunk;
  std::string auditor;
  uint64_t token = 0;
  PendingAudits::Results made;
  PendingAudits::Results disputed_with;  // Of the auditor before; empty if unknown.
};

// One piece of work for the thread that commits, besides submits.
struct Job {
  enum class Kind { kQuarantine, kTakeBack, kRelease };
  Kind kind = Kind::kRelease;
  v1::ChunkQuarantined quarantine;
  std::string worker;  // kTakeBack.
};

class CoordinatorImpl : public Coordinator {
 public:
  CoordinatorImpl(const CoordinatorOptions& options, RunStore* ledger);
  ~CoordinatorImpl() override;
  absl::Status Recover();

  absl::StatusOr<v1::HelloReply> Hello(const Peer& peer, const v1::HelloRequest& request) override;
  void Lease(const Peer& peer, const v1::LeaseRequest& request,
             ReplyFn<v1::LeaseReply> done) override;
  void CancelLease(absl::string_view session) override;
  absl::StatusOr<v1::RenewReply> Renew(const Peer& peer, const v1::RenewRequest& request) override;
  void Submit(const Peer& peer, v1::SubmitRequest request, ReplyFn<v1::SubmitReply> done) override;
  v1::StatusReply Status() const override;
  absl::StatusOr<v1::ControlReply> Control(const v1::ControlRequest& request) override;
  absl::Duration Tick() override;
  int CommitSome() override;
  void SetWake(std::function<void()> wake) override { wake_ = std::move(wake); }
  bool Done() const override;
  absl::Status Failed() const override;
  std::string Paused() const override;
  void Stop() override;

 private:
  struct Group;

  absl::Duration Now() const { return options_.clock->Monotonic(); }
  std::string Draw(size_t size) const;
  const v1::RunSpec& spec() const { return ledger_->header().spec(); }
  void Perform(Effects effects) ABSL_LOCKS_EXCLUDED(mutex_);

  // ---- coordinator.cc
  absl::Status RecoverPlan() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status RecoverJournal() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status RecoverAttempts() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RecoverTakingBack() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status OpenLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckNotQuarantinedLocked(absl::string_view worker) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The session, heard of now; an error if it may not call.
  absl::StatusOr<Session*> CallerLocked(const Peer& peer, absl::string_view session,
                                        absl::Duration now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::string> OpenSessionLocked(const v1::HelloRequest& request, absl::Duration now,
                                                Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  uint32_t RenewOneLocked(const v1::LeaseTicket& ticket, absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FailLocked(const absl::Status& status, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Fail(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  void ApplyLocked(const v1::LeaseUpdate& update, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ApplyAllLocked(const std::vector<v1::LeaseUpdate>& updates, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool DoneLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // ---- coordinator_lease.cc
  // After anything changed: gives up audits that nobody can do, grants to those
  // who wait, tells them when the run is done. Tries at most `misses` polls in
  // vain; false if some were not tried.
  bool ChangedLocked(absl::Duration now, int misses, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool PumpLocked(absl::Duration now, int misses, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<GrantedChunk> GrantLocked(const std::string& worker, int max, absl::Duration now,
                                        Effects* effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool GrantPollLocked(uint64_t id, absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ParkLocked(Poll poll, absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool MayGrantLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RefusePollLocked(Poll poll, const absl::Status& status, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AnswerPollLocked(Poll poll, Effects* effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ForgetSilentLocked(absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Duration NextTickLocked(absl::Duration now, bool all_tried) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<v1::LeaseReply> MakeLeaseReply(const GrantedPoll& granted)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // ---- coordinator_submit.cc
  CheckedLease CheckLeaseResults(const std::string& worker, v1::LeaseResults* lease)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Enqueue(Submission submission, ReplyFn<v1::SubmitReply> done) ABSL_LOCKS_EXCLUDED(mutex_);

  // ---- coordinator_commit.cc
  Group TakeGroup() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Decide(Group* group) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status DecideLease(const Submission& submission, CheckedLease* lease, Group* group);
  absl::StatusOr<v1::SubmitOutcome> DecideResult(const CheckedLease& lease,
                                                 const CheckedResult& checked,
                                                 const Group& group) const;
  absl::Status Write(Group* group) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<FullAudit> ApplyGroup(Group* group, Effects* effects) ABSL_LOCKS_EXCLUDED(mutex_);
  void ApplyLeaseLocked(const Submission& submission, CheckedLease* lease, absl::Duration now,
                        std::vector<FullAudit>* full, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ApplyAuditLocked(const Submission& submission, CheckedLease* lease,
                        std::vector<FullAudit>* full) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CountResultLocked(const v1::Result& result, absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CountLeaseLocked(const Submission& submission, const CheckedLease& lease, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool OverLocked(const CheckedLease& lease) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AnswerGroup(Group* group, const absl::Status& status, Effects* effects)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Writes, and notes how far the ledger is durable.
  absl::Status CommitBatch(const LedgerBatch& batch, bool sync) ABSL_LOCKS_EXCLUDED(mutex_);

  // ---- coordinator_jobs.cc
  int RunJobs() ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether it is finished; else it is to be run again.
  absl::StatusOr<bool> RunJob(const Job& job, Effects* effects) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status RejectQuarantined(const v1::ChunkQuarantined& quarantine, Effects* effects)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<bool> TakeBack(const std::string& worker, Effects* effects)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status ReleaseQuarantined(Effects* effects) ABSL_LOCKS_EXCLUDED(mutex_);
  // Writes the removal of results, with `why`, which is applied already, before
  // it; applies the updates.
  absl::Status Remove(const std::vector<v1::LeaseUpdate>& updates, std::vector<v1::LeaseUpdate> why,
                      Effects* effects) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status DecideAudit(const FullAudit& audit, Effects* effects) ABSL_LOCKS_EXCLUDED(mutex_);
  void QuarantineWorkerLocked(const std::string& worker, const std::string& reason,
                              Effects* effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EnqueueLocked(Job job, Effects* effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // ---- coordinator_status.cc
  void FillCountsLocked(v1::StatusReply* reply) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FillWorkersLocked(absl::Duration now, v1::StatusReply* reply) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<v1::ControlReply> ControlLocked(const v1::ControlRequest& request,
                                                 Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const CoordinatorOptions options_;
  RunStore* const ledger_;
  const absl::Duration started_;
  ChunkCache chunks_;
  std::function<void()> wake_;

  mutable absl::Mutex mutex_;
  LeaseTable table_ ABSL_GUARDED_BY(mutex_);
  SessionTable sessions_ ABSL_GUARDED_BY(mutex_);
  PollQueue polls_ ABSL_GUARDED_BY(mutex_);
  // Where the search for a poll that can be granted something goes on.
  uint64_t cursor_ ABSL_GUARDED_BY(mutex_) = 0;
  PendingAudits audits_ ABSL_GUARDED_BY(mutex_);
  bool resumed_ ABSL_GUARDED_BY(mutex_) = false;  // There were results at the start.
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status failed_ ABSL_GUARDED_BY(mutex_);

  // The ledger's number when it was last synced: what workers are witnesses of.
  // The committing thread's alone.
  uint64_t durable_ = 0;

  // For the thread that commits, in this order.
  LedgerBatch pending_ ABSL_GUARDED_BY(mutex_);   // Changes to be journaled.
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;  // What was pending is not written yet.
  std::vector<ReadyReply> replies_ ABSL_GUARDED_BY(mutex_);
  std::deque<Submission> submissions_ ABSL_GUARDED_BY(mutex_);
  std::deque<Job> jobs_ ABSL_GUARDED_BY(mutex_);
  // Of submits that are being checked or wait.
  uint64_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;

  // Figures for Status.
  RunFigures figures_ ABSL_GUARDED_BY(mutex_);
  RateWindow rate_ ABSL_GUARDED_BY(mutex_);
  uint64_t stale_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t invalid_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t duplicates_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t conflicts_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_IMPL_H_
