// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Exponential backoff with full jitter: the bound on the wait grows with each
// failure, and the wait is drawn at random below it. So callers that fail
// together do not retry together.
//
//   const BackoffOptions options{absl::Seconds(1), absl::Minutes(1)};
//   const absl::Duration wait = Backoff(options, /*failures=*/1, rng.Uniform());
//
// Pure function.
#ifndef QUIPU_BASE_BACKOFF_H_
#define QUIPU_BASE_BACKOFF_H_

#include "absl/time/time.h"

namespace quipu {

struct BackoffOptions {
  absl::Duration first;    // The bound after the first failure.
  absl::Duration longest;  // The bound never exceeds this.
  double factor = 2;       // Growth of the bound per failure.
};

// Returns the wait after `failures` failures (1 or more): `uniform`, in [0, 1),
// times first * factor^(failures - 1), which is capped at `longest`.
absl::Duration Backoff(const BackoffOptions& options, int failures, double uniform);

}  // namespace quipu

#endif  // QUIPU_BASE_BACKOFF_H_
