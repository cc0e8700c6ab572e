// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// When a request that failed is sent again: exponential backoff with full
// jitter, so that callers who failed together do not come back together; a
// server's Retry-After is honoured.
//
//   RetryPolicy policy({});
//   absl::Duration wait = policy.Delay(/*failures=*/1, rng.Uniform(),
//                                      ParseRetryAfter(header, clock->Now()));
//
// Pure; thread-safe (immutable).
#ifndef QUIPU_INFERENCE_REMOTE_RETRY_POLICY_H_
#define QUIPU_INFERENCE_REMOTE_RETRY_POLICY_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace quipu::inference {

struct RetryOptions {
  int max_attempts = 8;
  absl::Duration first = absl::Seconds(1);
  double factor = 2;
  absl::Duration longest = absl::Seconds(60);
  // A server that asks for a longer wait is asked again after this one.
  absl::Duration longest_retry_after = absl::Minutes(5);
};

class RetryPolicy {
 public:
  explicit RetryPolicy(const RetryOptions& options) : options_(options) {}

  // Whether a call that failed so many times is tried again.
  bool TryAgain(int failures) const { return failures < options_.max_attempts; }

  // The wait after the given number of failures (1 or more): `uniform`, in
  // [0, 1), of first * factor^(failures - 1), at most `longest`; never less
  // than what the server asked for.
  absl::Duration Delay(int failures, double uniform,
                       std::optional<absl::Duration> retry_after) const;

 private:
  RetryOptions options_;
};

// The wait that a Retry-After header asks for: seconds, or a date of HTTP; none
// if it is neither. A date that has passed is no wait.
std::optional<absl::Duration> ParseRetryAfter(absl::string_view value, absl::Time now);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_RETRY_POLICY_H_
