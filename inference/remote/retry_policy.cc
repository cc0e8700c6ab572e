// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/retry_policy.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "base/backoff.h"

namespace quipu::inference {

absl::Duration RetryPolicy::Delay(int failures, double uniform,
                                  std::optional<absl::Duration> retry_after) const {
  const absl::Duration jittered =
      Backoff({options_.first, options_.longest, options_.factor}, failures, uniform);
  if (!retry_after.has_value()) return jittered;
  // After the time that the server named, callers still return one by one.
  return std::min(*retry_after, options_.longest_retry_after) + jittered;
}

std::optional<absl::Duration> ParseRetryAfter(absl::string_view value, absl::Time now) {
  value = absl::StripAsciiWhitespace(value);
  if (value.empty()) return std::nullopt;
  if (value.find_first_not_of("0123456789") == absl::string_view::npos) {
    int64_t seconds = 0;
    // More digits than a number can hold still mean a long wait.
    if (!absl::SimpleAtoi(value, &seconds)) return absl::InfiniteDuration();
    return absl::Seconds(seconds);
  }
  absl::Time time;
  std::string error;
  // RFC 9110's preferred form, which every server sends: always GMT.
  if (!absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", value, absl::UTCTimeZone(), &time, &error)) {
    return std::nullopt;
  }
  return std::max(absl::ZeroDuration(), time - now);
}

}  // namespace quipu::inference
