// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// When to resend a failed request: exponential backoff with full jitter, so
// callers that fail together do not retry together. Honours a server's
// Retry-After.
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
  // If a server asks for a longer wait, it is retried after this one.
  absl::Duration longest_retry_after = absl::Minutes(5);
};

class RetryPolicy {
 public:
  explicit RetryPolicy(const RetryOptions& options) : options_(options) {}

  // Whether to retry a call after this many failures.
  bool TryAgain(int failures) const { return failures < options_.max_attempts; }

  // The wait after `failures` failures (1 or more): `uniform`, in [0, 1), times
  // first * factor^(failures - 1), which is capped at `longest`; never less
  // than the server asked for.
  absl::Duration Delay(int failures, double uniform,
                       std::optional<absl::Duration> retry_after) const;

 private:
  RetryOptions options_;
};

// The wait in a Retry-After header: seconds, or an HTTP date; none if it is
// neither. A past date means no wait.
std::optional<absl::Duration> ParseRetryAfter(absl::string_view value, absl::Time now);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_RETRY_POLICY_H_
