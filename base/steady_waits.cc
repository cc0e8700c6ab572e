// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/steady_waits.h"

#include <linux/futex.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdarg>
#include <limits>

namespace quipu {

void UseSteadyWaits() {}

namespace internal {

timespec SteadyDeadline(const timespec& deadline, const timespec& wall, const timespec& steady) {
  constexpr decltype(timespec::tv_nsec) kSecond = 1'000'000'000;
  timespec left = {deadline.tv_sec - wall.tv_sec, deadline.tv_nsec - wall.tv_nsec};
  if (left.tv_nsec < 0) {
    --left.tv_sec;
    left.tv_nsec += kSecond;
  }
  if (left.tv_sec < 0) return steady;
  timespec end = {0, steady.tv_nsec + left.tv_nsec};
  const int carry = end.tv_nsec >= kSecond ? 1 : 0;
  end.tv_nsec -= carry * kSecond;
  constexpr auto kMost = std::numeric_limits<decltype(end.tv_sec)>::max();
  const bool never = left.tv_sec > kMost - steady.tv_sec - carry;
  end.tv_sec = never ? kMost : left.tv_sec + steady.tv_sec + carry;
  return end;
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
    timespec wall;
    timespec steady;
    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_MONOTONIC, &steady);
    deadline = quipu::internal::SteadyDeadline(*reinterpret_cast<const timespec*>(arguments.a[3]),
                                               wall, steady);
    arguments.a[1] &= ~long{FUTEX_CLOCK_REALTIME};
    arguments.a[3] = reinterpret_cast<long>(&deadline);
  }
  const long result = quipu::Enter(number, arguments);
  // The kernel's errors are -1 to -4095.
  if (result >= 0 || result < -4095) return result;
  errno = static_cast<int>(-result);
  return -1;
}
