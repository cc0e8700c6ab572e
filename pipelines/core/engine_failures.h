// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How many chunks in a row a worker's engine may fail on, for the worker and for the coordinator,
// which must not trust a worker to end by itself.
//
//   if (failures_in_a_row >= kMaxFailuresInARow) EndTheWorker();
//   if (failures_without_result >= kFailuresOfStrike) Strike();
#ifndef QUIPU_PIPELINES_CORE_ENGINE_FAILURES_H_
#define QUIPU_PIPELINES_CORE_ENGINE_FAILURES_H_

namespace quipu::pipelines {

// The engine counts as broken, and an honest worker ends.
inline constexpr int kMaxFailuresInARow = 5;
// Without a result in between, a strike: one before an honest worker ends, so that its name is
// remembered when it is started again and fails again.
inline constexpr int kFailuresOfStrike = kMaxFailuresInARow - 1;

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_ENGINE_FAILURES_H_
