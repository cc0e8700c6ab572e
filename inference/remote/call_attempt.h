// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What one attempt of a call came to: a reply, a refusal, or a failure that may
// pass, and what it says about the server.
//
//   Attempt attempt = AttemptOf(response, parse, /*is_probe=*/false, key, clock->Now());
//   if (attempt.again) retry = policy.Delay(failures, rng.Uniform(), attempt.retry_after);
//
// Pure; thread-safe.
#ifndef QUIPU_INFERENCE_REMOTE_CALL_ATTEMPT_H_
#define QUIPU_INFERENCE_REMOTE_CALL_ATTEMPT_H_

#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "inference/remote/circuit_breaker.h"
#include "inference/remote/http_message.h"

namespace quipu::inference {

struct Attempt {
  absl::Status status;
  bool again = false;  // Whether another attempt may succeed.
  // Whether it is one of the call's attempts, of which there are only so many. It
  // is not if it says nothing about the call: nobody listens, or others crowd the server.
  bool counts = true;
  bool counts_alone = true;  // The same, if no other call was in flight.
  bool crowded = false;      // Whether fewer calls in flight might have avoided it.
  std::optional<absl::Duration> retry_after;
  // Whether the server is up.
  CircuitBreaker::Outcome outcome = CircuitBreaker::Outcome::kSuccess;
};

// `parse` gets the body of a reply with status 200; its error means that the reply is
// invalid. `is_probe`: see OpenAiCall. `key` is removed from messages.
Attempt AttemptOf(const absl::StatusOr<HttpResponse>& response,
                  const std::function<absl::Status(absl::string_view)>& parse, bool is_probe,
                  absl::string_view key, absl::Time now);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_CALL_ATTEMPT_H_
