// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/call_attempt.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/strings.h"
#include "inference/remote/api_key.h"
#include "inference/remote/openai_errors.h"
#include "inference/remote/retry_policy.h"

namespace quipu::inference {
namespace {

using Outcome = CircuitBreaker::Outcome;

Attempt AfterFailure(absl::Status status, bool is_probe) {
  Attempt attempt;
  attempt.outcome = absl::IsCancelled(status) ? Outcome::kAbandoned : Outcome::kFailure;
  attempt.again = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
  attempt.crowded = absl::IsDeadlineExceeded(status);
  if (IsNotConnected(status)) {
    attempt.again = !is_probe;
    attempt.counts = attempt.counts_alone = false;
  }
  attempt.status = std::move(status);
  return attempt;
}

}  // namespace

Attempt AttemptOf(const absl::StatusOr<HttpResponse>& response,
                  const std::function<absl::Status(absl::string_view)>& parse, bool is_probe,
                  absl::string_view key, absl::Time now) {
  if (!response.ok()) return AfterFailure(response.status(), is_probe);
  if (response->status == 200) {
    const absl::Status parsed = parse(response->body);
    if (parsed.ok()) return {};
    return AfterFailure(absl::UnavailableError(absl::StrCat(
                            "invalid reply: ", Snippet(WithoutKey(parsed.message(), key), 300))),
                        is_probe);
  }
  Attempt attempt;
  attempt.status = StatusFromHttp(response->status, response->body, key);
  const bool not_now = SaysNotNow(response->status, response->body);
  if (is_probe && response->status == 500 && !not_now) {
    attempt.status = absl::InternalError(attempt.status.message());
  }
  attempt.again = absl::IsUnavailable(attempt.status);
  attempt.crowded = attempt.again;
  attempt.counts = !not_now;
  attempt.counts_alone = response->status != 429;
  // A server that says "not now" is up.
  if (attempt.again && !not_now) attempt.outcome = Outcome::kFailure;
  attempt.retry_after = ParseRetryAfter(response->retry_after, now);
  return attempt;
}

}  // namespace quipu::inference
