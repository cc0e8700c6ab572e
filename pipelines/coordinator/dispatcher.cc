// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/dispatcher.h"

#include <memory>

#include "base/limits.h"
#include "base/status_macros.h"
#include "pipelines/coordinator/lease_ticket.h"

namespace quipu::pipelines::internal {
namespace {

// Texts of one reply; tasks and tickets take far less than the rest of a message.
constexpr size_t kMaxTextBytes = kMaxRpcBytes / 2;

}  // namespace

void Dispatcher::Dispatch(Effects effects) {
  Effects more;
  for (GrantedPoll& granted : effects.grants) {
    if (QueueReply(std::move(granted), &more)) effects.wake = true;
  }
  for (const std::function<void()>& call : effects.calls) call();
  if (effects.wake && wake_) wake_();
  if (!more.empty()) Dispatch(std::move(more));
}

bool Dispatcher::QueueReply(GrantedPoll granted, Effects* more) {
  absl::StatusOr<v1::LeaseReply> reply = MakeLeaseReply(granted);
  absl::Status failed = reply.status();
  if (reply.ok()) {
    absl::MutexLock lock(&state_->mutex);
    // Stopped meanwhile: there may be no thread left to commit this.
    failed = state_->CheckAcceptingLocked();
    if (failed.ok()) {
      reply->set_return_within_ms(state_->ReturnWithinMsLocked());
      ReturnRestLocked(granted, static_cast<size_t>(reply->chunks_size()), more);
      state_->queue.AddReply({*std::move(reply), std::move(granted.poll.done)});
      return true;
    }
  } else {
    Fail(failed);
  }
  granted.poll.done(failed);
  return false;
}

void Dispatcher::ReturnRestLocked(const GrantedPoll& granted, size_t sent, Effects* more) {
  if (sent == granted.chunks.size()) return;
  const absl::Duration now = state_->Now();
  for (size_t i = sent; i < granted.chunks.size(); ++i) {
    const v1::LeaseGranted& lease = granted.chunks[i].lease;
    state_->ApplyAllLocked(state_->table.End(lease.chunk(), lease.token(), v1::LeaseEnded::RETURNED,
                                             "no room in its reply", now),
                           more);
  }
  state_->ServeWaitersLocked(now, kMissesOfEvent, more);
}

absl::StatusOr<v1::LeaseReply> Dispatcher::MakeLeaseReply(const GrantedPoll& granted) {
  const CoordinatorOptions& options = state_->options;
  v1::LeaseReply reply;
  size_t bytes = 0;
  for (const GrantedChunk& chunk : granted.chunks) {
    ASSIGN_OR_RETURN(const std::shared_ptr<const ChunkContent> content,
                     chunks_->Get(chunk.lease.chunk()));
    bytes += content->text.size();
    if (bytes > kMaxTextBytes && reply.chunks_size() > 0) break;
    v1::LeasedChunk& leased = *reply.add_chunks();
    v1::LeaseTicket ticket;
    ticket.set_run_id(state_->run_store->header().run_id());
    ticket.set_document_id(chunk.lease.chunk().document_id());
    ticket.set_chunk_index(chunk.lease.chunk().chunk_index());
    ticket.set_worker(chunk.lease.worker());
    ticket.set_token(chunk.lease.token());
    ticket.set_ttl_ms(static_cast<uint32_t>(absl::ToInt64Milliseconds(options.leases.ttl)));
    *leased.mutable_ticket() = SignTicket(options.secret, ticket);
    leased.set_ttl_ms(ticket.ttl_ms());
    leased.set_text(content->text);
    for (size_t i = 0; i < content->tasks.size(); ++i) {
      if ((chunk.tasks >> i & 1) != 0) *leased.add_tasks() = content->tasks[i];
    }
  }
  return reply;
}

void Dispatcher::Fail(const absl::Status& status) {
  Effects effects;
  {
    absl::MutexLock lock(&state_->mutex);
    state_->FailLocked(status, &effects);
  }
  Dispatch(std::move(effects));
}

}  // namespace quipu::pipelines::internal
