// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/runner.h"

#include "base/thread_name.h"

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
  commit_ = std::thread([this] {
    SetThreadName("commit");
    CommitLoop();
  });
  tick_ = std::thread([this] {
    SetThreadName("tick");
    TickLoop();
  });
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
  if (!commit_.joinable()) return;
  loop_->Stop();
  {
    absl::MutexLock lock(&wakes_->mutex);
    wakes_->stopping = true;
  }
  commit_.join();
  tick_.join();
}

}  // namespace quipu::pipelines
