// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/recovery.h"

#include <string>

#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::pipelines::internal {
namespace {

// The journal's times are from a clock that is gone: such leases restart from now.
v1::LeaseUpdate WithTimesOfNow(v1::LeaseUpdate update, const LeaseOptions& options,
                               absl::Duration now) {
  if (update.has_granted()) {
    update.mutable_granted()->set_expires_us(absl::ToInt64Microseconds(now + options.ttl));
    update.mutable_granted()->set_ends_us(absl::ToInt64Microseconds(now + options.max_attempt));
  }
  return update;
}

absl::Status RecoverPlan(RunState* state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state->mutex) {
  return state->run_store->ForEachChunk([state](const v1::ChunkAdded& added) {
    state->mutex.AssertHeld();
    v1::LeaseUpdate update;
    *update.mutable_chunk_added() = added;
    return state->table.Apply(update);
  });
}

absl::Status RecoverJournal(RunState* state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state->mutex) {
  const CoordinatorOptions& options = state->options;
  const absl::Duration now = state->Now();
  return state->run_store->ForEachUpdate([&](const v1::LeaseUpdate& update) {
    state->mutex.AssertHeld();
    if (update.has_granted() && !options.workers_outlive_it) return absl::OkStatus();
    return Annotate(state->table.Replay(WithTimesOfNow(update, options.leases, now)),
                    "the run's journal");
  });
}

absl::Status RecoverAttempts(RunState* state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state->mutex) {
  RETURN_IF_ERROR(state->run_store->ForEachAttempt(
      [state](const v1::ChunkId& chunk, absl::string_view worker, uint64_t made, uint64_t audited) {
        state->mutex.AssertHeld();
        v1::LeaseUpdate update;
        *update.mutable_stored()->mutable_chunk() = chunk;
        update.mutable_stored()->set_done(made);
        update.mutable_stored()->set_worker(std::string(worker));
        update.mutable_stored()->set_audited(audited);
        return Annotate(state->table.Replay(update), "the results' attempts");
      }));
  if (!state->options.reproducible) return absl::OkStatus();
  for (const v1::LeaseUpdate& update : state->table.AskAudits()) {
    RETURN_IF_ERROR(state->table.Apply(update));
  }
  return absl::OkStatus();
}

bool HasUnaudited(const LeaseTable& table, const std::string& worker) {
  for (uint32_t from = 0; from < table.chunks();) {
    if (!table.UnauditedOf(worker, /*most=*/1, &from).empty()) return true;
  }
  return false;
}

// A kill may have come between a worker's quarantine and the removal of all its results.
void RecoverTakingBack(RunState* state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state->mutex) {
  for (const std::string& worker : state->table.QuarantinedWorkers()) {
    if (HasUnaudited(state->table, worker)) state->jobs.Add(Job::Withdraw(worker));
  }
}

}  // namespace

absl::Status Recover(RunState* state) {
  absl::MutexLock lock(&state->mutex);
  RETURN_IF_ERROR(RecoverPlan(state));
  RETURN_IF_ERROR(RecoverJournal(state));
  RETURN_IF_ERROR(RecoverAttempts(state));
  RecoverTakingBack(state);
  state->resumed = state->table.counts().done > 0;
  return absl::OkStatus();
}

}  // namespace quipu::pipelines::internal
