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

#include <ctime>

namespace quipu {

// Call it once in `main`: it links the file. What it does holds from the start of the program.
void UseSteadyWaits();

namespace internal {

// The moment of a steady clock at which a wall clock that is not set meanwhile shows `deadline`;
// `steady` itself if that has passed. Times are valid: 0 <= tv_nsec < 10^9; no part is negative.
timespec SteadyDeadline(const timespec& deadline, const timespec& wall, const timespec& steady);

}  // namespace internal
}  // namespace quipu

#endif  // QUIPU_BASE_STEADY_WAITS_H_
