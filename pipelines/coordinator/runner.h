// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The two threads of a coordinator: one commits, one advances time.
//
//   CoordinatorRunner runner(coordinator.get());
//   WaitUntilDone();
//   runner.Stop();
//
// The coordinator must outlive it. The runner sets the coordinator's wake
// function, so create it before the first call. Thread-safe.
#ifndef QUIPU_PIPELINES_COORDINATOR_RUNNER_H_
#define QUIPU_PIPELINES_COORDINATOR_RUNNER_H_

#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "pipelines/coordinator/loop.h"

namespace quipu::pipelines {

class CoordinatorRunner {
 public:
  explicit CoordinatorRunner(CoordinatorLoop* loop);
  ~CoordinatorRunner();  // Stops.
  CoordinatorRunner(const CoordinatorRunner&) = delete;
  CoordinatorRunner& operator=(const CoordinatorRunner&) = delete;

  // Stops the coordinator, commits earlier submits, and joins the threads.
  // Idempotent.
  void Stop();

 private:
  // Shared with the coordinator, which may call wake after this is gone.
  struct Wakes {
    absl::Mutex mutex;
    bool stopping ABSL_GUARDED_BY(mutex) = false;
    bool commit ABSL_GUARDED_BY(mutex) = false;
    bool tick ABSL_GUARDED_BY(mutex) = false;

    bool CommitNeeded() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) { return stopping || commit; }
    bool TickNeeded() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) { return stopping || tick; }
  };

  void CommitLoop();
  void TickLoop();

  CoordinatorLoop* const loop_;
  const std::shared_ptr<Wakes> wakes_ = std::make_shared<Wakes>();
  absl::Mutex join_mutex_;  // Stop may be called from several threads.
  std::thread commit_;
  std::thread tick_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_RUNNER_H_
