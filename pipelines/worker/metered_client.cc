// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/metered_client.h"

#include <algorithm>
#include <utility>

namespace quipu::pipelines {

absl::StatusOr<v1::HelloReply> MeteredClient::Hello(const v1::HelloRequest& request) {
  absl::StatusOr<v1::HelloReply> reply = client_->Hello(request);
  if (!reply.ok()) return reply;
  absl::MutexLock lock(&mutex_);
  figures_.run_id = reply->run_id();
  figures_.worker = request.worker();
  return reply;
}

absl::StatusOr<v1::LeaseReply> MeteredClient::Lease(const v1::LeaseRequest& request) {
  absl::StatusOr<v1::LeaseReply> reply = client_->Lease(request);
  if (!reply.ok()) return reply;
  absl::MutexLock lock(&mutex_);
  figures_.chunks_taken += reply->chunks_size();
  for (const v1::LeasedChunk& chunk : reply->chunks()) held_.insert(chunk.ticket().ticket());
  return reply;
}

absl::StatusOr<v1::RenewReply> MeteredClient::Renew(const v1::RenewRequest& request) {
  absl::StatusOr<v1::RenewReply> reply = client_->Renew(request);
  if (!reply.ok()) return reply;
  absl::MutexLock lock(&mutex_);
  // What was renewed before and is not any more was dropped by the worker.
  absl::flat_hash_set<std::string> renewed;
  for (const v1::SignedTicket& ticket : request.tickets()) renewed.insert(ticket.ticket());
  for (const std::string& ticket : renewed_) {
    if (!renewed.contains(ticket)) held_.erase(ticket);
  }
  renewed_ = std::move(renewed);
  const int count = std::min(request.tickets_size(), reply->ttl_ms_size());
  for (int i = 0; i < count; ++i) {
    if (reply->ttl_ms(i) > 0) continue;
    figures_.leases_lost += held_.erase(request.tickets(i).ticket());
  }
  return reply;
}

absl::StatusOr<v1::SubmitReply> MeteredClient::Submit(const v1::SubmitRequest& request) {
  absl::StatusOr<v1::SubmitReply> reply = client_->Submit(request);
  if (!reply.ok()) return reply;
  absl::MutexLock lock(&mutex_);
  const int count = std::min(request.leases_size(), reply->leases_size());
  for (int i = 0; i < count; ++i) {
    for (const int outcome : reply->leases(i).results()) {
      CountOutcome(static_cast<v1::SubmitOutcome>(outcome));
    }
    if (reply->leases(i).over()) held_.erase(request.leases(i).ticket().ticket());
  }
  return reply;
}

void MeteredClient::CountOutcome(v1::SubmitOutcome outcome) {
  switch (outcome) {
    case v1::SUBMIT_OUTCOME_STORED:
      ++figures_.stored;
      break;
    case v1::SUBMIT_OUTCOME_DUPLICATE:
      ++figures_.duplicate;
      break;
    case v1::SUBMIT_OUTCOME_CONFLICT:
      ++figures_.conflict;
      break;
    case v1::SUBMIT_OUTCOME_STALE:
      ++figures_.stale;
      break;
    case v1::SUBMIT_OUTCOME_INVALID:
      ++figures_.invalid;
      break;
    default:
      break;  // A newer coordinator's.
  }
}

WorkerFigures MeteredClient::Figures() const {
  absl::MutexLock lock(&mutex_);
  WorkerFigures figures = figures_;
  figures.chunks_held = held_.size();
  return figures;
}

}  // namespace quipu::pipelines
