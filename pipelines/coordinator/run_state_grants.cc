// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Part of a run's state: waiting polls, grants, and the passing of time.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/log.h"
#include "pipelines/coordinator/run_state.h"

namespace quipu::pipelines::internal {
namespace {

constexpr absl::Duration kMaxTick = absl::Seconds(10);
// The delay when polls remain to be tried, or audits may have become
// impossible.
constexpr absl::Duration kShortTick = absl::Milliseconds(50);
constexpr absl::Duration kAuditTick = absl::Seconds(1);

// So long the end of a run waits for auditors that have said Hello and nothing since: an
// honest one asks for work as soon as its engine has read the prompts' common start.
constexpr absl::Duration kHelloWait = absl::Seconds(10);

// A worker that is silent this long and holds no lease is forgotten.
constexpr absl::Duration kForgetAfter = absl::Minutes(10);
constexpr size_t kMaxForgottenAtOnce = 256;
// Waiting workers that deliver and are tried first, though they may not do what there is.
constexpr int kMissesOfFirst = 4;

// Workers that one message names.
constexpr int kExpiredShown = 5;

// One line for each worker, and few of them.
void LogExpired(const std::vector<v1::LeaseUpdate>& updates) {
  std::map<std::string, int> leases;
  for (const v1::LeaseUpdate& update : updates) {
    if (update.ended().cause() == v1::LeaseEnded::EXPIRED) ++leases[update.ended().worker()];
  }
  int shown = 0;
  for (const auto& [worker, expired] : leases) {
    if (++shown > kExpiredShown) {
      LogWarning(
          absl::StrCat("leases of ", leases.size() - kExpiredShown, " more workers expired"));
      return;
    }
    LogWarning(absl::StrCat("worker ", worker, " let ", expired,
                            " leases expire; it gets fewer until it delivers results"));
  }
}

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
  reply.set_return_within_ms(ReturnWithinMsLocked());
  effects->Answer<v1::LeaseReply>(std::move(poll.done), std::move(reply));
}

void RunState::AnswerExpiredLocked(absl::Duration now, Effects* effects) {
  for (Poll& poll : polls.TakeExpired(now)) AnswerPollLocked(std::move(poll), effects);
}

bool RunState::IsAliveLocked(absl::string_view worker, absl::Duration now) const {
  const Session* const session = sessions.OfWorker(worker);
  if (session == nullptr || session->left) return false;
  return polls.HasSession(session->id) || now - session->heard < options.leases.ttl / 2;
}

void RunState::ExpireLocked(absl::Duration now, Effects* effects) {
  const auto alive = [&](absl::string_view worker) {
    mutex.AssertHeld();
    return IsAliveLocked(worker, now);
  };
  const std::vector<v1::LeaseUpdate> updates = table.Expire(now, alive);
  LogExpired(updates);
  ApplyAllLocked(updates, effects);
}

bool RunState::OthersStarveLocked(absl::string_view worker, absl::Duration now) const {
  if (!table.paused().empty()) return false;
  int looked = 0;
  for (uint64_t id = polls.First(); id != 0 && looked < kMissesOfEvent; id = polls.After(id)) {
    const Poll& poll = polls.Get(id);
    ++looked;
    const bool other = absl::string_view(poll.worker) != worker;
    if (!other || table.LeasesOf(poll.worker) > 0 || !table.MayHold(poll.worker, now)) continue;
    // What is pending may have to wait, or be nothing for this worker.
    if (!table.HasWorkFor(poll.worker, now)) return true;
  }
  return false;
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

int RunState::ShareOfPollLocked(const Poll& poll) const {
  const uint64_t waiting = polls.size();
  const uint64_t work = table.pending_chunks() + table.counts().audits_open;
  const uint64_t share = std::max<uint64_t>((work + waiting - 1) / waiting, 1);
  return static_cast<int>(std::min<uint64_t>(static_cast<uint64_t>(poll.max_chunks), share));
}

bool RunState::GrantPollLocked(uint64_t id, absl::Duration now, Effects* effects) {
  const Poll& poll = polls.Get(id);
  std::vector<GrantedChunk> chunks;
  for (const v1::LeaseUpdate& update : table.Grant(poll.worker, ShareOfPollLocked(poll), now)) {
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
  // The head first, and others that deliver: they have waited longest.
  int missed = 0;
  uint64_t id = polls.First();
  while (MayGrantLocked() && id != 0 && missed < kMissesOfFirst &&
         (missed == 0 || polls.Get(id).delivers)) {
    const uint64_t next = polls.After(id);
    if (!GrantPollLocked(id, now, effects)) ++missed;
    id = next;
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
    only_audits_since.reset();
    return;
  }
  if (!only_audits_since.has_value()) only_audits_since = now;
  const absl::Duration since = now - options.leases.ttl;
  // One peer may say Hello under any number of names, for ever.
  std::vector<std::string> connected = now - *only_audits_since < kHelloWait
                                           ? sessions.WorkersSince(since)
                                           : sessions.AskersSince(since);
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

// Its worker says Hello again, if it is honest.
void RunState::MakeRoomLocked(absl::Duration now, Effects* effects) {
  if (sessions.size() < static_cast<size_t>(kMaxWorkers)) return;
  ForgetSilentLocked(now, effects);
  const std::string id = sessions.MakeRoom([&](const Session& session) {
    mutex.AssertHeld();
    return session.results == 0 && table.LeasesOf(session.worker) == 0;
  });
  RefusePollOfLocked(id, absl::FailedPreconditionError("no such session: send Hello again"),
                     effects);
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
