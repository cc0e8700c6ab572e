// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/key_locks.h"

#include <array>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace quipu::storage {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(30);

// Fails if fn waits for ever. The program then ends: its thread cannot be joined.
void ExpectEnds(const std::function<void()>& fn) {
  absl::Notification done;
  std::thread thread([&] {
    fn();
    done.Notify();
  });
  if (!done.WaitForNotificationWithTimeout(kPatience)) {
    std::cerr << "a lock waits for ever\n";
    std::_Exit(1);
  }
  thread.join();
}

TEST(KeyLocks, LetsOtherNamesPass) {
  KeyLocks locks;
  const KeyLocks::Hold a = locks.Acquire({"a"});

  ExpectEnds([&] { const KeyLocks::Hold b = locks.Acquire({"b", "c"}); });
}

TEST(KeyLocks, TakesDuplicateAndNoNames) {
  KeyLocks locks;

  ExpectEnds([&] {
    { const KeyLocks::Hold hold = locks.Acquire({"a", "a"}); }
    { const KeyLocks::Hold hold = locks.Acquire({}); }
    const KeyLocks::Hold again = locks.Acquire({"a"});
  });
}

TEST(KeyLocks, HoldsANameUntilItIsReleased) {
  KeyLocks locks;
  absl::Notification waiting;
  std::atomic<bool> released{false};
  std::thread other;
  {
    const KeyLocks::Hold hold = locks.Acquire({"a", "b"});
    other = std::thread([&] {
      waiting.Notify();
      const KeyLocks::Hold hold = locks.Acquire({"b"});
      EXPECT_TRUE(released);
    });
    waiting.WaitForNotification();
    released = true;
  }
  other.join();
}

TEST(KeyLocks, NeitherRacesNorDeadlocks) {
  constexpr int kNames = 5;
  constexpr int kRounds = 2000;
  KeyLocks locks;
  std::array<int, kNames> counts = {};  // Each guarded by its name.
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kRounds; ++i) {
        // Two names in an order that differs from thread to thread.
        const int first = (i + t) % kNames, second = (i * 3 + 2 * t + 1) % kNames;
        const KeyLocks::Hold hold = locks.Acquire({absl::StrCat(first), absl::StrCat(second)});
        ++counts[first];
        if (second != first) ++counts[second];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int expected = 0, actual = 0;
  for (int t = 0; t < 4; ++t) {
    for (int i = 0; i < kRounds; ++i) {
      expected += (i + t) % kNames == (i * 3 + 2 * t + 1) % kNames ? 1 : 2;
    }
  }
  for (const int count : counts) actual += count;
  EXPECT_EQ(actual, expected);
}

}  // namespace
}  // namespace quipu::storage
