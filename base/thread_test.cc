// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/thread.h"

#include <pthread.h>

#include <atomic>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "tests/support/stack_limit.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using ::quipu::testing::StatusIs;

TEST(Thread, RunsItsBodyUnderItsName) {
  std::string name;
  absl::StatusOr<Thread> thread = Thread::Start("a-worker", [&name] {
    char buffer[16] = {};
    pthread_getname_np(pthread_self(), buffer, sizeof(buffer));
    name = buffer;
  });
  ASSERT_OK(thread);

  thread->Join();
  thread->Join();  // Nothing is left to join.

  EXPECT_EQ(name, "a-worker");
}

TEST(Thread, IsJoinedWhenItIsDestroyed) {
  std::atomic<bool> ended = false;
  {
    absl::StatusOr<Thread> started = Thread::Start("short", [&ended] { ended = true; });
    ASSERT_OK(started);
    const Thread moved = *std::move(started);
  }
  EXPECT_TRUE(ended);
}

TEST(Thread, ThatCannotStartIsAnError) {
  const testing::NoMoreThreads none;

  EXPECT_THAT(Thread::Start("late", [] {}).status(),
              StatusIs(absl::StatusCode::kResourceExhausted, "thread \"late\" cannot be started"));
}

}  // namespace
}  // namespace quipu
