// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How a loop runs. The caller gives each worker its share as one range, then
// offers the loop to each worker that has a share. A worker accepts the offer,
// claims tasks until all ranges are empty, and leaves. The caller works in the
// same way. When it finds all ranges empty, it withdraws the offers that nobody
// accepted (a late thread finds nothing to do, and nobody waits for it) and
// waits for the workers that have not left.
//
// Why no worker can touch a loop that has ended: it reads the loop and its
// ranges only between accepting an offer and leaving, each of which is one
// atomic change of its own phase. The caller does not return before it has seen
// every worker leave or has withdrawn its offer. A worker that saw one loop's
// offer and accepts a later loop's loses nothing: it had read nothing of the
// first.
//
// Why no task is lost or run twice: a task belongs to the range it is in, and
// leaves it by an exchange of the whole range, which succeeds only if the range
// still is what the claimer read. Ranges only shrink while a loop runs, so a
// thread that has found each one empty once is done; between loops all are
// empty.
#include "base/thread_pool.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/thread.h"

namespace quipu {
namespace {

// Roughly the cost of waking a sleeping thread: spinning longer gains nothing.
constexpr std::chrono::microseconds kSpinTime(50);

// Two cache lines of most processors, which fetch them in pairs.
constexpr int kPadding = 128;

// Where a worker is. Who changes it, and to what:
//
//   caller, starting:  kIdle -> kOffered, kAsleep -> kOfferedAsleep
//   whoever wakes it:  kOfferedAsleep -> kOffered
//   the worker:        kOffered -> kWorking, kWorking -> kIdle,
//                      kWorkingAwaited -> kIdle, kIdle -> kAsleep
//   caller, ending:    kOffered -> kIdle, kWorking -> kWorkingAwaited
//   destructor:        kIdle, kAsleep -> kStopping
enum class Phase : uint32_t {
  kIdle,            // Spins, or is on its way to or from work or sleep.
  kAsleep,          // Sleeps, or is about to.
  kOffered,         // May join the loop.
  kOfferedAsleep,   // The same, but must first be woken.
  kWorking,         // Runs tasks of the loop.
  kWorkingAwaited,  // The same, and the caller sleeps until it leaves.
  kStopping,        // Must end.
};

// Tasks [begin, end), in one word so that both ends change together.
struct Range {
  uint32_t begin = 0;
  uint32_t end = 0;

  bool empty() const { return begin >= end; }
  uint64_t Packed() const { return uint64_t{begin} << 32 | end; }
  static Range Unpacked(uint64_t word) {
    return {static_cast<uint32_t>(word >> 32), static_cast<uint32_t>(word)};
  }
};

// One worker's part of the state, on cache lines of its own.
struct alignas(kPadding) Slot {
  // Tasks of its share that nobody has claimed. The claimer saw all it needs
  // when it joined the loop, so relaxed order is enough.
  std::atomic<uint64_t> unclaimed{0};
  std::atomic<Phase> phase{Phase::kIdle};

  // For sleeping while the phase requires it; the phase changes outside the
  // mutex.
  std::mutex mutex;
  std::condition_variable wake;
};

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

// Changes the phase if it is `from`; returns the previous phase in any case.
Phase Change(Slot& slot, Phase from, Phase to) {
  slot.phase.compare_exchange_strong(from, to, std::memory_order_acq_rel,
                                     std::memory_order_acquire);
  return from;
}

// Claims the first task of a range for its owner; false if the range is empty.
bool ClaimFirst(Slot& slot, int* task) {
  uint64_t word = slot.unclaimed.load(std::memory_order_relaxed);
  for (;;) {
    const Range range = Range::Unpacked(word);
    if (range.empty()) return false;
    *task = static_cast<int>(range.begin);
    if (slot.unclaimed.compare_exchange_weak(word, Range{range.begin + 1, range.end}.Packed(),
                                             std::memory_order_relaxed)) {
      return true;
    }
  }
}

// Claims the last task of a range for another worker; false if the range is
// empty.
bool ClaimLast(Slot& slot, int* task) {
  uint64_t word = slot.unclaimed.load(std::memory_order_relaxed);
  for (;;) {
    const Range range = Range::Unpacked(word);
    if (range.empty()) return false;
    *task = static_cast<int>(range.end - 1);
    if (slot.unclaimed.compare_exchange_weak(word, Range{range.begin, range.end - 1}.Packed(),
                                             std::memory_order_relaxed)) {
      return true;
    }
  }
}

// Ends the sleep of a thread that waits for a change made before the call.
void Notify(std::mutex& mutex, std::condition_variable& condition) {
  // Empty, so that the notice cannot fall between the sleeper's check of its
  // condition and its sleep.
  { std::lock_guard<std::mutex> lock(mutex); }
  condition.notify_one();
}

// Sleeps until there is news, if there is none yet; returns whether it slept.
bool Sleep(Slot& slot) {
  if (Change(slot, Phase::kIdle, Phase::kAsleep) != Phase::kIdle) return false;
  std::unique_lock<std::mutex> lock(slot.mutex);
  slot.wake.wait(lock, [&slot] {
    const Phase phase = slot.phase.load(std::memory_order_relaxed);
    return phase != Phase::kAsleep && phase != Phase::kOfferedAsleep;
  });
  return true;
}

}  // namespace

// std::mutex, not absl::Mutex: ThreadSanitizer sees only through the former,
// since Debian's Abseil is not built with it.
struct ThreadPool::State {
  explicit State(int num_threads)
      // With more threads than processors, spinning keeps other threads from
      // working.
      : spins(num_threads <= NumCores()), slots(num_threads) {}

