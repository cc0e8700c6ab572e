// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/backoff.h"

#include <algorithm>

namespace quipu {

absl::Duration Backoff(const BackoffOptions& options, int failures, double uniform) {
  absl::Duration bound = options.first;
  // Stops at the bound, because the power of many failures overflows.
  for (int i = 1; i < failures && bound < options.longest; ++i) bound *= options.factor;
  return uniform * std::min(bound, options.longest);
}

}  // namespace quipu
