// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/lease/table.h"

#include <algorithm>
#include <utility>

#include "absl/numeric/bits.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/backoff.h"
#include "base/rng.h"
#include "pipelines/lease/state.h"

namespace quipu::pipelines {

using internal::AuditRecord;
using internal::AuditState;
using internal::ChunkState;
using internal::kNobody;
using internal::LeaseRecord;
using internal::LeaseState;
using internal::MakerRecord;
using internal::WorkerRecord;
using Updates = std::vector<v1::LeaseUpdate>;

namespace {

// A moment at which more lost audits than this are due is looked at in parts.
constexpr int kMaxLostAuditsSeen = 256;
constexpr uint64_t kMaxTokens = 0xffffffff;  // Of one epoch.

int64_t Micros(absl::Duration time) { return absl::ToInt64Microseconds(time); }

}  // namespace

LeaseOptions LeaseOptionsOf(const v1::ServiceSpec& spec) {
  LeaseOptions options;
  options.ttl = absl::Seconds(spec.lease_ttl_s());
  options.max_attempt = absl::Minutes(spec.max_attempt_minutes());
  options.max_lost_attempts = static_cast<int>(spec.max_lost_attempts());
  options.max_failed_attempts = static_cast<int>(spec.max_failed_attempts());
  options.pause_window = static_cast<int>(spec.pause_window());
  options.pause_reject_share = spec.pause_reject_share();
  options.audit_share = spec.audit_share();
  options.max_leases_per_worker = static_cast<int>(spec.max_leases_per_worker());
  return options;
}

class LeaseTable::Impl {
 public:
  Impl(const LeaseOptions& options, uint64_t epoch) : state(options, epoch) {}

  struct Pick {
    uint32_t chunk = 0;
    bool audit = false;
  };
  std::vector<Pick> PickFor(uint32_t worker, size_t room, int64_t now_us) const;
  void PickAudits(uint32_t worker, size_t room, int64_t now_us, std::vector<Pick>& picks) const;
  v1::LeaseUpdate Granted(const Pick& pick, absl::string_view worker, uint64_t token,
                          absl::Duration now) const;

  absl::Duration Backoff(const ChunkState& chunk, int n) const;
  bool DrawnForAudit(const ChunkState& chunk) const;
  // Asks for the audit of one more part of a complete chunk, if one is to be:
  // not of `except`'s; after all others of the part that `adder` adds to now.
  void AskNextAudit(uint32_t i, absl::string_view adder, absl::string_view except,
                    Updates& updates) const;

  // Adds the end of a chunk's lease, and the quarantine that follows from it.
  void EndLease(uint32_t i, v1::LeaseEnded::Cause cause, absl::string_view message,
                absl::Duration now, Updates& updates) const;
  std::string WhyQuarantine(uint32_t i, const v1::LeaseEnded& ended) const;
  void PauseIfRejectsRunAway(int results, int rejects, Updates& updates) const;
  void Settle(uint32_t i, v1::AuditVerdict::Verdict verdict, absl::string_view auditor,
              Updates& updates) const;

