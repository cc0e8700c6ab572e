// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/thread_pool.h"

#include <pthread.h>
#include <time.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu {
namespace {

class ThreadPoolTest : public ::testing::TestWithParam<int> {};

TEST_P(ThreadPoolTest, RunsEveryTaskOnceInManyLoops) {
  Rng rng(testing::TestFingerprint(), "loops");
  ThreadPool pool(GetParam(), "test");
  for (int loop = 0; loop < 3000; ++loop) {
    const int num_tasks = rng.Below(20);
    // Plain integers: ThreadSanitizer would tell if two tasks shared one, or if
    // the loop returned before its tasks had.
    std::vector<int> runs(num_tasks, 0);
    pool.ParallelFor(num_tasks, [&](int task, int) { ++runs[task]; });
    for (const int count : runs) ASSERT_EQ(count, 1) << "loop " << loop;
  }
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
  // Every task waits for all the others, so that fewer threads would hang.
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
  for (int i = 0; i < 100; ++i) {
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

  const double before = cpu_seconds();
  // What is measured is idleness, so there is nothing to wait for but time.
  const timespec pause = {0, 100 * 1000 * 1000};
  nanosleep(&pause, nullptr);

  EXPECT_LT(cpu_seconds() - before, 0.05);
}

INSTANTIATE_TEST_SUITE_P(Threads, ThreadPoolTest, ::testing::Values(1, 2, 8));

TEST(ThreadPool, PoolsMayBeNested) {
  ThreadPool outer(2, "outer");
  std::atomic<int> runs{0};
  outer.ParallelFor(4, [&](int, int) {
    ThreadPool inner(2, "inner");
    inner.ParallelFor(5, [&](int, int) { ++runs; });
  });
  EXPECT_EQ(runs, 20);
}

TEST(ThreadPool, CutsLongNamesOfThreads) {
  std::thread([] {
    SetThreadName("a name of more than 15 bytes");
    char name[64] = "";
    pthread_getname_np(pthread_self(), name, sizeof(name));
    EXPECT_STREQ(name, "a name of more ");
  }).join();
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
        pool.ParallelFor(
            2, [&](int, int) { pool.ParallelFor(1, [](int, int) {}); });
      },
      "another call is in progress");
}

}  // namespace
}  // namespace quipu
