// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Waits that end after a time end after that time, also if the machine's wall clock is set back
// meanwhile (docs/adr/0025-steady-waits.md).
//
// Abseil 20220623 tells the kernel until which wall time it waits. If the clock is then set back by
// an hour, as at the first answer of a time server, each wait of quipu and of gRPC that has begun
// lasts an hour longer. A program that calls this has a `syscall` of its own, through which
// Abseil's waits go: it tells the kernel the same moment by the clock since boot.
#ifndef QUIPU_BASE_STEADY_WAITS_H_
#define QUIPU_BASE_STEADY_WAITS_H_

#include <cstdint>
#include <limits>
#include <mutex>

namespace quipu {

// Call it once in `main`: it links the file. What it does holds from the start of the program.
void UseSteadyWaits();

namespace internal {

// All times are nanoseconds. Thread-safe.
class SteadyDeadlines {
 public:
  // The moment of a steady clock at which a wall clock that is not set meanwhile shows `deadline`:
  // `steady` itself if that has passed. `wall` and `steady` are now. For half a minute after the wall
  // clock was set, a deadline may be from before: until then the moment is at most a second away.
  int64_t At(int64_t deadline, int64_t wall, int64_t steady);

 private:
  std::mutex mutex_;
  bool known_ = false;
  int64_t ahead_ = 0;  // By how much the wall clock is ahead of the steady one.
  int64_t doubtful_until_ = std::numeric_limits<int64_t>::min();  // By the steady clock.
};

}  // namespace internal
}  // namespace quipu

#endif  // QUIPU_BASE_STEADY_WAITS_H_
