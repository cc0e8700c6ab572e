// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What drives a coordinator, which has no threads of its own: one thread
// commits, one lets time pass, and whoever owns the run asks for its state.
// CoordinatorRunner has the two threads; the simulation calls from one.
//
//   loop->SetWake([&] { Notify(); });
//   while (!loop->Done() && loop->Failed().ok()) {
//     while (loop->CommitSome() > 0) {}
//     WaitForWake(loop->Tick());
//   }
//
// Thread-safe, but that one thread at a time calls CommitSome.
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

  // Expires leases, answers polls whose wait is over or for which there is
  // something now, notices workers that have gone. Returns when it should be
  // called again at the latest (from now).
  virtual absl::Duration Tick() = 0;

  // Commits what has been submitted, in one group of at most 512 results or 8
  // MiB, with the changes to be journaled; answers the submits, and the leases
  // whose grants were written. Returns 0 if nothing waited. An error of the
  // store ends the run: it is what Failed returns, and what all who wait are
  // told.
  virtual int CommitSome() = 0;

  // Called, without locks, whenever CommitSome has something to do or Tick
  // should be called sooner than it said. Set once, before the first call.
  virtual void SetWake(std::function<void()> wake) = 0;

  // Refuses new calls with UNAVAILABLE, and answers the polls that wait with it.
  // What was submitted before is committed and answered by CommitSome, until it
  // returns 0.
  virtual void Stop() = 0;

  // All tasks have results and no audit is open; all of that is durable.
  virtual bool Done() const = 0;
  // Why the run has failed; OK if it has not.
  virtual absl::Status Failed() const = 0;
  // Why nothing is granted; empty if something is.
  virtual std::string Paused() const = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_LOOP_H_
