// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The READ stage: reads the corpus into the store, from where an earlier run stopped. Each document
// is tokenised once, and planned as it is read.
//
//   RETURN_IF_ERROR(ReadInputs(spec, spec.read().max_bad_share(), *engine->tokenizer(),
//                              /*benchmarks=*/nullptr, store));
//
// One thread at a time for each store.
#ifndef QUIPU_PIPELINES_INGEST_READ_STAGE_H_
#define QUIPU_PIPELINES_INGEST_READ_STAGE_H_

#include "absl/status/status.h"
#include "generator/corpus/decontaminator.h"
#include "inference/text/tokenizer.h"
#include "protos/run_spec.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

// Reads the rest of all inputs of `spec`. Each batch is stored with its plans and its file's read
// position. For a partition's store, keeps only that partition's records. INVALID_ARGUMENT, naming
// the first few bad records, if too much of an entry is bad (bad_records.h); all records read are
// still stored, so the same command with a higher share resumes. CANCELLED if a stop was requested.
// `benchmarks`: documents that hold one of their contexts get a plan without tasks (CONTAMINATED);
// nullptr: none.
absl::Status ReadInputs(const v1::RunSpec& spec, double max_bad_share,
                        const inference::Tokenizer& tokenizer,
                        const generator::Decontaminator* benchmarks, storage::Store* store);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_READ_STAGE_H_
