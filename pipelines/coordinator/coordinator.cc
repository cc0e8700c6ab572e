// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/coordinator.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/random_bytes.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/coordinator/impl.h"
#include "pipelines/coordinator/lease_ticket.h"
#include "pipelines/coordinator/request_checks.h"
#include "pipelines/core/version.h"
#include "pipelines/lease/journal.h"

namespace quipu::pipelines {
namespace internal {
namespace {

constexpr size_t kMinSecretBytes = 32;
constexpr size_t kChunkCacheBytes = 64 << 20;

LeaseOptions LeasesOf(const CoordinatorOptions& options) {
  LeaseOptions leases = options.leases;
  if (!options.reproducible) leases.audit_share = 0;
  return leases;
}

// What a worker needs of a spec, without the paths of this machine.
v1::RunSpec SpecForWorkers(v1::RunSpec spec) {
  spec.clear_documents();
  spec.clear_short_rows();
  spec.clear_store();
  spec.clear_export_dir();
  spec.mutable_engine()->clear_api_key_file();
  spec.mutable_engine()->clear_ca_file();
  spec.mutable_instances()->clear_target_model();
  return spec;
}

// The journal has times of a clock that is gone: a lease of then begins anew.
v1::LeaseUpdate WithTimesOfNow(v1::LeaseUpdate update, const LeaseOptions& options,
                               absl::Duration now) {
  if (update.kind_case() == v1::LeaseUpdate::kGranted) {
    update.mutable_granted()->set_expires_us(absl::ToInt64Microseconds(now + options.ttl));
    update.mutable_granted()->set_ends_us(absl::ToInt64Microseconds(now + options.max_attempt));
  }
  return update;
}

}  // namespace

CoordinatorImpl::CoordinatorImpl(const CoordinatorOptions& options, RunStore* ledger)
    : options_(options),
      ledger_(ledger),
      started_(options.clock->Monotonic()),
      chunks_(ledger, kChunkCacheBytes),
      table_(LeasesOf(options), ledger->epoch()),
      sessions_(kMaxWorkers),
      figures_(options.before),
      rate_(started_) {}

CoordinatorImpl::~CoordinatorImpl() {
  Stop();
  Fail(absl::UnavailableError("the coordinator has ended"));
}

std::string CoordinatorImpl::Draw(size_t size) const {
  return options_.random_bytes ? options_.random_bytes(size) : RandomBytes(size);
}

// ---- Recovery.

absl::Status CoordinatorImpl::Recover() {
  durable_ = ledger_->commit_number();  // Opening it was synced.
  absl::MutexLock lock(&mutex_);
  RETURN_IF_ERROR(RecoverPlan());
  RETURN_IF_ERROR(RecoverJournal());
  RETURN_IF_ERROR(RecoverAttempts());
  RecoverTakingBack();
  resumed_ = table_.counts().done > 0;
  return absl::OkStatus();
}

absl::Status CoordinatorImpl::RecoverPlan() {
  return ledger_->ForEachChunk([this](const v1::ChunkAdded& added) {
    mutex_.AssertHeld();
    v1::LeaseUpdate update;
    *update.mutable_chunk_added() = added;
    return table_.Apply(update);
  });
}

absl::Status CoordinatorImpl::RecoverJournal() {
  const LeaseOptions leases = LeasesOf(options_);
  const absl::Duration now = Now();
  return ledger_->ForEachUpdate([&](const v1::LeaseUpdate& update) {
    mutex_.AssertHeld();
    if (update.has_granted() && !options_.workers_outlive_it) return absl::OkStatus();
    return Annotate(table_.Replay(WithTimesOfNow(update, leases, now)), "the run's journal");
  });
}

absl::Status CoordinatorImpl::RecoverAttempts() {
  RETURN_IF_ERROR(ledger_->ForEachAttempt(
      [this](const v1::ChunkId& chunk, absl::string_view worker, uint64_t made, uint64_t audited) {
        mutex_.AssertHeld();
        v1::LeaseUpdate update;
        *update.mutable_stored()->mutable_chunk() = chunk;
        update.mutable_stored()->set_done(made);
        update.mutable_stored()->set_worker(std::string(worker));
        update.mutable_stored()->set_audited(audited);
        return Annotate(table_.Replay(update), "the results' attempts");
      }));
  if (!options_.reproducible) return absl::OkStatus();
  for (const v1::LeaseUpdate& update : table_.AskAudits()) {
    RETURN_IF_ERROR(table_.Apply(update));
  }
  return absl::OkStatus();
}

// A kill may have come between a worker's quarantine and the last of its results.
void CoordinatorImpl::RecoverTakingBack() {
  for (const std::string& worker : table_.QuarantinedWorkers()) {
    if (table_.UnauditedOf(worker).empty()) continue;
    Job job;
    job.kind = Job::Kind::kTakeBack;
    job.worker = worker;
    jobs_.push_back(std::move(job));
  }
}

// ---- Changing.

void CoordinatorImpl::ApplyLocked(const v1::LeaseUpdate& update, Effects* effects) {
  if (!failed_.ok()) return;
  const absl::Status applied = table_.Apply(update);
  if (!applied.ok()) {
    FailLocked(absl::InternalError(absl::StrCat("lease table: ", applied.message())), effects);
    return;
  }
  switch (update.kind_case()) {
    case v1::LeaseUpdate::kEnded: {
      const v1::LeaseEnded& ended = update.ended();
      if (ended.audit() && ended.cause() != v1::LeaseEnded::DONE) {
        audits_.Drop(ended.chunk(), ended.token());
      }
      if (ended.cause() == v1::LeaseEnded::LOST) {
        if (Session* session = sessions_.OfWorker(ended.worker())) ++session->lost;
      }
      break;
    }
    case v1::LeaseUpdate::kQuarantined: {
      Job job;
      job.kind = Job::Kind::kQuarantine;
      job.quarantine = update.quarantined();
      EnqueueLocked(std::move(job), effects);
      break;
    }
    case v1::LeaseUpdate::kWorkerQuarantined: {
      const v1::WorkerQuarantined& quarantined = update.worker_quarantined();
      LogWarning(
          absl::StrCat("worker ", quarantined.worker(), " is quarantined: ", quarantined.reason()));
      Job job;
      job.kind = Job::Kind::kTakeBack;
      job.worker = quarantined.worker();
      EnqueueLocked(std::move(job), effects);
      break;
    }
    case v1::LeaseUpdate::kReleased:
      audits_.Forget(update.released().chunk());
      break;
    case v1::LeaseUpdate::kTakenBack:
      audits_.Forget(update.taken_back().chunk());
      break;
    case v1::LeaseUpdate::kPaused:
      LogWarning(absl::StrCat("the run is paused: ", update.paused().reason()));
      break;
    default:
      break;
  }
  if (JournalingOf(update) == Journaling::kWhenApplied) {
    pending_.updates.push_back(update);
    effects->wake = true;
  }
}

void CoordinatorImpl::ApplyAllLocked(const std::vector<v1::LeaseUpdate>& updates,
                                     Effects* effects) {
  for (const v1::LeaseUpdate& update : updates) ApplyLocked(update, effects);
}

void CoordinatorImpl::FailLocked(const absl::Status& status, Effects* effects) {
  if (!failed_.ok()) return;
  failed_ = status;
  for (Poll& poll : polls_.TakeAll()) RefusePollLocked(std::move(poll), status, effects);
  for (ReadyReply& ready : replies_) {
    effects->calls.push_back([done = std::move(ready.done), status] { done(status); });
  }
  replies_.clear();
  for (Submission& submission : submissions_) {
    waiting_bytes_ -= submission.bytes;
    effects->calls.push_back([done = std::move(submission.done), status] { done(status); });
  }
  submissions_.clear();
  effects->wake = true;
}

void CoordinatorImpl::Fail(const absl::Status& status) {
  Effects effects;
  {
    absl::MutexLock lock(&mutex_);
    FailLocked(status, &effects);
  }
  Perform(std::move(effects));
}

void CoordinatorImpl::Perform(Effects effects) {
  for (GrantedPoll& granted : effects.grants) {
    absl::StatusOr<v1::LeaseReply> reply = MakeLeaseReply(granted);
    absl::Status failed = reply.status();
    if (reply.ok()) {
      absl::MutexLock lock(&mutex_);
      // Stopped meanwhile: nobody may be left to commit this.
      failed = OpenLocked();
      if (failed.ok()) {
        replies_.push_back({*std::move(reply), std::move(granted.poll.done)});
        effects.wake = true;
      }
    } else {
      Fail(failed);
    }
    if (!failed.ok()) granted.poll.done(failed);
  }
  for (const std::function<void()>& call : effects.calls) call();
  if (effects.wake && wake_) wake_();
}

// ---- Who may call.

absl::Status CoordinatorImpl::OpenLocked() const {
  if (!failed_.ok()) return failed_;
  if (stopped_) return absl::UnavailableError("the coordinator is stopping");
  return absl::OkStatus();
}

absl::Status CoordinatorImpl::CheckNotQuarantinedLocked(absl::string_view worker) const {
  const std::string& reason = table_.WhyQuarantined(worker);
  if (reason.empty()) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat("worker ", worker, " is quarantined: ", reason));
}

absl::StatusOr<Session*> CoordinatorImpl::CallerLocked(const Peer& peer, absl::string_view id,
                                                       absl::Duration now) {
  RETURN_IF_ERROR(OpenLocked());
  Session* const session = sessions_.Find(id);
  if (session == nullptr) {
    return absl::FailedPreconditionError("no such session: say Hello again");
  }
  RETURN_IF_ERROR(CheckWorkerIsPeer(session->worker, peer));
  RETURN_IF_ERROR(CheckNotQuarantinedLocked(session->worker));
  return sessions_.Hear(id, now);
}

// ---- Hello and Renew.

absl::StatusOr<v1::HelloReply> CoordinatorImpl::Hello(const Peer& peer,
                                                      const v1::HelloRequest& request) {
  RETURN_IF_ERROR(CheckVersion(request.version()));
  RETURN_IF_ERROR(CheckHello(request));
  RETURN_IF_ERROR(CheckWorkerIsPeer(request.worker(), peer));
  const v1::RunHeader& header = ledger_->header();
  RETURN_IF_ERROR(CheckRun(header.run_id(), request.run_id()));
  if (request.has_model()) {
    RETURN_IF_ERROR(CheckModel(header.generating_model(), request.model()));
  }
  v1::HelloReply reply;
  reply.mutable_version()->set_major(kProtocolMajor);
  reply.mutable_version()->set_minor(kProtocolMinor);
  reply.set_build(kQuipuVersion);
  reply.set_run_id(header.run_id());
  *reply.mutable_spec() = SpecForWorkers(options_.spec.value_or(header.spec()));
  *reply.mutable_model() = header.generating_model();
  reply.set_lease_ttl_ms(static_cast<uint32_t>(absl::ToInt64Milliseconds(options_.leases.ttl)));
  reply.set_max_leases(static_cast<uint32_t>(options_.leases.max_leases_per_worker));
  Effects effects;
  absl::Status status;
  {
    absl::MutexLock lock(&mutex_);
    absl::StatusOr<std::string> session = OpenSessionLocked(request, Now(), &effects);
    status = session.status();
    if (status.ok()) reply.set_session(*std::move(session));
  }
  Perform(std::move(effects));
  RETURN_IF_ERROR(status);
  return reply;
}

absl::StatusOr<std::string> CoordinatorImpl::OpenSessionLocked(const v1::HelloRequest& request,
                                                               absl::Duration now,
                                                               Effects* effects) {
  RETURN_IF_ERROR(OpenLocked());
  RETURN_IF_ERROR(CheckNotQuarantinedLocked(request.worker()));
  if (!request.run_id().empty() && request.seen_commit() > ledger_->commit_number()) {
    if (!IsCommitProof(options_.secret, ledger_->header().run_id(), request.seen_commit(),
                       request.seen_proof())) {
      return absl::InvalidArgumentError(
          absl::StrCat("seen_commit ", request.seen_commit(), " is past the store's ",
                       ledger_->commit_number(), ", and its proof is not this run's"));
    }
    FailLocked(absl::DataLossError(absl::StrCat("the store has lost what was stored: worker ",
                                                request.worker(), " was told of sequence number ",
                                                request.seen_commit(), ", the store is at ",
                                                ledger_->commit_number(), "; restore a backup")),
               effects);
    return failed_;
  }
  if (!request.has_model()) return std::string();
  if (sessions_.size() >= static_cast<size_t>(kMaxWorkers)) ForgetSilentLocked(now, effects);
  ASSIGN_OR_RETURN(const SessionTable::Opened opened,
                   sessions_.Open(request.worker(), request.incarnation(), request.build(),
                                  Draw(kSessionBytes), now));
  if (!opened.replaced.empty()) {
    if (std::optional<Poll> poll = polls_.TakeOfSession(opened.replaced)) {
      RefusePollLocked(*std::move(poll),
                       absl::FailedPreconditionError("another process has this worker's name"),
                       effects);
    }
  }
  // Also of a worker that the coordinator knows from before its own start.
  if (!opened.replaced.empty()) {
    ApplyAllLocked(table_.WorkerGone(request.worker(), now), effects);
    ChangedLocked(now, kMissesOfEvent, effects);
  }
  return opened.session->id;
}

absl::StatusOr<v1::RenewReply> CoordinatorImpl::Renew(const Peer& peer,
                                                      const v1::RenewRequest& request) {
  RETURN_IF_ERROR(CheckRenew(request));
  v1::RenewReply reply;
  Effects effects;
  {
    const absl::Duration now = Now();
    absl::MutexLock lock(&mutex_);
    ASSIGN_OR_RETURN(const Session* const session, CallerLocked(peer, request.session(), now));
    for (const v1::SignedTicket& presented : request.tickets()) {
      const absl::StatusOr<v1::LeaseTicket> ticket =
          CheckTicket(options_.secret, ledger_->header().run_id(), session->worker, presented);
      reply.add_ttl_ms(ticket.ok() ? RenewOneLocked(*ticket, now, &effects) : 0);
    }
  }
  Perform(std::move(effects));
  return reply;
}

uint32_t CoordinatorImpl::RenewOneLocked(const v1::LeaseTicket& ticket, absl::Duration now,
                                         Effects* effects) {
  v1::ChunkId chunk;
  chunk.set_document_id(ticket.document_id());
  chunk.set_chunk_index(ticket.chunk_index());
  int64_t expires_us = 0;
  for (const v1::LeaseUpdate& update : table_.Renew(chunk, ticket.worker(), ticket.token(), now)) {
    ApplyLocked(update, effects);
    expires_us =
        update.has_granted() ? update.granted().expires_us() : update.renewed().expires_us();
  }
  const absl::Duration left = absl::Microseconds(expires_us) - now;
  return left > absl::ZeroDuration() ? static_cast<uint32_t>(absl::ToInt64Milliseconds(left)) : 0;
}

// ---- The end.

bool CoordinatorImpl::DoneLocked() const {
  return table_.Done() && jobs_.empty() && pending_.empty() && !writing_;
}

bool CoordinatorImpl::Done() const {
  absl::MutexLock lock(&mutex_);
  return DoneLocked();
}

absl::Status CoordinatorImpl::Failed() const {
  absl::MutexLock lock(&mutex_);
  return failed_;
}

std::string CoordinatorImpl::Paused() const {
  absl::MutexLock lock(&mutex_);
  return table_.paused();
}

void CoordinatorImpl::Stop() {
  Effects effects;
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    const absl::Status status = absl::UnavailableError("the coordinator is stopping");
    for (Poll& poll : polls_.TakeAll()) RefusePollLocked(std::move(poll), status, &effects);
    effects.wake = true;
  }
  Perform(std::move(effects));
}

}  // namespace internal

absl::StatusOr<std::unique_ptr<Coordinator>> Coordinator::Start(const CoordinatorOptions& options,
                                                                RunStore* ledger) {
  if (options.secret.size() < internal::kMinSecretBytes) {
    return absl::InvalidArgumentError(absl::StrCat("the run's secret has ", options.secret.size(),
                                                   " bytes, least ", internal::kMinSecretBytes));
  }
  auto coordinator = std::make_unique<internal::CoordinatorImpl>(options, ledger);
  RETURN_IF_ERROR(coordinator->Recover());
  return coordinator;
}

}  // namespace quipu::pipelines
