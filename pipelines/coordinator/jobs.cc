// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the thread that commits does besides submits: rejects for quarantined
// chunks, verdicts of audits, and the removal of results.
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "generator/reject.h"
#include "pipelines/coordinator/impl.h"

namespace quipu::pipelines::internal {
namespace {

// Chunks whose results are taken back in one batch, so that submits need not
// wait for all of them.
constexpr size_t kMaxChunksRemoved = 64;

v1::LeaseUpdate TakenBack(const UnauditedResults& unaudited, const std::string& worker) {
  v1::LeaseUpdate update;
  *update.mutable_taken_back()->mutable_chunk() = unaudited.chunk;
  update.mutable_taken_back()->set_pending(unaudited.mask);
  update.mutable_taken_back()->set_worker(worker);
  return update;
}

}  // namespace

void CoordinatorImpl::EnqueueLocked(Job job, Effects* effects) {
  jobs_.push_back(std::move(job));
  effects->wake = true;
}

void CoordinatorImpl::QuarantineWorkerLocked(const std::string& worker, const std::string& reason,
                                             Effects* effects) {
  v1::LeaseUpdate update;
  update.mutable_worker_quarantined()->set_worker(worker);
  update.mutable_worker_quarantined()->set_reason(reason);
  ApplyLocked(update, effects);
}

int CoordinatorImpl::RunJobs() {
  Job job;
  {
    absl::MutexLock lock(&mutex_);
    if (jobs_.empty() || !failed_.ok()) return 0;
    job = jobs_.front();  // Left there until it is done: the run is not, before.
  }
  Effects effects;
  const absl::StatusOr<bool> finished = RunJob(job, &effects);
  if (!finished.ok()) {
    Fail(finished.status());
  } else {
    absl::MutexLock lock(&mutex_);
    if (*finished) jobs_.pop_front();
    ChangedLocked(Now(), kMissesOfEvent, &effects);
  }
  Perform(std::move(effects));
  return 1;
}

absl::StatusOr<bool> CoordinatorImpl::RunJob(const Job& job, Effects* effects) {
  switch (job.kind) {
    case Job::Kind::kQuarantine:
      RETURN_IF_ERROR(RejectQuarantined(job.quarantine, effects));
      return true;
    case Job::Kind::kTakeBack:
      return TakeBack(job.worker, effects);
    case Job::Kind::kRelease:
      RETURN_IF_ERROR(ReleaseQuarantined(effects));
      return true;
  }
  return absl::InternalError("a job of no kind");
}

absl::Status CoordinatorImpl::RejectQuarantined(const v1::ChunkQuarantined& quarantine,
                                                Effects* effects) {
  const v1::ChunkId& chunk = quarantine.chunk();
  uint64_t open = 0;
  {
    absl::MutexLock lock(&mutex_);
    const std::optional<LeaseView> view = table_.Find(chunk);
    // A late result, or one taken back since, has changed what is open.
    if (view.has_value() && view->quarantined) open = quarantine.open() & ~view->done;
  }
  if (open == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::shared_ptr<const ChunkContent> content, chunks_.Get(chunk));
  LedgerBatch batch;
  for (size_t i = 0; i < content->tasks.size(); ++i) {
    if ((open >> i & 1) == 0) continue;
    v1::Result& result = batch.results.emplace_back().result;
    *result.mutable_task() = content->tasks[i];
    *result.mutable_reject() =
        generator::MakeReject(v1::REJECT_REASON_QUARANTINED, quarantine.reason());
  }
  v1::LeaseUpdate update;
  *update.mutable_quarantined() = quarantine;
  update.mutable_quarantined()->set_open(open);
  batch.updates.push_back(std::move(update));
  RETURN_IF_ERROR(CommitBatch(batch, /*sync=*/true));
  const absl::Duration now = Now();
  absl::MutexLock lock(&mutex_);
  for (const LedgerBatch::Made& made : batch.results) CountResultLocked(made.result, now, effects);
  ApplyAllLocked(
      table_.Store(chunk, "", open,
                   LeaseTable::RejectReasons(batch.results.size(), v1::REJECT_REASON_QUARANTINED),
                   now),
      effects);
  return absl::OkStatus();
}

absl::StatusOr<bool> CoordinatorImpl::TakeBack(const std::string& worker, Effects* effects) {
  std::vector<v1::LeaseUpdate> updates;
  std::vector<v1::LeaseUpdate> why;
  bool finished = true;
  {
    absl::MutexLock lock(&mutex_);
    // Once more and synced, lest power is lost when the results are gone and
    // their maker is not quarantined any more.
    if (const std::string& reason = table_.WhyQuarantined(worker); !reason.empty()) {
      v1::WorkerQuarantined& quarantined = *why.emplace_back().mutable_worker_quarantined();
      quarantined.set_worker(worker);
      quarantined.set_reason(reason);
    }
    for (const UnauditedResults& unaudited : table_.UnauditedOf(worker)) {
      finished = updates.size() < kMaxChunksRemoved;
      if (!finished) break;
      updates.push_back(TakenBack(unaudited, worker));
    }
  }
  RETURN_IF_ERROR(Remove(updates, std::move(why), effects));
  return finished;
}

absl::Status CoordinatorImpl::ReleaseQuarantined(Effects* effects) {
  std::vector<v1::LeaseUpdate> updates;
  {
    absl::MutexLock lock(&mutex_);
    for (v1::LeaseUpdate& update : table_.Release()) {
      // One whose rejects are not written yet came after the request.
      const std::optional<LeaseView> view = table_.Find(update.released().chunk());
      if (!view.has_value() || (update.released().pending() & ~view->done) != 0) continue;
      updates.push_back(std::move(update));
    }
  }
  return Remove(updates, {}, effects);
}

absl::Status CoordinatorImpl::Remove(const std::vector<v1::LeaseUpdate>& updates,
                                     std::vector<v1::LeaseUpdate> why, Effects* effects) {
  if (updates.empty()) return absl::OkStatus();
  LedgerBatch batch;
  std::vector<v1::Result> removed;
  for (const v1::LeaseUpdate& update : updates) {
    const bool released = update.has_released();
    const uint64_t tasks = released ? update.released().pending() : update.taken_back().pending();
    ASSIGN_OR_RETURN(
        const std::shared_ptr<const ChunkContent> content,
        chunks_.Get(released ? update.released().chunk() : update.taken_back().chunk()));
    for (size_t i = 0; i < content->tasks.size(); ++i) {
      if ((tasks >> i & 1) == 0) continue;
      ASSIGN_OR_RETURN(v1::Result result, ledger_->GetResult(content->tasks[i].id()));
      removed.push_back(std::move(result));
      batch.taken_back.push_back(content->tasks[i].id());
    }
  }
  batch.updates = std::move(why);
  batch.updates.insert(batch.updates.end(), updates.begin(), updates.end());
  RETURN_IF_ERROR(CommitBatch(batch, /*sync=*/true));
  absl::MutexLock lock(&mutex_);
  for (const v1::Result& result : removed) {
    uint64_t& count = result.has_reject() ? figures_.rejects_by_reason[result.reject().reason()]
                                          : figures_.accepted;
    if (count > 0) --count;
  }
  ApplyAllLocked(updates, effects);
  return absl::OkStatus();
}

// ---- Audits.

namespace {

// Byte for byte, task by task.
bool AllSame(const PendingAudits::Results& a, const PendingAudits::Results& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [task, result] : a) {
    const auto other = b.find(task);
    if (other == b.end() || !SameResult(result, other->second)) return false;
  }
  return true;
}

}  // namespace

