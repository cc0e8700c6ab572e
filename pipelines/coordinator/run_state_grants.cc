// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Part of a run's state: waiting polls, grants, and the passing of time.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "pipelines/coordinator/run_state.h"

namespace quipu::pipelines::internal {
namespace {

constexpr absl::Duration kMaxTick = absl::Seconds(10);
// The delay when polls remain to be tried, or audits may have become
// impossible.
constexpr absl::Duration kShortTick = absl::Milliseconds(50);
constexpr absl::Duration kAuditTick = absl::Seconds(1);

// A worker that is silent this long and holds no lease is forgotten.
constexpr absl::Duration kForgetAfter = absl::Minutes(10);
constexpr size_t kMaxForgottenAtOnce = 256;

}  // namespace

// ---- Polls.

// Earlier polls go first. Then this one is tried, even if others still wait:
// work that they may not do may suit it.
void RunState::ParkLocked(Poll poll, absl::Duration now, Effects* effects) {
  std::optional<Poll> before = polls.Add(std::move(poll));
  // Its caller has abandoned it, or it would not have called again.
  if (before.has_value()) AnswerPollLocked(*std::move(before), effects);
  const uint64_t id = polls.Last();
  ServeWaitersLocked(now, kMissesOfEvent, effects);
  if (polls.Has(id) && MayGrantLocked()) GrantPollLocked(id, now, effects);
  if (!polls.Has(id)) return;
  const absl::Duration deadline = polls.Get(id).deadline;
  if (deadline <= now) {
    AnswerPollLocked(polls.Take(id), effects);
  } else if (polls.NextDeadline() == deadline) {
    effects->wake = true;  // Tick does not know of this earlier deadline.
  }
}

void RunState::AnswerPollLocked(Poll poll, Effects* effects) {
  v1::LeaseReply reply;
  reply.set_run_done(IsDoneLocked());
  reply.set_paused(table.paused());
  effects->Answer<v1::LeaseReply>(std::move(poll.done), std::move(reply));
}

void RunState::AnswerExpiredLocked(absl::Duration now, Effects* effects) {
  for (Poll& poll : polls.TakeExpired(now)) AnswerPollLocked(std::move(poll), effects);
}

void RunState::RefusePollOfLocked(absl::string_view session, const absl::Status& status,
                                  Effects* effects) {
  std::optional<Poll> poll = polls.TakeOfSession(session);
  if (poll.has_value()) effects->Answer<v1::LeaseReply>(std::move(poll->done), status);
}

// ---- Grants.

bool RunState::MayGrantLocked() const {
  const LeaseCounts& leases = table.counts();
  return failed.ok() && !stopped && table.paused().empty() &&
         (leases.planned > leases.done + leases.leased || leases.audits_open > 0);
}

bool RunState::GrantPollLocked(uint64_t id, absl::Duration now, Effects* effects) {
  const Poll& poll = polls.Get(id);
  std::vector<GrantedChunk> chunks;
  for (const v1::LeaseUpdate& update : table.Grant(poll.worker, poll.max_chunks, now)) {
    ApplyLocked(update, effects);
    if (!update.has_granted()) continue;
    const std::optional<LeaseView> view = table.Find(update.granted().chunk());
    chunks.push_back({update.granted(), view->tasks});
  }
  // A grant that does not apply fails the run, and with it the polls.
  if (chunks.empty() || !failed.ok()) return false;
  effects->grants.push_back({polls.Take(id), std::move(chunks)});
  return true;
}

bool RunState::GrantToWaitersLocked(absl::Duration now, int misses, Effects* effects) {
  // The head alone first: it has waited longest.
  int missed = 0;
  while (MayGrantLocked() && !polls.empty() && missed == 0) {
    if (!GrantPollLocked(polls.First(), now, effects)) ++missed;
  }
  // Then the others in turn, from where the last search ended.
  size_t left = polls.size();
  for (; MayGrantLocked() && left > 0 && missed < misses; --left) {
    poll_cursor = polls.After(poll_cursor);
    if (poll_cursor == 0) poll_cursor = polls.First();
    if (!GrantPollLocked(poll_cursor, now, effects)) ++missed;
  }
  return left == 0 || !MayGrantLocked();
}

// ---- After a change, and as time passes.

bool RunState::ServeWaitersLocked(absl::Duration now, int misses, Effects* effects) {
  const bool all_tried = GrantToWaitersLocked(now, misses, effects);
  SkipAuditsLocked(now, effects);
  if (IsDoneLocked()) {
    for (Poll& poll : polls.TakeAll()) AnswerPollLocked(std::move(poll), effects);
  }
  return all_tried;
}

void RunState::SkipAuditsLocked(absl::Duration now, Effects* effects) {
  const LeaseCounts& leases = table.counts();
  // Workers of an earlier start get one lease's time to reconnect.
  const bool all_back = !resumed || now - started >= options.leases.ttl;
  if (!all_back || leases.audits_open == 0 || leases.leases != 0 || leases.done != leases.planned) {
    return;
  }
  std::vector<std::string> connected = sessions.WorkersSince(now - options.leases.ttl);
  // A worker that waits for work is silent meanwhile.
  polls.ForEach([&](const Poll& poll) { connected.push_back(poll.worker); });
  // After skipping one audit of a chunk, the next may be requested.
  for (auto skipped = table.SkipAudits(connected); !skipped.empty();
       skipped = table.SkipAudits(connected)) {
    ApplyAllLocked(skipped, effects);
    if (!failed.ok()) return;
  }
}

void RunState::ForgetSilentLocked(absl::Duration now, Effects* effects) {
  const bool full = sessions.size() >= static_cast<size_t>(kMaxWorkers);
  const absl::Duration silence = full ? options.leases.ttl : kForgetAfter;
  const auto idle = [&](const Session& session) {
    mutex.AssertHeld();
    // Counts against a worker are kept as long as there is room.
    return (full || session.invalid == 0) && table.LeasesOf(session.worker) == 0;
  };
  for (const std::string& id : sessions.Forget(now - silence, kMaxForgottenAtOnce, idle)) {
    std::optional<Poll> poll = polls.TakeOfSession(id);
    if (poll.has_value()) AnswerPollLocked(*std::move(poll), effects);
  }
}

absl::Duration RunState::NextTickLocked(absl::Duration now, bool all_tried) const {
  if (!failed.ok() || stopped) return kMaxTick;
  const LeaseCounts& leases = table.counts();
  absl::Duration wait = kMaxTick;
  if (!all_tried) wait = kShortTick;
  if (leases.audits_open > 0 && leases.done == leases.planned) wait = std::min(wait, kAuditTick);
  wait = std::min(wait, table.NextEvent(now) - now);
  wait = std::min(wait, polls.NextDeadline() - now);
  return std::max(wait, absl::ZeroDuration());
}

}  // namespace quipu::pipelines::internal
