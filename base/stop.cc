// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/stop.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>

#include "base/log.h"

namespace quipu {
namespace {

// A signal handler may share no state but lock-free atomics.
std::atomic<bool> stop_requested{false};
std::atomic<int> signals_seen{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "signal handlers need lock-free atomics");

void HandleSignal(int signal) {
  if (signals_seen.fetch_add(1) > 0 && signal == SIGINT) _exit(kStoppedExitCode);
  stop_requested.store(true);
}

}  // namespace

void InstallStopHandlers() {
  struct sigaction action = {};
  action.sa_handler = HandleSignal;
  sigemptyset(&action.sa_mask);
  // Code that waits polls StopRequested(), so no library has to handle EINTR.
  action.sa_flags = SA_RESTART;
  QUIPU_CHECK(sigaction(SIGTERM, &action, nullptr) == 0);
  QUIPU_CHECK(sigaction(SIGINT, &action, nullptr) == 0);
}

bool StopRequested() { return stop_requested.load(std::memory_order_relaxed); }

void RequestStopForTest() { stop_requested.store(true); }

void ResetStopForTest() {
  stop_requested.store(false);
  signals_seen.store(0);
}

}  // namespace quipu
