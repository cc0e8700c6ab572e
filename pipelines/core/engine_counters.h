// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Counters of the engines' work on a run. Each worker's engine counts, the
// worker submits the counters with its results, and the store adds them up
// across restarts and machines. Work done after the last submit before a kill
// is not counted. The figures are informational: no result depends on them.
//
//   v1::EngineCounters answered;  // As of the last submit that was answered.
//   *request.mutable_work() = CountersSince(CountersOf(engine->stats()), answered);
//
// All functions but CountersOf iterate over the message's fields, so a new
// counter needs no code here. Pure functions.
#ifndef QUIPU_PIPELINES_CORE_ENGINE_COUNTERS_H_
#define QUIPU_PIPELINES_CORE_ENGINE_COUNTERS_H_

#include <cstdint>

#include "inference/engine.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

v1::EngineCounters CountersOf(const inference::EngineStats& stats);

// What was done between two readings of the same counters.
v1::EngineCounters CountersSince(const v1::EngineCounters& now, const v1::EngineCounters& before);

// Adds `more` to `sum`, counter by counter.
void AddCounters(const v1::EngineCounters& more, v1::EngineCounters* sum);

// Whether every counter is at most `most`. Bounds counters that workers send.
bool CountersAtMost(const v1::EngineCounters& counters, uint64_t most);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_ENGINE_COUNTERS_H_
