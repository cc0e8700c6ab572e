// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/runner.h"

#include "base/status_macros.h"

namespace quipu::pipelines {
namespace {

// Every submit wakes both threads; Tick need not run more often than this.
constexpr absl::Duration kLeastTick = absl::Milliseconds(5);

}  // namespace

CoordinatorRunner::CoordinatorRunner(CoordinatorLoop* loop) : loop_(loop) {
  loop_->SetWake([wakes = wakes_] {
    absl::MutexLock lock(&wakes->mutex);
    wakes->commit = true;
    wakes->tick = true;
  });
}

absl::StatusOr<std::unique_ptr<CoordinatorRunner>> CoordinatorRunner::Start(CoordinatorLoop* loop) {
  std::unique_ptr<CoordinatorRunner> runner(new CoordinatorRunner(loop));
  RETURN_IF_ERROR(runner->StartThreads());
  return runner;
}

absl::Status CoordinatorRunner::StartThreads() {
  ASSIGN_OR_RETURN(commit_, Thread::Start("commit", [this] { CommitLoop(); }));
  ASSIGN_OR_RETURN(tick_, Thread::Start("tick", [this] { TickLoop(); }));
  return absl::OkStatus();
}

CoordinatorRunner::~CoordinatorRunner() { Stop(); }

void CoordinatorRunner::CommitLoop() {
  bool stopping = false;
  while (!stopping) {
    // Also handles work from before the first wake.
    while (loop_->CommitSome() > 0) {
    }
    absl::MutexLock lock(&wakes_->mutex);
    wakes_->mutex.Await(absl::Condition(wakes_.get(), &Wakes::CommitNeeded));
    stopping = wakes_->stopping;
    wakes_->commit = false;
  }
  // No new calls are accepted: this commits the rest.
  while (loop_->CommitSome() > 0) {
  }
}

void CoordinatorRunner::TickLoop() {
  while (true) {
    const absl::Duration wait = loop_->Tick();
    absl::MutexLock lock(&wakes_->mutex);
    wakes_->mutex.AwaitWithTimeout(absl::Condition(&wakes_->stopping), kLeastTick);
    wakes_->mutex.AwaitWithTimeout(absl::Condition(wakes_.get(), &Wakes::TickNeeded),
                                   wait - kLeastTick);
    if (wakes_->stopping) return;
    wakes_->tick = false;
  }
}

void CoordinatorRunner::Stop() {
  absl::MutexLock join_lock(&join_mutex_);
  if (stopped_) return;
  stopped_ = true;
  loop_->Stop();
  {
    absl::MutexLock lock(&wakes_->mutex);
    wakes_->stopping = true;
  }
  commit_.Join();
  tick_.Join();
}

}  // namespace quipu::pipelines
