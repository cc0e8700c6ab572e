// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A fixed set of named threads for data-parallel loops.
//
//   ThreadPool pool(/*num_threads=*/2, "kernels");
//   pool.ParallelFor(tasks, [&](int task, int worker) { ... });
//
// The caller works too, as worker 0, so `num_threads` threads are busy in all.
// Idle threads sleep, after a spin about as long as what a wake costs; where
// there are more threads than processors, they sleep at once.
//
// Each worker begins with its own share (ShareOf), in ascending order, and only
// when none of it is left does it take tasks from the ends of other workers'
// shares. So an even load is always divided in the same way, but nothing more is
// promised: results must not depend on who runs what.
//
// What NUMA machines get from this: memory that is first written in one loop is
// put by the kernel on the node of the worker that writes it, and later loops
// of as many tasks have it used by the same worker, but for the tasks that were
// taken over. Threads are not pinned: that they stay on their nodes is up to
// the kernel, or to whoever starts the process. Memory that is to be placed in
// this way must be written first in a loop (not zeroed by its allocation), and
// the loops called from one thread. While a loop runs, a worker claims its
// tasks on a cache line of its own; others write to that line only to take
// tasks over.
//
// One ParallelFor at a time; one called while another runs ends the process.
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

  // Tasks [begin, end).
  struct Share {
    int begin = 0;
    int end = 0;

    int size() const { return end - begin; }
    bool empty() const { return begin >= end; }
  };
  // What `worker` of `num_workers` begins with when there are `num_tasks`: the
  // shares lie in order of the workers, and their sizes differ by at most one.
  static Share ShareOf(int worker, int num_workers, int num_tasks);

  // Runs fn(task, worker) for each task in [0, num_tasks), worker in
  // [0, num_threads), and returns when all are done. A single task is run by
  // the caller.
  void ParallelFor(int num_tasks, absl::FunctionRef<void(int task, int worker)> fn);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quipu

#endif  // QUIPU_BASE_THREAD_POOL_H_
