// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/steady_waits.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace quipu {
namespace {

using internal::SteadyDeadline;

std::pair<int64_t, int64_t> Deadline(timespec deadline, timespec wall, timespec steady) {
  const timespec at = SteadyDeadline(deadline, wall, steady);
  return {at.tv_sec, at.tv_nsec};
}

TEST(SteadyDeadline, IsAsFarAwayAsTheWallClocks) {
  EXPECT_EQ(Deadline({1000, 5}, {990, 3}, {7, 1}), std::make_pair(17l, 3l));
  EXPECT_EQ(Deadline({1000, 5}, {990, 6}, {7, 1}), std::make_pair(17l, 0l));
  EXPECT_EQ(Deadline({1000, 5}, {990, 6}, {7, 0}), std::make_pair(16l, 999'999'999l));
  EXPECT_EQ(Deadline({1000, 600'000'000}, {999, 0}, {7, 500'000'000}),
            std::make_pair(9l, 100'000'000l));
}

TEST(SteadyDeadline, ThatHasPassedIsNow) {
  EXPECT_EQ(Deadline({1000, 5}, {1000, 5}, {7, 1}), std::make_pair(7l, 1l));
  EXPECT_EQ(Deadline({1000, 5}, {1000, 6}, {7, 1}), std::make_pair(7l, 1l));
  EXPECT_EQ(Deadline({0, 0}, {2'000'000'000, 0}, {7, 1}), std::make_pair(7l, 1l));
}

TEST(SteadyDeadline, DoesNotOverflow) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Deadline({kMost, 999'999'999}, {0, 0}, {7, 1}).first, kMost);
  EXPECT_EQ(Deadline({kMost, 999'999'999}, {8, 0}, {7, 0}).first, kMost - 1);
  EXPECT_EQ(Deadline({kMost, 999'999'999}, {7, 0}, {7, 1}).first, kMost);
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
  const timespec never = {std::numeric_limits<int32_t>::max(), 0};
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
