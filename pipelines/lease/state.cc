// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/lease/state.h"

#include <algorithm>
#include <limits>

#include "absl/numeric/bits.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "pipelines/core/engine_failures.h"

namespace quipu::pipelines::internal {

absl::Status Misfit(const v1::ChunkId& id, absl::string_view what) {
  const absl::StatusOr<Fingerprint> document = Fingerprint::FromBytes(id.document_id());
  return absl::InvalidArgumentError(
      absl::StrCat("chunk ", document.ok() ? document->ToHex() : "of no document", "/",
                   id.chunk_index(), ": ", what));
}

void ChunkState::CountLost() {
  if (lost < std::numeric_limits<uint16_t>::max()) ++lost;
}

void ChunkState::CountFailed() {
  if (failed < std::numeric_limits<uint16_t>::max()) ++failed;
}

void ChunkState::CountExpired() {
  if (expired < std::numeric_limits<uint16_t>::max()) ++expired;
}

v1::ChunkId ChunkState::Id() const {
  v1::ChunkId id;
  id.set_document_id(document.ToBytes());
  id.set_chunk_index(chunk_index);
  return id;
}

// ---- Queries.

std::optional<uint32_t> LeaseState::Find(const v1::ChunkId& id) const {
  const absl::StatusOr<Fingerprint> document = Fingerprint::FromBytes(id.document_id());
  if (!document.ok()) return std::nullopt;
  const auto found = index_.find(Key{*document, id.chunk_index()});
  if (found == index_.end()) return std::nullopt;
  return *found;
}

absl::StatusOr<uint32_t> LeaseState::Known(const v1::ChunkId& id) const {
  const std::optional<uint32_t> i = Find(id);
  if (!i.has_value()) return Misfit(id, "unknown");
  return *i;
}

const LeaseRecord* LeaseState::LeaseOf(uint32_t i) const {
  const auto found = leases_.find(i);
  return found == leases_.end() ? nullptr : &found->second;
}

uint32_t LeaseState::WorkerNumber(absl::string_view name) const {
  const auto found = worker_numbers_.find(name);
  return found == worker_numbers_.end() ? kNobody : found->second;
}

uint64_t LeaseState::GivenUp(uint32_t i) const {
  const auto found = given_up_.find(i);
  return found == given_up_.end() ? 0 : found->second;
}

uint32_t LeaseState::Intern(absl::string_view name) {
  const auto [found, added] =
      worker_numbers_.try_emplace(std::string(name), static_cast<uint32_t>(workers_.size()));
  if (added) workers_.emplace_back().name = found->first;
  return found->second;
}

// ---- Apply.

absl::Status LeaseState::Apply(const v1::LeaseUpdate& update) {
  using Kind = v1::LeaseUpdate::KindCase;
  switch (update.kind_case()) {
    case Kind::kChunkAdded:
      return ApplyAdded(update.chunk_added());
    case Kind::kGranted:
      return ApplyGranted(update.granted());
    case Kind::kRenewed:
      return ApplyRenewed(update.renewed());
    case Kind::kEnded:
      return ApplyEnded(update.ended());
    case Kind::kStored:
      return ApplyStored(update.stored());
    case Kind::kQuarantined:
      return ApplyQuarantined(update.quarantined());
    case Kind::kReleased:
      return ApplyReleased(update.released());
    case Kind::kWithdrawn:
      return ApplyWithdrawn(update.withdrawn());
    case Kind::kAuditAsked:
      return ApplyAuditAsked(update.audit_asked());
    case Kind::kAuditVerdict:
      return ApplyAuditVerdict(update.audit_verdict());
    default:
      return ApplyToRun(update);
  }
}

// Updates that do not concern a single chunk.
absl::Status LeaseState::ApplyToRun(const v1::LeaseUpdate& update) {
  using Kind = v1::LeaseUpdate::KindCase;
  switch (update.kind_case()) {
    case Kind::kPaused:
      if (update.paused().reason().empty()) {
        return absl::InvalidArgumentError("a pause without a reason");
      }
      paused_ = update.paused().reason();
      return absl::OkStatus();
    case Kind::kResumed:
      paused_.clear();
      ClearWindow();
      return absl::OkStatus();
    case Kind::kWorkerQuarantined:
      return ApplyWorkerQuarantined(update.worker_quarantined());
    case Kind::kWorkerReinstated:
      if (update.worker_reinstated().worker().empty()) {
        return absl::InvalidArgumentError("a worker without a name is reinstated");
      }
      SetQuarantined(Intern(update.worker_reinstated().worker()), "");
      return absl::OkStatus();
    default:
      return absl::InvalidArgumentError(
          absl::StrCat("lease update of kind ", update.kind_case(), " does not apply here"));
  }
}

absl::Status LeaseState::ApplyAdded(const v1::ChunkAdded& update) {
  if (Find(update.chunk()).has_value()) return Misfit(update.chunk(), "added twice");
  ChunkState chunk;
  ASSIGN_OR_RETURN(chunk.document, Fingerprint::FromBytes(update.chunk().document_id()));
  if (update.num_tasks() < 1 || update.num_tasks() > kMaxTasksPerChunk) {
    return Misfit(update.chunk(), absl::StrCat(update.num_tasks(), " tasks (1 to 64)"));
  }
  chunk.chunk_index = update.chunk().chunk_index();
  chunk.first_task = update.first_task();
  chunk.num_tasks = static_cast<uint8_t>(update.num_tasks());
  chunk.done = update.done();
  if ((chunk.done & ~chunk.all()) != 0) {
    return Misfit(update.chunk(), absl::StrCat("results beyond its ", chunk.num_tasks, " tasks"));
  }
  if (chunks_.size() >= std::numeric_limits<uint32_t>::max()) {
    return absl::ResourceExhaustedError("more than 2^32 - 1 chunks");
  }
  const uint32_t i = static_cast<uint32_t>(chunks_.size());
  chunks_.push_back(chunk);
  index_.insert(i);
  counts_.planned += chunk.num_tasks;
  List(i);
  return absl::OkStatus();
}

absl::Status LeaseState::CheckGrant(uint32_t i, const v1::LeaseGranted& update) const {
  const ChunkState& chunk = chunks_[i];
  const uint32_t worker = WorkerNumber(update.worker());
  if (update.worker().empty()) return Misfit(update.chunk(), "granted to a worker without a name");
  if (chunk.leased) return Misfit(update.chunk(), "granted while it is leased");
  const uint64_t of_epoch = update.token() >> 32;
  if (of_epoch > epoch_ || update.token() < chunk.fence ||
      (of_epoch == epoch_ && update.token() <= last_token())) {
    return Misfit(update.chunk(), absl::StrCat("granted with token ", update.token(),
                                               ", which does not follow ", last_token()));
  }
  if (!update.audit()) {
    if (chunk.open() != 0 && !chunk.quarantined) return absl::OkStatus();
    return Misfit(update.chunk(), "granted with nothing to do");
  }
  const auto audit = audits_.find(i);
  if (audit != audits_.end() && audit->second.Asks(worker)) return absl::OkStatus();
  return Misfit(update.chunk(),
                absl::StrCat("no audit of it is to be done by worker ", update.worker()));
}

absl::Status LeaseState::ApplyGranted(const v1::LeaseGranted& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  RETURN_IF_ERROR(CheckGrant(i, update));
  LeaseRecord lease;
  lease.token = update.token();
  lease.expires_us = update.expires_us();
  lease.ends_us = update.ends_us();
  lease.worker = Intern(update.worker());
  lease.audit = update.audit();
  NoteTime(lease.worker, update.ends_us() - absl::ToInt64Microseconds(options_.max_attempt));

  Unlist(i);
  if (lease.audit) UnlistAudit(i);
  chunks_[i].fence = lease.token;
  AddLease(i, lease);
  if (lease.audit) ListAudit(i);
  List(i);
  if (lease.token >> 32 == epoch_) granted_ = lease.token & 0xffffffff;
  ++counts_.granted;
  return absl::OkStatus();
}

absl::Status LeaseState::ApplyRenewed(const v1::LeaseRenewed& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  const auto lease = leases_.find(i);
  if (lease == leases_.end() || lease->second.token != update.token()) {
    return Misfit(update.chunk(), absl::StrCat("token ", update.token(), " is not its lease's"));
  }
  expiries_.erase({lease->second.expires_us, i});
  if (update.expires_us() < lease->second.ends_us) {
    NoteTime(lease->second.worker, update.expires_us() - absl::ToInt64Microseconds(options_.ttl));
  }
  lease->second.expires_us = update.expires_us();
  lease->second.inherited = false;
  expiries_.insert({lease->second.expires_us, i});
  return absl::OkStatus();
}

absl::Status LeaseState::ApplyEnded(const v1::LeaseEnded& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  const LeaseRecord* found = LeaseOf(i);
  if (found == nullptr || found->token != update.token()) {
    return Misfit(update.chunk(), absl::StrCat("token ", update.token(), " is not its lease's"));
  }
  const LeaseRecord lease = *found;
  ChunkState& chunk = chunks_[i];
  WorkerRecord& worker = workers_[lease.worker];
  const bool lost = update.cause() == v1::LeaseEnded::LOST;
  const bool failed = update.cause() == v1::LeaseEnded::FAILED;
  const bool done = update.cause() == v1::LeaseEnded::DONE;
  const bool expired = update.cause() == v1::LeaseEnded::EXPIRED;
  if (!lost && !failed && !done && !expired && update.cause() != v1::LeaseEnded::RETURNED) {
    return Misfit(update.chunk(), "its lease ended for an unknown cause");
  }
  if (done && chunk.open() != 0) return Misfit(update.chunk(), "done with open tasks");
  counts_.lost += lost || expired ? 1 : 0;
  counts_.failed += failed ? 1 : 0;
  Unlist(i);
  if (lease.audit) {
    UnlistAudit(i);
    RemoveLease(i);
    AuditRecord& audit = audits_.at(i);
    if (done) audit.question.push_back(lease.worker);
    if (lost || failed || expired) {
      ++audit.tries;
      audit.loser = lease.worker;
      audit.lapsed = !failed;
      audit.not_before_us = update.not_before_us();
    }
    ListAudit(i);
  } else {
    RemoveLease(i);
    if (lost) chunk.CountLost();
    if (failed) chunk.CountFailed();
    if (expired) chunk.CountExpired();
    if (lost || expired || (failed && !options_.trusted)) chunk.loser = lease.worker;
    if (lost || failed || expired) {
      chunk.not_before_us = update.not_before_us();
      chunk.lapsed = expired;
    }
  }
  const bool failing = failed && !options_.trusted && ++worker.failures >= kFailuresOfStrike;
  if ((expired || failing) && lease.token > worker.struck_token) Strike(lease.worker, update);
  if (done && lease.token > worker.struck_token) Redeem(lease.worker);
  List(i);
  return absl::OkStatus();
}

// All leases that the worker held at the moment are one strike.
void LeaseState::Strike(uint32_t number, const v1::LeaseEnded& update) {
  constexpr int kMostDoublings = 3;  // An honest worker may be preempted a few times.
  WorkerRecord& worker = workers_[number];
  const absl::Duration wait = options_.ttl * (1 << std::min(worker.strikes, kMostDoublings));
  worker.not_before_us = update.not_before_us() + absl::ToInt64Microseconds(wait);
  worker.struck_token = last_token();
  worker.allowed = 1;
  ++worker.strikes;
}

void LeaseState::Redeem(uint32_t number) {
  WorkerRecord& worker = workers_[number];
  worker.strikes = 0;
  if (worker.allowed < options_.max_leases_per_worker) worker.allowed *= 2;
}

void LeaseState::NoteTime(uint32_t number, int64_t now_us) {
  WorkerRecord& worker = workers_[number];
  latest_us_ = std::max(latest_us_, now_us);
  if (worker.progressed || worker.leases.empty()) worker.progress_us = now_us;
  worker.progressed = false;
  if (worker.leases.empty()) worker.waiting_us = now_us;
}

// Results carry no time: that of the latest update is at most a third of a ttl old, because
// the leases of whoever works are renewed so often.
void LeaseState::NoteProgress(uint32_t number) {
  WorkerRecord& worker = workers_[number];
  worker.proven = true;
  worker.progressed = true;
  worker.failures = 0;
  if (worker.leases.empty()) return;  // Late: it may have been idle meanwhile.
  const int64_t took = worker.waiting_us > 0 ? latest_us_ - worker.waiting_us : 0;
  const int64_t slowest = std::max<int64_t>({worker.slowest_us, took, 1});
  worker.waiting_us = latest_us_;
  if (slowest == worker.slowest_us) return;
  if (worker.quarantined.empty()) {
    if (worker.slowest_us > 0) slowest_.erase(slowest_.find(worker.slowest_us));
    slowest_.insert(slowest);
  }
  worker.slowest_us = slowest;
}

void LeaseState::SetQuarantined(uint32_t number, const std::string& reason) {
  WorkerRecord& worker = workers_[number];
  if (worker.slowest_us > 0 && worker.quarantined.empty() != reason.empty()) {
    if (reason.empty()) {
      slowest_.insert(worker.slowest_us);
    } else {
      slowest_.erase(slowest_.find(worker.slowest_us));
    }
  }
  worker.quarantined = reason;
}

void LeaseState::ClearWindow() {
  window_.Clear();
  most_leased_ = counts_.leased;
}

absl::Status LeaseState::ApplyStored(const v1::ResultsStored& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  const int results = absl::popcount(update.done());
  if (results == 0 || (update.done() & ~chunks_[i].open()) != 0) {
    return Misfit(update.chunk(), "results for none of its open tasks");
  }
  if (update.rejects_size() > results) {
    return Misfit(update.chunk(),
                  absl::StrCat(update.rejects_size(), " rejects of ", results, " results"));
  }
  Unlist(i);
  chunks_[i].done |= update.done();
  List(i);
  if (update.worker().empty()) return absl::OkStatus();
  AddMade(i, Intern(update.worker()), update.done());
  const uint32_t number = Intern(update.worker());
  NoteProgress(number);
  SetGivenUp(i, GivenUp(i) & ~update.done());
  RejectWindow::Reasons rejects;
  for (const int reason : update.rejects()) {
    rejects.push_back(static_cast<v1::RejectReason>(reason));
  }
  window_.Add(results, rejects, number);
  return absl::OkStatus();
}

absl::Status LeaseState::ApplyQuarantined(const v1::ChunkQuarantined& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  ChunkState& chunk = chunks_[i];
  if (chunk.leased || chunk.quarantined || chunk.open() == 0) {
    return Misfit(update.chunk(), "quarantined while it is leased, complete or quarantined");
  }
  if (update.open() != chunk.open()) {
    return Misfit(update.chunk(), "quarantined with other open tasks than it has");
  }
  Unlist(i);
  chunk.quarantined = true;
  SetGivenUp(i, GivenUp(i) | chunk.open());
  List(i);
  return absl::OkStatus();
}

absl::Status LeaseState::ApplyReleased(const v1::ChunkReleased& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  ChunkState& chunk = chunks_[i];
  const uint64_t given_up = GivenUp(i);
  if (update.pending() == 0 || (update.pending() & ~given_up) != 0) {
    return Misfit(update.chunk(), "released with tasks that were not quarantined");
  }
  Unlist(i);
  EndAudit(i, AuditState::kNone);
  if (chunk.leased) RemoveLease(i);
  chunk.done &= ~update.pending();
  chunk.quarantined = false;
  chunk.lost = 0;
  chunk.failed = 0;
  chunk.expired = 0;
  chunk.loser = kNobody;
  chunk.not_before_us = 0;
  chunk.fence = last_token() + 1;
  SetGivenUp(i, given_up & ~update.pending());
  List(i);
  return absl::OkStatus();
}

absl::Status LeaseState::ApplyWorkerQuarantined(const v1::WorkerQuarantined& update) {
  if (update.worker().empty() || update.reason().empty()) {
    return absl::InvalidArgumentError("a worker quarantined without a name or a reason");
  }
  const uint32_t worker = Intern(update.worker());
  SetQuarantined(worker, update.reason());
  // Its leases end, without counting as losses of their chunks.
  const absl::btree_set<uint32_t> leases = workers_[worker].leases;
  for (const uint32_t i : leases) {
    const bool audit = leases_.at(i).audit;
    Unlist(i);
    if (audit) UnlistAudit(i);
    RemoveLease(i);
    if (audit) ListAudit(i);
    List(i);
  }
  ClearWindow();  // It has the worker's results.
  return absl::OkStatus();
}

}  // namespace quipu::pipelines::internal
