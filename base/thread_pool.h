// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A fixed set of named threads for data-parallel loops.
//
//   ThreadPool pool(/*num_threads=*/2, "kernels");
//   pool.ParallelFor(tasks, [&](int task, int worker) { Run(task, worker); });
//
// The caller works too, as worker 0, so `num_threads` threads are busy in all.
// Idle threads spin for about as long as a wake costs, then sleep; with more
// threads than processors they sleep at once.
//
// Each worker begins with its own share (ShareOf), in ascending order. Only
// when its share is empty does it take tasks from the ends of other workers'
// shares. So an even load is always divided in the same way, but nothing more
// is promised: results must not depend on which worker runs what.
//
// On NUMA machines the kernel puts memory that is first written in a loop on
// the node of the worker that writes it. Later loops with as many tasks have
// the same worker use it, except for tasks that were taken over. Threads are
// not pinned: keeping them on their nodes is up to the kernel, or to whatever
// starts the process. For this, memory must be first written in a loop (not
// zeroed by its allocation), and one thread must call the loops. While a loop
// runs, a worker claims its tasks on its own cache line; others write to that
// line only to take tasks over.
//
// One ParallelFor at a time: a concurrent call aborts the process.
#ifndef QUIPU_BASE_THREAD_POOL_H_
#define QUIPU_BASE_THREAD_POOL_H_

#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace quipu {

class ThreadPool {
 public:
  // If the system cannot start as many threads, logs a warning and works with
  // those that have started. REQUIRES: num_threads >= 1. Debuggers show `name`
  // (15 bytes).
  ThreadPool(int num_threads, absl::string_view name);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // The caller and the threads that have started.
  int num_threads() const;

  // Tasks [begin, end).
  struct Share {
    int begin = 0;
    int end = 0;

    int size() const { return end - begin; }
    bool empty() const { return begin >= end; }
  };
  // The tasks that `worker` of `num_workers` begins with, out of `num_tasks`.
  // Shares are in worker order, and their sizes differ by at most one.
  static Share ShareOf(int worker, int num_workers, int num_tasks);

  // Runs fn(task, worker) for each task in [0, num_tasks), worker in [0,
  // num_threads), and returns when all are done. The caller runs a single task
  // itself.
  void ParallelFor(int num_tasks, absl::FunctionRef<void(int task, int worker)> fn);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quipu

#endif  // QUIPU_BASE_THREAD_POOL_H_
