// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// base/thread_pool.h on pthreadpool, to compare it with our own: a binary with
// this among its sources uses it instead of base's. The library does not say
// which of its threads runs a task, so each takes a number on its first task:
// enough for programs with one pool at a time.
#include <atomic>
#include <cstdint>
#include <memory>

#include "base/thread_pool.h"
#include "pthreadpool.h"

namespace quipu {
namespace {

std::atomic<int> next_worker{0};

int Worker(int num_threads) {
  thread_local const int number = next_worker++;
  return number % num_threads;
}

}  // namespace

struct ThreadPool::State {
  explicit State(int num_threads) : threads(num_threads), pool(pthreadpool_create(num_threads)) {}
  ~State() { pthreadpool_destroy(pool); }

  const int threads;
  const pthreadpool_t pool;
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
  struct Loop {
    absl::FunctionRef<void(int, int)> fn;
    int threads;
  } loop = {fn, num_threads()};
  const auto run = [](void* context, size_t task) {
    const auto* loop = static_cast<Loop*>(context);
    loop->fn(static_cast<int>(task), Worker(loop->threads));
  };
  pthreadpool_parallelize_1d(state_->pool, run, &loop, num_tasks, 0);
}

}  // namespace quipu
