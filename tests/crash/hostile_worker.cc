// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/crash/hostile_worker.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/limits.h"
#include "base/random_bytes.h"
#include "base/thread.h"
#include "pipelines/coordinator/types.h"
#include "pipelines/core/version.h"

namespace quipu::testing {

namespace {

using pipelines::GrpcCoordinatorClient;

constexpr int kNewSessions = 50;  // At once.

}  // namespace

HostileWorker::HostileWorker(absl::string_view address, absl::string_view name, absl::Duration ttl,
                             const absl::Notification* stop)
    : address_(address),
      socket_path_(absl::StripPrefix(address, "unix:")),
      base_name_(name),
      ttl_(ttl),
      stop_(stop),
      client_(Connect()),
      name_(name),
      incarnation_(RandomBytes(16)) {}

std::unique_ptr<GrpcCoordinatorClient> HostileWorker::Connect() const {
  pipelines::GrpcClientOptions options;
  options.address = address_;
  options.give_up_after = absl::ZeroDuration();
  absl::StatusOr<std::unique_ptr<GrpcCoordinatorClient>> client =
      GrpcCoordinatorClient::Create(options);
  return client.ok() ? *std::move(client) : nullptr;
}

v1::HelloRequest HostileWorker::Hello() const {
  v1::HelloRequest request;
  request.mutable_version()->set_major(pipelines::kProtocolMajor);
  request.set_build("x");
  request.set_worker(name_);
  request.set_incarnation(incarnation_);
  request.set_run_id(run_.run_id());
  if (run_.has_model()) *request.mutable_model() = run_.model();
  return request;
}

bool HostileWorker::Enter() {
  if (!session_.empty()) return true;
  if (client_ == nullptr) return false;
  if (run_.run_id().empty()) {
    const absl::StatusOr<v1::HelloReply> first = client_->Hello(Hello());
    if (!first.ok()) return false;
    run_ = *first;
  }
  const absl::StatusOr<v1::HelloReply> reply = client_->Hello(Hello());
  if (!reply.ok()) return false;
  session_ = reply->session();
  max_leases_ = static_cast<int>(reply->max_leases());
  return !session_.empty();
}

bool HostileWorker::EnterAs(absl::string_view name) {
  name_ = std::string(name);
  incarnation_ = RandomBytes(16);
  session_.clear();
  return Enter();
}

bool HostileWorker::Take(int chunks, v1::LeaseReply* reply) {
  if (!Enter()) return false;
  v1::LeaseRequest request;
  request.set_session(session_);
  request.set_max_chunks(static_cast<uint32_t>(chunks));
  request.set_wait_ms(100);
  absl::StatusOr<v1::LeaseReply> leases = client_->Lease(request);
  if (!leases.ok()) {
    session_.clear();
    return false;
  }
  *reply = *std::move(leases);
  return reply->chunks_size() > 0;
}

bool HostileWorker::Submit(v1::SubmitRequest request) {
  request.set_session(session_);
  const absl::StatusOr<v1::SubmitReply> reply = client_->Submit(request);
  if (!reply.ok()) session_.clear();
  return reply.ok();
}

v1::Result HostileWorker::Forged(const v1::Task& task) {
  v1::Result result;
  *result.mutable_task() = task;
  result.set_sampled_tokens(static_cast<uint32_t>(1 + made_++ % 60));
  result.mutable_reject()->set_reason(v1::REJECT_REASON_MALFORMED);
  result.mutable_reject()->set_detail(absl::StrCat(name_, " ", made_));
  return result;
}

v1::LeaseResults HostileWorker::ForgedLease(const v1::LeasedChunk& chunk, int most) {
  v1::LeaseResults lease;
  *lease.mutable_ticket() = chunk.ticket();
  for (const v1::Task& task : chunk.tasks()) {
    if (lease.results_size() < most) *lease.add_results() = Forged(task);
  }
  return lease;
}

bool HostileWorker::EndAll(const v1::LeaseReply& leases, v1::AttemptFailure failure) {
  v1::SubmitRequest request;
  for (const v1::LeasedChunk& chunk : leases.chunks()) {
    v1::LeaseResults& lease = *request.add_leases();
    *lease.mutable_ticket() = chunk.ticket();
    lease.set_failure(failure);
    lease.set_message("it is what it is");
  }
  return Submit(std::move(request));
}

// ---- Takes work and does not do it.

bool HostileWorker::TakeAndForget() {
  v1::LeaseReply leases;
  return Take(max_leases_, &leases);
}

bool HostileWorker::TakeAndRenew() {
  v1::LeaseReply leases;
  Take(max_leases_, &leases);
  for (const v1::LeasedChunk& chunk : leases.chunks()) held_.push_back(chunk.ticket());
  if (held_.empty()) return false;
  v1::RenewRequest request;
  request.set_session(session_);
  for (const v1::SignedTicket& ticket : held_) *request.add_tickets() = ticket;
  const absl::StatusOr<v1::RenewReply> reply = client_->Renew(request);
  if (!reply.ok()) return false;
  std::vector<v1::SignedTicket> left;
  for (int i = 0; i < reply->ttl_ms_size(); ++i) {
    if (reply->ttl_ms(i) > 0) left.push_back(held_[static_cast<size_t>(i)]);
  }
  held_ = std::move(left);
  return true;
}

bool HostileWorker::TakeAndRestart() {
  v1::LeaseReply leases;
  const bool taken = EnterAs(base_name_) && Take(4, &leases);
  client_ = Connect();
  return taken;
}

bool HostileWorker::TakeUnderNewNames() {
  v1::LeaseReply leases;
  return EnterAs(absl::StrCat(base_name_, "-", ++made_)) && Take(2, &leases);
}

bool HostileWorker::OpenSessions() {
  bool opened = true;
  for (int i = 0; i < kNewSessions && !stop_->HasBeenNotified(); ++i) {
    opened = EnterAs(absl::StrCat(base_name_, "-", ++made_)) && opened;
  }
  return opened;
}

bool HostileWorker::TakeAndRelease() {
  v1::LeaseReply leases;
  return Take(max_leases_, &leases) && EndAll(leases, v1::ATTEMPT_FAILURE_RETURNED);
}

bool HostileWorker::TakeAndFail() {
  v1::LeaseReply leases;
  return Take(max_leases_, &leases) && EndAll(leases, v1::ATTEMPT_FAILURE_ENGINE);
}

// ---- Submits what it must not.

bool HostileWorker::Forge() {
  switch (forged_++ % 5) {
    case 0:
      return DeliverLate();
    case 1:
      return ForgeAPart();
    case 2:
      return SubmitAgainAndAgain();
    case 3:
      return DeliverAndFail();
    default:
      return ForgeRejects();
  }
}

bool HostileWorker::DeliverAndFail() {
  v1::LeaseReply leases;
  if (!Take(3, &leases)) return false;
  v1::SubmitRequest request;
  *request.add_leases() = ForgedLease(leases.chunks(0), 1);
  if (!Submit(std::move(request))) return false;
  return EndAll(leases, v1::ATTEMPT_FAILURE_ENGINE);
}

bool HostileWorker::DeliverLate() {
  v1::LeaseReply leases;
  if (!Take(1, &leases)) return false;
  Wait(1.5 * ttl_);
  v1::SubmitRequest request;
  *request.add_leases() = ForgedLease(leases.chunks(0), 64);
  return Submit(std::move(request));
}

bool HostileWorker::ForgeRejects() {
  v1::LeaseReply leases;
  if (!Take(2, &leases)) return false;
  v1::SubmitRequest request;
  for (const v1::LeasedChunk& chunk : leases.chunks()) {
    *request.add_leases() = ForgedLease(chunk, 64);
  }
  return Submit(std::move(request));
}

bool HostileWorker::ForgeAPart() {
  v1::LeaseReply leases;
  if (!Take(1, &leases)) return false;
  v1::SubmitRequest request;
  *request.add_leases() = ForgedLease(leases.chunks(0), 1);
  return Submit(std::move(request));
}

bool HostileWorker::ForgeTickets() {
  if (!Enter()) return false;
  v1::LeaseTicket ticket;
  ticket.set_run_id(run_.run_id());
  ticket.set_document_id(RandomBytes(16));
  ticket.set_worker(name_);
  ticket.set_token(~uint64_t{0});
  v1::SubmitRequest request;
  v1::SignedTicket& forged = *request.add_leases()->mutable_ticket();
  forged.set_ticket(ticket.SerializeAsString());
  forged.set_hmac(RandomBytes(32));
  return Submit(std::move(request));
}

bool HostileWorker::SubmitOtherTasks() {
  v1::LeaseReply leases;
  if (!Take(2, &leases)) return false;
  v1::SubmitRequest request;
  v1::LeaseResults& lease = *request.add_leases();
  *lease.mutable_ticket() = leases.chunks(0).ticket();
  v1::Task task = leases.chunks(leases.chunks_size() - 1).tasks(0);
  if (leases.chunks_size() == 1) task.set_id(RandomBytes(16));
  *lease.add_results() = Forged(task);
  return Submit(std::move(request));
}

bool HostileWorker::SubmitControlCharacters() {
  v1::LeaseReply leases;
  if (!Take(1, &leases)) return false;
  v1::SubmitRequest request;
  *request.add_leases() = ForgedLease(leases.chunks(0), 1);
  v1::Result& result = *request.mutable_leases(0)->mutable_results(0);
  result.set_question("What \x1b[2J\xe2\x80\xae is it?");
  result.set_answer("\x07");
  result.mutable_reject()->set_reason(v1::REJECT_REASON_TOO_LONG);
  return Submit(std::move(request));
}

bool HostileWorker::SubmitAgainAndAgain() {
  v1::LeaseReply leases;
  if (!Take(1, &leases)) return false;
  v1::SubmitRequest request;
  *request.add_leases() = ForgedLease(leases.chunks(0), 1);
  bool submitted = true;
  for (int i = 0; i < 20; ++i) submitted = Submit(request) && submitted;
  return submitted;
}

bool HostileWorker::SubmitHugeMessages() {
  v1::LeaseReply leases;
  if (!Take(1, &leases)) return false;
  v1::SubmitRequest request;
  v1::LeaseResults& lease = *request.add_leases();
  *lease.mutable_ticket() = leases.chunks(0).ticket();
  *lease.add_results() = Forged(leases.chunks(0).tasks(0));
  lease.mutable_results(0)->set_answer(
      std::string(static_cast<size_t>(kMaxRpcBytes) * 15 / 16, 'x'));
  Submit(std::move(request));
  return true;
}

// ---- Calls.

bool HostileWorker::InventALoss() {
  if (!Enter()) return false;
  v1::HelloRequest request = Hello();
  request.set_seen_commit(uint64_t{1} << 60);
  request.set_seen_proof(RandomBytes(32));
  return absl::IsInvalidArgument(client_->Hello(request).status());
}

bool HostileWorker::BeAnother() {
  if (!Enter()) return false;
  v1::HelloRequest model = Hello(), run = Hello(), version = Hello(), name = Hello();
  model.mutable_model()->set_engine("another");
  run.set_run_id(RandomBytes(16));
  version.mutable_version()->set_major(pipelines::kProtocolMajor + 1);
  name.set_worker(std::string(1 << 20, '\x1b'));
  for (const v1::HelloRequest& request : {model, run, version, name}) {
    if (client_->Hello(request).ok()) return false;
  }
  return true;
}

bool HostileWorker::PollAndCancel() {
  if (!Enter()) return false;
  const std::unique_ptr<GrpcCoordinatorClient> client = Connect();
  if (client == nullptr) return false;
  absl::StatusOr<Thread> poll = Thread::Start("mal-poll", [&] {
    v1::LeaseRequest request;
    request.set_session(session_);
    request.set_max_chunks(static_cast<uint32_t>(max_leases_));
    request.set_wait_ms(kMaxLeaseWaitMs);
    while (client->Lease(request).ok()) {
    }
  });
  Wait(absl::Milliseconds(20));
  client->Cancel();
  return poll.ok();
}

bool HostileWorker::AskStatus() { return client_ != nullptr && client_->Status().ok(); }

}  // namespace quipu::testing
