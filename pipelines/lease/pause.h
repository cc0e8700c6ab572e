// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// When too many of the latest results are rejects: pauses the run, or quarantines the only
// worker that rejects while another is at work, for nobody alone shall stop the others.
//
// An accepted pair takes longer than one that is refused halfway. When leases begin
// together, as those of a fleet do, the first results are nearly all rejects. So the window
// counts only when as many results have come before it as there were tasks on lease at one
// moment: all of those are made anyway.
//
//   StopIfRejectsRunAway(state, "worker-7", /*results=*/3, rejects, updates);
//
// Only decides: nothing changes until the updates are applied. Pure.
#ifndef QUIPU_PIPELINES_LEASE_PAUSE_H_
#define QUIPU_PIPELINES_LEASE_PAUSE_H_

#include "absl/strings/string_view.h"
#include "pipelines/lease/ends.h"
#include "pipelines/lease/reject_window.h"
#include "pipelines/lease/state.h"

namespace quipu::pipelines::internal {

// For `results` new results of the worker, of which `rejects` are rejects. Does nothing while
// the run is paused.
void StopIfRejectsRunAway(const LeaseState& state, absl::string_view worker, int results,
                          const RejectWindow::Reasons& rejects, LeaseUpdates& updates);

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_LEASE_PAUSE_H_
