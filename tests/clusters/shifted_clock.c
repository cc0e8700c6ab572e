// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Preloaded, gives one process another time of day than its machine: QUIPU_CLOCK_SHIFT_S
// seconds ahead (or behind, if negative). Namespaces shift the clocks since boot, but not
// this one; and a library that shifts only what a program reads leaves it waiting for hours,
// because futexes have deadlines by the time of day, too.
//
//   cc -shared -fPIC -o shifted_clock.so shifted_clock.c -ldl
//   LD_PRELOAD=$PWD/shifted_clock.so QUIPU_CLOCK_SHIFT_S=18000 date
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long shift(void) {
  static long seconds;
  static int known;
  if (!known) {
    const char* text = getenv("QUIPU_CLOCK_SHIFT_S");
    seconds = text == NULL ? 0 : atol(text);
    known = 1;
  }
  return seconds;
}

static int is_time_of_day(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
}

// A deadline by the shifted clock, as the kernel has to be told it. Deadlines by a clock
// since boot are small.
static const struct timespec* unshifted(const struct timespec* deadline, struct timespec* to) {
  const time_t least = 1000000000;
  if (deadline == NULL || deadline->tv_sec < least) return deadline;
  *to = *deadline;
  to->tv_sec -= shift();
  return to;
}

int clock_gettime(clockid_t clock, struct timespec* to) {
  static int (*real)(clockid_t, struct timespec*);
  if (real == NULL) real = dlsym(RTLD_NEXT, "clock_gettime");
  const int result = real(clock, to);
  if (result == 0 && is_time_of_day(clock)) to->tv_sec += shift();
  return result;
}

int gettimeofday(struct timeval* restrict to, void* restrict zone) {
  (void)zone;
  struct timespec now;
  const int result = clock_gettime(CLOCK_REALTIME, &now);
  to->tv_sec = now.tv_sec;
  to->tv_usec = now.tv_nsec / 1000;
  return result;
}

time_t time(time_t* to) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (to != NULL) *to = now.tv_sec;
  return now.tv_sec;
}

int pthread_cond_timedwait(pthread_cond_t* restrict cond, pthread_mutex_t* restrict mutex,
                           const struct timespec* restrict deadline) {
  static int (*real)(pthread_cond_t*, pthread_mutex_t*, const struct timespec*);
  if (real == NULL) real = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
  struct timespec to;
  return real(cond, mutex, unshifted(deadline, &to));
}

int pthread_cond_clockwait(pthread_cond_t* cond, pthread_mutex_t* mutex, clockid_t clock,
                           const struct timespec* deadline) {
  static int (*real)(pthread_cond_t*, pthread_mutex_t*, clockid_t, const struct timespec*);
  if (real == NULL) real = dlsym(RTLD_NEXT, "pthread_cond_clockwait");
  struct timespec to;
  return real(cond, mutex, clock, is_time_of_day(clock) ? unshifted(deadline, &to) : deadline);
}

// Of its callers only those of futexes pass a time.
long syscall(long number, ...) {
  static long (*real)(long, ...);
  if (real == NULL) real = dlsym(RTLD_NEXT, "syscall");
  va_list list;
  va_start(list, number);
  long a[6];
  for (int i = 0; i < 6; ++i) a[i] = va_arg(list, long);
  va_end(list);
  struct timespec to;
  if (number == SYS_futex && (a[1] & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET &&
      (a[1] & FUTEX_CLOCK_REALTIME) != 0) {
    a[3] = (long)unshifted((const struct timespec*)a[3], &to);
  }
  return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
