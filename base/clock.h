// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The only source of time: wall time for records, monotonic time for durations.
#ifndef QUIPU_BASE_CLOCK_H_
#define QUIPU_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace quipu {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall time; may jump.
  virtual absl::Time Now() = 0;
  // Time since a fixed point; never goes back.
  virtual absl::Duration Monotonic() = 0;
  // The machine's clock; never deleted.
  static Clock* Real();
};

}  // namespace quipu

#endif  // QUIPU_BASE_CLOCK_H_
