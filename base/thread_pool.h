// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A fixed set of named threads for data-parallel loops.
//
//   ThreadPool pool(/*num_threads=*/2, "kernels");
//   pool.ParallelFor(tasks, [&](int task, int worker) { ... });
//
// The caller works too, so `num_threads` threads are busy in all. Idle threads
// sleep (after a short spin). Which worker runs which task is not defined:
// results must not depend on it.
#ifndef QUIPU_BASE_THREAD_POOL_H_
#define QUIPU_BASE_THREAD_POOL_H_

#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace quipu {

class ThreadPool {
 public:
  // REQUIRES: num_threads >= 1. `name` is shown by debuggers (15 bytes).
  ThreadPool(int num_threads, absl::string_view name);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int num_threads() const;

  // Runs fn(task, worker) for each task in [0, num_tasks), worker in
  // [0, num_threads), and returns when all are done. One caller at a time.
  void ParallelFor(int num_tasks,
                   absl::FunctionRef<void(int task, int worker)> fn);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Names the calling thread for debuggers and top (first 15 bytes).
void SetThreadName(absl::string_view name);

}  // namespace quipu

#endif  // QUIPU_BASE_THREAD_POOL_H_
