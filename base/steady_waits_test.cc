// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/steady_waits.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <limits>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace quipu {
namespace {

using internal::SteadyDeadlines;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kYear = 365 * 86400 * kSecond;
constexpr int64_t kWall = 50 * kYear;  // Now, in most tests; the steady clock is at 7 s then.
constexpr int64_t kSteady = 7 * kSecond;

TEST(SteadyDeadlines, AreAsFarAwayAsTheWallClocks) {
  SteadyDeadlines deadlines;
  EXPECT_EQ(deadlines.At(kWall + 5, kWall, kSteady), kSteady + 5);
  EXPECT_EQ(deadlines.At(kWall + kYear, kWall + kSecond, kSteady + kSecond), kSteady + kYear);
  // The wall clock is made to run faster for a while.
  EXPECT_EQ(deadlines.At(kWall + 9 * kSecond, kWall + 2 * kSecond + 1000, kSteady + 2 * kSecond),
            kSteady + 9 * kSecond - 1000);
}

TEST(SteadyDeadlines, ThatHavePassedAreNow) {
  SteadyDeadlines deadlines;
  EXPECT_EQ(deadlines.At(kWall, kWall, kSteady), kSteady);
  EXPECT_EQ(deadlines.At(kWall - 1, kWall, kSteady), kSteady);
  EXPECT_EQ(deadlines.At(0, kWall, kSteady), kSteady);
}

TEST(SteadyDeadlines, AreNearWhileTheyMayBeFromBeforeTheClockWasSet) {
  for (const int64_t jump : {-kYear, -kSecond, kSecond, kYear}) {
    SteadyDeadlines deadlines;
    deadlines.At(kWall, kWall, kSteady);
    const int64_t set = kWall + jump;
    // Computed before; and after, of 30 s and of a millisecond.
    EXPECT_LE(deadlines.At(kWall + 30 * kSecond, set, kSteady), kSteady + kSecond);
    EXPECT_EQ(deadlines.At(set + 30 * kSecond, set, kSteady), kSteady + kSecond);
    EXPECT_EQ(deadlines.At(set + kSecond / 1000, set, kSteady), kSteady + kSecond / 1000);
    EXPECT_EQ(deadlines.At(set - 1, set, kSteady), kSteady);
    // By a thread that was stopped for long.
    EXPECT_LE(deadlines.At(kWall + kSecond, set + 29 * kSecond, kSteady + 29 * kSecond),
              kSteady + 30 * kSecond);
    // Then all are from after.
    EXPECT_EQ(deadlines.At(set + 90 * kSecond, set + 31 * kSecond, kSteady + 31 * kSecond),
              kSteady + 90 * kSecond);
  }
}

TEST(SteadyDeadlines, StayNearWhileTheClockIsSetAgainAndAgain) {
  SteadyDeadlines deadlines;
  for (int i = 0; i < 1000; ++i) {
    const int64_t steady = kSteady + i * kSecond / 10;
    EXPECT_LE(deadlines.At(kWall + 60 * kSecond, kWall - (i % 7) * kYear, steady),
              steady + (i == 0 ? 60 : 1) * kSecond);
  }
}

// The wall clock cannot be set here. tests/crash:clock_jumps_test has clocks that are.
TEST(SteadyWaits, EndAfterTheirTimeAndNotBefore) {
  UseSteadyWaits();
  absl::Notification never;
  const absl::Time began = absl::Now();
  EXPECT_FALSE(never.WaitForNotificationWithTimeout(absl::Milliseconds(30)));
  EXPECT_GE(absl::Now() - began, absl::Milliseconds(25));
  EXPECT_FALSE(never.WaitForNotificationWithTimeout(-absl::Seconds(1)));
}

TEST(SteadyWaits, LeaveOtherCallsAsTheyAre) {
  UseSteadyWaits();
  EXPECT_EQ(syscall(SYS_getpid), getpid());
  errno = 0;
  EXPECT_EQ(syscall(SYS_close, -1), -1);
  EXPECT_EQ(errno, EBADF);
  // Six arguments: a mapping of the second page of a file.
  const int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  const long page = getpagesize();
  const long at =
      syscall(SYS_mmap, nullptr, page, 1 /* PROT_READ */, 2 /* MAP_PRIVATE */, fd, page);
  char byte = 0;
  ASSERT_EQ(pread(fd, &byte, 1, page + 77), 1);
  EXPECT_EQ(reinterpret_cast<const char*>(at)[77], byte);
  EXPECT_EQ(syscall(SYS_munmap, at, page), 0);
  close(fd);
}

TEST(SteadyWaits, OfAFutexWithAnotherValueEndAtOnce) {
  int32_t futex = 5;
  const timespec never = {std::numeric_limits<int64_t>::max(), 999'999'999};
  EXPECT_EQ(
      syscall(SYS_futex, &futex, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME, 4,
              &never, nullptr, FUTEX_BITSET_MATCH_ANY),
      -1);
  EXPECT_EQ(errno, EAGAIN);
  const timespec past = {1, 0};
  EXPECT_EQ(
      syscall(SYS_futex, &futex, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME, 5,
              &past, nullptr, FUTEX_BITSET_MATCH_ANY),
      -1);
  EXPECT_EQ(errno, ETIMEDOUT);
}

}  // namespace
}  // namespace quipu
