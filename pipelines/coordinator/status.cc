// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Status, and the operator's Control verbs.
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "pipelines/coordinator/impl.h"
#include "pipelines/coordinator/request_checks.h"
#include "pipelines/core/names.h"
#include "pipelines/core/version.h"

namespace quipu::pipelines::internal {

void CoordinatorImpl::FillLeasesLocked(v1::StatusReply* reply) const {
  const LeaseCounts& counts = state_.table.counts();
  v1::TaskCounts& tasks = *reply->mutable_tasks();
  tasks.set_planned(counts.planned);
  tasks.set_leased(counts.leased);
  tasks.set_pending(counts.planned - counts.done - counts.leased);
  tasks.set_quarantined(counts.quarantined);
  reply->set_granted(counts.granted);
  reply->set_expired(counts.lost);
  reply->set_audits_passed(counts.audits_passed);
  reply->set_audits_failed(counts.audits_failed);
  reply->set_audits_open(counts.audits_open);
  reply->set_paused(state_.table.paused());
}

void CoordinatorImpl::FillWorkersLocked(absl::Duration now, v1::StatusReply* reply) const {
  state_.sessions.ForEach([&](const Session& session) {
    state_.mutex.AssertHeld();
    v1::WorkerStatus& worker = *reply->add_workers();
    worker.set_worker(session.worker);
    worker.set_build(session.build);
    worker.set_leases(static_cast<uint32_t>(state_.table.LeasesOf(session.worker)));
    worker.set_results(session.results);
    worker.set_rejected(session.rejected);
    worker.set_lost_leases(session.lost);
    worker.set_silent_ms(static_cast<uint64_t>(absl::ToInt64Milliseconds(now - session.heard)));
    worker.set_connected(now - session.heard <= options().leases.ttl ||
                         state_.polls.HasSession(session.id));
    worker.set_quarantined(state_.table.WhyQuarantined(session.worker));
  });
  // Workers quarantined before this start, or forgotten since.
  for (const std::string& name : state_.table.QuarantinedWorkers()) {
    if (state_.sessions.OfWorker(name) != nullptr) continue;
    v1::WorkerStatus& worker = *reply->add_workers();
    worker.set_worker(name);
    worker.set_quarantined(state_.table.WhyQuarantined(name));
  }
}

v1::StatusReply CoordinatorImpl::Status() const {
  v1::StatusReply reply = state_.options.run;
  reply.set_run_id(state_.run_store->header().run_id());
  reply.set_build(kQuipuVersion);
  reply.set_epoch(state_.run_store->epoch());
  reply.set_stage(v1::STAGE_GENERATE);
  const absl::Duration now = state_.Now();
  reply.set_uptime_ms(static_cast<uint64_t>(absl::ToInt64Milliseconds(now - state_.started)));
  absl::MutexLock lock(&state_.mutex);
  state_.counts.Fill(now, &reply);
  FillLeasesLocked(&reply);
  FillWorkersLocked(now, &reply);
  return reply;
}

absl::StatusOr<v1::ControlReply> CoordinatorImpl::Control(const v1::ControlRequest& request) {
  RETURN_IF_ERROR(CheckControl(request));
  Effects effects;
  absl::StatusOr<v1::ControlReply> reply;
  {
    absl::MutexLock lock(&state_.mutex);
    RETURN_IF_ERROR(state_.CheckAcceptingLocked());
    reply = ControlLocked(request, &effects);
    state_.ServeWaitersLocked(state_.Now(), kMissesOfEvent, &effects);
  }
  dispatcher_.Dispatch(std::move(effects));
  return reply;
}

absl::StatusOr<v1::ControlReply> CoordinatorImpl::ControlLocked(const v1::ControlRequest& request,
                                                                Effects* effects) {
  v1::ControlReply reply;
  v1::LeaseUpdate update;
  switch (request.verb()) {
    case v1::ControlRequest::PAUSE:
      update.mutable_paused()->set_reason(request.reason());
      state_.ApplyLocked(update, effects);
      reply.set_message("the run is paused");
      return reply;
    case v1::ControlRequest::RESUME:
      if (state_.table.paused().empty()) {
        reply.set_message("the run was not paused");
        return reply;
      }
      update.mutable_resumed();
      state_.ApplyLocked(update, effects);
      reply.set_message("the run is resumed");
      return reply;
    case v1::ControlRequest::RETRY_QUARANTINED:
      reply.set_message(
          absl::StrCat(state_.table.counts().quarantined, " quarantined tasks will be retried"));
      state_.jobs.Add(Job::Release());
      effects->wake = true;
      return reply;
    default:
      return ReinstateLocked(request.worker(), effects);
  }
}

absl::StatusOr<v1::ControlReply> CoordinatorImpl::ReinstateLocked(const std::string& worker,
                                                                  Effects* effects) {
  if (state_.CheckNotQuarantinedLocked(worker).ok()) {
    return absl::NotFoundError(absl::StrCat("worker ", worker, " is not quarantined"));
  }
  v1::LeaseUpdate update;
  update.mutable_worker_reinstated()->set_worker(worker);
  state_.ApplyLocked(update, effects);
  if (Session* session = state_.sessions.OfWorker(worker)) session->invalid = 0;
  v1::ControlReply reply;
  reply.set_message(absl::StrCat("worker ", worker, " is reinstated"));
  return reply;
}

}  // namespace quipu::pipelines::internal
