// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/audit_court.h"

#include <optional>

#include "base/failpoint.h"
#include "base/status_macros.h"

namespace quipu::pipelines::internal {
namespace {

// Compares byte for byte, task by task.
bool AllSame(const PendingAudits::Results& a, const PendingAudits::Results& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [task, result] : a) {
    const auto other = b.find(task);
    if (other == b.end() || !SameResult(result, other->second)) return false;
  }
  return true;
}

}  // namespace

void CollectAuditLocked(RunState* state, const std::string& auditor, CheckedLease* lease,
                        std::vector<FullAudit>* full) {
  const std::optional<LeaseView> view = state->table.Find(lease->chunk);
  if (!view.has_value() || !view->leased || view->token != lease->token) return;
  bool added = false;
  for (size_t i = 0; i < lease->results.size(); ++i) {
    const CheckedResult& checked = lease->results[i];
    if (!checked.problem.ok() || (view->tasks >> checked.task & 1) == 0) continue;
    switch (state->audits.Add(lease->chunk, lease->token, checked.task, checked.result)) {
      case PendingAudits::Added::kNew:
        added = true;
        break;
      case PendingAudits::Added::kSame:
        lease->outcome.set_results(static_cast<int>(i), v1::SUBMIT_OUTCOME_DUPLICATE);
        break;
      case PendingAudits::Added::kOther:
        lease->outcome.set_results(static_cast<int>(i), v1::SUBMIT_OUTCOME_CONFLICT);
        lease->outcome.set_message("another result of the task is stored, and stays");
        break;
    }
  }
  if (!added || state->audits.Has(lease->chunk, lease->token) != view->tasks) return;
  FullAudit& audit = full->emplace_back();
  audit.chunk = lease->chunk;
  audit.auditor = auditor;
  audit.made = state->audits.ResultsOf(lease->chunk);
  if (const PendingAudits::Results* disputed = state->audits.Disputed(lease->chunk)) {
    audit.disputed_with = *disputed;
  }
}

absl::Status AuditCourt::Decide(const FullAudit& audit, Effects* effects) {
  RETURN_IF_ERROR(Failpoint("audit.before_compare"));
  PendingAudits::Results stored;
  std::vector<std::string> ids;
  for (const auto& [task, result] : audit.made) {
    ids.push_back(result.task().id());
    ASSIGN_OR_RETURN(stored[task], state_->run_store->GetResult(ids.back()));
  }
  const bool matches_first = AllSame(stored, audit.made);
  // Of use in a dispute only.
  const bool matches_second = AllSame(audit.disputed_with, audit.made);
  absl::MutexLock lock(&state_->mutex);
  state_->audits.Finish(audit.chunk);
  for (const v1::LeaseUpdate& update : state_->table.Audit(
           audit.chunk, audit.auditor, matches_first, matches_second, state_->Now())) {
    state_->ApplyLocked(update, effects);
    if (!update.has_audit_verdict()) continue;
    const v1::AuditVerdict::Verdict verdict = update.audit_verdict().verdict();
    if (verdict == v1::AuditVerdict::DIFFERENT) {
      state_->audits.Dispute(audit.chunk, audit.made);
      continue;
    }
    state_->audits.ClearDispute(audit.chunk);
    if (verdict == v1::AuditVerdict::SAME || verdict == v1::AuditVerdict::SECOND_LIED) {
      state_->queue.MarkAudited(ids);
    }
  }
  state_->ServeWaitersLocked(state_->Now(), kMissesOfEvent, effects);
  return absl::OkStatus();
}

}  // namespace quipu::pipelines::internal
