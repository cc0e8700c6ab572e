// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The DECONTAMINATE stage: pairs that a benchmark has become rejects for that reason, also
// those that were rejects before (a labelled view shows some of them).
//
//   RETURN_IF_ERROR(RejectContaminated(*benchmarks, store.get()));
//
// It comes before the DEDUP stage, so that no pair is a duplicate of one that is left
// out. An interrupted stage starts from the beginning. Thread-compatible.
#ifndef QUIPU_PIPELINES_RUN_DECONTAMINATE_STAGE_H_
#define QUIPU_PIPELINES_RUN_DECONTAMINATE_STAGE_H_

#include "absl/status/status.h"
#include "generator/corpus/decontaminator.h"
#include "storage/store.h"

namespace quipu::pipelines {

// Document by document. CANCELLED if a stop was requested.
absl::Status RejectContaminated(const generator::Decontaminator& benchmarks, storage::Store* store);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_DECONTAMINATE_STAGE_H_
