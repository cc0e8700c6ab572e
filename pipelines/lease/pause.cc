// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/lease/pause.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "pipelines/core/names.h"

namespace quipu::pipelines::internal {
namespace {

// Whether a worker other than this one holds a lease.
bool OthersWork(const LeaseState& state, uint32_t worker) {
  for (uint32_t i = 1; i < state.workers().size(); ++i) {
    if (i != worker && !state.worker(i).leases.empty()) return true;
  }
  return false;
}

}  // namespace

void StopIfRejectsRunAway(const LeaseState& state, absl::string_view worker, int results,
                          const RejectWindow::Reasons& rejects, LeaseUpdates& updates) {
  if (!state.paused().empty()) return;
  const std::optional<int> in_window =
      state.window().RejectsAfter(results, static_cast<int>(rejects.size()));
  const int window = state.options().pause_window;
  const double limit = state.options().pause_reject_share;
  // A share like 0.07 is a little more than itself in binary.
  if (!in_window.has_value() || *in_window < limit * window - 1e-9) return;
  // Of leases that began together, rejects come first.
  const uint64_t seen = state.window().seen() + static_cast<uint64_t>(results);
  if (seen < state.most_leased() + static_cast<uint64_t>(window)) return;
  RejectWindow after = state.window();
  const uint32_t number = state.WorkerNumber(worker);
  after.Add(results, rejects, number);
  const RejectWindow::Count commonest = after.Commonest();
  const std::string reason = absl::StrFormat(
      "%d of the last %d results are rejects, a share of %.3f (limit %.3f); the commonest reason "
      "is %s, %d of them",
      *in_window, window, static_cast<double>(*in_window) / window, limit,
      RejectName(commonest.reason), commonest.rejects);
  if (after.AllRejectsOf(number) && OthersWork(state, number)) {
    v1::WorkerQuarantined& quarantined = *updates.emplace_back().mutable_worker_quarantined();
    quarantined.set_worker(worker.data(), worker.size());
    quarantined.set_reason(absl::StrCat(reason, ", and this worker made them all"));
  } else {
    updates.emplace_back().mutable_paused()->set_reason(reason);
  }
}

}  // namespace quipu::pipelines::internal
