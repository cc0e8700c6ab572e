// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a coordinator knows when it starts: the plan with what is done of it, the
// journal of earlier starts, who made the results that there are.
//
//   RunState state(options, ledger);
//   RETURN_IF_ERROR(Recover(&state));
//
// Call once, before anything else is done with the state.
#ifndef QUIPU_PIPELINES_COORDINATOR_RECOVERY_H_
#define QUIPU_PIPELINES_COORDINATOR_RECOVERY_H_

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "pipelines/coordinator/run_state.h"

namespace quipu::pipelines::internal {

// Leases of earlier starts begin anew, if options.workers_outlive_it; audits that
// were drawn and have no verdict are asked for again; what is left to be taken
// back of quarantined workers is queued. Errors of the ledger; INVALID_ARGUMENT if
// journal, results and plan do not fit each other.
absl::Status Recover(RunState* state) ABSL_LOCKS_EXCLUDED(state->mutex);

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_RECOVERY_H_
