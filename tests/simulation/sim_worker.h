// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A faulty worker: its process dies and returns under the same name, freezes
// for longer than its leases last and resumes where it was, releases chunks,
// has an engine that fails, or lies.
//
//   SimWorker worker(0, traits, &queue, &host, &trace, rng, chunks);
//   worker.Boot();
//   worker.Freeze(absl::Seconds(30));
//
// Thread-compatible.
#ifndef QUIPU_TESTS_SIMULATION_SIM_WORKER_H_
#define QUIPU_TESTS_SIMULATION_SIM_WORKER_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/rng.h"
#include "protos/coordinator.pb.h"
#include "tests/simulation/event_queue.h"
#include "tests/simulation/host.h"
#include "tests/simulation/trace.h"

namespace quipu::simulation {

struct WorkerTraits {
  std::string name;
  int capacity = 4;  // Chunks held at once.
  bool lies = false;
  bool stubborn = false;    // Keeps working on chunks that it may have lost.
  double submit_early = 0;  // Odds that a result is submitted before its chunk is complete.
  double fails = 0;         // Odds that its engine fails on a chunk,
  double returns = 0;       // ... and that it releases the chunk.
  int poison = -1;          // Number of the chunk that kills it.
};

class SimWorker {
 public:
  SimWorker(int number, const WorkerTraits& traits, EventQueue* queue, Host* host, Trace* trace,
            Rng rng, const MemoryDisk* disk);

  const std::string& name() const { return traits_.name; }
  void Boot();
  // Kills its process and restarts it after a while.
  void Crash();
  void Freeze(absl::Duration time) {
    frozen_until_ = queue_->now() + absl::Trunc(time, absl::Microseconds(1));  // As the queue does.
  }
  void Thaw() { frozen_until_ = queue_->now(); }
  // Stops engine failures and releases.
  void Calm();

 private:
  struct Held {
    v1::SignedTicket ticket;
    int chunk = 0;
    size_t made = 0;
    std::vector<v1::Result> ready;  // Not acknowledged yet.
    bool submitting = false;
    v1::AttemptFailure failure = v1::ATTEMPT_FAILURE_UNSPECIFIED;
    absl::Duration good_until;
  };
  using Tickets = std::map<std::string, Held>;  // By the ticket's bytes.

  // Runs later, unless the process has died by then; waits for a frozen one to
  // thaw.
  void Later(absl::Duration delay, std::function<void()> what);
  void Run(int life, const std::function<void()>& what);
  template <typename Reply>
  pipelines::ReplyFn<Reply> Heard(std::function<void(absl::StatusOr<Reply>)> what);

  void SayHello(bool with_model);
  void Poll();
  void Take(const v1::LeaseReply& reply, absl::Duration sent);
  void MakeNext(const std::string& ticket);
  void Submit(const std::string& ticket);
  void Submitted(const std::string& ticket, size_t results,
                 const absl::StatusOr<v1::SubmitReply>& reply);
  void RenewAll();
  void Renewed(const std::vector<std::string>& tickets, absl::Duration sent,
               const v1::RenewReply& reply);
  // Handles an error of a call for the session; false if the worker ends.
  bool GoesOn(const absl::Status& status);

  const int number_;
  WorkerTraits traits_;
  EventQueue* const queue_;
  Host* const host_;
  Trace* const trace_;
  Rng rng_;
  const MemoryDisk* const disk_;

  int life_ = 0;
  absl::Duration frozen_until_;
  std::string incarnation_;
  std::string session_;
  bool greeting_ = false;
  bool polling_ = false;
  bool finished_ = false;
  absl::Duration ttl_;
  uint64_t seen_commit_ = 0;
  std::string seen_proof_;
  Tickets held_;
};

}  // namespace quipu::simulation

#endif  // QUIPU_TESTS_SIMULATION_SIM_WORKER_H_
