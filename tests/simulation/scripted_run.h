// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A plan without documents, and its results: every task's correct result is a
// pure function of its id, and so is a liar's result. Both pass the
// coordinator's checks.
//
//   const std::vector<PlannedChunk> chunks = ScriptedPlan(rng, 200);
//   const v1::Result right = RightResult(chunks[0].content, 0);
#ifndef QUIPU_TESTS_SIMULATION_SCRIPTED_RUN_H_
#define QUIPU_TESTS_SIMULATION_SCRIPTED_RUN_H_

#include <vector>

#include "base/rng.h"
#include "protos/sample.pb.h"
#include "protos/store.pb.h"
#include "tests/simulation/memory_run_store.h"

namespace quipu::simulation {

v1::RunHeader ScriptedHeader();

// A plan of this many tasks in chunks of 1 to 8, in documents of 1 to 6 chunks.
std::vector<PlannedChunk> ScriptedPlan(Rng& rng, int tasks);

// The result of the chunk's task number `task`.
v1::Result RightResult(const pipelines::ChunkContent& chunk, int task);
v1::Result LyingResult(const pipelines::ChunkContent& chunk, int task);

}  // namespace quipu::simulation

#endif  // QUIPU_TESTS_SIMULATION_SCRIPTED_RUN_H_
