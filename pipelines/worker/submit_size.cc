// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/submit_size.h"

#include <algorithm>

#include "base/limits.h"

namespace quipu::pipelines {
namespace {

constexpr absl::Duration kSoon = absl::Milliseconds(50);

}  // namespace

void SubmitSize::Answered(int results, absl::Duration took) {
  quickest_ = std::min(quickest_, took);
  if (took > std::max(kSoon, quickest_ * 3 / 2)) {
    limit_ = std::max(kLeast, limit_ - limit_ / 4);
  } else if (results >= limit_) {
    limit_ = std::min(kMaxResultsPerSubmit, limit_ + std::max(1, limit_ / 8));
  }
}

}  // namespace quipu::pipelines
