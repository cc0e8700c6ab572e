// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/coordinator.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/failpoint.h"
#include "base/limits.h"
#include "base/random_bytes.h"
#include "base/status_macros.h"
#include "pipelines/coordinator/impl.h"
#include "pipelines/coordinator/lease_ticket.h"
#include "pipelines/coordinator/recovery.h"
#include "pipelines/coordinator/request_checks.h"
#include "pipelines/core/version.h"

namespace quipu::pipelines {
namespace internal {
namespace {

constexpr size_t kMinSecretBytes = 32;
constexpr size_t kChunkCacheBytes = 64 << 20;

// The parts of a spec that a worker needs. The only paths are those of the model and of its chat
// template, which a worker may have elsewhere.
v1::RunSpec SpecForWorkers(v1::RunSpec spec) {
  spec.clear_documents();
  spec.clear_short_rows();
  spec.clear_store();
  spec.clear_export_dir();
  spec.mutable_engine()->clear_api_key_file();
  spec.mutable_engine()->clear_ca_file();
  spec.mutable_instances()->clear_target_model();
  spec.mutable_instances()->clear_target_template();
  spec.mutable_decontamination()->clear_benchmarks();
  return spec;
}

}  // namespace

CoordinatorImpl::CoordinatorImpl(const CoordinatorOptions& options, RunStore* run_store)
    : state_(options, run_store),
      chunks_(run_store, kChunkCacheBytes),
      checker_(run_store->header(), options.secret, &chunks_),
      dispatcher_(&state_, &chunks_),
      writer_(run_store),
      committer_(&state_, &dispatcher_, &writer_),
      job_runner_(&state_, &dispatcher_, &writer_, &chunks_) {}

CoordinatorImpl::~CoordinatorImpl() {
  Stop();
  dispatcher_.Fail(absl::UnavailableError("the coordinator has ended"));
}

absl::Status CoordinatorImpl::Start() { return Recover(&state_); }

// ---- Sessions.

std::string CoordinatorImpl::RandomSession() const {
  return options().random_bytes ? options().random_bytes(kSessionBytes)
                                : RandomBytes(kSessionBytes);
}

absl::StatusOr<Session*> CoordinatorImpl::CallerLocked(const Peer& peer, absl::string_view id,
                                                       absl::Duration now) {
  RETURN_IF_ERROR(state_.CheckAcceptingLocked());
  Session* const session = state_.sessions.Find(id);
  if (session == nullptr) {
    return absl::FailedPreconditionError("no such session: send Hello again");
  }
  RETURN_IF_ERROR(CheckWorkerIsPeer(session->worker, peer));
  RETURN_IF_ERROR(state_.CheckNotQuarantinedLocked(session->worker));
  return state_.sessions.Touch(id, now);
}

// ---- Hello.

absl::StatusOr<v1::HelloReply> CoordinatorImpl::Hello(const Peer& peer,
                                                      const v1::HelloRequest& request) {
  RETURN_IF_ERROR(CheckVersion(request.version()));
  RETURN_IF_ERROR(CheckHello(request));
  RETURN_IF_ERROR(CheckWorkerIsPeer(request.worker(), peer));
  const v1::RunHeader& header = state_.run_store->header();
  RETURN_IF_ERROR(CheckRun(header.run_id(), request.run_id()));
  if (request.has_model()) {
    RETURN_IF_ERROR(CheckModel(header.generating_model(), request.model()));
  }
  v1::HelloReply reply;
  reply.mutable_version()->set_major(kProtocolMajor);
  reply.mutable_version()->set_minor(kProtocolMinor);
  reply.set_build(kQuipuVersion);
  reply.set_run_id(header.run_id());
  *reply.mutable_spec() = SpecForWorkers(options().spec.value_or(header.spec()));
  *reply.mutable_model() = header.generating_model();
  const LeaseOptions& leases = options().leases;
  reply.set_lease_ttl_ms(static_cast<uint32_t>(absl::ToInt64Milliseconds(leases.ttl)));
  reply.set_max_leases(static_cast<uint32_t>(leases.max_leases_per_worker));
  Effects effects;
  absl::Status status;
  {
    absl::MutexLock lock(&state_.mutex);
    absl::StatusOr<std::string> session = OpenSessionLocked(peer, request, state_.Now(), &effects);
    status = session.status();
    if (status.ok()) reply.set_session(*std::move(session));
    reply.set_return_within_ms(state_.ReturnWithinMsLocked());
  }
  dispatcher_.Dispatch(std::move(effects));
  RETURN_IF_ERROR(status);
  return reply;
}

absl::Status CoordinatorImpl::CheckNothingLostLocked(const v1::HelloRequest& request,
                                                     Effects* effects) {
  const uint64_t seen = request.seen_commit();
  const uint64_t stored = state_.run_store->commit_number();
  if (request.run_id().empty() || seen <= stored) return absl::OkStatus();
  if (!IsCommitProof(options().secret, state_.run_store->header().run_id(), seen,
                     request.seen_proof())) {
    return absl::InvalidArgumentError(absl::StrCat("seen_commit ", seen, " is past the store's ",
                                                   stored, ", and its proof is not this run's"));
  }
  state_.FailLocked(
      absl::DataLossError(absl::StrCat("the store has lost stored results: worker ",
                                       request.worker(), " was sent commit number ", seen,
                                       ", the store is at ", stored, "; restore a backup")),
      effects);
  return state_.failed;
}

absl::StatusOr<std::string> CoordinatorImpl::OpenSessionLocked(const Peer& peer,
                                                               const v1::HelloRequest& request,
                                                               absl::Duration now,
                                                               Effects* effects) {
  RETURN_IF_ERROR(state_.CheckAcceptingLocked());
  RETURN_IF_ERROR(state_.CheckNotQuarantinedLocked(request.worker()));
  RETURN_IF_ERROR(CheckNothingLostLocked(request, effects));
  if (!request.has_model()) return std::string();
  if (state_.sessions.OfWorker(request.worker()) == nullptr) state_.MakeRoomLocked(now, effects);
  ASSIGN_OR_RETURN(const SessionTable::Opened opened,
                   state_.sessions.Open({request.worker(), request.incarnation(), request.build(),
                                         peer.identity, RandomSession(), now}));
  if (!opened.replaced.empty()) {
    state_.RefusePollOfLocked(
        opened.replaced,
        absl::FailedPreconditionError("another process has begun under this worker's name and has "
                                      "taken its place: give each worker its own --name"),
        effects);
    state_.ApplyAllLocked(state_.table.WorkerGone(request.worker(), now), effects);
    state_.ServeWaitersLocked(now, kMissesOfEvent, effects);
  }
  return opened.session->id;
}

// ---- Lease.

void CoordinatorImpl::Lease(const Peer& peer, const v1::LeaseRequest& request,
                            ReplyFn<v1::LeaseReply> done) {
  absl::Status refused =
      CheckLease(request, static_cast<uint32_t>(options().leases.max_leases_per_worker));
  refused.Update(Failpoint("lease.before_grant"));
  if (!refused.ok()) return done(refused);
  Effects effects;
  {
    const absl::Duration now = state_.Now();
    absl::MutexLock lock(&state_.mutex);
    const absl::StatusOr<Session*> session = CallerLocked(peer, request.session(), now);
    refused = session.status();
    // A poll that its last submit has overtaken: nobody waits for the answer.
    if (refused.ok() && (*session)->left) refused = absl::CancelledError("the worker has left");
    if (refused.ok()) {
      (*session)->asked = now;
      state_.ParkLocked({(*session)->id, (*session)->worker, static_cast<int>(request.max_chunks()),
                         now + absl::Milliseconds(request.wait_ms()), std::move(done),
                         state_.table.Delivers((*session)->worker)},
                        now, &effects);
    }
  }
  if (!refused.ok()) return done(refused);
  dispatcher_.Dispatch(std::move(effects));
}

void CoordinatorImpl::CancelLease(absl::string_view session) {
  Effects effects;
  {
    absl::MutexLock lock(&state_.mutex);
    state_.RefusePollOfLocked(session, absl::CancelledError("the poll was cancelled"), &effects);
  }
  dispatcher_.Dispatch(std::move(effects));
}

// ---- Renew.

absl::StatusOr<v1::RenewReply> CoordinatorImpl::Renew(const Peer& peer,
                                                      const v1::RenewRequest& request) {
  RETURN_IF_ERROR(CheckRenew(request));
  v1::RenewReply reply;
  Effects effects;
  {
    const absl::Duration now = state_.Now();
    absl::MutexLock lock(&state_.mutex);
    ASSIGN_OR_RETURN(const Session* const session, CallerLocked(peer, request.session(), now));
    const uint64_t pending = state_.table.pending_chunks();
    bool others_starve = state_.OthersStarveLocked(session->worker, now);
    for (const v1::SignedTicket& presented : request.tickets()) {
      const absl::StatusOr<v1::LeaseTicket> ticket = CheckTicket(
          options().secret, state_.run_store->header().run_id(), session->worker, presented);
      reply.add_ttl_ms(ticket.ok() ? RenewOneLocked(*ticket, &others_starve, now, &effects) : 0);
    }
    // Revoked leases are free for others.
    if (state_.table.pending_chunks() > pending) {
      state_.ServeWaitersLocked(now, kMissesOfEvent, &effects);
    }
  }
  dispatcher_.Dispatch(std::move(effects));
  RETURN_IF_ERROR(Failpoint("renew.before_reply"));
  return reply;
}

uint32_t CoordinatorImpl::RenewOneLocked(const v1::LeaseTicket& ticket, bool* others_starve,
                                         absl::Duration now, Effects* effects) {
  v1::ChunkId chunk;
  chunk.set_document_id(ticket.document_id());
  chunk.set_chunk_index(ticket.chunk_index());
  int64_t expires_us = 0;
  for (const v1::LeaseUpdate& update :
       state_.table.Renew(chunk, ticket.worker(), ticket.token(), *others_starve, now)) {
    state_.ApplyLocked(update, effects);
    // What it gives up is for them. If it is far too slow, it loses all, in this call.
    if (update.ended().cause() == v1::LeaseEnded::RETURNED) {
      *others_starve = state_.OthersStarveLocked(ticket.worker(), now);
    }
    if (update.has_granted()) expires_us = update.granted().expires_us();
    if (update.has_renewed()) expires_us = update.renewed().expires_us();
  }
  const absl::Duration left = absl::Microseconds(expires_us) - now;
  return left > absl::ZeroDuration() ? static_cast<uint32_t>(absl::ToInt64Milliseconds(left)) : 0;
}

// ---- Submit.

absl::StatusOr<Submission> CoordinatorImpl::AdmitSubmit(const Peer& peer,
                                                        const v1::SubmitRequest& request) {
  RETURN_IF_ERROR(CheckSubmit(request));
  Submission submission;
  submission.bytes = request.ByteSizeLong();
  const absl::Duration now = state_.Now();
  absl::MutexLock lock(&state_.mutex);
  ASSIGN_OR_RETURN(Session* const session, CallerLocked(peer, request.session(), now));
  RETURN_IF_ERROR(state_.queue.Reserve(submission.bytes));
  submission.worker = session->worker;
  submission.session = session->id;
  submission.leaving = request.leaving();
  if (request.leaving()) session->left = true;
  return submission;
}

void CoordinatorImpl::Submit(const Peer& peer, v1::SubmitRequest request,
                             ReplyFn<v1::SubmitReply> done) {
  absl::StatusOr<Submission> submission = AdmitSubmit(peer, request);
  if (!submission.ok()) return done(submission.status());
  submission->work = PlausibleWork(request.work());
  for (v1::LeaseResults& lease : *request.mutable_leases()) {
    submission->results += lease.results_size();
    absl::StatusOr<CheckedLease> checked = checker_.Check(submission->worker, &lease);
    if (!checked.ok()) {
      dispatcher_.Fail(checked.status());
      break;
    }
    submission->leases.push_back(*std::move(checked));
  }
  if (const absl::Status failed = Failpoint("submit.after_check"); !failed.ok()) {
    dispatcher_.Fail(failed);
  }
  Enqueue(*std::move(submission), std::move(done));
}

void CoordinatorImpl::Enqueue(Submission submission, ReplyFn<v1::SubmitReply> done) {
  Effects effects;
  {
    absl::MutexLock lock(&state_.mutex);
    const absl::Status refused = state_.CheckAcceptingLocked();
    if (refused.ok()) {
      submission.since = state_.Now();
      submission.done = std::move(done);
      state_.queue.Add(std::move(submission));
      effects.wake = true;
    } else {
      state_.queue.Unreserve(submission.bytes);
      effects.Answer<v1::SubmitReply>(std::move(done), refused);
    }
  }
  dispatcher_.Dispatch(std::move(effects));
}

// ---- The loop.

absl::Duration CoordinatorImpl::Tick() {
  Effects effects;
  absl::Duration wait;
  {
    const absl::Duration now = state_.Now();
    absl::MutexLock lock(&state_.mutex);
    bool all_tried = true;
    if (state_.CheckAcceptingLocked().ok()) {
      state_.ExpireLocked(now, &effects);
      state_.AnswerExpiredLocked(now, &effects);
      state_.ForgetSilentLocked(now, &effects);
      all_tried = state_.ServeWaitersLocked(now, kMissesOfTick, &effects);
    }
    wait = state_.NextTickLocked(now, all_tried);
  }
  dispatcher_.Dispatch(std::move(effects));
  return wait;
}

int CoordinatorImpl::CommitSome() {
  const int answered = committer_.CommitNext();
  return answered + job_runner_.RunNext();
}

void CoordinatorImpl::Stop() {
  Effects effects;
  {
    absl::MutexLock lock(&state_.mutex);
    state_.StopLocked(&effects);
  }
  dispatcher_.Dispatch(std::move(effects));
}

bool CoordinatorImpl::Done() const {
  absl::MutexLock lock(&state_.mutex);
  return state_.IsDoneLocked();
}

absl::Status CoordinatorImpl::Failed() const {
  absl::MutexLock lock(&state_.mutex);
  return state_.failed;
}

std::string CoordinatorImpl::Paused() const {
  absl::MutexLock lock(&state_.mutex);
  return state_.table.paused();
}

}  // namespace internal

absl::StatusOr<std::unique_ptr<Coordinator>> Coordinator::Start(const CoordinatorOptions& options,
                                                                RunStore* run_store) {
  if (options.secret.size() < internal::kMinSecretBytes) {
    return absl::InvalidArgumentError(absl::StrCat("the run's secret has ", options.secret.size(),
                                                   " bytes, minimum ", internal::kMinSecretBytes));
  }
  auto coordinator = std::make_unique<internal::CoordinatorImpl>(options, run_store);
  RETURN_IF_ERROR(coordinator->Start());
  return coordinator;
}

}  // namespace quipu::pipelines
