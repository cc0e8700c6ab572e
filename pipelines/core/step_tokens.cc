// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/step_tokens.h"

#include <algorithm>
#include <cstdint>

namespace quipu::pipelines {

int StepTokens(const v1::PerformanceSpec& performance, int cores) {
  if (performance.has_max_step_tokens()) return static_cast<int>(performance.max_step_tokens());
  constexpr int64_t kTokensOfThread = 16;
  constexpr int64_t kMost = 4096;
  const int64_t threads = performance.threads() > 0 ? performance.threads() : cores;
  return static_cast<int>(
      std::clamp<int64_t>(kTokensOfThread * threads, performance.max_step_tokens(), kMost));
}

}  // namespace quipu::pipelines
