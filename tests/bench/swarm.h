// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Many workers of a coordinator in this process, without engines: they lease and
// submit as real ones do (pipelines/worker/active_leases), but their results are
// ready-made. Two threads do what the coordinator's RPC threads would do.
//
//   Swarm::Options options;
//   options.workers = 8;
//   ASSIGN_OR_RETURN(const Swarm::Report report, Swarm(coordinator, options).Run());
//   Print(report.p99_ms);
//
// A submit's latency counts from when its worker has it ready, so with the wait for
// one of these threads; at a given rate, from when its oldest result was made, so with
// the wait for earlier submits too. Thread-compatible.
#ifndef QUIPU_TESTS_BENCH_SWARM_H_
#define QUIPU_TESTS_BENCH_SWARM_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/work_queue.h"
#include "pipelines/coordinator/coordinator.h"
#include "pipelines/worker/active_leases.h"
#include "protos/coordinator.pb.h"
#include "tests/bench/measure.h"

namespace quipu::bench {

// The value that this share of the values does not exceed; 0 if there are none.
double Percentile(std::vector<double> values, double share);

class Swarm {
 public:
  struct Options {
    int workers = 1;
    int chunks = 1;   // Per lease; a worker leases more when it has twice as many or fewer.
    int submits = 2;  // In progress, as of a real worker.
    size_t answer_bytes = 0;
    int64_t results = 0;  // Submitted by all workers until they stop; 0: until the end.
    std::string name;
    double rate = 0;  // Results made by all workers a second; 0: as fast as they can.
  };
  struct Report {
    double seconds = 0;
    double cpu_seconds = 0;
    int64_t results = 0;
    double p50_ms = 0;
    double p99_ms = 0;
    double results_per_submit = 0;
    double longest_wait_s = 0;  // For a lease, among the workers that got one.
    int64_t least_chunks = 0;   // Of any worker.
    int64_t errors = 0;
  };

  Swarm(pipelines::Coordinator* coordinator, const Options& options);

  // Runs the workers until the results are stored or the run is done. Errors of
  // starting threads and of Hello. To be called once.
  absl::StatusOr<Report> Run();

 private:
  struct Worker {
    std::string session;
    std::unique_ptr<pipelines::ActiveLeases> leases;
    bool leasing = false;
    int submitting = 0;     // Submits in progress.
    int results = 0;        // Made and not submitted yet.
    absl::Duration oldest;  // When the oldest of them was made, or one that it was made with.
    std::deque<v1::LeasedChunk> unstarted;  // At a given rate: to be made in their turn.
    int making = 0;                         // Chunks whose results are being made, at a given rate.
    bool over = false;
    bool ended = false;
    int64_t got = 0;
    Stopwatch asked;
  };

  absl::Status SayHello(int i);
  void Lease(int i);
  void OnLease(int i, const absl::StatusOr<v1::LeaseReply>& reply);
  // The chunk's results.
  void Make(int i, const v1::LeasedChunk& chunk);
  // Starts the worker's next chunk.
  void StartLocked(int i) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Starts chunks at options_.rate until all workers have ended.
  void PaceLocked(const Stopwatch& watch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Submit(int i, v1::SubmitRequest request, absl::Duration ready);
  void OnSubmit(int i, const v1::SubmitRequest& sent, absl::Duration ready,
                const absl::StatusOr<v1::SubmitReply>& reply);
  void ContinueLocked(int i) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CountLocked(const absl::StatusOr<v1::SubmitReply>& reply)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Report ReportLocked(const Stopwatch& watch) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  pipelines::Coordinator* const coordinator_;
  const Options options_;
  absl::Mutex mutex_;
  std::vector<Worker> workers_;  // Each one's fields are guarded by mutex_, its leases are not.
  std::vector<double> latencies_ ABSL_GUARDED_BY(mutex_);
  double longest_wait_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t stored_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t errors_ ABSL_GUARDED_BY(mutex_) = 0;
  int ended_ ABSL_GUARDED_BY(mutex_) = 0;
  // At a given rate: results of chunks started; when enough were stored, and how many. What
  // is left of the leases is then made at once, and not measured.
  int64_t started_ ABSL_GUARDED_BY(mutex_) = 0;
  double enough_seconds_ ABSL_GUARDED_BY(mutex_) = 0;
  double enough_cpu_seconds_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t enough_stored_ ABSL_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<WorkQueue> threads_;  // The last member: its threads use the others.
};

}  // namespace quipu::bench

#endif  // QUIPU_TESTS_BENCH_SWARM_H_
