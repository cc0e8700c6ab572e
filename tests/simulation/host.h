// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The machine with the disk and the coordinator's process: starts it, calls it
// over the network, kills it, restarts it.
//
//   host.Boot();
//   host.Call<v1::HelloReply>(worker, request, deadline, reply, verb);
//   host.Kill(/*power_lost=*/true);
//
// Thread-compatible.
#ifndef QUIPU_TESTS_SIMULATION_HOST_H_
#define QUIPU_TESTS_SIMULATION_HOST_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/rng.h"
#include "pipelines/coordinator/coordinator.h"
#include "tests/simulation/event_queue.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/memory_run_store.h"
#include "tests/simulation/network.h"
#include "tests/simulation/trace.h"

namespace quipu::simulation {

// A machine's clock: monotonic with an arbitrary origin, and a wall time that
// jumps arbitrarily.
class MachineClock : public Clock {
 public:
  MachineClock(const EventQueue* queue, Rng rng) : queue_(queue), rng_(rng) { Reboot(); }
  absl::Time Now() override {
    return absl::FromUnixSeconds(1700000000) + absl::Hours(24 * 3650) * (2 * rng_.Uniform() - 1);
  }
  absl::Duration Monotonic() override { return base_ + queue_->now(); }
  void Reboot() { base_ = absl::Seconds(1000) * rng_.Uniform() - queue_->now(); }

 private:
  const EventQueue* const queue_;
  Rng rng_;
  absl::Duration base_;
};

// The odds of each way in which a commit fails.
struct DiskTroubles {
  double fail = 0;
  double crash = 0;
};

class Host {
 public:
  Host(EventQueue* queue, Network* network, Trace* trace, Judge* judge, MemoryDisk* disk, Rng rng,
       const pipelines::CoordinatorOptions& options);
  ~Host() { Kill(false); }

  void Boot();
  // Kills the process at once; with `power_lost` the machine, too.
  void Kill(bool power_lost);
  bool up() const { return process_ != nullptr; }
  void SetTroubles(const DiskTroubles& troubles) { troubles_ = troubles; }
  bool Done() const { return up() && process_->coordinator->Done(); }
  // So far.
  int starts() const { return starts_; }
  int power_losses() const { return power_losses_; }
  int commits_failed() const { return commits_failed_; }
  int commits_killed() const { return commits_killed_; }
  // Has the judge check the coordinator's counts.
  void Count();

  // Sends a worker's request, which the coordinator answers through `verb`;
  // DEADLINE_EXCEEDED without an answer in time.
  template <typename Request, typename Reply>
  void Call(int worker, absl::Duration deadline, Request request,
            void (Host::*verb)(const Request&, pipelines::ReplyFn<Reply>),
            pipelines::ReplyFn<Reply> done) {
    // Shared, because a message may be in transit several times.
    const auto answered = std::make_shared<pipelines::ReplyFn<Reply>>(std::move(done));
    const auto answer = [answered](absl::StatusOr<Reply> reply) {
      const auto first = std::exchange(*answered, nullptr);
      if (first) first(std::move(reply));
    };
    queue_->After(deadline, [answer] { answer(absl::DeadlineExceededError("no reply")); });
    const auto sent = std::make_shared<const Request>(std::move(request));
    network_->Send(worker, [this, worker, sent, verb, answer] {
      const auto reply_fn = [this, worker, answer](absl::StatusOr<Reply> reply) {
        const auto shared = std::make_shared<const absl::StatusOr<Reply>>(std::move(reply));
        network_->Send(worker, [answer, shared] { answer(*shared); });
      };
      if (!up()) return reply_fn(absl::UnavailableError("no coordinator there"));
      (this->*verb)(*sent, reply_fn);
    });
  }

  void Hello(const v1::HelloRequest& request, pipelines::ReplyFn<v1::HelloReply> done);
  void Lease(const v1::LeaseRequest& request, pipelines::ReplyFn<v1::LeaseReply> done);
  void Renew(const v1::RenewRequest& request, pipelines::ReplyFn<v1::RenewReply> done);
  void Submit(const v1::SubmitRequest& request, pipelines::ReplyFn<v1::SubmitReply> done);

 private:
  // One life of the coordinator. Callbacks refer to it by number: those of a
  // dead one are ignored.
  struct Process {
    std::unique_ptr<MemoryRunStore> run_store;
    std::unique_ptr<pipelines::Coordinator> coordinator;
    bool commit_scheduled = false;
    bool tick_now = false;
    uint64_t tick = 0;  // The next tick; earlier ones are void.
  };

  Fate DrawFate();
  void CountStored();
  void Wake();
  void ScheduleCommit();
  void ScheduleTick(absl::Duration delay);
  void Commit();
  // Call after anything that may have ended the process from inside.
  void Bury();
  bool Speaks(int life) const;

  EventQueue* const queue_;
  Network* const network_;
  Trace* const trace_;
  Judge* const judge_;
  MemoryDisk* const disk_;
  Rng rng_;
  MachineClock clock_;
  pipelines::CoordinatorOptions options_;
  DiskTroubles troubles_;
  std::unique_ptr<Process> process_;
  int life_ = 0;  // Incremented when the process starts and when it ends.
  int starts_ = 0;
  int power_losses_ = 0;
  int commits_failed_ = 0;  // With an error; the process lives to see it.
  int commits_killed_ = 0;  // The process died before, in or after the write.
  bool in_commit_ = false;
};

}  // namespace quipu::simulation

#endif  // QUIPU_TESTS_SIMULATION_HOST_H_
