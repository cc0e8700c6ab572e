// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/submit_size.h"

#include <algorithm>

#include "base/limits.h"

namespace quipu::pipelines {
namespace {

// More than the quickest answer took, or half of it if that is more: answers over a
// long way vary by more.
constexpr absl::Duration kQueueing = absl::Milliseconds(8);

}  // namespace

void SubmitSize::Answered(int results, absl::Duration took) {
  quickest_ = std::min(quickest_, took);
  if (took > quickest_ + std::max(kQueueing, quickest_ / 2)) {
    limit_ = std::max(kLeast, limit_ - limit_ / 4);
  } else if (results >= limit_) {
    limit_ = std::min(kMaxResultsPerSubmit, limit_ + std::max(1, limit_ / 8));
  }
}

}  // namespace quipu::pipelines
