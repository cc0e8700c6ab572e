// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/sim_worker.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "tests/simulation/scripted_run.h"

namespace quipu::simulation {
namespace {

constexpr absl::Duration kMostTaskTime = absl::Milliseconds(700);
constexpr absl::Duration kMostDownTime = absl::Seconds(10);
constexpr absl::Duration kRetry = absl::Milliseconds(800);
constexpr int kMostWaitMs = 4000;

}  // namespace

SimWorker::SimWorker(int number, const WorkerTraits& traits, EventQueue* queue, Host* host,
                     Trace* trace, Rng rng, const MemoryDisk* disk)
    : number_(number),
      traits_(traits),
      queue_(queue),
      host_(host),
      trace_(trace),
      rng_(rng),
      disk_(disk) {}

void SimWorker::Run(int life, const std::function<void()>& what) {
  if (life != life_) return;
  if (frozen_until_ <= queue_->now()) return what();
  queue_->After(frozen_until_ - queue_->now(), [this, life, what] { Run(life, what); });
}

void SimWorker::Later(absl::Duration delay, std::function<void()> what) {
  queue_->After(delay, [this, life = life_, what = std::move(what)] { Run(life, what); });
}

template <typename Reply>
pipelines::ReplyFn<Reply> SimWorker::Heard(std::function<void(absl::StatusOr<Reply>)> what) {
  return [this, life = life_, what = std::move(what)](absl::StatusOr<Reply> reply) {
    const auto heard = std::make_shared<absl::StatusOr<Reply>>(std::move(reply));
    Run(life, [what, heard] { what(std::move(*heard)); });
  };
}

void SimWorker::Boot() {
  ++life_;
  trace_->Note("worker boots", number_, 0, life_);
  held_.clear();
  session_.clear();
  greeting_ = polling_ = finished_ = false;
  seen_commit_ = 0;
  seen_proof_.clear();
  incarnation_.resize(16);
  for (char& byte : incarnation_) byte = static_cast<char>(rng_.Next());
  SayHello(false);
}

void SimWorker::Crash() {
  trace_->Note("worker dies", number_, 0, held_.size());
  ++life_;
  held_.clear();
  session_.clear();
  Later(kMostDownTime * rng_.Uniform(), [this] { Boot(); });
}

void SimWorker::Calm() {
  traits_.fails = 0;
  traits_.returns = 0;
}

bool SimWorker::GoesOn(const absl::Status& status) {
  if (status.code() == absl::StatusCode::kPermissionDenied) {
    trace_->Note("worker is refused", number_);
    finished_ = true;
    held_.clear();
    return false;
  }
  if (status.code() == absl::StatusCode::kFailedPrecondition) SayHello(true);
  return true;
}

void SimWorker::SayHello(bool with_model) {
  if (with_model && std::exchange(greeting_, true)) return;
  v1::HelloRequest request;
  request.mutable_version()->set_major(pipelines::kProtocolMajor);
  request.set_worker(traits_.name);
  request.set_incarnation(incarnation_);
  if (with_model) {
    *request.mutable_model() = disk_->header().generating_model();
    request.set_run_id(disk_->header().run_id());
    request.set_seen_commit(seen_commit_);
    request.set_seen_proof(seen_proof_);
  }
  host_->Call<v1::HelloRequest, v1::HelloReply>(
      number_, absl::Seconds(5), std::move(request), &Host::Hello,
      Heard<v1::HelloReply>([this, with_model](absl::StatusOr<v1::HelloReply> reply) {
        if (with_model) greeting_ = false;
        if (!reply.ok()) {
          if (reply.status().code() == absl::StatusCode::kPermissionDenied) {
            GoesOn(reply.status());
            return;
          }
          return Later(kRetry * rng_.Uniform(), [this, with_model] { SayHello(with_model); });
        }
        if (!with_model) return SayHello(true);
        const bool first = session_.empty();
        session_ = reply->session();
        ttl_ = absl::Milliseconds(reply->lease_ttl_ms());
        traits_.capacity = std::min<int>(traits_.capacity, reply->max_leases());
        if (first) RenewAll();
        Poll();
      }));
}

// ---- Work.

void SimWorker::Poll() {
  const int room = traits_.capacity - static_cast<int>(held_.size());
  if (finished_ || polling_ || room <= 0) return;
  polling_ = true;
  v1::LeaseRequest request;
  request.set_session(session_);
  request.set_max_chunks(room);
  request.set_wait_ms(rng_.Below(kMostWaitMs));
  const absl::Duration wait = absl::Milliseconds(request.wait_ms());
  host_->Call<v1::LeaseRequest, v1::LeaseReply>(
      number_, wait + absl::Seconds(5), std::move(request), &Host::Lease,
      Heard<v1::LeaseReply>([this, sent = queue_->now()](absl::StatusOr<v1::LeaseReply> reply) {
        polling_ = false;
        if (!reply.ok()) {
          if (!GoesOn(reply.status())) return;
        } else if (reply->run_done()) {
          finished_ = true;
          return;
        } else {
          Take(*reply, sent);
        }
        Later(kRetry * rng_.Uniform(), [this] { Poll(); });
      }));
}

void SimWorker::Take(const v1::LeaseReply& reply, absl::Duration sent) {
  for (const v1::LeasedChunk& lease : reply.chunks()) {
    const std::string& ticket = lease.ticket().ticket();
    Held& held = held_[ticket];
    held = Held();
    held.ticket = lease.ticket();
    held.chunk = disk_->ChunkOf(lease.tasks(0).id());
    held.good_until = sent + absl::Milliseconds(lease.ttl_ms()) * 0.8;
    const double drawn = rng_.Uniform();
    if (drawn < traits_.fails) {
      held.failure = v1::ATTEMPT_FAILURE_ENGINE;
    } else if (drawn < traits_.fails + traits_.returns) {
      held.failure = v1::ATTEMPT_FAILURE_RETURNED;
    }
    Later(kMostTaskTime * rng_.Uniform(), [this, ticket] { MakeNext(ticket); });
  }
}

void SimWorker::MakeNext(const std::string& ticket) {
  const auto found = held_.find(ticket);
  if (found == held_.end()) return;
  Held& held = found->second;
  if (held.chunk == traits_.poison) return Crash();
  if (queue_->now() > held.good_until && !traits_.stubborn) {
    held_.erase(found);
    return Poll();
  }
  const pipelines::ChunkContent& content = disk_->chunks()[held.chunk].content;
  // A failing engine may have made some.
  const bool last = held.made + 1 >= content.tasks.size();
  if (held.failure != v1::ATTEMPT_FAILURE_UNSPECIFIED && (last || rng_.Below(2) == 0)) {
    return Submit(ticket);
  }
  const int task = static_cast<int>(held.made++);
  held.ready.push_back(traits_.lies ? LyingResult(content, task) : RightResult(content, task));
  if (last) return Submit(ticket);
  if (rng_.Uniform() < traits_.submit_early) Submit(ticket);
  Later(kMostTaskTime * rng_.Uniform(), [this, ticket] { MakeNext(ticket); });
}

void SimWorker::Submit(const std::string& ticket) {
  const auto found = held_.find(ticket);
  if (found == held_.end() || found->second.submitting) return;
  Held& held = found->second;
  const size_t tasks = disk_->chunks()[held.chunk].content.tasks.size();
  held.submitting = true;
  v1::SubmitRequest request;
  request.set_session(session_);
  v1::LeaseResults& lease = *request.add_leases();
  *lease.mutable_ticket() = held.ticket;
  for (const v1::Result& result : held.ready) *lease.add_results() = result;
  if (held.failure != v1::ATTEMPT_FAILURE_UNSPECIFIED && held.made < tasks) {
    lease.set_failure(held.failure);
    lease.set_message("as drawn");
  }
  host_->Call<v1::SubmitRequest, v1::SubmitReply>(
      number_, absl::Seconds(5), std::move(request), &Host::Submit,
      Heard<v1::SubmitReply>(
          [this, ticket, results = held.ready.size()](absl::StatusOr<v1::SubmitReply> reply) {
            Submitted(ticket, results, reply);
          }));
}

void SimWorker::Submitted(const std::string& ticket, size_t results,
                          const absl::StatusOr<v1::SubmitReply>& reply) {
  const auto found = held_.find(ticket);
  if (found == held_.end()) return;
  Held& held = found->second;
  held.submitting = false;
  if (!reply.ok()) {
    if (!GoesOn(reply.status())) return;
    return Later(kRetry * rng_.Uniform(), [this, ticket] { Submit(ticket); });
  }
  if (reply->commit_number() > seen_commit_) {
    seen_commit_ = reply->commit_number();
    seen_proof_ = reply->commit_proof();
  }
  held.ready.erase(held.ready.begin(), held.ready.begin() + results);
  const size_t tasks = disk_->chunks()[held.chunk].content.tasks.size();
  if (reply->leases(0).over() || (held.made >= tasks && held.ready.empty())) {
    held_.erase(found);
    return Poll();
  }
  if (held.made >= tasks) Submit(ticket);
}

// ---- Renewals.

void SimWorker::RenewAll() {
  if (finished_) return;
  Later(ttl_ / 3, [this] { RenewAll(); });
  if (held_.empty()) return;
  v1::RenewRequest request;
  request.set_session(session_);
  std::vector<std::string> tickets;
  for (const auto& [ticket, held] : held_) {
    tickets.push_back(ticket);
    *request.add_tickets() = held.ticket;
  }
  host_->Call<v1::RenewRequest, v1::RenewReply>(
      number_, absl::Seconds(5), std::move(request), &Host::Renew,
      Heard<v1::RenewReply>(
          [this, tickets, sent = queue_->now()](absl::StatusOr<v1::RenewReply> reply) {
            if (!reply.ok()) {
              GoesOn(reply.status());
              return;
            }
            Renewed(tickets, sent, *reply);
          }));
}

void SimWorker::Renewed(const std::vector<std::string>& tickets, absl::Duration sent,
                        const v1::RenewReply& reply) {
  for (size_t k = 0; k < tickets.size(); ++k) {
    const auto found = held_.find(tickets[k]);
    if (found == held_.end()) continue;
    const absl::Duration ttl = absl::Milliseconds(reply.ttl_ms(static_cast<int>(k)));
    if (ttl > absl::ZeroDuration()) {
      found->second.good_until = sent + ttl * 0.8;
    } else if (!traits_.stubborn) {
      held_.erase(found);
    }
  }
  Poll();
}

}  // namespace quipu::simulation
