// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The DEDUP stage: duplicates among a document's questions, and near-duplicates among
// the pairs of the whole run, become rejects.
//
//   RETURN_IF_ERROR(DeduplicateResults(spec.filters(), store.get()));
//
// Of two duplicates the earlier one stays, in order of document id and task: the
// order in which results were made does not matter. An interrupted stage starts from
// the beginning. Needs about 104 bytes for each accepted pair: 1 GB for 10 million.
// Thread-compatible.
#ifndef QUIPU_PIPELINES_RUN_DEDUP_STAGE_H_
#define QUIPU_PIPELINES_RUN_DEDUP_STAGE_H_

#include "absl/status/status.h"
#include "protos/run_spec.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

// Turns duplicates into rejects, document by document.
// FAILED_PRECONDITION if a planned task has no result yet; CANCELLED if a stop was
// requested.
absl::Status DeduplicateResults(const v1::FilterSpec& filters, storage::Store* store);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_DEDUP_STAGE_H_
