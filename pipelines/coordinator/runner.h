// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The two threads of a coordinator: one commits, one advances time.
//
//   ASSIGN_OR_RETURN(auto runner, CoordinatorRunner::Start(coordinator.get()));
//   Use("until the coordinator is done");
//   runner->Stop();
//
// The coordinator must outlive it. The runner sets the coordinator's wake
// function, so start it before the first call. Thread-safe.
#ifndef QUIPU_PIPELINES_COORDINATOR_RUNNER_H_
#define QUIPU_PIPELINES_COORDINATOR_RUNNER_H_

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/thread.h"
#include "pipelines/coordinator/loop.h"

namespace quipu::pipelines {

class CoordinatorRunner {
 public:
  // Starts the threads. Errors of Thread::Start; the coordinator is then stopped.
  static absl::StatusOr<std::unique_ptr<CoordinatorRunner>> Start(CoordinatorLoop* loop);
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

  explicit CoordinatorRunner(CoordinatorLoop* loop);

  absl::Status StartThreads();
  void CommitLoop();
  void TickLoop();

  CoordinatorLoop* const loop_;
  const std::shared_ptr<Wakes> wakes_ = std::make_shared<Wakes>();
  absl::Mutex join_mutex_;  // Stop may be called from several threads.
  bool stopped_ ABSL_GUARDED_BY(join_mutex_) = false;
  Thread commit_;
  Thread tick_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_RUNNER_H_
