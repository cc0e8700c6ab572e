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
// A thread may stop for as long between the computation of a deadline and its wait.
constexpr int64_t kDoubtful = 30 * kSecond;
// The longest wait in that time. Waits may end early.
constexpr int64_t kDoubtfulWait = kSecond;
// A later deadline is never reached; nanoseconds of it fit.
constexpr int64_t kLastSecond = 8'000'000'000;

}  // namespace

namespace internal {

int64_t SteadyDeadlines::At(int64_t deadline, int64_t wall, int64_t steady) {
  std::lock_guard lock(mutex_);
  const int64_t ahead = wall - steady;
  const bool was_set = known_ && std::abs(ahead - ahead_) > kLeastJump;
  if (was_set) doubtful_until_ = steady + kDoubtful;
  if (was_set || !known_) ahead_ = ahead;
  known_ = true;
  const int64_t left = std::max<int64_t>(deadline - wall, 0);
  return steady + (steady < doubtful_until_ ? std::min(left, kDoubtfulWait) : left);
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

int64_t SteadyDeadlineOf(int64_t deadline) {
  static internal::SteadyDeadlines* const deadlines = new internal::SteadyDeadlines();
  const int64_t wall = Now(CLOCK_REALTIME);
  return deadlines->At(deadline, wall, Now(CLOCK_MONOTONIC));
}

}  // namespace

void UseSteadyWaits() { SteadyDeadlineOf(0); }  // Looks at the clocks for the first time.

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
    const int64_t at = quipu::SteadyDeadlineOf(
        quipu::Nanoseconds(*reinterpret_cast<const timespec*>(arguments.a[3])));
    deadline = {at / quipu::kSecond, at % quipu::kSecond};
    arguments.a[1] &= ~long{FUTEX_CLOCK_REALTIME};
    arguments.a[3] = reinterpret_cast<long>(&deadline);
  }
  const long result = quipu::Enter(number, arguments);
  // The kernel's errors are -1 to -4095.
  if (result >= 0 || result < -4095) return result;
  errno = static_cast<int>(-result);
  return -1;
}
