// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Restores a coordinator's state at startup: the plan and its results, the
// journal of earlier starts, and the makers of the results.
//
//   RunState state(options, run_store);
//   RETURN_IF_ERROR(Recover(&state));
//
// Call once, before any other use of the state.
#ifndef QUIPU_PIPELINES_COORDINATOR_RECOVERY_H_
#define QUIPU_PIPELINES_COORDINATOR_RECOVERY_H_

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "pipelines/coordinator/run_state.h"

namespace quipu::pipelines::internal {

// Leases of earlier starts restart from now if options.workers_outlive_it.
// Audits that were drawn and have no verdict are requested again. The remaining
// results of quarantined workers are queued for removal. Errors of the run store;
// INVALID_ARGUMENT if journal, results and plan contradict each other.
absl::Status Recover(RunState* state) ABSL_LOCKS_EXCLUDED(state->mutex);

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_RECOVERY_H_