absl::Status CoordinatorImpl::DecideAudit(const FullAudit& audit, Effects* effects) {
  PendingAudits::Results stored;
  std::vector<std::string> ids;
  for (const auto& [task, result] : audit.made) {
    ids.push_back(result.task().id());
    ASSIGN_OR_RETURN(stored[task], ledger_->GetResult(ids.back()));
  }
  const bool matches_first = AllSame(stored, audit.made);
  // Of a dispute from before a restart the other side's results are gone: who
  // does not agree with the stored ones is taken to agree with it.
  const bool matches_second =
      audit.disputed_with.empty() ? !matches_first : AllSame(audit.disputed_with, audit.made);
  absl::MutexLock lock(&mutex_);
  audits_.Finish(audit.chunk);
  for (const v1::LeaseUpdate& update :
       table_.Audit(audit.chunk, audit.auditor, matches_first, matches_second, Now())) {
    ApplyLocked(update, effects);
    if (!update.has_audit_verdict()) continue;
    const v1::AuditVerdict::Verdict verdict = update.audit_verdict().verdict();
    if (verdict == v1::AuditVerdict::DIFFERENT) {
      audits_.Dispute(audit.chunk, audit.made);
      continue;
    }
    audits_.ClearDispute(audit.chunk);
    if (verdict == v1::AuditVerdict::SAME || verdict == v1::AuditVerdict::SECOND_LIED) {
      pending_.audited.insert(pending_.audited.end(), ids.begin(), ids.end());
    }
  }
  ChangedLocked(Now(), kMissesOfEvent, effects);
  return absl::OkStatus();
}

}  // namespace quipu::pipelines::internal
