// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The main job on one machine: read, plan, generate, dedup, pack, export.
// Resumes where the store says an earlier process stopped. A build that is
// killed anywhere and rerun ends with the same bytes. Pairs are made as `quipu
// serve` and `quipu work` make them, with the coordinator in the same process.
//
//   ASSIGN_OR_RETURN(const BuildSummary summary, Build(spec, {}));
#ifndef QUIPU_PIPELINES_RUN_BUILD_H_
#define QUIPU_PIPELINES_RUN_BUILD_H_

#include "absl/status/statusor.h"
#include "pipelines/run/stages.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

// Runs the whole job. CANCELLED if a stop was requested (finished work is
// kept), FAILED_PRECONDITION if the store belongs to another spec or model,
// ABORTED if the run was paused because too many pairs are rejected (the same
// command resumes); other errors are those of the stages.
absl::StatusOr<BuildSummary> Build(const v1::RunSpec& spec, const BuildOptions& options);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_BUILD_H_
