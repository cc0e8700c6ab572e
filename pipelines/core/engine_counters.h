// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What engines did for a run: counted by each worker's engine, handed in with
// its results, summed in the store over interruptions and machines. What was
// done after the last results before a kill is not counted. Nothing depends on
// it but what people read.
//
//   EngineCounters answered;   // As of the last submit that was answered.
//   *request.mutable_work() = WorkSince(CountersOf(engine->stats()), answered);
//
// Pure functions.
#ifndef QUIPU_PIPELINES_CORE_ENGINE_COUNTERS_H_
#define QUIPU_PIPELINES_CORE_ENGINE_COUNTERS_H_

#include <string>

#include "inference/engine.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

v1::EngineCounters CountersOf(const inference::EngineStats& stats);

// What was done between two readings of the same counters.
v1::EngineCounters WorkSince(const v1::EngineCounters& now, const v1::EngineCounters& before);

// Adds `more` to `sum`, figure by figure.
void AddCounters(const v1::EngineCounters& more, v1::EngineCounters* sum);

// Two lines for a terminal; empty if no engine worked:
//   engine     4821 prompt tokens computed, 4790 needed (1.006), 1204 sampled
//              96 steps of 62.8 columns, 81 of 240 drafts taken, 871 tokens/s
std::string EngineWorkText(const v1::EngineCounters& work);
// The same figures as a JSON object.
std::string EngineWorkJson(const v1::EngineCounters& work);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_ENGINE_COUNTERS_H_
