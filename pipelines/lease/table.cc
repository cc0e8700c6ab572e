// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/lease/table.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/numeric/bits.h"
#include "pipelines/lease/audits.h"
#include "pipelines/lease/ends.h"
#include "pipelines/lease/pause.h"
#include "pipelines/lease/state.h"

namespace quipu::pipelines {

using internal::AskNextAudit;
using internal::AuditRecord;
using internal::CauseOfFailure;
using internal::CauseOfLoss;
using internal::ChunkState;
using internal::EndLease;
using internal::kNobody;
using internal::LeaseRecord;
using internal::LeaseState;
using internal::MakerRecord;
using internal::WorkerRecord;
using Updates = internal::LeaseUpdates;

namespace {

// If more lost audits than this are due at one moment, they are scanned in
// parts.
constexpr int kMaxLostAuditsSeen = 256;
// So many chunks that the worker must not have yet are passed over.
constexpr size_t kMaxPassedOver = 256;
// A worker that shows no progress for this many times as long as any that delivers
// has none.
constexpr int kPatience = 4;
constexpr uint64_t kMaxTokens = 0xffffffff;  // Of one epoch.
// Chunks that one search for a worker's results looks at: about a millisecond.
constexpr uint32_t kMaxChunksLooked = 1 << 16;

int64_t Micros(absl::Duration time) { return absl::ToInt64Microseconds(time); }

bool MayHold(const WorkerRecord& worker, absl::Duration now) {
  return worker.quarantined.empty() && worker.not_before_us <= Micros(now);
}

struct Pick {
  uint32_t chunk = 0;
  bool audit = false;
};

void PickAudits(const LeaseState& state, uint32_t worker, size_t room, int64_t now_us,
                std::vector<Pick>& picks) {
  for (const auto& [out, chunks] : state.audit_groups()) {
    if (picks.size() >= room) return;
    if (std::binary_search(out.begin(), out.end(), worker)) continue;
    for (auto i = chunks.begin(); i != chunks.end() && picks.size() < room; ++i) {
      picks.push_back({*i, true});
    }
  }
  // Audits that this worker lost itself, once others have had the first chance.
  int seen = 0;
  for (const auto& [not_before_us, i] : state.lost_audits()) {
    if (picks.size() >= room || not_before_us > now_us || ++seen > kMaxLostAuditsSeen) return;
    const AuditRecord& audit = state.audits().at(i);
    if (audit.loser == worker && audit.Asks(worker)) picks.push_back({i, true});
  }
}

// Whether other workers come first, for one ttl more.
bool OthersFirst(const LeaseState& state, uint32_t i, uint32_t worker, int64_t now_us) {
  const ChunkState& chunk = state.chunk(i);
  return chunk.loser == worker && now_us < chunk.not_before_us + Micros(state.options().ttl);
}

// Appends chunks of the queue that may be retried now.
void PickRetries(const LeaseState& state, const LeaseState::Timed& queue, uint32_t worker,
                 size_t room, int64_t now_us, std::vector<Pick>& picks) {
  size_t own = 0;
  for (const auto& [not_before_us, i] : queue) {
    if (picks.size() >= room || not_before_us > now_us || own > kMaxPassedOver) return;
    if (OthersFirst(state, i, worker, now_us)) {
      ++own;
    } else {
      picks.push_back({i, false});
    }
  }
}

// Appends doubtful chunks, for a worker that delivers: the wait after an expiry is for others.
void PickDoubtful(const LeaseState& state, uint32_t worker, size_t room, int64_t now_us,
                  std::vector<Pick>& picks) {
  size_t passed = 0;
  for (const auto& [not_before_us, i] : state.doubtful()) {
    if (picks.size() >= room || passed > kMaxPassedOver) return;
    const bool waits = !state.chunk(i).lapsed && not_before_us > now_us;
    if (waits || OthersFirst(state, i, worker, now_us)) {
      ++passed;
    } else {
      picks.push_back({i, false});
    }
  }
}

std::vector<Pick> PickFor(const LeaseState& state, uint32_t worker, size_t room, int64_t now_us) {
  std::vector<Pick> picks;
  PickAudits(state, worker, room, now_us, picks);
  PickRetries(state, state.waiting(), worker, room, now_us, picks);
  const bool delivers = state.worker(worker).delivers();
  if (delivers) PickDoubtful(state, worker, room, now_us, picks);
  for (auto i = state.fresh().begin(); i != state.fresh().end() && picks.size() < room; ++i) {
    picks.push_back({*i, false});
  }
  if (!picks.empty() || !state.worker(worker).leases.empty()) return picks;
  PickRetries(state, state.suspects(), worker, /*room=*/1, now_us, picks);
  if (!delivers) PickRetries(state, state.doubtful(), worker, /*room=*/1, now_us, picks);
  return picks;
}

// How many of `max` chunks the worker may have now, if there are so many.
size_t RoomOf(const LeaseState& state, absl::string_view worker, int max, absl::Duration now) {
  const WorkerRecord& record = state.worker(state.WorkerNumber(worker));
  if (worker.empty() || !state.paused().empty() || !MayHold(record, now) || record.suspects > 0) {
    return 0;
  }
  const int most = std::min(state.options().max_leases_per_worker, record.allowed);
  const int64_t room =
      std::min<int64_t>({max, most - static_cast<int64_t>(record.leases.size()),
                         static_cast<int64_t>(kMaxTokens - (state.last_token() & kMaxTokens))});
  return static_cast<size_t>(std::max<int64_t>(room, 0));
}

v1::LeaseUpdate Granted(const LeaseState& state, const Pick& pick, absl::string_view worker,
                        uint64_t token, absl::Duration now) {
  const LeaseOptions& options = state.options();
  v1::LeaseUpdate update;
  v1::LeaseGranted& granted = *update.mutable_granted();
  *granted.mutable_chunk() = state.chunk(pick.chunk).Id();
  granted.set_worker(worker.data(), worker.size());
  granted.set_token(token);
  granted.set_expires_us(Micros(now + std::min(options.ttl, options.max_attempt)));
  granted.set_ends_us(Micros(now + options.max_attempt));
  granted.set_audit(pick.audit);
  return update;
}

// All that is left of the run is an audit that this lease holds.
bool RunWaitsFor(const LeaseState& state, const LeaseRecord& lease) {
  return lease.audit && state.counts().done == state.counts().planned;
}

// Others starve, or the end of the run waits: takes a lease from a worker that shows no
// progress. All of its leases when no worker that delivers was ever nearly as slow; if
// others starve, half after a ttl, so that a slow worker still finishes what it has begun.
void RevokeIfStalled(const LeaseState& state, uint32_t i, bool others_starve, absl::Duration now,
                     Updates& updates) {
  const LeaseRecord& lease = *state.LeaseOf(i);
  const WorkerRecord& worker = state.worker(lease.worker);
  const int64_t ttl = Micros(state.options().ttl);
  // Of a lease from an earlier start nothing is known.
  const bool works = worker.progressed || worker.progress_us == 0;
  const int64_t stalled = works ? 0 : Micros(now) - worker.progress_us;
  const int64_t patience = std::max(2 * ttl, kPatience * state.slowest_us());
  if (state.slowest_us() > 0 && stalled > patience) {
    EndLease(state, i, v1::LeaseEnded::EXPIRED, "renewed without progress", now, updates);
  } else if (others_starve && stalled > ttl) {
    const auto rank = std::distance(worker.leases.begin(), worker.leases.find(i));
    if (2 * rank < static_cast<int64_t>(worker.leases.size()) || rank == 0) return;
    EndLease(state, i, v1::LeaseEnded::RETURNED, "another worker has nothing to do", now, updates);
  }
}

}  // namespace

// ---- Grants.

std::vector<v1::LeaseUpdate> LeaseTable::Grant(absl::string_view worker, int max,
                                               absl::Duration now) const {
  const LeaseState& state = *state_;
  Updates updates;
  const size_t room = RoomOf(state, worker, max, now);
  if (room == 0) return updates;
  uint64_t token = state.last_token();
  for (const Pick& pick : PickFor(state, state.WorkerNumber(worker), room, Micros(now))) {
    updates.push_back(Granted(state, pick, worker, ++token, now));
  }
  return updates;
}

bool LeaseTable::HasWorkFor(absl::string_view worker, absl::Duration now) const {
  const LeaseState& state = *state_;
  if (RoomOf(state, worker, /*max=*/1, now) == 0) return false;
  return !state.fresh().empty() ||
         !PickFor(state, state.WorkerNumber(worker), /*room=*/1, Micros(now)).empty();
}

std::vector<v1::LeaseUpdate> LeaseTable::Renew(const v1::ChunkId& id, absl::string_view worker,
                                               uint64_t token, bool others_starve,
                                               absl::Duration now) const {
  const LeaseState& state = *state_;
  const std::optional<uint32_t> i = state.Find(id);
  if (!i.has_value() || ValidityOf(id, token) != TicketValidity::kCurrent) return {};
  const uint32_t number = state.WorkerNumber(worker);
  const LeaseRecord* lease = state.LeaseOf(*i);
  if (lease != nullptr) {
    if (lease->token != token || lease->worker != number || Micros(now) >= lease->ends_us) {
      return {};
    }
    if (others_starve || RunWaitsFor(state, *lease)) {
      Updates updates;
      RevokeIfStalled(state, *i, others_starve, now, updates);
      if (!updates.empty()) return updates;
    }
    v1::LeaseUpdate update;
    v1::LeaseRenewed& renewed = *update.mutable_renewed();
    *renewed.mutable_chunk() = id;
    renewed.set_token(token);
    renewed.set_expires_us(std::min(Micros(now + state.options().ttl), lease->ends_us));
    return {update};
  }
  const ChunkState& chunk = state.chunk(*i);
  if (token >> 32 >= state.epoch() || worker.empty() || !MayHold(worker, now)) {
    return {};
  }
  if (chunk.open() != 0) {
    if (chunk.quarantined) return {};
    return {Granted(state, {*i, false}, worker, token, now)};
  }
  const auto audit = state.audits().find(*i);
  if (audit == state.audits().end() || !audit->second.Asks(number)) return {};
  // The worker may already be repeating another part.
  if (audit->second.tasks != chunk.all()) return {};
  return {Granted(state, {*i, true}, worker, token, now)};
}

// ---- Ends.

std::vector<v1::LeaseUpdate> LeaseTable::Expire(
    absl::Duration now, absl::FunctionRef<bool(absl::string_view)> alive) const {
  Updates updates;
  for (const auto& [expires_us, i] : state_->expiries()) {
    if (expires_us > Micros(now)) break;
    const LeaseRecord& lease = *state_->LeaseOf(i);
    const bool lives = alive(state_->worker(lease.worker).name);
    if (lease.inherited && lives) {
      // Its worker stopped while there was no coordinator to release it to, and is back.
      EndLease(*state_, i, v1::LeaseEnded::RETURNED, "of an earlier start", now, updates);
    } else if (Micros(now) >= lease.ends_us || lives) {
      EndLease(*state_, i, v1::LeaseEnded::EXPIRED, "expired while its worker lived", now, updates);
    } else {
      EndLease(*state_, i, CauseOfLoss(*state_, i), "expired", now, updates);
    }
  }
  return updates;
}

std::vector<v1::LeaseUpdate> LeaseTable::WorkerGone(absl::string_view worker,
                                                    absl::Duration now) const {
  const LeaseState& state = *state_;
  Updates updates;
  for (const uint32_t i : state.worker(state.WorkerNumber(worker)).leases) {
    EndLease(*state_, i, CauseOfLoss(*state_, i), "its worker died", now, updates);
  }
  return updates;
}

std::vector<v1::LeaseUpdate> LeaseTable::WorkerLeft(absl::string_view worker,
                                                    absl::Duration now) const {
  const LeaseState& state = *state_;
  Updates updates;
  for (const uint32_t i : state.worker(state.WorkerNumber(worker)).leases) {
    EndLease(*state_, i, v1::LeaseEnded::RETURNED, "its worker left", now, updates);
  }
  return updates;
}

std::vector<v1::LeaseUpdate> LeaseTable::End(const v1::ChunkId& id, uint64_t token,
                                             v1::LeaseEnded::Cause cause, absl::string_view message,
                                             absl::Duration now) const {
  const std::optional<uint32_t> i = state_->Find(id);
  if (!i.has_value()) return {};
  const LeaseRecord* lease = state_->LeaseOf(*i);
  const bool fits = cause == v1::LeaseEnded::RETURNED || cause == v1::LeaseEnded::FAILED;
  if (lease == nullptr || lease->token != token || !fits) return {};
  if (cause == v1::LeaseEnded::FAILED) cause = CauseOfFailure(*state_, *i);
  Updates updates;
  EndLease(*state_, *i, cause, message, now, updates);
  return updates;
}

// ---- Results.

std::vector<v1::LeaseUpdate> LeaseTable::Store(const v1::ChunkId& id, absl::string_view worker,
                                               uint64_t mask, const RejectReasons& rejects,
                                               absl::Duration now) const {
  const LeaseState& state = *state_;
  const std::optional<uint32_t> i = state.Find(id);
  if (!i.has_value() || mask == 0) return {};
  const ChunkState& chunk = state.chunk(*i);
  Updates updates;
  v1::ResultsStored& stored = *updates.emplace_back().mutable_stored();
  *stored.mutable_chunk() = id;
  stored.set_done(mask);
  stored.set_worker(worker.data(), worker.size());
  for (const v1::RejectReason reason : rejects) stored.add_rejects(reason);
  if ((chunk.open() & ~mask) == 0) {
    if (chunk.leased) EndLease(*state_, *i, v1::LeaseEnded::DONE, "", now, updates);
    AskNextAudit(state, *i, worker, "", updates);
  }
  if (!worker.empty()) {
    internal::StopIfRejectsRunAway(state, worker, absl::popcount(mask), rejects, updates);
  }
  return updates;
}

// ---- Audits.

std::vector<v1::LeaseUpdate> LeaseTable::Audit(const v1::ChunkId& id, absl::string_view auditor,
                                               bool matches_first, bool matches_second,
                                               absl::Duration now) const {
  return internal::DecideAudit(*state_, id, auditor, matches_first, matches_second, now);
}

std::vector<v1::LeaseUpdate> LeaseTable::SkipAudits(
    const std::vector<std::string>& connected) const {
  return internal::SkipImpossibleAudits(*state_, connected);
}

std::vector<v1::LeaseUpdate> LeaseTable::AskAudits() const {
  Updates updates;
  for (uint32_t i = 0; i < state_->chunks().size(); ++i) {
    if (state_->chunk(i).open() == 0) AskNextAudit(*state_, i, "", "", updates);
  }
  return updates;
}

std::vector<v1::LeaseUpdate> LeaseTable::Release() const {
  Updates updates;
  for (const auto& [i, mask] : state_->given_up()) {
    v1::ChunkReleased& released = *updates.emplace_back().mutable_released();
    *released.mutable_chunk() = state_->chunk(i).Id();
    released.set_pending(mask);
  }
  return updates;
}

// ---- Queries.

TicketValidity LeaseTable::ValidityOf(const v1::ChunkId& id, uint64_t token) const {
  const LeaseState& state = *state_;
  const std::optional<uint32_t> i = state.Find(id);
  if (!i.has_value()) return TicketValidity::kUnknown;
  const uint64_t fence = state.chunk(*i).fence;
  const bool current = token == fence || (token > fence && token >> 32 < state.epoch());
  return current && token != 0 ? TicketValidity::kCurrent : TicketValidity::kStale;
}

std::optional<LeaseView> LeaseTable::Find(const v1::ChunkId& id) const {
  const LeaseState& state = *state_;
  const std::optional<uint32_t> i = state.Find(id);
  if (!i.has_value()) return std::nullopt;
  const ChunkState& chunk = state.chunk(*i);
  LeaseView view;
  view.first_task = chunk.first_task;
  view.num_tasks = chunk.num_tasks;
  view.done = chunk.done;
  view.quarantined = chunk.quarantined;
  view.fence = chunk.fence;
  view.lost = chunk.lost;
  view.failed = chunk.failed;
  view.expired = chunk.expired;
  if (const LeaseRecord* lease = state.LeaseOf(*i); lease != nullptr) {
    view.leased = true;
    view.audit = lease->audit;
    view.worker = state.worker(lease->worker).name;
    view.token = lease->token;
    view.expires = absl::Microseconds(lease->expires_us);
    view.tasks = lease->audit ? state.audits().at(*i).tasks : chunk.open();
  }
  return view;
}

bool LeaseTable::Done() const {
  const LeaseCounts& counts = state_->counts();
  return counts.done == counts.planned && counts.audits_open == 0;
}

const std::string& LeaseTable::paused() const { return state_->paused(); }

const std::string& LeaseTable::WhyQuarantined(absl::string_view worker) const {
  return state_->worker(state_->WorkerNumber(worker)).quarantined;
}

std::vector<std::string> LeaseTable::QuarantinedWorkers() const {
  std::vector<std::string> names;
  for (const WorkerRecord& worker : state_->workers()) {
    if (!worker.quarantined.empty()) names.push_back(worker.name);
  }
  return names;
}

const LeaseCounts& LeaseTable::counts() const { return state_->counts(); }

int LeaseTable::LeasesOf(absl::string_view worker) const {
  const LeaseState& state = *state_;
  return static_cast<int>(state.worker(state.WorkerNumber(worker)).leases.size());
}

bool LeaseTable::MayHold(absl::string_view worker, absl::Duration now) const {
  return pipelines::MayHold(state_->worker(state_->WorkerNumber(worker)), now);
}

bool LeaseTable::Delivers(absl::string_view worker) const {
  return state_->worker(state_->WorkerNumber(worker)).delivers();
}

uint64_t LeaseTable::pending_chunks() const {
  return state_->fresh().size() + state_->waiting().size() + state_->doubtful().size() +
         state_->suspects().size();
}

absl::Duration LeaseTable::NextEvent(absl::Duration now) const {
  const LeaseState& state = *state_;
  absl::Duration next = absl::InfiniteDuration();
  if (!state.expiries().empty()) next = absl::Microseconds(state.expiries().begin()->first);
  const std::pair<int64_t, uint32_t> seen{Micros(now), ~uint32_t{0}};
  for (const LeaseState::Timed* queue :
       {&state.waiting(), &state.doubtful(), &state.suspects(), &state.lost_audits()}) {
    const auto after = queue->upper_bound(seen);
    if (after != queue->end()) next = std::min(next, absl::Microseconds(after->first));
  }
  return next;
}

std::vector<UnauditedResults> LeaseTable::UnauditedOf(absl::string_view worker, size_t most,
                                                      uint32_t* from) const {
  const LeaseState& state = *state_;
  const uint32_t number = state.WorkerNumber(worker);
  std::vector<UnauditedResults> unaudited;
  const uint64_t end = std::min<uint64_t>(chunks(), uint64_t{*from} + kMaxChunksLooked);
  for (; *from < end && unaudited.size() < most; ++*from) {
    const ChunkState& chunk = state.chunk(*from);
    const MakerRecord* const maker = chunk.FindMaker(number);
    if (maker == nullptr || maker->made == 0 || maker->audit == internal::AuditState::kPassed)
      continue;
    unaudited.push_back({chunk.Id(), maker->made});
  }
  return unaudited;
}

uint32_t LeaseTable::chunks() const { return static_cast<uint32_t>(state_->chunks().size()); }

LeaseTable::LeaseTable(const LeaseOptions& options, uint64_t epoch)
    : state_(std::make_unique<LeaseState>(options, epoch)) {}
LeaseTable::~LeaseTable() = default;
LeaseTable::LeaseTable(LeaseTable&&) noexcept = default;

absl::Status LeaseTable::Apply(const v1::LeaseUpdate& update) { return state_->Apply(update); }

absl::Status LeaseTable::Replay(const v1::LeaseUpdate& update) { return state_->Replay(update); }

}  // namespace quipu::pipelines
