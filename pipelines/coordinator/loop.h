// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Drives a coordinator, which has no threads of its own: one thread commits,
// one advances time, and the run's owner reads its state. CoordinatorRunner has
// the two threads; the simulation calls from one.
//
//   loop->SetWake([&] { Notify(); });
//   while (!loop->Done() && loop->Failed().ok()) {
//     while (loop->CommitSome() > 0) {}
//     WaitForWake(loop->Tick());
//   }
//
// Thread-safe, except that only one thread at a time may call CommitSome.
#ifndef QUIPU_PIPELINES_COORDINATOR_LOOP_H_
#define QUIPU_PIPELINES_COORDINATOR_LOOP_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace quipu::pipelines {

class CoordinatorLoop {
 public:
  virtual ~CoordinatorLoop() = default;

  // Expires leases, answers polls that have waited long enough or can be
  // granted now, detects workers that have gone. Returns the delay until the
  // latest time for the next call.
  virtual absl::Duration Tick() = 0;

  // Commits submitted results, in one group of at most 512 results or 8 MiB,
  // with the changes to be journaled; answers the submits, and the leases whose
  // grants were written. Returns 0 if nothing was queued. An error of the store
  // ends the run: Failed returns it, and all waiting calls get it.
  virtual int CommitSome() = 0;

  // `wake` is called, without locks, whenever CommitSome has work or Tick
  // should be called sooner than it returned. Set once, before the first call.
  virtual void SetWake(std::function<void()> wake) = 0;

  // Refuses new calls and waiting polls with UNAVAILABLE. CommitSome commits
  // and answers earlier submits, until it returns 0.
  virtual void Stop() = 0;

  // All tasks have results and no audit is open, and all of this is durable.
  virtual bool Done() const = 0;
  // Why the run has failed; OK if it has not.
  virtual absl::Status Failed() const = 0;
  // The reason of a pause; empty if not paused.
  virtual std::string Paused() const = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_LOOP_H_
