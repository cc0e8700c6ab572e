// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Granting: polls that are parked, who gets what, and the time that passes.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "pipelines/coordinator/impl.h"
#include "pipelines/coordinator/lease_ticket.h"
#include "pipelines/coordinator/request_checks.h"

namespace quipu::pipelines::internal {
namespace {

constexpr absl::Duration kMaxTick = absl::Seconds(10);
// Where polls are left to be tried, or audits that may have become impossible.
constexpr absl::Duration kShortTick = absl::Milliseconds(50);
constexpr absl::Duration kAuditTick = absl::Seconds(1);

// A worker that was silent for so long, with nothing leased, is forgotten.
constexpr absl::Duration kForgetAfter = absl::Minutes(10);
constexpr size_t kMaxForgottenAtOnce = 256;

}  // namespace

void CoordinatorImpl::Lease(const Peer& peer, const v1::LeaseRequest& request,
                            ReplyFn<v1::LeaseReply> done) {
  absl::Status refused =
      pipelines::CheckLease(request, static_cast<uint32_t>(options_.leases.max_leases_per_worker));
  if (!refused.ok()) return done(refused);
  Effects effects;
  {
    const absl::Duration now = Now();
    absl::MutexLock lock(&mutex_);
    const absl::StatusOr<Session*> session = CallerLocked(peer, request.session(), now);
    refused = session.status();
    if (refused.ok()) {
      ParkLocked({(*session)->id, (*session)->worker, static_cast<int>(request.max_chunks()),
                  now + absl::Milliseconds(request.wait_ms()), std::move(done)},
                 now, &effects);
    }
  }
  if (!refused.ok()) return done(refused);
  Perform(std::move(effects));
}

void CoordinatorImpl::CancelLease(absl::string_view session) {
  Effects effects;
  {
    absl::MutexLock lock(&mutex_);
    if (std::optional<Poll> poll = polls_.TakeOfSession(session)) {
      RefusePollLocked(*std::move(poll), absl::CancelledError("the poll was cancelled"), &effects);
    }
  }
  Perform(std::move(effects));
}

// Those who came before go first; then this one is tried, whoever is before it:
// what they cannot take may be for it.
void CoordinatorImpl::ParkLocked(Poll poll, absl::Duration now, Effects* effects) {
  std::optional<Poll> before = polls_.Add(std::move(poll));
  // Its caller has given it up, or it would not have called again.
  if (before.has_value()) AnswerPollLocked(*std::move(before), effects);
  const uint64_t id = polls_.Last();
  ChangedLocked(now, kMissesOfEvent, effects);
  if (!polls_.Has(id) || (MayGrantLocked() && GrantPollLocked(id, now, effects))) return;
  const absl::Duration deadline = polls_.Get(id).deadline;
  if (deadline <= now) {
    AnswerPollLocked(polls_.Take(id), effects);
  } else if (polls_.NextDeadline() == deadline) {
    effects->wake = true;  // Tick knows of none that ends sooner.
  }
}

bool CoordinatorImpl::MayGrantLocked() const {
  const LeaseCounts& counts = table_.counts();
  return failed_.ok() && !stopped_ && table_.paused().empty() &&
         (counts.planned > counts.done + counts.leased || counts.audits_open > 0);
}

bool CoordinatorImpl::GrantPollLocked(uint64_t id, absl::Duration now, Effects* effects) {
  const Poll& poll = polls_.Get(id);
  std::vector<GrantedChunk> chunks = GrantLocked(poll.worker, poll.max_chunks, now, effects);
  if (chunks.empty()) return false;
  effects->grants.push_back({polls_.Take(id), std::move(chunks)});
  return true;
}

std::vector<GrantedChunk> CoordinatorImpl::GrantLocked(const std::string& worker, int max,
                                                       absl::Duration now, Effects* effects) {
  std::vector<GrantedChunk> chunks;
  for (const v1::LeaseUpdate& update : table_.Grant(worker, max, now)) {
    ApplyLocked(update, effects);
    if (!update.has_granted()) continue;
    GrantedChunk& chunk = chunks.emplace_back();
    chunk.lease = update.granted();
    const std::optional<LeaseView> view = table_.Find(chunk.lease.chunk());
    chunk.tasks = view->tasks;
  }
  return chunks;
}

bool CoordinatorImpl::PumpLocked(absl::Duration now, int misses, Effects* effects) {
  // The head alone first: it has waited longest.
  int missed = 0;
  while (MayGrantLocked() && !polls_.empty() && missed == 0) {
    if (!GrantPollLocked(polls_.First(), now, effects)) ++missed;
  }
  // Then round and round, from where the last search ended.
  size_t left = polls_.size();
  for (; MayGrantLocked() && left > 0 && missed < misses; --left) {
    cursor_ = polls_.After(cursor_);
    if (cursor_ == 0) cursor_ = polls_.First();
    if (!GrantPollLocked(cursor_, now, effects)) ++missed;
  }
  return left == 0 || !MayGrantLocked();
}

bool CoordinatorImpl::ChangedLocked(absl::Duration now, int misses, Effects* effects) {
  const bool all_tried = PumpLocked(now, misses, effects);
  const LeaseCounts& counts = table_.counts();
  // Workers of an earlier start are given a lease's time to come back.
  const bool all_back = !resumed_ || now - started_ >= options_.leases.ttl;
  if (all_back && counts.audits_open > 0 && counts.leases == 0 && counts.done == counts.planned) {
    std::vector<std::string> connected = sessions_.WorkersSince(now - options_.leases.ttl);
    // Who waits for work is silent meanwhile.
    polls_.ForEach([&](const Poll& poll) { connected.push_back(poll.worker); });
    // One of a chunk skipped, the next may be asked.
    for (auto skipped = table_.SkipAudits(connected); !skipped.empty();
         skipped = table_.SkipAudits(connected)) {
      ApplyAllLocked(skipped, effects);
      if (!failed_.ok()) break;
    }
  }
  if (DoneLocked()) {
    for (Poll& poll : polls_.TakeAll()) AnswerPollLocked(std::move(poll), effects);
  }
  return all_tried;
}

void CoordinatorImpl::AnswerPollLocked(Poll poll, Effects* effects) {
  v1::LeaseReply reply;
  reply.set_run_done(DoneLocked());
  reply.set_paused(table_.paused());
  effects->calls.push_back(
      [done = std::move(poll.done), reply = std::move(reply)] { done(reply); });
}

void CoordinatorImpl::RefusePollLocked(Poll poll, const absl::Status& status, Effects* effects) {
  effects->calls.push_back([done = std::move(poll.done), status] { done(status); });
}

absl::StatusOr<v1::LeaseReply> CoordinatorImpl::MakeLeaseReply(const GrantedPoll& granted) {
  v1::LeaseReply reply;
  for (const GrantedChunk& chunk : granted.chunks) {
    ASSIGN_OR_RETURN(const std::shared_ptr<const ChunkContent> content,
                     chunks_.Get(chunk.lease.chunk()));
    v1::LeasedChunk& leased = *reply.add_chunks();
    v1::LeaseTicket ticket;
    ticket.set_run_id(ledger_->header().run_id());
    ticket.set_document_id(chunk.lease.chunk().document_id());
    ticket.set_chunk_index(chunk.lease.chunk().chunk_index());
    ticket.set_worker(chunk.lease.worker());
    ticket.set_token(chunk.lease.token());
    ticket.set_ttl_ms(static_cast<uint32_t>(absl::ToInt64Milliseconds(options_.leases.ttl)));
    *leased.mutable_ticket() = SignTicket(options_.secret, ticket);
    leased.set_ttl_ms(ticket.ttl_ms());
    leased.set_text(content->text);
    for (size_t i = 0; i < content->tasks.size(); ++i) {
      if ((chunk.tasks >> i & 1) != 0) *leased.add_tasks() = content->tasks[i];
    }
  }
  return reply;
}

void CoordinatorImpl::ForgetSilentLocked(absl::Duration now, Effects* effects) {
  const bool full = sessions_.size() >= static_cast<size_t>(kMaxWorkers);
  const absl::Duration silence = full ? options_.leases.ttl : kForgetAfter;
  const auto idle = [&](const Session& session) {
    mutex_.AssertHeld();
    // What counts against a worker is kept as long as there is room.
    return (full || session.invalid == 0) && table_.LeasesOf(session.worker) == 0;
  };
  for (const std::string& id : sessions_.Forget(now - silence, kMaxForgottenAtOnce, idle)) {
    std::optional<Poll> poll = polls_.TakeOfSession(id);
    if (poll.has_value()) AnswerPollLocked(*std::move(poll), effects);
  }
}

absl::Duration CoordinatorImpl::NextTickLocked(absl::Duration now, bool all_tried) const {
  const LeaseCounts& counts = table_.counts();
  absl::Duration wait = kMaxTick;
  if (!all_tried) wait = kShortTick;
  if (counts.audits_open > 0 && counts.done == counts.planned) wait = std::min(wait, kAuditTick);
  wait = std::min(wait, table_.NextEvent(now) - now);
  wait = std::min(wait, polls_.NextDeadline() - now);
  return std::max(wait, absl::ZeroDuration());
}

absl::Duration CoordinatorImpl::Tick() {
  Effects effects;
  absl::Duration wait;
  {
    const absl::Duration now = Now();
    absl::MutexLock lock(&mutex_);
    if (!failed_.ok() || stopped_) return kMaxTick;
    ApplyAllLocked(table_.Expire(now), &effects);
    for (Poll& poll : polls_.TakeExpired(now)) AnswerPollLocked(std::move(poll), &effects);
    ForgetSilentLocked(now, &effects);
    const bool all_tried = ChangedLocked(now, kMissesOfTick, &effects);
    wait = NextTickLocked(now, all_tried);
  }
  Perform(std::move(effects));
  return wait;
}

}  // namespace quipu::pipelines::internal
