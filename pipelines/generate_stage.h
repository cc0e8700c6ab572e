// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// GENERATE: every planned task that has no result yet, many chunks at once, each
// result durable as soon as it is there.
#ifndef QUIPU_PIPELINES_GENERATE_STAGE_H_
#define QUIPU_PIPELINES_GENERATE_STAGE_H_

#include "absl/status/status.h"
#include "inference/engine.h"
#include "pipelines/progress.h"
#include "protos/run_spec.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

// Runs the tasks. Results do not depend on order, on what runs side by side, or
// on interruption. CANCELLED if a stop was requested: calls in progress are
// given up, their tasks are done by the next run. Any other error of the engine
// or the store ends the stage with that error; nothing stored is lost.
absl::Status GenerateResults(const v1::RunSpec& spec, inference::Engine* engine,
                             storage::Store* store, Progress* progress);

// Chunks worked on at once: performance.chunks_in_flight, or as many as keep
// the engine's steps full, from their size and what the spec says of chunks and
// replies. The engine opens no more of them than its memory allows.
int ChunksInFlight(const v1::RunSpec& spec);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_GENERATE_STAGE_H_
