// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A named thread whose start can fail. Hitting a limit on processes or address
// space is an error to report; std::thread's exception would end the process.
//
//   ASSIGN_OR_RETURN(Thread reader, Thread::Start("reader", [&] { Read(); }));
//   ...
//   reader.Join();
//
// Thread-compatible.
#ifndef QUIPU_BASE_THREAD_H_
#define QUIPU_BASE_THREAD_H_

#include <functional>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu {

// The processors that this process may run on, at least 1: what an option of 0 threads means.
int NumCores();

class Thread {
 public:
  // Starts a thread that runs `body`. Returns RESOURCE_EXHAUSTED if the system
  // cannot start one. Debuggers and top show `name` (15 bytes).
  static absl::StatusOr<Thread> Start(absl::string_view name, std::function<void()> body);

  // No thread: Join returns at once.
  Thread() = default;
  Thread(Thread&&) = default;
  // REQUIRES: this object's thread is not running.
  Thread& operator=(Thread&&) = default;
  // Joins.
  ~Thread() { Join(); }

  // Waits until the body has returned.
  void Join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  explicit Thread(std::thread thread) : thread_(std::move(thread)) {}

  std::thread thread_;
};

}  // namespace quipu

#endif  // QUIPU_BASE_THREAD_H_
