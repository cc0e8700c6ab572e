// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/steady_waits.h"

#include <linux/futex.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <ctime>

namespace quipu {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
// Less is the work of a clock that is made to run faster or slower for a while.
constexpr int64_t kLeastJump = kSecond / 10;
// How long ago a clock may have been set for a deadline to be from before.
constexpr int64_t kRecent = 10 * kSecond;
// How long a thread may need from the computation of a deadline to its wait.
constexpr int64_t kLongestDelay = kSecond;
// A later deadline is never reached; nanoseconds of it fit.
constexpr int64_t kLastSecond = 8'000'000'000;

}  // namespace

void UseSteadyWaits() {}

namespace internal {

int64_t SteadyDeadlines::At(int64_t deadline, int64_t wall, int64_t steady) {
  std::lock_guard lock(mutex_);
  const int64_t ahead = wall - steady;
  if (known_ && std::abs(ahead - ahead_) > kLeastJump) {
    before_[next_] = {ahead_, steady + kRecent};
    next_ = (next_ + 1) % before_.size();
  }
  if (!known_ || std::abs(ahead - ahead_) > kLeastJump) ahead_ = ahead;
  known_ = true;
  int64_t left = deadline - wall;
  for (const Offset& offset : before_) {
    if (steady >= offset.until) continue;
    const int64_t left_then = deadline - (steady + offset.ahead);
    if (left_then > -kLongestDelay) left = std::min(left, left_then);
  }
  return steady + std::max<int64_t>(left, 0);
}

}  // namespace internal

namespace {

struct SyscallArguments {
  long a[6];  // NOLINT(google-runtime-int): the kernel's words.
};

// What the C library's `syscall` does but for errno; that one is hidden by ours.
long Enter(long number, const SyscallArguments& arguments) {  // NOLINT(google-runtime-int)
#if defined(__x86_64__)
  register long fourth asm("r10") = arguments.a[3];
  register long fifth asm("r8") = arguments.a[4];
  register long sixth asm("r9") = arguments.a[5];
  asm volatile("syscall"
               : "+a"(number)
               : "D"(arguments.a[0]), "S"(arguments.a[1]), "d"(arguments.a[2]), "r"(fourth),
                 "r"(fifth), "r"(sixth)
               : "rcx", "r11", "memory");
  return number;
#elif defined(__aarch64__)
  register long which asm("x8") = number;
  register long first asm("x0") = arguments.a[0];
  register long second asm("x1") = arguments.a[1];
  register long third asm("x2") = arguments.a[2];
  register long fourth asm("x3") = arguments.a[3];
  register long fifth asm("x4") = arguments.a[4];
  register long sixth asm("x5") = arguments.a[5];
  asm volatile("svc #0"
               : "+r"(first)
               : "r"(which), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth)
               : "memory");
  return first;
#else
#error "base/steady_waits.cc: how does this machine enter its kernel?"
#endif
}

bool WaitsByWallClock(long number, const SyscallArguments& arguments) {
  return number == SYS_futex && (arguments.a[1] & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET &&
         (arguments.a[1] & FUTEX_CLOCK_REALTIME) != 0 && arguments.a[3] != 0;
}

int64_t Nanoseconds(const timespec& time) {
  return std::min<int64_t>(time.tv_sec, kLastSecond) * kSecond + time.tv_nsec;
}

int64_t Now(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return Nanoseconds(now);
}

timespec SteadyDeadlineOf(const timespec& deadline) {
  static internal::SteadyDeadlines* const deadlines = new internal::SteadyDeadlines();
  const int64_t wall = Now(CLOCK_REALTIME);
  const int64_t at = deadlines->At(Nanoseconds(deadline), wall, Now(CLOCK_MONOTONIC));
  return {at / kSecond, at % kSecond};
}

}  // namespace
}  // namespace quipu

// Takes the place of the C library's for all of the program, its shared libraries included.
extern "C" long syscall(long number, ...) noexcept {
  va_list list;
  va_start(list, number);
  quipu::SyscallArguments arguments;
  for (long& argument : arguments.a) argument = va_arg(list, long);
  va_end(list);
  timespec deadline;
  if (quipu::WaitsByWallClock(number, arguments)) {
    deadline = quipu::SteadyDeadlineOf(*reinterpret_cast<const timespec*>(arguments.a[3]));
    arguments.a[1] &= ~long{FUTEX_CLOCK_REALTIME};
    arguments.a[3] = reinterpret_cast<long>(&deadline);
  }
  const long result = quipu::Enter(number, arguments);
  // The kernel's errors are -1 to -4095.
  if (result >= 0 || result < -4095) return result;
  errno = static_cast<int>(-result);
  return -1;
}
