// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The coordinator's verbs (coordinator.cc, status.cc), built on the parts that
// do the work: RunState has the state behind one lock, the Dispatcher does what
// is left to do without the lock, the Committer and the JobRunner write.
//
// - Verbs, any thread: RunState, then Dispatcher.
// - CommitSome, one thread: Committer and JobRunner, then RunState, then Dispatcher.
//
// Only for the coordinator's own files.
#ifndef QUIPU_PIPELINES_COORDINATOR_IMPL_H_
#define QUIPU_PIPELINES_COORDINATOR_IMPL_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "pipelines/coordinator/chunk_cache.h"
#include "pipelines/coordinator/committer.h"
#include "pipelines/coordinator/coordinator.h"
#include "pipelines/coordinator/dispatcher.h"
#include "pipelines/coordinator/job_runner.h"
#include "pipelines/coordinator/run_state.h"
#include "pipelines/coordinator/store_writer.h"
#include "pipelines/coordinator/submit_check.h"

namespace quipu::pipelines::internal {

class CoordinatorImpl : public Coordinator {
 public:
  CoordinatorImpl(const CoordinatorOptions& options, RunStore* run_store);
  // Refuses all waiting calls.
  ~CoordinatorImpl() override;
  absl::Status Start();

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
  void SetWake(std::function<void()> wake) override { dispatcher_.SetWake(std::move(wake)); }
  void Stop() override;
  bool Done() const override;
  absl::Status Failed() const override;
  std::string Paused() const override;

 private:
  const CoordinatorOptions& options() const { return state_.options; }
  std::string RandomSession() const;
  // The session, marked as heard from now; an error if it may not call.
  absl::StatusOr<Session*> CallerLocked(const Peer& peer, absl::string_view session,
                                        absl::Duration now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex);
  // DATA_LOSS, which fails the run, if the worker proves that the store had more.
  absl::Status CheckNothingLostLocked(const v1::HelloRequest& request, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex);
  absl::StatusOr<std::string> OpenSessionLocked(const Peer& peer, const v1::HelloRequest& request,
                                                absl::Duration now, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex);
  // The rest of the lease, in milliseconds; 0 if it is lost.
  // `others_starve`: as of the last lease that was given up.
  uint32_t RenewOneLocked(const v1::LeaseTicket& ticket, bool* others_starve, absl::Duration now,
                          Effects* effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex);
  // A submission with its caller's name, its bytes reserved.
  absl::StatusOr<Submission> AdmitSubmit(const Peer& peer, const v1::SubmitRequest& request)
      ABSL_LOCKS_EXCLUDED(state_.mutex);
  void Enqueue(Submission submission, ReplyFn<v1::SubmitReply> done)
      ABSL_LOCKS_EXCLUDED(state_.mutex);

  // status.cc
  void FillLeasesLocked(v1::StatusReply* reply) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex);
  void FillWorkersLocked(absl::Duration now, v1::StatusReply* reply) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex);
  absl::StatusOr<v1::ControlReply> ControlLocked(const v1::ControlRequest& request,
                                                 Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex);
  absl::StatusOr<v1::ControlReply> ReinstateLocked(const std::string& worker, Effects* effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex);

  RunState state_;         // All mutable state, behind its lock.
  ChunkCache chunks_;      // Texts and tasks of the chunks in flight.
  SubmitChecker checker_;  // Runs in the callers' threads.
  Dispatcher dispatcher_;  // Runs in the thread that changed the state.
  StoreWriter writer_;     // Shared by the two below, in the thread that commits.
  Committer committer_;    // Submits, in groups.
  JobRunner job_runner_;   // Work that no caller waits for, after each group.
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_IMPL_H_
