// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/thread_pool.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace quipu {
namespace {

// About what it costs to wake a sleeping thread: spinning longer gains nothing.
constexpr std::chrono::microseconds kSpinTime(50);

void Pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Returns whether `done()` became true within kSpinTime.
template <typename Condition>
bool SpinUntil(Condition done) {
  const auto deadline = std::chrono::steady_clock::now() + kSpinTime;
  do {
    for (int i = 0; i < 32; ++i) {
      if (done()) return true;
      Pause();
    }
  } while (std::chrono::steady_clock::now() < deadline);
  return done();
}

}  // namespace

// std::mutex, not absl::Mutex: ThreadSanitizer sees through the former only,
// since Debian's Abseil is not built with it.
struct ThreadPool::State {
  explicit State(int num_threads)
      // With more threads than processors, spinning keeps others from working.
      : spins(num_threads <=
              static_cast<int>(std::thread::hardware_concurrency())) {}

  // Runs tasks until none is left to claim.
  void RunTasks(int worker);
  void WorkerLoop(int worker);
  void WakeWorkers(int count);
  void WaitUntilFinished();

  // The loop in progress. Written before `unclaimed` is raised, and read only
  // by holders of a claim, during which the loop cannot end.
  int num_tasks = 0;
  const absl::FunctionRef<void(int, int)>* fn = nullptr;

  // Tasks that no worker has claimed yet; a worker claims by decrementing it.
  std::atomic<int> unclaimed{0};
  // Tasks that are not done yet.
  std::atomic<int> unfinished{0};
  std::atomic<bool> stopping{false};
  std::atomic<bool> busy{false};

  std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable finished;
  int sleepers = 0;  // Guarded by mutex.

  const bool spins;
  std::vector<std::thread> threads;
};

void ThreadPool::State::RunTasks(int worker) {
  int done = 0;
  int left = unclaimed.load(std::memory_order_relaxed);
  while (left > 0) {
    // The claim may be of a later loop than the one `left` was read from; that
    // is as good, since nothing else about the loop has been read yet.
    if (!unclaimed.compare_exchange_weak(left, left - 1,
                                         std::memory_order_acq_rel,
                                         std::memory_order_relaxed)) {
      continue;
    }
    (*fn)(num_tasks - left, worker);
    ++done;
    left = unclaimed.load(std::memory_order_relaxed);
  }
  if (done > 0 &&
      unfinished.fetch_sub(done, std::memory_order_acq_rel) == done) {
    // Empty, so that the notice cannot fall between the caller's look at
    // `unfinished` and its sleep.
    { std::lock_guard<std::mutex> lock(mutex); }
    finished.notify_one();
  }
}

void ThreadPool::State::WorkerLoop(int worker) {
  const auto has_news = [this] {
    return unclaimed.load(std::memory_order_relaxed) > 0 ||
           stopping.load(std::memory_order_relaxed);
  };
  while (!stopping.load(std::memory_order_relaxed)) {
    if (!spins || !SpinUntil(has_news)) {
      std::unique_lock<std::mutex> lock(mutex);
      ++sleepers;
      wake.wait(lock, has_news);
      --sleepers;
    }
    RunTasks(worker);
  }
}

void ThreadPool::State::WakeWorkers(int count) {
  int sleeping;
  {
    std::lock_guard<std::mutex> lock(mutex);
    sleeping = sleepers;
  }
  for (int i = 0; i < std::min(count, sleeping); ++i) wake.notify_one();
}

void ThreadPool::State::WaitUntilFinished() {
  const auto is_finished = [this] {
    return unfinished.load(std::memory_order_acquire) == 0;
  };
  if (spins && SpinUntil(is_finished)) return;
  std::unique_lock<std::mutex> lock(mutex);
  finished.wait(lock, is_finished);
}

ThreadPool::ThreadPool(int num_threads, absl::string_view name)
    : state_(std::make_unique<State>(num_threads)) {
  QUIPU_CHECK(num_threads >= 1) << "a pool of " << num_threads << " threads";
  for (int worker = 1; worker < num_threads; ++worker) {
    state_->threads.emplace_back(
        [state = state_.get(), worker,
         thread_name = absl::StrCat(name, "/", worker)] {
          SetThreadName(thread_name);
          state->WorkerLoop(worker);
        });
  }
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard<std::mutex> lock(state_->mutex);
    state_->stopping.store(true);
  }
  state_->wake.notify_all();
  for (std::thread& thread : state_->threads) thread.join();
}

int ThreadPool::num_threads() const {
  return static_cast<int>(state_->threads.size()) + 1;
}

void ThreadPool::ParallelFor(int num_tasks,
                             absl::FunctionRef<void(int task, int worker)> fn) {
  QUIPU_CHECK(!state_->busy.exchange(true, std::memory_order_acquire))
      << "ParallelFor called while another call is in progress";
  if (num_tasks <= 1 || state_->threads.empty()) {
    for (int task = 0; task < num_tasks; ++task) fn(task, 0);
  } else {
    state_->num_tasks = num_tasks;
    state_->fn = &fn;
    state_->unfinished.store(num_tasks, std::memory_order_relaxed);
    state_->unclaimed.store(num_tasks, std::memory_order_release);
    state_->WakeWorkers(num_tasks - 1);
    state_->RunTasks(/*worker=*/0);
    state_->WaitUntilFinished();
  }
  state_->busy.store(false, std::memory_order_release);
}

void SetThreadName(absl::string_view name) {
  // The kernel refuses longer names rather than cutting them.
  pthread_setname_np(pthread_self(), std::string(name.substr(0, 15)).c_str());
}

}  // namespace quipu
