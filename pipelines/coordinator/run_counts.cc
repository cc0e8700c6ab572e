// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/run_counts.h"

#include "pipelines/core/engine_counters.h"
#include "pipelines/core/names.h"

namespace quipu::pipelines::internal {

void RunCounts::AddResult(const v1::Result& result, absl::Duration now) {
  if (result.has_reject()) {
    ++figures_.rejects_by_reason[result.reject().reason()];
  } else {
    ++figures_.accepted;
  }
  rate_.Add(1, now);
}

void RunCounts::RemoveResult(const v1::Result& result) {
  uint64_t& count = result.has_reject() ? figures_.rejects_by_reason[result.reject().reason()]
                                        : figures_.accepted;
  if (count > 0) --count;
}

void RunCounts::AddEngineCounters(const v1::EngineCounters& work) {
  AddCounters(work, &figures_.work);
}

void RunCounts::AddOutcome(const v1::LeaseOutcome& outcome, int invalid) {
  for (const int result : outcome.results()) {
    duplicates_ += result == v1::SUBMIT_OUTCOME_DUPLICATE ? 1 : 0;
    conflicts_ += result == v1::SUBMIT_OUTCOME_CONFLICT ? 1 : 0;
  }
  stale_ += outcome.ticket() == v1::SUBMIT_OUTCOME_STALE ? 1 : 0;
  invalid_ += static_cast<uint64_t>(invalid);
}

void RunCounts::Fill(absl::Duration now, v1::StatusReply* reply) const {
  uint64_t rejected = 0;
  for (const auto& [reason, count] : figures_.rejects_by_reason) {
    if (count == 0) continue;
    rejected += count;
    (*reply->mutable_rejects_by_reason())[RejectName(reason)] = count;
  }
  reply->mutable_tasks()->set_accepted(figures_.accepted);
  reply->mutable_tasks()->set_rejected(rejected);
  *reply->mutable_work() = figures_.work;
  reply->set_results_per_s(rate_.PerSecond(now));
  reply->set_stale_submits(stale_);
  reply->set_invalid_results(invalid_);
  reply->set_duplicates(duplicates_);
  reply->set_conflicts(conflicts_);
}

}  // namespace quipu::pipelines::internal
