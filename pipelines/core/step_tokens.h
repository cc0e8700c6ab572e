// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How many tokens the embedded engine takes in one step.
//
//   const int tokens = StepTokens(spec.performance(), /*cores=*/64);  // 1024.
//
// Thread-safe (pure function).
#ifndef QUIPU_PIPELINES_CORE_STEP_TOKENS_H_
#define QUIPU_PIPELINES_CORE_STEP_TOKENS_H_

#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

// performance.max_step_tokens if it is set. Otherwise 256, or 16 for each thread
// if that is more, at most 4,096: activations are packed in tiles of 12 tokens, and a step
// must have work for all threads. `cores` is used if performance.threads is 0.
// No result depends on it.
int StepTokens(const v1::PerformanceSpec& performance, int cores);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_STEP_TOKENS_H_
