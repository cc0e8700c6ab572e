// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Groups of submits: what becomes of each result is decided, all that is new is
// written with one sync, the table is told, the callers are answered. What has
// a result is changed by this thread alone, so that what was decided holds when
// it is written.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "pipelines/coordinator/impl.h"
#include "pipelines/coordinator/lease_ticket.h"
#include "pipelines/core/engine_counters.h"

namespace quipu::pipelines::internal {

struct CoordinatorImpl::Group {
  std::vector<Submission> submissions;
  std::vector<ReadyReply> replies;
  LedgerBatch batch;
  // Task ids of batch.results, with their place there.
  absl::flat_hash_map<std::string, size_t> fresh;
  v1::EngineCounters work;
  bool worked = false;

  bool empty() const { return submissions.empty() && replies.empty() && batch.empty(); }
};

namespace {

void SetOutcome(v1::SubmitOutcome outcome, absl::string_view why, CheckedLease* lease) {
  lease->outcome.add_results(outcome);
  const bool good = outcome == v1::SUBMIT_OUTCOME_STORED || outcome == v1::SUBMIT_OUTCOME_DUPLICATE;
  if (!good && lease->outcome.message().empty()) lease->outcome.set_message(std::string(why));
}

absl::string_view WhyNot(const CheckedResult& checked, v1::SubmitOutcome outcome) {
  switch (outcome) {
    case v1::SUBMIT_OUTCOME_CONFLICT:
      return "another result of the task is stored, and stays";
    case v1::SUBMIT_OUTCOME_STALE:
      return "the lease is stale: its chunk was granted anew or taken away";
    default:
      return checked.problem.message();
  }
}

// Results must be, and verdicts, without which a run that was done would not be.
// Grants and the like need not.
bool MustBeDurable(const LedgerBatch& batch) {
  return !batch.results.empty() || !batch.audited.empty() ||
         std::any_of(batch.updates.begin(), batch.updates.end(),
                     [](const v1::LeaseUpdate& update) { return update.has_audit_verdict(); });
}

}  // namespace

int CoordinatorImpl::CommitSome() {
  Group group = TakeGroup();
  if (group.empty()) return RunJobs();
  const int count = static_cast<int>(group.submissions.size() + group.replies.size());
  Effects effects;
  absl::Status status = Decide(&group);
  if (status.ok()) status = Write(&group);
  if (status.ok()) {
    for (const FullAudit& audit : ApplyGroup(&group, &effects)) {
      if (status.ok()) status = DecideAudit(audit, &effects);
    }
  }
  if (!status.ok()) Fail(status);
  AnswerGroup(&group, status, &effects);
  Perform(std::move(effects));
  return std::max(count, 1) + RunJobs();
}

CoordinatorImpl::Group CoordinatorImpl::TakeGroup() {
  Group group;
  absl::MutexLock lock(&mutex_);
  if (!failed_.ok()) return group;
  group.batch = std::exchange(pending_, {});
  writing_ = !group.batch.empty();
  group.replies = std::exchange(replies_, {});
  int results = 0;
  size_t bytes = 0;
  while (!submissions_.empty()) {
    Submission& next = submissions_.front();
    results += next.results;
    bytes += next.bytes;
    const bool fits = results <= kMaxCommitResults && bytes <= kMaxCommitBytes;
    if (!fits && !group.submissions.empty()) break;
    waiting_bytes_ -= next.bytes;
    group.submissions.push_back(std::move(next));
    submissions_.pop_front();
  }
  for (Submission& submission : group.submissions) {
    submission.refused = CheckNotQuarantinedLocked(submission.worker);
    for (CheckedLease& lease : submission.leases) {
      if (!lease.ticket.ok()) continue;
      lease.validity = table_.ValidityOf(lease.chunk, lease.token);
      const std::optional<LeaseView> view = table_.Find(lease.chunk);
      if (!view.has_value()) continue;
      lease.done = view->done;
      const bool audit = view->leased && view->audit && view->token == lease.token;
      lease.audited = audit ? view->tasks : 0;
    }
  }
  return group;
}

// ---- Deciding.

absl::Status CoordinatorImpl::Decide(Group* group) {
  for (Submission& submission : group->submissions) {
    if (!submission.refused.ok()) continue;
    AddCounters(submission.work, &group->work);
    group->worked = group->worked || submission.work.ByteSizeLong() > 0;
    for (CheckedLease& lease : submission.leases) {
      RETURN_IF_ERROR(DecideLease(submission, &lease, group));
    }
  }
  return absl::OkStatus();
}

absl::Status CoordinatorImpl::DecideLease(const Submission& submission, CheckedLease* lease,
                                          Group* group) {
  if (!lease->ticket.ok()) {
    // However much was sent with it, it is one forgery.
    lease->invalid = 1;
    lease->outcome.set_ticket(v1::SUBMIT_OUTCOME_INVALID);
    lease->outcome.set_message(std::string(lease->ticket.message()));
    for (size_t i = 0; i < lease->results.size(); ++i) {
      lease->outcome.add_results(v1::SUBMIT_OUTCOME_INVALID);
    }
    return absl::OkStatus();
  }
  const bool current = lease->validity == TicketValidity::kCurrent;
  lease->outcome.set_ticket(current ? v1::SUBMIT_OUTCOME_STORED : v1::SUBMIT_OUTCOME_STALE);
  for (CheckedResult& checked : lease->results) {
    ASSIGN_OR_RETURN(const v1::SubmitOutcome outcome, DecideResult(*lease, checked, *group));
    SetOutcome(outcome, WhyNot(checked, outcome), lease);
    if (outcome == v1::SUBMIT_OUTCOME_INVALID) ++lease->invalid;
    if (outcome != v1::SUBMIT_OUTCOME_STORED || lease->audited != 0) continue;
    lease->stored |= uint64_t{1} << checked.task;
    if (checked.result.has_reject()) {
      lease->rejects.push_back(checked.result.reject().reason());
    }
    group->fresh[checked.result.task().id()] = group->batch.results.size();
    LedgerBatch::Made& made = group->batch.results.emplace_back();
    made.result.Swap(&checked.result);
    made.by.set_worker(submission.worker);
    made.by.set_token(lease->token);
  }
  if (!current && lease->outcome.message().empty()) {
    lease->outcome.set_message("the lease is stale: its chunk was granted anew or taken away");
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::SubmitOutcome> CoordinatorImpl::DecideResult(const CheckedLease& lease,
                                                                const CheckedResult& checked,
                                                                const Group& group) const {
  if (!checked.problem.ok()) return v1::SUBMIT_OUTCOME_INVALID;
  // An auditor is not told that it is one: ApplyAuditLocked decides.
  if ((lease.audited >> checked.task & 1) != 0) return v1::SUBMIT_OUTCOME_STORED;
  const bool current = lease.validity == TicketValidity::kCurrent;
  bool same = false;
  const auto fresh = group.fresh.find(checked.result.task().id());
  if (fresh != group.fresh.end()) {
    same = SameResult(group.batch.results[fresh->second].result, checked.result);
  } else if ((lease.done >> checked.task & 1) != 0) {
    ASSIGN_OR_RETURN(const v1::Result stored, ledger_->GetResult(checked.result.task().id()));
    same = SameResult(stored, checked.result);
  } else {
    return current ? v1::SUBMIT_OUTCOME_STORED : v1::SUBMIT_OUTCOME_STALE;
  }
  if (same) return v1::SUBMIT_OUTCOME_DUPLICATE;
  return current ? v1::SUBMIT_OUTCOME_CONFLICT : v1::SUBMIT_OUTCOME_STALE;
}

absl::Status CoordinatorImpl::CommitBatch(const LedgerBatch& batch, bool sync) {
  RETURN_IF_ERROR(ledger_->Commit(batch, sync));
  if (sync) durable_ = ledger_->commit_number();
  return absl::OkStatus();
}

absl::Status CoordinatorImpl::Write(Group* group) {
  if (!group->batch.empty()) {
    RETURN_IF_ERROR(CommitBatch(group->batch, MustBeDurable(group->batch)));
  }
  return group->worked ? ledger_->AddCounters(group->work) : absl::OkStatus();
}

// ---- Applying.

std::vector<FullAudit> CoordinatorImpl::ApplyGroup(Group* group, Effects* effects) {
  const absl::Duration now = Now();
  std::vector<FullAudit> full;
  absl::MutexLock lock(&mutex_);
  writing_ = false;
  for (const LedgerBatch::Made& made : group->batch.results) {
    CountResultLocked(made.result, now, effects);
  }
  AddCounters(group->work, &figures_.work);
  for (Submission& submission : group->submissions) {
    if (!submission.refused.ok()) continue;
    for (CheckedLease& lease : submission.leases) {
      ApplyLeaseLocked(submission, &lease, now, &full, effects);
    }
  }
  ChangedLocked(now, kMissesOfEvent, effects);
  return full;
}

void CoordinatorImpl::CountResultLocked(const v1::Result& result, absl::Duration now,
                                        Effects* effects) {
  if (result.has_reject()) {
    ++figures_.rejects_by_reason[result.reject().reason()];
  } else {
    ++figures_.accepted;
  }
  rate_.Add(1, now);
  if (options_.on_result) {
    effects->calls.push_back(
        [this, accepted = !result.has_reject()] { options_.on_result(accepted); });
  }
}

void CoordinatorImpl::ApplyLeaseLocked(const Submission& submission, CheckedLease* lease,
                                       absl::Duration now, std::vector<FullAudit>* full,
                                       Effects* effects) {
  if (lease->stored != 0) {
    ApplyAllLocked(
        table_.Store(lease->chunk, submission.worker, lease->stored, lease->rejects, now), effects);
  }
  if (lease->audited != 0) ApplyAuditLocked(submission, lease, full);
  CountLeaseLocked(submission, *lease, effects);
  if (!lease->ticket.ok()) return;
  if (lease->invalid > 0) {
    // Nothing is wrong with the chunk; another worker is to make it.
    ApplyAllLocked(table_.End(lease->chunk, lease->token, v1::LeaseEnded::RETURNED,
                              lease->outcome.message(), now),
                   effects);
  }
  if (lease->failure != v1::ATTEMPT_FAILURE_UNSPECIFIED) {
    const bool returned = lease->failure == v1::ATTEMPT_FAILURE_RETURNED;
    ApplyAllLocked(table_.End(lease->chunk, lease->token,
                              returned ? v1::LeaseEnded::RETURNED : v1::LeaseEnded::FAILED,
                              lease->message, now),
                   effects);
  }
}

void CoordinatorImpl::ApplyAuditLocked(const Submission& submission, CheckedLease* lease,
                                       std::vector<FullAudit>* full) {
  const std::optional<LeaseView> view = table_.Find(lease->chunk);
  if (!view.has_value() || !view->leased || view->token != lease->token) return;
  bool added = false;
  for (size_t i = 0; i < lease->results.size(); ++i) {
    const CheckedResult& checked = lease->results[i];
    if (!checked.problem.ok() || (view->tasks >> checked.task & 1) == 0) continue;
    switch (audits_.Add(lease->chunk, lease->token, checked.task, checked.result)) {
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
  if (!added || audits_.Has(lease->chunk, lease->token) != view->tasks) return;
  FullAudit& audit = full->emplace_back();
  audit.chunk = lease->chunk;
  audit.auditor = submission.worker;
  audit.token = lease->token;
  audit.made = audits_.ResultsOf(lease->chunk);
  if (const PendingAudits::Results* disputed = audits_.Disputed(lease->chunk)) {
    audit.disputed_with = *disputed;
  }
}

void CoordinatorImpl::CountLeaseLocked(const Submission& submission, const CheckedLease& lease,
                                       Effects* effects) {
  int stored = 0;
  for (const int outcome : lease.outcome.results()) {
    stored += outcome == v1::SUBMIT_OUTCOME_STORED ? 1 : 0;
    duplicates_ += outcome == v1::SUBMIT_OUTCOME_DUPLICATE ? 1 : 0;
    conflicts_ += outcome == v1::SUBMIT_OUTCOME_CONFLICT ? 1 : 0;
  }
  stale_ += lease.outcome.ticket() == v1::SUBMIT_OUTCOME_STALE ? 1 : 0;
  invalid_ += static_cast<uint64_t>(lease.invalid);
  Session* const session = sessions_.OfWorker(submission.worker);
  if (session == nullptr) return;
  session->results += static_cast<uint64_t>(stored);
  session->rejected += lease.rejects.size();
  if (lease.invalid == 0) return;
  LogWarning(absl::StrCat("worker ", submission.worker,
                          " handed in what cannot be: ", lease.outcome.message()));
  session->invalid += lease.invalid;
  if (session->invalid >= options_.max_invalid_results &&
      CheckNotQuarantinedLocked(session->worker).ok()) {
    QuarantineWorkerLocked(
        session->worker,
        absl::StrCat(session->invalid, " invalid results (at most ", options_.max_invalid_results,
                     "), the last: ", lease.outcome.message()),
        effects);
  }
}

// ---- Answering.

bool CoordinatorImpl::OverLocked(const CheckedLease& lease) const {
  if (!lease.ticket.ok() || lease.invalid > 0 || lease.failure != v1::ATTEMPT_FAILURE_UNSPECIFIED) {
    return true;
  }
  if (table_.ValidityOf(lease.chunk, lease.token) != TicketValidity::kCurrent) return true;
  const std::optional<LeaseView> view = table_.Find(lease.chunk);
  if (!view.has_value() || view->quarantined) return true;
  if (lease.audited != 0) return !view->leased || view->token != lease.token;
  return view->done == view->all();
}

void CoordinatorImpl::AnswerGroup(Group* group, const absl::Status& status, Effects* effects) {
  for (ReadyReply& ready : group->replies) {
    effects->calls.push_back(
        [done = std::move(ready.done), status, reply = std::move(ready.reply)] {
          if (status.ok()) {
            done(reply);
          } else {
            done(status);
          }
        });
  }
  if (group->submissions.empty()) return;
  const absl::Duration latency = Now() - group->submissions.front().since;
  // Not the number of the last write, which a machine without power may lose.
  const uint64_t sequence = durable_;
  const std::string proof = ProveCommit(options_.secret, ledger_->header().run_id(), sequence);
  absl::MutexLock lock(&mutex_);
  for (Submission& submission : group->submissions) {
    const absl::Status failed = status.ok() ? submission.refused : status;
    if (!failed.ok()) {
      effects->calls.push_back([done = std::move(submission.done), failed] { done(failed); });
      continue;
    }
    v1::SubmitReply reply;
    reply.set_commit_number(sequence);
    reply.set_commit_proof(proof);
    for (CheckedLease& lease : submission.leases) {
      lease.outcome.set_over(OverLocked(lease));
      reply.add_leases()->Swap(&lease.outcome);
    }
    effects->calls.push_back(
        [done = std::move(submission.done), reply = std::move(reply)] { done(reply); });
  }
  if (status.ok() && options_.on_commit) {
    effects->calls.push_back([this, latency, results = group->batch.results.size()] {
      options_.on_commit(latency, static_cast<int>(results));
    });
  }
}

}  // namespace quipu::pipelines::internal
