// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Gives one process another time of day than its machine, linked into it or preloaded:
// QUIPU_CLOCK_SHIFT_S seconds ahead (behind, if negative), or as many as the file
// QUIPU_CLOCK_SHIFT_FILE says now (a native int64), so that the clock can be set while the
// process runs. Namespaces shift the clocks since boot, but not this one.
//
//   cc -shared -fPIC -o shifted_clock.so shifted_clock.c -ldl
//   LD_PRELOAD=$PWD/shifted_clock.so QUIPU_CLOCK_SHIFT_S=18000 date
//
// Waits on condition variables by the time of day end as the kernel ends them when the
// machine's clock is set. Waits on futexes by the time of day are not changed: quipu has none
// (base/steady_waits.h), and one that does wait so lasts for as long as the shift.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const long second = 1000000000;
// A wait looks at the clock this often.
static const long look_ns = 20000000;

static volatile const int64_t* find_shift(void) {
  static int64_t constant;
  const char* text = getenv("QUIPU_CLOCK_SHIFT_S");
  if (text != NULL) constant = atol(text);
  const char* path = getenv("QUIPU_CLOCK_SHIFT_FILE");
  if (path == NULL) return &constant;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  void* map = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
  if (map == MAP_FAILED) abort();
  close(fd);
  return map;
}

static int64_t shift(void) {
  static volatile const int64_t* volatile at;
  if (at == NULL) at = find_shift();
  return *at;
}

static int is_time_of_day(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
}

int clock_gettime(clockid_t clock, struct timespec* to) {
  const int result = (int)syscall(SYS_clock_gettime, clock, to);
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

// Whether the shifted clock has reached the deadline; if not, when to look again, by the
// machine's.
static int has_come(const struct timespec* deadline, struct timespec* look) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  const int64_t seconds = deadline->tv_sec - now.tv_sec;
  const long ns = deadline->tv_nsec - now.tv_nsec;
  if (seconds < 0 || (seconds == 0 && ns <= 0)) return 1;
  const int soon = seconds < 2 && seconds * second + ns < look_ns;
  syscall(SYS_clock_gettime, CLOCK_REALTIME, look);
  look->tv_nsec += soon ? seconds * second + ns : look_ns;
  look->tv_sec += look->tv_nsec / second;
  look->tv_nsec %= second;
  return 0;
}

int pthread_cond_timedwait(pthread_cond_t* restrict cond, pthread_mutex_t* restrict mutex,
                           const struct timespec* restrict deadline) {
  static int (*real)(pthread_cond_t*, pthread_mutex_t*, const struct timespec*);
  if (real == NULL) real = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
  // Such a variable may have the clock since boot, whose times are small.
  if (deadline->tv_sec < second / 2) return real(cond, mutex, deadline);
  struct timespec look;
  int result = ETIMEDOUT;
  while (result == ETIMEDOUT && !has_come(deadline, &look)) result = real(cond, mutex, &look);
  return result;
}

int pthread_cond_clockwait(pthread_cond_t* cond, pthread_mutex_t* mutex, clockid_t clock,
                           const struct timespec* deadline) {
  static int (*real)(pthread_cond_t*, pthread_mutex_t*, clockid_t, const struct timespec*);
  if (real == NULL) real = dlsym(RTLD_NEXT, "pthread_cond_clockwait");
  if (!is_time_of_day(clock)) return real(cond, mutex, clock, deadline);
  struct timespec look;
  int result = ETIMEDOUT;
  while (result == ETIMEDOUT && !has_come(deadline, &look)) {
    result = real(cond, mutex, clock, &look);
  }
  return result;
}
