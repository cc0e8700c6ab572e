// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What is told of a run, and what its operator can ask for.
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "pipelines/coordinator/impl.h"
#include "pipelines/coordinator/request_checks.h"
#include "pipelines/core/reject_name.h"
#include "pipelines/core/version.h"

namespace quipu::pipelines::internal {

void CoordinatorImpl::FillCountsLocked(v1::StatusReply* reply) const {
  const LeaseCounts& counts = table_.counts();
  v1::TaskCounts& tasks = *reply->mutable_tasks();
  tasks.set_planned(counts.planned);
  tasks.set_accepted(figures_.accepted);
  uint64_t rejected = 0;
  for (const auto& [reason, count] : figures_.rejects_by_reason) {
    if (count == 0) continue;
    rejected += count;
    (*reply->mutable_rejects_by_reason())[RejectName(reason)] = count;
  }
  tasks.set_rejected(rejected);
  tasks.set_leased(counts.leased);
  tasks.set_pending(counts.planned - counts.done - counts.leased);
  tasks.set_quarantined(counts.quarantined);
  reply->set_granted(counts.granted);
  reply->set_expired(counts.lost);
  reply->set_audits_passed(counts.audits_passed);
  reply->set_audits_failed(counts.audits_failed);
  reply->set_audits_open(counts.audits_open);
  reply->set_stale_submits(stale_);
  reply->set_invalid_results(invalid_);
  reply->set_duplicates(duplicates_);
  reply->set_conflicts(conflicts_);
}

void CoordinatorImpl::FillWorkersLocked(absl::Duration now, v1::StatusReply* reply) const {
  sessions_.ForEach([&](const Session& session) {
    mutex_.AssertHeld();
    v1::WorkerStatus& worker = *reply->add_workers();
    worker.set_worker(session.worker);
    worker.set_build(session.build);
    worker.set_leases(static_cast<uint32_t>(table_.LeasesOf(session.worker)));
    worker.set_results(session.results);
    worker.set_rejected(session.rejected);
    worker.set_lost_leases(session.lost);
    worker.set_silent_ms(static_cast<uint64_t>(absl::ToInt64Milliseconds(now - session.heard)));
    worker.set_connected(now - session.heard <= options_.leases.ttl ||
                         polls_.HasSession(session.id));
    worker.set_quarantined(table_.WhyQuarantined(session.worker));
  });
  // Those that were quarantined before this start, or forgotten since.
  for (const std::string& name : table_.QuarantinedWorkers()) {
    if (sessions_.OfWorker(name) != nullptr) continue;
    v1::WorkerStatus& worker = *reply->add_workers();
    worker.set_worker(name);
    worker.set_quarantined(table_.WhyQuarantined(name));
  }
}

v1::StatusReply CoordinatorImpl::Status() const {
  v1::StatusReply reply;
  reply.set_run_id(ledger_->header().run_id());
  reply.set_build(kQuipuVersion);
  reply.set_epoch(ledger_->epoch());
  reply.set_stage(v1::STAGE_GENERATE);
  const absl::Duration now = Now();
  absl::MutexLock lock(&mutex_);
  FillCountsLocked(&reply);
  FillWorkersLocked(now, &reply);
  reply.set_paused(table_.paused());
  *reply.mutable_work() = figures_.work;
  reply.set_uptime_ms(static_cast<uint64_t>(absl::ToInt64Milliseconds(now - started_)));
  reply.set_results_per_s(rate_.PerSecond(now));
  return reply;
}

absl::StatusOr<v1::ControlReply> CoordinatorImpl::Control(const v1::ControlRequest& request) {
  RETURN_IF_ERROR(CheckControl(request));
  Effects effects;
  absl::StatusOr<v1::ControlReply> reply;
  {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(OpenLocked());
    reply = ControlLocked(request, &effects);
    ChangedLocked(Now(), kMissesOfEvent, &effects);
  }
  Perform(std::move(effects));
  return reply;
}

absl::StatusOr<v1::ControlReply> CoordinatorImpl::ControlLocked(const v1::ControlRequest& request,
                                                                Effects* effects) {
  v1::ControlReply reply;
  v1::LeaseUpdate update;
  switch (request.verb()) {
    case v1::ControlRequest::PAUSE:
      update.mutable_paused()->set_reason(request.reason());
      ApplyLocked(update, effects);
      reply.set_message("the run is paused");
      return reply;
    case v1::ControlRequest::RESUME:
      if (table_.paused().empty()) {
        reply.set_message("the run was not paused");
        return reply;
      }
      update.mutable_resumed();
      ApplyLocked(update, effects);
      reply.set_message("the run is resumed");
      return reply;
    case v1::ControlRequest::RETRY_QUARANTINED: {
      Job job;
      job.kind = Job::Kind::kRelease;
      reply.set_message(
          absl::StrCat(table_.counts().quarantined, " quarantined tasks are tried again"));
      EnqueueLocked(std::move(job), effects);
      return reply;
    }
    default:
      break;
  }
  if (CheckNotQuarantinedLocked(request.worker()).ok()) {
    return absl::NotFoundError(absl::StrCat("worker ", request.worker(), " is not quarantined"));
  }
  update.mutable_worker_reinstated()->set_worker(request.worker());
  ApplyLocked(update, effects);
  if (Session* session = sessions_.OfWorker(request.worker())) session->invalid = 0;
  reply.set_message(absl::StrCat("worker ", request.worker(), " is reinstated"));
  return reply;
}

}  // namespace quipu::pipelines::internal
