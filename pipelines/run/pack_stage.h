// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// SETTLE and PACK: what needs all results. Both are deterministic and start over
// when they were interrupted.
#ifndef QUIPU_PIPELINES_RUN_PACK_STAGE_H_
#define QUIPU_PIPELINES_RUN_PACK_STAGE_H_

#include "absl/status/status.h"
#include "generator/instance_builder.h"
#include "protos/run_spec.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

// Turns duplicate questions into rejects, document by document.
// FAILED_PRECONDITION if a planned task has no result yet.
absl::Status DeduplicateResults(const v1::RunSpec& spec, storage::Store* store);

// Builds a long sequence from every accepted sample, in order of document and
// task, and packs the short rows. Samples that do not fit the context and rows
// that fit nowhere become rejects. Memory holds one document and one length a
// short row.
absl::Status PackSequences(const v1::RunSpec& spec, const generator::TargetModel& target,
                           storage::Store* store);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_PACK_STAGE_H_