  // The slots in use: the caller's and one per thread. Final before the first
  // loop, and no thread asks before it has joined one.
  int num_slots() const { return 1 + static_cast<int>(threads.size()); }

  // What the caller does.
  void StartThreads(absl::string_view name);
  void DivideTasks(int num_tasks);
  // Call it when all tasks are distributed: a worker that joins may at once
  // take tasks from workers that have not joined.
  void OfferLoop(int num_tasks);
  void EndLoop();
  void WaitUntilLeft(Slot& slot);

  // What the workers do.
  void WorkerLoop(int worker);
  void Leave(Slot& slot);

  // What both do.
  void WakeOthers(int first);
  void RunTasks(int worker);

  const bool spins;
  // For as many workers as were requested. The caller's is the first; it has no
  // phase.
  std::vector<Slot> slots;

  // The loop in progress: written before it is offered.
  const absl::FunctionRef<void(int, int)>* fn = nullptr;
  std::atomic<bool> busy{false};

  // For the caller's sleep while a slot is kWorkingAwaited.
  std::mutex mutex;
  std::condition_variable left;

  std::vector<Thread> threads;  // The last member: they use the others.
};

// A machine at its limit still computes the same, only slower.
void ThreadPool::State::StartThreads(absl::string_view name) {
  const int wanted = static_cast<int>(slots.size());
  for (int worker = 1; worker < wanted; ++worker) {
    absl::StatusOr<Thread> thread =
        Thread::Start(absl::StrCat(name, "/", worker), [this, worker] { WorkerLoop(worker); });
    if (!thread.ok()) {
      LogWarning(absl::StrCat("works with ", worker, " threads instead of ", wanted, ": ",
                              thread.status().message()));
      return;
    }
    threads.push_back(*std::move(thread));
  }
}

void ThreadPool::State::DivideTasks(int num_tasks) {
  for (int worker = 0; worker < num_slots(); ++worker) {
    // All ranges are empty now, so those of empty shares can stay unchanged.
    const Share share = ShareOf(worker, num_slots(), num_tasks);
    if (share.empty()) continue;
    const Range range = {static_cast<uint32_t>(share.begin), static_cast<uint32_t>(share.end)};
    slots[worker].unclaimed.store(range.Packed(), std::memory_order_relaxed);
  }
}

void ThreadPool::State::OfferLoop(int num_tasks) {
  bool any_asleep = false;
  for (int worker = 1; worker < num_slots(); ++worker) {
    if (ShareOf(worker, num_slots(), num_tasks).empty()) continue;
    Slot& slot = slots[worker];
    // A worker that is not idle is asleep and stays so: only an offer ends its
    // sleep.
    if (Change(slot, Phase::kIdle, Phase::kOffered) != Phase::kIdle) {
      Change(slot, Phase::kAsleep, Phase::kOfferedAsleep);
      any_asleep = true;
    }
  }
  if (any_asleep) WakeOthers(/*first=*/1);
}

// Waking takes the waker time, so woken workers help: each calls this, from a
// different start, and each offer to a sleeper is followed by one wake.
void ThreadPool::State::WakeOthers(int first) {
  for (int i = 0; i < num_slots(); ++i) {
    Slot& slot = slots[(first + i) % num_slots()];
    if (slot.phase.load(std::memory_order_relaxed) == Phase::kOfferedAsleep &&
        Change(slot, Phase::kOfferedAsleep, Phase::kOffered) == Phase::kOfferedAsleep) {
      Notify(slot.mutex, slot.wake);
    }
  }
}

void ThreadPool::State::RunTasks(int worker) {
  int task;
  while (ClaimFirst(slots[worker], &task)) (*fn)(task, worker);
  for (int i = 1; i < num_slots(); ++i) {
    Slot& other = slots[(worker + i) % num_slots()];
    while (ClaimLast(other, &task)) (*fn)(task, worker);
  }
}

void ThreadPool::State::WorkerLoop(int worker) {
  Slot& slot = slots[worker];
  const auto has_news = [&slot] {
    return slot.phase.load(std::memory_order_relaxed) != Phase::kIdle;
  };
  for (;;) {
    bool slept = false;
    if (!spins || !SpinUntil(has_news)) slept = Sleep(slot);
    const Phase phase = Change(slot, Phase::kOffered, Phase::kWorking);
    if (phase == Phase::kStopping) return;
    if (phase != Phase::kOffered) continue;  // Too late: it was withdrawn.
    // Where one slept, others do too. It starts half-way round so as not to
    // follow the caller.
    if (slept) WakeOthers(worker + num_slots() / 2);
    RunTasks(worker);
    Leave(slot);
  }
}

void ThreadPool::State::Leave(Slot& slot) {
  if (slot.phase.exchange(Phase::kIdle, std::memory_order_acq_rel) == Phase::kWorkingAwaited) {
    Notify(mutex, left);
  }
}

void ThreadPool::State::WaitUntilLeft(Slot& slot) {
  const auto has_left = [&slot] {
    const Phase phase = slot.phase.load(std::memory_order_acquire);
    return phase != Phase::kWorking && phase != Phase::kWorkingAwaited;
  };
  if (spins && SpinUntil(has_left)) return;
  if (Change(slot, Phase::kWorking, Phase::kWorkingAwaited) != Phase::kWorking) {
    return;
  }
  std::unique_lock<std::mutex> lock(mutex);
  left.wait(lock, has_left);
}

// By now every offer has been woken (OfferLoop ends with that) and all ranges
// are empty, so withdrawing an offer leaves no task behind.
void ThreadPool::State::EndLoop() {
  for (int worker = 1; worker < num_slots(); ++worker) {
    Slot& slot = slots[worker];
    Phase phase = slot.phase.load(std::memory_order_acquire);
    if (phase == Phase::kOffered) {
      phase = Change(slot, Phase::kOffered, Phase::kIdle);
    }
    if (phase == Phase::kWorking) WaitUntilLeft(slot);
  }
}

ThreadPool::ThreadPool(int num_threads, absl::string_view name) {
  QUIPU_CHECK(num_threads >= 1) << "a pool of " << num_threads << " threads";
  state_ = std::make_unique<State>(num_threads);
  state_->StartThreads(name);
}

ThreadPool::~ThreadPool() {
  for (int worker = 1; worker < num_threads(); ++worker) {
    Slot& slot = state_->slots[worker];
    if (slot.phase.exchange(Phase::kStopping, std::memory_order_acq_rel) == Phase::kAsleep) {
      Notify(slot.mutex, slot.wake);
    }
  }
  for (Thread& thread : state_->threads) thread.Join();
}

ThreadPool::Share ThreadPool::ShareOf(int worker, int num_workers, int num_tasks) {
  const auto begin_of = [&](int w) {
    return static_cast<int>(int64_t{w} * num_tasks / num_workers);
  };
  return {begin_of(worker), begin_of(worker + 1)};
}

int ThreadPool::num_threads() const { return state_->num_slots(); }

void ThreadPool::ParallelFor(int num_tasks, absl::FunctionRef<void(int task, int worker)> fn) {
  QUIPU_CHECK(!state_->busy.exchange(true, std::memory_order_acquire))
      << "ParallelFor called while another call is in progress";
  if (num_tasks <= 1 || num_threads() == 1) {
    for (int task = 0; task < num_tasks; ++task) fn(task, 0);
  } else {
    state_->fn = &fn;
    state_->DivideTasks(num_tasks);
    state_->OfferLoop(num_tasks);
    state_->RunTasks(/*worker=*/0);
    state_->EndLoop();
  }
  state_->busy.store(false, std::memory_order_release);
}

}  // namespace quipu
