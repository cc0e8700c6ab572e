// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/work_queue.h"

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/barrier.h"
#include "gtest/gtest.h"
#include "tests/support/stack_limit.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using ::quipu::testing::StatusIs;

std::unique_ptr<WorkQueue> Queue(int threads) {
  absl::StatusOr<std::unique_ptr<WorkQueue>> queue = WorkQueue::Create(threads, "test");
  EXPECT_OK(queue);
  return *std::move(queue);
}

TEST(WorkQueue, OfOneThreadRunsWorkInOrder) {
  std::vector<int> order;
  {
    const std::unique_ptr<WorkQueue> queue = Queue(1);
    for (int i = 0; i < 100; ++i) queue->Post([&order, i] { order.push_back(i); });
  }

  ASSERT_EQ(order.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[i], i);
}

TEST(WorkQueue, RunsAsMuchAtOnceAsItHasThreads) {
  constexpr int kThreads = 3;
  absl::Barrier* const all = new absl::Barrier(kThreads);  // Deleted by the last.
  std::atomic<int> met = 0;
  {
    const std::unique_ptr<WorkQueue> queue = Queue(kThreads);
    // Each waits for the others: with fewer threads this would never end.
    for (int i = 0; i < kThreads; ++i) {
      queue->Post([&] {
        if (all->Block()) delete all;
        ++met;
      });
    }
  }

  EXPECT_EQ(met, kThreads);
}

TEST(WorkQueue, RunsWorkThatWorkHasPosted) {
  std::atomic<int> runs = 0;
  {
    const std::unique_ptr<WorkQueue> queue = Queue(2);
    std::function<void(int)> run = [&](int left) {
      ++runs;
      if (left > 0) queue->Post([&run, left] { run(left - 1); });
    };
    queue->Post([&] { run(50); });
    while (runs < 51) std::this_thread::yield();
  }

  EXPECT_EQ(runs, 51);
}

TEST(WorkQueue, ThatGetsNoThreadsIsAnError) {
  const testing::NoMoreThreads none;

  EXPECT_THAT(WorkQueue::Create(2, "pool").status(),
              StatusIs(absl::StatusCode::kResourceExhausted, "thread \"pool/0\""));
}

}  // namespace
}  // namespace quipu
