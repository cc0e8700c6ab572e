// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/run_state.h"

#include <utility>

#include "absl/numeric/bits.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/strings.h"
#include "pipelines/coordinator/return_time.h"

namespace quipu::pipelines::internal {
namespace {

CoordinatorOptions WithAuditsIfReproducible(CoordinatorOptions options) {
  if (!options.reproducible) options.leases.audit_share = 0;
  return options;
}

// Logs what an operator should know. Who drives the run logs that it is paused.
void LogUpdate(const v1::LeaseUpdate& update) {
  if (update.has_worker_quarantined()) {
    LogWarning(absl::StrCat("worker ", update.worker_quarantined().worker(),
                            " is quarantined: ", update.worker_quarantined().reason()));
  } else if (update.has_quarantined()) {
    const v1::ChunkQuarantined& quarantined = update.quarantined();
    LogWarning(absl::StrCat("chunk ", quarantined.chunk().chunk_index(), " of document ",
                            absl::BytesToHexString(quarantined.chunk().document_id()),
                            " is quarantined, ", absl::popcount(quarantined.open()),
                            " pairs: ", Snippet(quarantined.reason(), kMaxAttemptMessageBytes)));
  }
}

}  // namespace

RunState::RunState(const CoordinatorOptions& given, RunStore* store)
    : options(WithAuditsIfReproducible(given)),
      run_store(store),
      started(options.clock->Monotonic()),
      table(options.leases, run_store->epoch()),
      sessions(kMaxWorkers),
      counts(options.before, started) {}

// ---- Changes.

void RunState::ApplyLocked(const v1::LeaseUpdate& update, Effects* effects) {
  if (!failed.ok()) return;
  const absl::Status applied = table.Apply(update);
  if (!applied.ok()) {
    FailLocked(absl::InternalError(absl::StrCat("lease table: ", applied.message())), effects);
    return;
  }
  LogUpdate(update);
  sessions.OnUpdate(update);
  audits.OnUpdate(update);
  if (jobs.OnUpdate(update)) effects->wake = true;
  if (queue.Journal(update)) effects->wake = true;
}

void RunState::ApplyAllLocked(const std::vector<v1::LeaseUpdate>& updates, Effects* effects) {
  for (const v1::LeaseUpdate& update : updates) ApplyLocked(update, effects);
}

void RunState::FailLocked(const absl::Status& status, Effects* effects) {
  if (!failed.ok()) return;
  failed = status;
  for (Poll& poll : polls.TakeAll()) {
    effects->Answer<v1::LeaseReply>(std::move(poll.done), status);
  }
  queue.RefuseAll(status, effects);
  effects->wake = true;
}

void RunState::StopLocked(Effects* effects) {
  stopped = true;
  const absl::Status status = absl::UnavailableError("the coordinator is stopping");
  for (Poll& poll : polls.TakeAll()) {
    effects->Answer<v1::LeaseReply>(std::move(poll.done), status);
  }
  effects->wake = true;
}

void RunState::CountResultLocked(const v1::Result& result, absl::Duration now, Effects* effects) {
  counts.AddResult(result, now);
  if (!options.on_result) return;
  effects->calls.push_back(
      [this, accepted = !result.has_reject()] { options.on_result(accepted); });
}

void RunState::CountRemovedLocked(const v1::Result& result, Effects* effects) {
  counts.RemoveResult(result);
  if (!options.on_removed) return;
  effects->calls.push_back(
      [this, accepted = !result.has_reject()] { options.on_removed(accepted); });
}

// ---- Queries.

absl::Status RunState::CheckAcceptingLocked() const {
  if (!failed.ok()) return failed;
  if (stopped) return absl::UnavailableError("the coordinator is stopping");
  return absl::OkStatus();
}

absl::Status RunState::CheckNotQuarantinedLocked(absl::string_view worker) const {
  const std::string& reason = table.WhyQuarantined(worker);
  if (reason.empty()) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat("worker ", worker, " is quarantined: ", reason));
}

bool RunState::IsDoneLocked() const { return table.Done() && jobs.empty() && queue.all_written(); }

uint32_t RunState::ReturnWithinMsLocked() const {
  return ReturnWithinMs(sessions.size(), options.leases.ttl);
}

}  // namespace quipu::pipelines::internal
