// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// base/thread_pool.h on oneTBB, to compare it with our own: a binary with this
// among its sources uses it instead of base's.
#include <memory>
#include <optional>

#include "base/thread_pool.h"
#include "tbb/global_control.h"
#include "tbb/parallel_for.h"
#include "tbb/task_arena.h"

namespace quipu {

struct ThreadPool::State {
  explicit State(int num_threads)
      : threads(num_threads),
        limit(tbb::global_control::max_allowed_parallelism, num_threads),
        arena(num_threads) {}

  const int threads;
  const tbb::global_control limit;
  tbb::task_arena arena;
};

ThreadPool::ThreadPool(int num_threads, absl::string_view)
    : state_(std::make_unique<State>(num_threads)) {}
ThreadPool::~ThreadPool() = default;

int ThreadPool::num_threads() const { return state_->threads; }

ThreadPool::Share ThreadPool::ShareOf(int worker, int num_workers, int num_tasks) {
  const auto begin_of = [&](int w) {
    return static_cast<int>(int64_t{w} * num_tasks / num_workers);
  };
  return {begin_of(worker), begin_of(worker + 1)};
}

void ThreadPool::ParallelFor(int num_tasks, absl::FunctionRef<void(int task, int worker)> fn) {
  if (num_tasks <= 1 || num_threads() == 1) {
    for (int task = 0; task < num_tasks; ++task) fn(task, 0);
    return;
  }
  state_->arena.execute([&] {
    tbb::parallel_for(0, num_tasks,
                      [&](int task) { fn(task, tbb::this_task_arena::current_thread_index()); });
  });
}

}  // namespace quipu
