// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Exponential backoff with full jitter: the bound on the wait grows with each
// failure, and the wait is drawn below it, so that callers who failed together
// do not come back together.
//
//   const BackoffOptions options{absl::Seconds(1), absl::Minutes(1)};
//   clock->SleepFor(Backoff(options, /*failures=*/1, rng.Uniform()));
//
// Pure function.
#ifndef QUIPU_BASE_BACKOFF_H_
#define QUIPU_BASE_BACKOFF_H_

#include "absl/time/time.h"

namespace quipu {

struct BackoffOptions {
  absl::Duration first;    // The bound after one failure.
  absl::Duration longest;  // No bound is over this one.
  double factor = 2;       // By which the bound grows with each failure.
};

// Returns the wait after `failures` (1 or more): `uniform`, in [0, 1), of
// first * factor^(failures - 1), at most of `longest`.
absl::Duration Backoff(const BackoffOptions& options, int failures, double uniform);

}  // namespace quipu

#endif  // QUIPU_BASE_BACKOFF_H_
