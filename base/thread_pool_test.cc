// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/thread_pool.h"

#include <time.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/stack_limit.h"

namespace quipu {
namespace {

class ThreadPoolTest : public ::testing::TestWithParam<int> {};

// Waits until `arrived` is `all`; there may be more threads than processors.
void WaitFor(const std::atomic<int>& arrived, int all) {
  while (arrived.load() < all) std::this_thread::yield();
}

TEST_P(ThreadPoolTest, RunsEveryTaskOnceInManyLoops) {
  Rng rng(testing::TestFingerprint(), "loops");
  ThreadPool pool(GetParam(), "test");
  for (int loop = 0; loop < 3000; ++loop) {
    const int num_tasks = rng.Below(20);
    // Plain integers: ThreadSanitizer would report two tasks sharing one, or
    // the loop returning before its tasks.
    std::vector<int> runs(num_tasks, 0);
    pool.ParallelFor(num_tasks, [&](int task, int) { ++runs[task]; });
    for (const int count : runs) ASSERT_EQ(count, 1) << "loop " << loop;
  }
}

TEST_P(ThreadPoolTest, RunsEveryTaskOnceForAnyNumberOfTasks) {
  const int threads = GetParam();
  ThreadPool pool(threads, "test");
  for (const int num_tasks : {1, 2, 3, threads - 1, threads, threads + 1, 2 * threads - 1,
                              2 * threads, 7 * threads + 3, 1000, 10007}) {
    for (int loop = 0; loop < 10; ++loop) {
      std::vector<int> runs(num_tasks, 0);
      pool.ParallelFor(num_tasks, [&](int task, int) { ++runs.at(task); });
      EXPECT_EQ(runs, std::vector<int>(num_tasks, 1)) << "loop " << loop;
    }
  }
}

TEST_P(ThreadPoolTest, EveryWorkerBeginsWithItsOwnShare) {
  const int threads = GetParam();
  ThreadPool pool(threads, "test");
  for (const int num_tasks : {threads, threads + 1, 2 * threads - 1, 5 * threads + 2}) {
    if (num_tasks < 2) continue;
    // Each worker's first task waits for all others', so no worker can finish
    // its share before another has begun.
    std::vector<int> first(threads, -1);
    std::atomic<int> arrived{0};
    pool.ParallelFor(num_tasks, [&](int task, int worker) {
      if (first[worker] != -1) return;
      first[worker] = task;
      ++arrived;
      WaitFor(arrived, threads);
    });
    for (int worker = 0; worker < threads; ++worker) {
      EXPECT_EQ(first[worker], ThreadPool::ShareOf(worker, threads, num_tasks).begin)
          << "worker " << worker << " of " << threads << ", " << num_tasks << " tasks";
    }
  }
}

TEST_P(ThreadPoolTest, EvenWorkStaysWithTheSameWorkerInOrder) {
  const int threads = GetParam();
  constexpr int kEach = 6;
  ThreadPool pool(threads, "test");
  for (int loop = 0; loop < 50; ++loop) {
    // All workers run their i-th task at the same time: the load is even.
    std::vector<std::vector<int>> ran(threads);
    std::atomic<int> arrived{0};
    pool.ParallelFor(kEach * threads, [&](int task, int worker) {
      ran[worker].push_back(task);
      ++arrived;
      WaitFor(arrived, static_cast<int>(ran[worker].size()) * threads);
    });
    for (int worker = 0; worker < threads; ++worker) {
      std::vector<int> share(kEach);
      std::iota(share.begin(), share.end(), worker * kEach);
      ASSERT_EQ(ran[worker], share) << "worker " << worker << ", loop " << loop;
    }
  }
}

TEST_P(ThreadPoolTest, OthersTakeOverTheShareOfABusyWorker) {
  const int threads = GetParam();
  if (threads == 1) GTEST_SKIP() << "there is no other worker";
  constexpr int kEach = 10;
  const int num_tasks = kEach * threads;
  ThreadPool pool(threads, "test");
  for (int stuck = 0; stuck < threads; ++stuck) {
    // All begin their shares. Then one of the first tasks ends only after all
    // other tasks, including those of its own share.
    const int long_task = kEach * stuck;
    std::atomic<int> arrived{0};
    std::atomic<int> ended{0};
    std::vector<std::vector<int>> ran(threads);
    pool.ParallelFor(num_tasks, [&](int task, int worker) {
      ran[worker].push_back(task);
      if (task % kEach == 0) {
        ++arrived;
        WaitFor(arrived, threads);
      }
      if (task == long_task) WaitFor(ended, num_tasks - 1);
      ++ended;
    });
    EXPECT_EQ(ended, num_tasks);
    EXPECT_EQ(ran[stuck], std::vector<int>{long_task});
    if (threads > 2) continue;
    // Another worker has taken them from the end.
    std::vector<int> expected(kEach);
    std::iota(expected.begin(), expected.end(), kEach * (1 - stuck));
    for (int i = kEach - 1; i > 0; --i) expected.push_back(long_task + i);
    EXPECT_EQ(ran[1 - stuck], expected);
  }
}

TEST_P(ThreadPoolTest, RunsManyShortLoopsInARow) {
  // Their functions, and what these refer to, are gone when the next loop
  // begins: AddressSanitizer would report a late worker that runs one.
  ThreadPool pool(GetParam(), "test");
  int64_t sum = 0;
  constexpr int kLoops = 20000;
  for (int loop = 0; loop < kLoops; ++loop) {
    const auto results = std::make_unique<std::vector<int>>(3, 0);
    pool.ParallelFor(3, [&results, loop](int task, int) { (*results)[task] = loop + task; });
    for (const int result : *results) sum += result;
  }
  EXPECT_EQ(sum, int64_t{3} * kLoops * (kLoops - 1) / 2 + int64_t{3} * kLoops);
}

TEST_P(ThreadPoolTest, ThreadsMayCallItInTurns) {
  ThreadPool pool(GetParam(), "test");
  std::vector<int> runs(40, 0);  // Plain, as above.
  for (int turn = 0; turn < 50; ++turn) {
    std::thread([&] { pool.ParallelFor(40, [&](int task, int) { ++runs[task]; }); }).join();
  }
  EXPECT_EQ(runs, std::vector<int>(40, 50));
}

TEST_P(ThreadPoolTest, WorkersAreInRangeAndNeverTwoAtOnce) {
  ThreadPool pool(GetParam(), "test");
  EXPECT_EQ(pool.num_threads(), GetParam());
  std::vector<int> scratch(GetParam(), 0);  // Plain, as above: one per worker.
  for (int loop = 0; loop < 200; ++loop) {
    pool.ParallelFor(50, [&](int, int worker) { ++scratch.at(worker); });
  }
  int sum = 0;
  for (const int count : scratch) sum += count;
  EXPECT_EQ(sum, 200 * 50);
}

TEST_P(ThreadPoolTest, RunsNothingForNoTasks) {
  ThreadPool pool(GetParam(), "test");
  pool.ParallelFor(0, [](int, int) { FAIL(); });
  pool.ParallelFor(-1, [](int, int) { FAIL(); });
}

TEST_P(ThreadPoolTest, ThreadsWorkAtTheSameTime) {
  // Every task waits for all the others, so fewer threads would hang.
  ThreadPool pool(GetParam(), "test");
  for (int loop = 0; loop < 100; ++loop) {
    std::atomic<int> arrived{0};
    pool.ParallelFor(GetParam(), [&](int, int) {
      ++arrived;
      while (arrived < GetParam()) std::this_thread::yield();
    });
    ASSERT_EQ(arrived, GetParam());
  }
}

TEST_P(ThreadPoolTest, StartsAndEndsManyTimes) {
  const int rounds = GetParam() > 8 ? 10 : 100;  // Threads take time to start.
  for (int i = 0; i < rounds; ++i) {
    ThreadPool pool(GetParam(), "test");
    if (i % 2 == 0) pool.ParallelFor(3, [](int, int) {});
  }
}

TEST_P(ThreadPoolTest, IdleThreadsSleep) {
  ThreadPool pool(GetParam(), "test");
  pool.ParallelFor(100, [](int, int) {});
  const auto cpu_seconds = [] {
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
  };

  // This measures idleness, so there is nothing to wait for but time: processor
  // time, which other processes do not use up. A thread that is late on a busy
  // machine may still be on its way to sleep.
  double used = 1;
  for (int i = 0; i < 100 && used >= 0.05; ++i) {
    const double before = cpu_seconds();
    const timespec pause = {0, 100 * 1000 * 1000};
    nanosleep(&pause, nullptr);
    used = cpu_seconds() - before;
  }

  EXPECT_LT(used, 0.05);
}

INSTANTIATE_TEST_SUITE_P(Threads, ThreadPoolTest, ::testing::Values(1, 2, 3, 8, 64));

TEST(ThreadPool, PoolsMayBeNested) {
  ThreadPool outer(2, "outer");
  std::atomic<int> runs{0};
  outer.ParallelFor(4, [&](int, int) {
    ThreadPool inner(2, "inner");
    inner.ParallelFor(5, [&](int, int) { ++runs; });
  });
  EXPECT_EQ(runs, 20);
}

TEST(ThreadPool, WorksWithTheThreadsThatStart) {
  const testing::NoMoreThreads none;
  ::testing::internal::CaptureStderr();
  ThreadPool pool(8, "late");

  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("works with 1 threads instead of 8: thread \"late/1\" cannot be started"),
            std::string::npos)
      << log;
  EXPECT_EQ(log.find("late/2"), std::string::npos) << "one warning is enough: " << log;
  EXPECT_EQ(pool.num_threads(), 1);
  std::vector<int> runs(100, 0);
  pool.ParallelFor(100, [&](int task, int worker) { runs[task] += 1 + worker; });
  EXPECT_EQ(runs, std::vector<int>(100, 1));
}

TEST(ThreadPool, DividesTasksIntoSharesThatDifferByOneAtMost) {
  for (const int workers : {1, 2, 3, 7, 64}) {
    for (const int tasks : {0, 1, 2, 5, 63, 64, 65, 1000, 2147483647}) {
      int end = 0;
      for (int worker = 0; worker < workers; ++worker) {
        const ThreadPool::Share share = ThreadPool::ShareOf(worker, workers, tasks);
        ASSERT_EQ(share.begin, end) << worker << " of " << workers << ", " << tasks << " tasks";
        const int beyond = share.size() - tasks / workers;
        EXPECT_TRUE(beyond == 0 || beyond == 1) << share.size();
        end = share.end;
      }
      EXPECT_EQ(end, tasks) << workers << " workers";
    }
  }
  const ThreadPool::Share second = ThreadPool::ShareOf(1, 3, 8);
  EXPECT_EQ(second.begin, 2);
  EXPECT_EQ(second.end, 5);
  EXPECT_TRUE(ThreadPool::ShareOf(0, 3, 2).empty());
}

TEST(ThreadPoolDeathTest, RefusesNoThreads) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(ThreadPool(0, "none"), "a pool of 0 threads");
}

TEST(ThreadPoolDeathTest, RefusesALoopInsideALoop) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        ThreadPool pool(2, "test");
        pool.ParallelFor(2, [&](int, int) { pool.ParallelFor(1, [](int, int) {}); });
      },
      "another call is in progress");
}

}  // namespace
}  // namespace quipu