  LeaseState state;
};

// ---- Grants.

void LeaseTable::Impl::PickAudits(uint32_t worker, size_t room, int64_t now_us,
                                  std::vector<Pick>& picks) const {
  for (const auto& [out, chunks] : state.audit_groups()) {
    if (picks.size() >= room) return;
    if (std::binary_search(out.begin(), out.end(), worker)) continue;
    for (auto i = chunks.begin(); i != chunks.end() && picks.size() < room; ++i) {
      picks.push_back({*i, true});
    }
  }
  // Those that the worker lost itself, after a while in which others had first go.
  int seen = 0;
  for (const auto& [not_before_us, i] : state.lost_audits()) {
    if (picks.size() >= room || not_before_us > now_us || ++seen > kMaxLostAuditsSeen) return;
    const AuditRecord& audit = state.audits().at(i);
    if (audit.loser == worker && audit.Asks(worker)) picks.push_back({i, true});
  }
}

std::vector<LeaseTable::Impl::Pick> LeaseTable::Impl::PickFor(uint32_t worker, size_t room,
                                                              int64_t now_us) const {
  std::vector<Pick> picks;
  PickAudits(worker, room, now_us, picks);
  for (const auto& [not_before_us, i] : state.waiting()) {
    if (picks.size() >= room || not_before_us > now_us) break;
    picks.push_back({i, false});
  }
  for (auto i = state.fresh().begin(); i != state.fresh().end() && picks.size() < room; ++i) {
    picks.push_back({*i, false});
  }
  if (picks.empty() && state.worker(worker).leases.empty() && !state.suspects().empty()) {
    const auto& [not_before_us, i] = *state.suspects().begin();
    if (not_before_us <= now_us) picks.push_back({i, false});
  }
  return picks;
}

v1::LeaseUpdate LeaseTable::Impl::Granted(const Pick& pick, absl::string_view worker,
                                          uint64_t token, absl::Duration now) const {
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

std::vector<v1::LeaseUpdate> LeaseTable::Grant(absl::string_view worker, int max,
                                               absl::Duration now) const {
  const LeaseState& state = impl_->state;
  const uint32_t number = state.WorkerNumber(worker);
  const WorkerRecord& record = state.worker(number);
  if (worker.empty() || !state.paused().empty() || !record.quarantined.empty() ||
      record.suspects > 0) {
    return {};
  }
  const int64_t room = std::min<int64_t>(
      {max, state.options().max_leases_per_worker - static_cast<int64_t>(record.leases.size()),
       static_cast<int64_t>(kMaxTokens - (state.last_token() & kMaxTokens))});
  if (room <= 0) return {};
  Updates updates;
  uint64_t token = state.last_token();
  for (const Impl::Pick& pick : impl_->PickFor(number, static_cast<size_t>(room), Micros(now))) {
    updates.push_back(impl_->Granted(pick, worker, ++token, now));
  }
  return updates;
}

std::vector<v1::LeaseUpdate> LeaseTable::Renew(const v1::ChunkId& id, absl::string_view worker,
                                               uint64_t token, absl::Duration now) const {
  const LeaseState& state = impl_->state;
  const std::optional<uint32_t> i = state.Find(id);
  if (!i.has_value() || StandingOf(id, token) != TicketValidity::kCurrent) return {};
  const uint32_t number = state.WorkerNumber(worker);
  const LeaseRecord* lease = state.LeaseOf(*i);
  if (lease != nullptr) {
    if (lease->token != token || lease->worker != number || Micros(now) >= lease->ends_us) {
      return {};
    }
    v1::LeaseUpdate update;
    v1::LeaseRenewed& renewed = *update.mutable_renewed();
    *renewed.mutable_chunk() = id;
    renewed.set_token(token);
    renewed.set_expires_us(std::min(Micros(now + state.options().ttl), lease->ends_us));
    return {update};
  }
  const ChunkState& chunk = state.chunk(*i);
  if (token >> 32 >= state.epoch() || worker.empty() || !state.worker(number).quarantined.empty()) {
    return {};
  }
  if (chunk.open() != 0) {
    if (chunk.quarantined) return {};
    return {impl_->Granted({*i, false}, worker, token, now)};
  }
  const auto audit = state.audits().find(*i);
  if (audit == state.audits().end() || !audit->second.Asks(number)) return {};
  // Of a part, the worker may be at another one.
  if (audit->second.tasks != chunk.all()) return {};
  return {impl_->Granted({*i, true}, worker, token, now)};
}

// ---- Ends.

absl::Duration LeaseTable::Impl::Backoff(const ChunkState& chunk, int n) const {
  const LeaseOptions& options = state.options();
  const Fingerprint drawn = FingerprintBuilder("lease backoff")
                                .Add(options.key)
                                .Add(chunk.document)
                                .Add(uint64_t{chunk.chunk_index})
                                .Add(static_cast<uint64_t>(n))
                                .Build();
  return quipu::Backoff({options.backoff_first, options.backoff_most}, n,
                        Rng(drawn, "backoff").Uniform());
}

std::string LeaseTable::Impl::WhyQuarantine(uint32_t i, const v1::LeaseEnded& ended) const {
  const ChunkState& chunk = state.chunk(i);
  const LeaseOptions& options = state.options();
  if (ended.cause() == v1::LeaseEnded::LOST && ended.alone() &&
      chunk.lost + 1 >= options.max_lost_attempts) {
    return absl::StrCat("lost ", chunk.lost + 1, " times (at most ", options.max_lost_attempts,
                        "), the last time by worker ", ended.worker(), ", which held no other");
  }
  if (ended.cause() == v1::LeaseEnded::FAILED && chunk.failed + 1 >= options.max_failed_attempts) {
    return absl::StrCat("the engine failed ", chunk.failed + 1, " times (at most ",
                        options.max_failed_attempts, "), the last time on worker ", ended.worker(),
                        ": ", ended.message());
  }
  return "";
}

void LeaseTable::Impl::EndLease(uint32_t i, v1::LeaseEnded::Cause cause, absl::string_view message,
                                absl::Duration now, Updates& updates) const {
  const ChunkState& chunk = state.chunk(i);
  const LeaseRecord& lease = *state.LeaseOf(i);
  v1::LeaseUpdate update;
  v1::LeaseEnded& ended = *update.mutable_ended();
  *ended.mutable_chunk() = chunk.Id();
  ended.set_token(lease.token);
  ended.set_cause(cause);
  ended.set_worker(state.worker(lease.worker).name);
  ended.set_message(message.data(), message.size());
  ended.set_audit(lease.audit);
  const bool lost = cause == v1::LeaseEnded::LOST;
  if (lost || cause == v1::LeaseEnded::FAILED) {
    const int before = lease.audit ? state.audits().at(i).tries : chunk.lost + chunk.failed;
    ended.set_not_before_us(Micros(now + Backoff(chunk, before + 1)));
  }
  ended.set_alone(lost && !lease.shared);
  const std::string why = lease.audit ? "" : WhyQuarantine(i, ended);
  updates.push_back(update);
  if (why.empty()) return;
  v1::ChunkQuarantined& quarantined = *updates.emplace_back().mutable_quarantined();
  *quarantined.mutable_chunk() = update.ended().chunk();
  quarantined.set_reason(why);
  quarantined.set_open(chunk.open());
}

std::vector<v1::LeaseUpdate> LeaseTable::Expire(absl::Duration now) const {
  Updates updates;
  for (const auto& [expires_us, i] : impl_->state.expiries()) {
    if (expires_us > Micros(now)) break;
    impl_->EndLease(i, v1::LeaseEnded::LOST, "expired", now, updates);
  }
  return updates;
}

std::vector<v1::LeaseUpdate> LeaseTable::WorkerGone(absl::string_view worker,
                                                    absl::Duration now) const {
  const LeaseState& state = impl_->state;
  Updates updates;
  for (const uint32_t i : state.worker(state.WorkerNumber(worker)).leases) {
    impl_->EndLease(i, v1::LeaseEnded::LOST, "its worker died", now, updates);
  }
  return updates;
}

std::vector<v1::LeaseUpdate> LeaseTable::End(const v1::ChunkId& id, uint64_t token,
                                             v1::LeaseEnded::Cause cause, absl::string_view message,
                                             absl::Duration now) const {
  const std::optional<uint32_t> i = impl_->state.Find(id);
  if (!i.has_value()) return {};
  const LeaseRecord* lease = impl_->state.LeaseOf(*i);
  const bool fits = cause == v1::LeaseEnded::RETURNED || cause == v1::LeaseEnded::FAILED;
  if (lease == nullptr || lease->token != token || !fits) return {};
  Updates updates;
  impl_->EndLease(*i, cause, message, now, updates);
  return updates;
}

// ---- Results.

void LeaseTable::Impl::PauseIfRejectsRunAway(int results, int rejects, Updates& updates) const {
  if (!state.paused().empty()) return;
  const std::optional<int> in_window = state.RejectsInWindow(results, rejects);
  const int window = state.options().pause_window;
  const double limit = state.options().pause_reject_share;
  // A share like 0.07 is a little more than itself in binary.
  if (!in_window.has_value() || *in_window < limit * window - 1e-9) return;
  updates.emplace_back().mutable_paused()->set_reason(
      absl::StrFormat("%d of the last %d results are rejects, a share of %.3f (under %.3f goes on)",
                      *in_window, window, static_cast<double>(*in_window) / window, limit));
}

std::vector<v1::LeaseUpdate> LeaseTable::Store(const v1::ChunkId& id, absl::string_view worker,
                                               uint64_t mask, uint32_t rejected,
                                               absl::Duration now) const {
  const LeaseState& state = impl_->state;
  const std::optional<uint32_t> i = state.Find(id);
  if (!i.has_value() || mask == 0) return {};
  const ChunkState& chunk = state.chunk(*i);
  Updates updates;
  v1::ResultsStored& stored = *updates.emplace_back().mutable_stored();
  *stored.mutable_chunk() = id;
  stored.set_done(mask);
  stored.set_worker(worker.data(), worker.size());
  stored.set_rejected(rejected);
  if ((chunk.open() & ~mask) == 0) {
    if (chunk.leased) impl_->EndLease(*i, v1::LeaseEnded::DONE, "", now, updates);
    impl_->AskNextAudit(*i, worker, "", updates);
  }
  if (!worker.empty()) {
    impl_->PauseIfRejectsRunAway(absl::popcount(mask), static_cast<int>(rejected), updates);
  }
  return updates;
}

// ---- Audits.

bool LeaseTable::Impl::DrawnForAudit(const ChunkState& chunk) const {
  const Fingerprint drawn = FingerprintBuilder("lease audit")
                                .Add(state.options().key)
                                .Add(chunk.document)
                                .Add(uint64_t{chunk.chunk_index})
                                .Build();
  return Rng(drawn, "audit").Uniform() < state.options().audit_share;
}

void LeaseTable::Impl::AskNextAudit(uint32_t i, absl::string_view adder, absl::string_view except,
                                    Updates& updates) const {
  const ChunkState& chunk = state.chunk(i);
  // Of one that kills its workers no more is asked.
  if (chunk.quarantined) return;
  const bool drawn = DrawnForAudit(chunk);
  const auto asked = [&](absl::string_view maker, AuditState standing) {
    const bool owed = standing == AuditState::kOwed;
    if (maker == except || !(owed || (drawn && standing == AuditState::kNone))) return false;
    // What a quarantined worker made will be taken back.
    if (!state.worker(state.WorkerNumber(maker)).quarantined.empty()) return false;
    v1::AuditAsked& update = *updates.emplace_back().mutable_audit_asked();
    *update.mutable_chunk() = chunk.Id();
    update.set_worker(maker.data(), maker.size());
    return true;
  };
  for (const MakerRecord& maker : chunk.makers) {
    const std::string& name = state.worker(maker.worker).name;
    if (maker.made != 0 && name != adder && asked(name, maker.audit)) return;
  }
  if (adder.empty()) return;
  // What it adds is not part of what has passed.
  const MakerRecord* const before = chunk.FindMaker(state.WorkerNumber(adder));
  const bool fresh = before == nullptr || before->audit == AuditState::kPassed;
  asked(adder, fresh ? AuditState::kNone : before->audit);
}

std::vector<v1::LeaseUpdate> LeaseTable::AskAudits() const {
  const LeaseState& state = impl_->state;
  Updates updates;
  for (uint32_t i = 0; i < state.chunks().size(); ++i) {
    if (state.chunk(i).open() == 0) impl_->AskNextAudit(i, "", "", updates);
  }
  return updates;
}

void LeaseTable::Impl::Settle(uint32_t i, v1::AuditVerdict::Verdict verdict,
                              absl::string_view auditor, Updates& updates) const {
  const AuditRecord& audit = state.audits().at(i);
  v1::AuditVerdict& settled = *updates.emplace_back().mutable_audit_verdict();
  *settled.mutable_chunk() = state.chunk(i).Id();
  settled.set_verdict(verdict);
  settled.set_worker(state.worker(audit.question[0]).name);
  if (audit.disputed) {
    settled.set_auditor(state.worker(audit.question[1]).name);
    settled.set_decider(auditor.data(), auditor.size());
  } else {
    settled.set_auditor(auditor.data(), auditor.size());
  }
  const bool first = verdict == v1::AuditVerdict::FIRST_LIED;
  const bool second = verdict == v1::AuditVerdict::SECOND_LIED;
  const std::string liar = first ? settled.worker() : second ? settled.auditor() : "";
  if (!first && verdict != v1::AuditVerdict::DIFFERENT) AskNextAudit(i, "", liar, updates);
  if (liar.empty()) return;
  v1::WorkerQuarantined& quarantined = *updates.emplace_back().mutable_worker_quarantined();
  quarantined.set_worker(liar);
  quarantined.set_reason(absl::StrCat("its results of document ", state.chunk(i).document.ToHex(),
                                      ", chunk ", state.chunk(i).chunk_index,
                                      ", are not those of two other workers"));
}

std::vector<v1::LeaseUpdate> LeaseTable::Audit(const v1::ChunkId& id, absl::string_view auditor,
                                               bool matches_first, bool matches_second,
                                               absl::Duration now) const {
  const LeaseState& state = impl_->state;
  const std::optional<uint32_t> i = state.Find(id);
  if (!i.has_value()) return {};
  const LeaseRecord* lease = state.LeaseOf(*i);
  if (lease == nullptr || !lease->audit || lease->worker != state.WorkerNumber(auditor)) return {};
  const AuditRecord& audit = state.audits().at(*i);
  Updates updates;
  impl_->EndLease(*i, v1::LeaseEnded::DONE, "", now, updates);
  if (!audit.disputed) {
    impl_->Settle(*i, matches_first ? v1::AuditVerdict::SAME : v1::AuditVerdict::DIFFERENT, auditor,
                  updates);
  } else if (matches_first != matches_second) {
    impl_->Settle(*i, matches_first ? v1::AuditVerdict::SECOND_LIED : v1::AuditVerdict::FIRST_LIED,
                  auditor, updates);
  } else {
    updates.emplace_back().mutable_paused()->set_reason(absl::StrCat(
        "three workers made three results of document ", state.chunk(*i).document.ToHex(),
        ", chunk ", state.chunk(*i).chunk_index, ": ", state.worker(audit.question[0]).name, ", ",
        state.worker(audit.question[1]).name, " and ", auditor));
  }
  return updates;
}

std::vector<v1::LeaseUpdate> LeaseTable::SkipAudits(
    const std::vector<std::string>& connected) const {
  const LeaseState& state = impl_->state;
  if (state.counts().done != state.counts().planned) return {};
  std::vector<uint32_t> able;
  bool unknown = false;  // A worker that was never granted anything: asked for any.
  for (const std::string& name : connected) {
    const uint32_t worker = state.WorkerNumber(name);
    unknown = unknown || worker == kNobody;
    if (worker != kNobody && state.worker(worker).quarantined.empty()) able.push_back(worker);
  }
  const auto can_do = [&](uint32_t i) {
    const AuditRecord& audit = state.audits().at(i);
    return unknown || std::any_of(able.begin(), able.end(),
                                  [&](uint32_t worker) { return audit.Asks(worker); });
  };
  Updates updates;
  const auto skip = [&](uint32_t i) {
    if (!state.audits().at(i).disputed) impl_->Settle(i, v1::AuditVerdict::SKIPPED, "", updates);
  };
  for (const auto& [out, chunks] : state.audit_groups()) {
    const bool any = unknown || std::any_of(able.begin(), able.end(), [&](uint32_t worker) {
                       return !std::binary_search(out.begin(), out.end(), worker);
                     });
    for (auto i = chunks.begin(); !any && i != chunks.end(); ++i) {
      if (!can_do(*i) && state.worn_audits().count(*i) == 0) skip(*i);
    }
  }
  for (const uint32_t i : state.worn_audits()) skip(i);
  return updates;
}

std::vector<v1::LeaseUpdate> LeaseTable::Release() const {
  Updates updates;
  for (const auto& [i, mask] : impl_->state.given_up()) {
    v1::ChunkReleased& released = *updates.emplace_back().mutable_released();
    *released.mutable_chunk() = impl_->state.chunk(i).Id();
    released.set_pending(mask);
  }
  return updates;
}

// ---- Questions.

TicketValidity LeaseTable::StandingOf(const v1::ChunkId& id, uint64_t token) const {
  const LeaseState& state = impl_->state;
  const std::optional<uint32_t> i = state.Find(id);
  if (!i.has_value()) return TicketValidity::kUnknown;
  const uint64_t fence = state.chunk(*i).fence;
  const bool current = token == fence || (token > fence && token >> 32 < state.epoch());
  return current && token != 0 ? TicketValidity::kCurrent : TicketValidity::kStale;
}

std::optional<LeaseView> LeaseTable::Find(const v1::ChunkId& id) const {
  const LeaseState& state = impl_->state;
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
  const LeaseCounts& counts = impl_->state.counts();
  return counts.done == counts.planned && counts.audits_open == 0;
}

const std::string& LeaseTable::paused() const { return impl_->state.paused(); }

bool LeaseTable::WorkerQuarantined(absl::string_view worker) const {
  return !impl_->state.worker(impl_->state.WorkerNumber(worker)).quarantined.empty();
}

const LeaseCounts& LeaseTable::counts() const { return impl_->state.counts(); }

int LeaseTable::LeasesOf(absl::string_view worker) const {
  const LeaseState& state = impl_->state;
  return static_cast<int>(state.worker(state.WorkerNumber(worker)).leases.size());
}

absl::Duration LeaseTable::NextEvent(absl::Duration now) const {
  const LeaseState& state = impl_->state;
  absl::Duration next = absl::InfiniteDuration();
  if (!state.expiries().empty()) next = absl::Microseconds(state.expiries().begin()->first);
  const std::pair<int64_t, uint32_t> seen{Micros(now), ~uint32_t{0}};
  for (const LeaseState::Timed* queue :
       {&state.waiting(), &state.suspects(), &state.lost_audits()}) {
    const auto after = queue->upper_bound(seen);
    if (after != queue->end()) next = std::min(next, absl::Microseconds(after->first));
  }
  return next;
}

std::vector<LeaseTable::Unaudited> LeaseTable::UnauditedOf(absl::string_view worker) const {
  const LeaseState& state = impl_->state;
  const uint32_t number = state.WorkerNumber(worker);
  std::vector<Unaudited> unaudited;
  for (uint32_t i = 0; i < state.chunks().size(); ++i) {
    const MakerRecord* const maker = state.chunk(i).FindMaker(number);
    if (maker == nullptr || maker->made == 0 || maker->audit == AuditState::kPassed) continue;
    unaudited.push_back({state.chunk(i).Id(), maker->made});
  }
  return unaudited;
}

LeaseTable::LeaseTable(const LeaseOptions& options, uint64_t epoch)
    : impl_(std::make_unique<Impl>(options, epoch)) {}
LeaseTable::~LeaseTable() = default;
LeaseTable::LeaseTable(LeaseTable&&) noexcept = default;

absl::Status LeaseTable::Apply(const v1::LeaseUpdate& update) { return impl_->state.Apply(update); }

absl::Status LeaseTable::Replay(const v1::LeaseUpdate& update) {
  return impl_->state.Replay(update);
}

}  // namespace quipu::pipelines
