// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The PACK stage: accepted samples and short rows become the rows that trainers
// read.
//
//   RETURN_IF_ERROR(PackRows(spec, target, /*benchmarks=*/nullptr, store.get()));
//
// Deterministic; an interrupted stage starts from the beginning.
// Thread-compatible.
#ifndef QUIPU_PIPELINES_RUN_PACK_STAGE_H_
#define QUIPU_PIPELINES_RUN_PACK_STAGE_H_

#include "absl/status/status.h"
#include "generator/corpus/decontaminator.h"
#include "generator/rows/instance_builder.h"
#include "protos/run_spec.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

// Finds the evidence of every accepted sample and builds long rows from them and beside them
// (generator/rows/long_rows.h), in order of document, and packs the short rows. Samples whose question
// the document answers in two ways (AMBIGUOUS) or that do not fit the context, and rows that fit
// nowhere, become rejects. Memory holds one document with its sentences, the other documents of one
// row's context, the ids of all documents, and some bytes per short row (short_row_tokens.h). Which
// other documents a row gets depends on all ids of the store, so a merged store is packed like that
// of one build. Short rows that `benchmarks` have are rejects too (CONTAMINATED); nullptr: none.
// A pack has rows of one split, and so has a context documents (export.validation_share).
absl::Status PackRows(const v1::RunSpec& spec, const generator::TargetModel& target,
                      const generator::Decontaminator* benchmarks, storage::Store* store);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_PACK_STAGE_H_
