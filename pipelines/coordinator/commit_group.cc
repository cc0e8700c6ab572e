// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/commit_group.h"

#include <algorithm>

#include "base/status_macros.h"
#include "pipelines/core/engine_counters.h"

namespace quipu::pipelines::internal {
namespace {

constexpr char kStale[] = "the lease is stale: its chunk was granted again or revoked";

void SetOutcome(v1::SubmitOutcome outcome, absl::string_view why, CheckedLease* lease) {
  lease->outcome.add_results(outcome);
  const bool good = outcome == v1::SUBMIT_OUTCOME_STORED || outcome == v1::SUBMIT_OUTCOME_DUPLICATE;
  if (!good && lease->outcome.message().empty()) lease->outcome.set_message(std::string(why));
}

absl::string_view WhyNotStored(const CheckedResult& checked, v1::SubmitOutcome outcome) {
  switch (outcome) {
    case v1::SUBMIT_OUTCOME_CONFLICT:
      return "another result of the task is stored, and stays";
    case v1::SUBMIT_OUTCOME_STALE:
      return kStale;
    default:
      return checked.problem.message();
  }
}

// However many results came with it, it counts as one forgery.
void RefuseForgedTicket(CheckedLease* lease) {
  lease->invalid = 1;
  lease->outcome.set_ticket(v1::SUBMIT_OUTCOME_INVALID);
  lease->outcome.set_message(std::string(lease->ticket.message()));
  for (size_t i = 0; i < lease->results.size(); ++i) {
    lease->outcome.add_results(v1::SUBMIT_OUTCOME_INVALID);
  }
}

absl::StatusOr<v1::SubmitOutcome> DecideResult(const RunStore& run_store, const CommitGroup& group,
                                               const CheckedLease& lease,
                                               const CheckedResult& checked) {
  if (!checked.problem.ok()) return v1::SUBMIT_OUTCOME_INVALID;
  // An auditor must not learn that it is one: the comparison decides later.
  if ((lease.audited >> checked.task & 1) != 0) return v1::SUBMIT_OUTCOME_STORED;
  const bool current = lease.validity == TicketValidity::kCurrent;
  bool same = false;
  const auto fresh = group.fresh.find(checked.result.task().id());
  if (fresh != group.fresh.end()) {
    same = SameResult(group.batch.results[fresh->second].result, checked.result);
  } else if ((lease.done >> checked.task & 1) != 0) {
    ASSIGN_OR_RETURN(const v1::Result stored, run_store.GetResult(checked.result.task().id()));
    same = SameResult(stored, checked.result);
  } else {
    return current ? v1::SUBMIT_OUTCOME_STORED : v1::SUBMIT_OUTCOME_STALE;
  }
  if (same) return v1::SUBMIT_OUTCOME_DUPLICATE;
  return current ? v1::SUBMIT_OUTCOME_CONFLICT : v1::SUBMIT_OUTCOME_STALE;
}

void AddToBatch(const std::string& worker, CheckedLease* lease, CheckedResult* checked,
                CommitGroup* group) {
  lease->stored |= uint64_t{1} << checked->task;
  if (checked->result.has_reject()) lease->rejects.push_back(checked->result.reject().reason());
  group->fresh[checked->result.task().id()] = group->batch.results.size();
  JournalBatch::Made& made = group->batch.results.emplace_back();
  made.result.Swap(&checked->result);
  made.by.set_worker(worker);
  made.by.set_token(lease->token);
}

absl::Status DecideLease(const RunStore& run_store, const std::string& worker, CheckedLease* lease,
                         CommitGroup* group) {
  if (!lease->ticket.ok()) {
    RefuseForgedTicket(lease);
    return absl::OkStatus();
  }
  const bool current = lease->validity == TicketValidity::kCurrent;
  lease->outcome.set_ticket(current ? v1::SUBMIT_OUTCOME_STORED : v1::SUBMIT_OUTCOME_STALE);
  for (CheckedResult& checked : lease->results) {
    ASSIGN_OR_RETURN(const v1::SubmitOutcome outcome,
                     DecideResult(run_store, *group, *lease, checked));
    SetOutcome(outcome, WhyNotStored(checked, outcome), lease);
    if (outcome == v1::SUBMIT_OUTCOME_INVALID) ++lease->invalid;
    if (outcome != v1::SUBMIT_OUTCOME_STORED || lease->audited != 0) continue;
    AddToBatch(worker, lease, &checked, group);
  }
  if (!current && lease->outcome.message().empty()) lease->outcome.set_message(kStale);
  return absl::OkStatus();
}

}  // namespace

absl::Status DecideGroup(const RunStore& run_store, CommitGroup* group) {
  for (Submission& submission : group->submissions) {
    if (!submission.refused.ok()) continue;
    AddCounters(submission.work, &group->work);
    group->worked = group->worked || submission.work.ByteSizeLong() > 0;
    for (CheckedLease& lease : submission.leases) {
      RETURN_IF_ERROR(DecideLease(run_store, submission.worker, &lease, group));
    }
  }
  return absl::OkStatus();
}

bool MustBeDurable(const JournalBatch& batch) {
  return !batch.results.empty() || !batch.audited.empty() ||
         std::any_of(batch.updates.begin(), batch.updates.end(),
                     [](const v1::LeaseUpdate& update) { return update.has_audit_verdict(); });
}

}  // namespace quipu::pipelines::internal
