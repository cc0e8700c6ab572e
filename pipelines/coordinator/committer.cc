// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/committer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "pipelines/coordinator/lease_ticket.h"

namespace quipu::pipelines::internal {

int Committer::CommitNext() {
  CommitGroup group = Take();
  if (group.empty()) return 0;
  const int calls = static_cast<int>(group.submissions.size() + group.replies.size());
  Effects effects;
  absl::Status status = DecideGroup(*state_->run_store, &group);
  if (status.ok()) status = Write(group);
  if (status.ok()) status = Failpoint("commit.before_ack");
  if (status.ok()) {
    for (const FullAudit& audit : Apply(&group, &effects)) {
      if (status.ok()) status = court_.Decide(audit, &effects);
    }
  }
  if (!status.ok()) dispatcher_->Fail(status);
  Answer(&group, status, &effects);
  dispatcher_->Dispatch(std::move(effects));
  return std::max(calls, 1);
}

CommitGroup Committer::Take() {
  CommitGroup group;
  absl::MutexLock lock(&state_->mutex);
  if (!state_->failed.ok()) return group;
  CommitQueue::Batch batch = state_->queue.Take();
  group.batch = std::move(batch.changes);
  group.replies = std::move(batch.replies);
  group.submissions = std::move(batch.submissions);
  for (Submission& submission : group.submissions) LookUpLocked(&submission);
  return group;
}

void Committer::LookUpLocked(Submission* submission) {
  submission->refused = state_->CheckNotQuarantinedLocked(submission->worker);
  for (CheckedLease& lease : submission->leases) {
    if (!lease.ticket.ok()) continue;
    lease.validity = state_->table.ValidityOf(lease.chunk, lease.token);
    const std::optional<LeaseView> view = state_->table.Find(lease.chunk);
    if (!view.has_value()) continue;
    lease.done = view->done;
    const bool audit = view->leased && view->audit && view->token == lease.token;
    lease.audited = audit ? view->tasks : 0;
  }
}

absl::Status Committer::Write(const CommitGroup& group) {
  if (!group.batch.empty()) {
    RETURN_IF_ERROR(writer_->Commit(group.batch, MustBeDurable(group.batch)));
  }
  return group.worked ? state_->run_store->AddCounters(group.work) : absl::OkStatus();
}

// ---- Applying.

std::vector<FullAudit> Committer::Apply(CommitGroup* group, Effects* effects) {
  const absl::Duration now = state_->Now();
  std::vector<FullAudit> full;
  absl::MutexLock lock(&state_->mutex);
  state_->queue.Written();
  for (const JournalBatch::Made& made : group->batch.results) {
    state_->CountResultLocked(made.result, now, effects);
  }
  state_->counts.AddEngineCounters(group->work);
  for (Submission& submission : group->submissions) {
    if (!submission.refused.ok()) continue;
    for (CheckedLease& lease : submission.leases) {
      ApplyLeaseLocked(submission, &lease, now, &full, effects);
    }
    if (submission.leaving) ReleaseAllLocked(submission, now, effects);
  }
  state_->ServeWaitersLocked(now, kMissesOfEvent, effects);
  return full;
}

void Committer::ApplyLeaseLocked(const Submission& submission, CheckedLease* lease,
                                 absl::Duration now, std::vector<FullAudit>* full,
                                 Effects* effects) {
  if (lease->stored != 0) {
    state_->ApplyAllLocked(
        state_->table.Store(lease->chunk, submission.worker, lease->stored, lease->rejects, now),
        effects);
  }
  if (lease->audited != 0) CollectAuditLocked(state_, submission.worker, lease, full);
  state_->counts.AddOutcome(lease->outcome, lease->invalid);
  CountForWorkerLocked(submission, *lease, effects);
  if (!lease->ticket.ok()) return;
  if (lease->invalid > 0) {
    // The chunk is fine; another worker should make it.
    state_->ApplyAllLocked(state_->table.End(lease->chunk, lease->token, v1::LeaseEnded::RETURNED,
                                             lease->outcome.message(), now),
                           effects);
  }
  if (lease->failure != v1::ATTEMPT_FAILURE_UNSPECIFIED) {
    const bool returned = lease->failure == v1::ATTEMPT_FAILURE_RETURNED;
    state_->ApplyAllLocked(
        state_->table.End(lease->chunk, lease->token,
                          returned ? v1::LeaseEnded::RETURNED : v1::LeaseEnded::FAILED,
                          lease->message, now),
        effects);
  }
}

void Committer::ReleaseAllLocked(const Submission& submission, absl::Duration now,
                                 Effects* effects) {
  const Session* const session = state_->sessions.OfWorker(submission.worker);
  // Another process with its name, or the same one again, may hold leases by now.
  if (session == nullptr || session->id != submission.session || !session->left) return;
  state_->RefusePollOfLocked(session->id, absl::CancelledError("the worker has left"), effects);
  state_->ApplyAllLocked(state_->table.WorkerLeft(submission.worker, now), effects);
}

void Committer::CountForWorkerLocked(const Submission& submission, const CheckedLease& lease,
                                     Effects* effects) {
  Session* const session = state_->sessions.OfWorker(submission.worker);
  if (session == nullptr) return;
  session->results += static_cast<uint64_t>(
      std::count(lease.outcome.results().begin(), lease.outcome.results().end(),
                 static_cast<int>(v1::SUBMIT_OUTCOME_STORED)));
  session->rejected += lease.rejects.size();
  if (lease.invalid == 0) return;
  // Of the others, its quarantine tells the last.
  if (session->invalid == 0) {
    LogWarning(absl::StrCat("worker ", submission.worker,
                            " submitted an invalid result: ", lease.outcome.message()));
  }
  session->invalid += lease.invalid;
  const int most = state_->options.max_invalid_results;
  if (session->invalid < most || !state_->CheckNotQuarantinedLocked(session->worker).ok()) return;
  v1::LeaseUpdate update;
  v1::WorkerQuarantined& quarantined = *update.mutable_worker_quarantined();
  quarantined.set_worker(session->worker);
  quarantined.set_reason(absl::StrCat(session->invalid, " invalid results (at most ", most,
                                      "), the last: ", lease.outcome.message()));
  state_->ApplyLocked(update, effects);
}

// ---- Answering.

bool Committer::IsLeaseOverLocked(const CheckedLease& lease) const {
  if (!lease.ticket.ok() || lease.invalid > 0 || lease.failure != v1::ATTEMPT_FAILURE_UNSPECIFIED) {
    return true;
  }
  if (state_->table.ValidityOf(lease.chunk, lease.token) != TicketValidity::kCurrent) return true;
  const std::optional<LeaseView> view = state_->table.Find(lease.chunk);
  if (!view.has_value() || view->quarantined) return true;
  if (lease.audited != 0) return !view->leased || view->token != lease.token;
  return view->done == view->all();
}

void Committer::Answer(CommitGroup* group, const absl::Status& status, Effects* effects) {
  for (ReadyReply& ready : group->replies) {
    if (status.ok()) {
      effects->Answer<v1::LeaseReply>(std::move(ready.done), std::move(ready.reply));
    } else {
      effects->Answer<v1::LeaseReply>(std::move(ready.done), status);
    }
  }
  if (group->submissions.empty()) return;
  const CoordinatorOptions& options = state_->options;
  const absl::Duration latency = state_->Now() - group->submissions.front().since;
  v1::SubmitReply written;
  written.set_commit_number(writer_->durable());
  written.set_commit_proof(
      ProveCommit(options.secret, state_->run_store->header().run_id(), writer_->durable()));
  absl::MutexLock lock(&state_->mutex);
  for (Submission& submission : group->submissions) {
    const absl::Status failed = status.ok() ? submission.refused : status;
    if (!failed.ok()) {
      effects->Answer<v1::SubmitReply>(std::move(submission.done), failed);
      continue;
    }
    v1::SubmitReply reply = written;
    for (CheckedLease& lease : submission.leases) {
      lease.outcome.set_over(IsLeaseOverLocked(lease));
      reply.add_leases()->Swap(&lease.outcome);
    }
    effects->Answer<v1::SubmitReply>(std::move(submission.done), std::move(reply));
  }
  if (!status.ok() || !options.on_commit) return;
  const int results = static_cast<int>(group->batch.results.size());
  effects->calls.push_back([&options, latency, results] { options.on_commit(latency, results); });
}

}  // namespace quipu::pipelines::internal
