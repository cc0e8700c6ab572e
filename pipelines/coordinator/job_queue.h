// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Jobs for the thread that commits, which no caller waits for: rejects for
// quarantined chunks, and the removal of results. job_runner.h runs them.
//
//   if (jobs.OnUpdate(update)) Wake();
//   jobs.Add(Job::Withdraw("worker-7"));
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_COORDINATOR_JOB_QUEUE_H_
#define QUIPU_PIPELINES_COORDINATOR_JOB_QUEUE_H_

#include <deque>
#include <string>
#include <utility>

#include "protos/lease.pb.h"

namespace quipu::pipelines::internal {

struct Job {
  enum class Kind {
    kReject,    // Reject the open tasks of a quarantined chunk.
    kWithdraw,  // Withdraw a quarantined worker's results that passed no audit.
    kRelease,   // Retry all quarantined tasks.
  };
  Kind kind = Kind::kRelease;
  v1::ChunkQuarantined quarantine;  // kReject.
  std::string worker;               // kWithdraw.
  uint32_t from = 0;                // kWithdraw: the first chunk to look at (UnauditedOf).

  static Job Reject(const v1::ChunkQuarantined& quarantine) {
    return {Kind::kReject, quarantine, "", 0};
  }
  static Job Withdraw(const std::string& worker) { return {Kind::kWithdraw, {}, worker, 0}; }
  static Job Release() { return {}; }
};

class JobQueue {
 public:
  void Add(Job job) { jobs_.push_back(std::move(job)); }
  // Adds the job that follows from an applied update; returns whether there is
  // one.
  bool OnUpdate(const v1::LeaseUpdate& update) {
    if (update.has_quarantined()) {
      Add(Job::Reject(update.quarantined()));
    } else if (update.has_worker_quarantined()) {
      Add(Job::Withdraw(update.worker_quarantined().worker()));
    } else {
      return false;
    }
    return true;
  }

  bool empty() const { return jobs_.empty(); }
  // The first job stays in the queue until it is done: a run is done only when
  // its jobs are.
  const Job& first() const { return jobs_.front(); }
  void SetFirst(Job job) { jobs_.front() = std::move(job); }
  void RemoveFirst() { jobs_.pop_front(); }

 private:
  std::deque<Job> jobs_;
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_JOB_QUEUE_H_
