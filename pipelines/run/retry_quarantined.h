// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Makes the quarantined pairs of a run pending again, whether or not the run is done or was
// merged: the next build or serve makes them, and then drops contaminated pairs and duplicates,
// packs and exports again, so that the dataset is the one of a run without a quarantine.
//
//   ASSIGN_OR_RETURN(const uint64_t pairs, RetryQuarantined(store.get()));
//
// Repeats what was left undone if an earlier call died. Thread-compatible.
#ifndef QUIPU_PIPELINES_RUN_RETRY_QUARANTINED_H_
#define QUIPU_PIPELINES_RUN_RETRY_QUARANTINED_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace quipu::pipelines {

// Returns the number of pairs; with 0 nothing is changed. `store` must be writable.
absl::StatusOr<uint64_t> RetryQuarantined(storage::Store* store);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_RETRY_QUARANTINED_H_
