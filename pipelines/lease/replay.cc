// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Applies the journal of earlier starts to a table that already has today's
// results. LeaseTable::Replay documents each kind of update.
#include <algorithm>

#include "absl/numeric/bits.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "pipelines/lease/state.h"

namespace quipu::pipelines::internal {

absl::Status LeaseState::Replay(const v1::LeaseUpdate& update) {
  using Kind = v1::LeaseUpdate::KindCase;
  switch (update.kind_case()) {
    case Kind::kGranted:
      return ReplayGranted(update.granted());
    case Kind::kEnded:
      return ReplayEnded(update.ended());
    case Kind::kStored:
      return ReplayStored(update.stored());
    case Kind::kQuarantined:
      return ReplayQuarantined(update.quarantined());
    case Kind::kReleased:
      return ReplayReleased(update.released());
    case Kind::kWithdrawn:
      return ReplayWithdrawn(update.withdrawn());
    case Kind::kAuditVerdict:
      return ReplayAuditVerdict(update.audit_verdict());
    default:
      return ApplyToRun(update);
  }
}

absl::Status LeaseState::ReplayGranted(const v1::LeaseGranted& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  if (update.token() >> 32 >= epoch_) {
    return Misfit(update.chunk(),
                  absl::StrCat("token ", update.token(),
                               " in the journal is not of an earlier epoch than ", epoch_));
  }
  if (update.worker().empty()) return Misfit(update.chunk(), "granted to a worker without a name");
  ChunkState& chunk = chunks_[i];
  if (update.token() < chunk.fence) return absl::OkStatus();
  Unlist(i);
  if (chunk.leased) RemoveLease(i);
  chunk.fence = update.token();
  const uint32_t worker = Intern(update.worker());
  if (!update.audit() && chunk.open() != 0 && workers_[worker].quarantined.empty()) {
    LeaseRecord lease;
    lease.token = update.token();
    lease.expires_us = update.expires_us();
    lease.ends_us = update.ends_us();
    lease.worker = worker;
    lease.inherited = true;
    AddLease(i, lease);
  }
  List(i);
  return absl::OkStatus();
}

absl::Status LeaseState::ReplayEnded(const v1::LeaseEnded& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  if (update.token() >> 32 >= epoch_) {
    return Misfit(update.chunk(),
                  absl::StrCat("token ", update.token(),
                               " in the journal is not of an earlier epoch than ", epoch_));
  }
  ChunkState& chunk = chunks_[i];
  const LeaseRecord* lease = LeaseOf(i);
  Unlist(i);
  if (lease != nullptr && lease->token == update.token()) RemoveLease(i);
  chunk.fence = std::max(chunk.fence, update.token());
  if (!update.audit() && update.cause() == v1::LeaseEnded::LOST) chunk.CountLost();
  if (!update.audit() && update.cause() == v1::LeaseEnded::FAILED) chunk.CountFailed();
  if (!update.audit() && update.cause() == v1::LeaseEnded::EXPIRED) chunk.CountExpired();
  List(i);
  return absl::OkStatus();
}

absl::Status LeaseState::ReplayStored(const v1::ResultsStored& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  if (update.worker().empty() || update.done() == 0) {
    return Misfit(update.chunk(), "results replayed without a worker");
  }
  uint64_t free = chunks_[i].done;
  for (const MakerRecord& maker : chunks_[i].makers) free &= ~maker.made;
  if ((update.done() & ~free) != 0) {
    return Misfit(update.chunk(), absl::StrCat("results replayed of worker ", update.worker(),
                                               " that do not exist or belong to another worker"));
  }
  const uint32_t worker = Intern(update.worker());
  AddMade(i, worker, update.done());
  workers_[worker].proven = true;
  // The marks of the worker's results tell whether it passed.
  MakerRecord& maker = MakerOf(i, worker);
  if ((maker.made & ~update.audited()) == 0) maker.audit = AuditState::kPassed;
  SetGivenUp(i, GivenUp(i) & ~update.done());
  return absl::OkStatus();
}

absl::Status LeaseState::ReplayQuarantined(const v1::ChunkQuarantined& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  ChunkState& chunk = chunks_[i];
  if ((update.open() & ~chunk.all()) != 0) {
    return Misfit(update.chunk(), "quarantined with tasks that it does not have");
  }
  Unlist(i);
  if (chunk.leased) RemoveLease(i);
  chunk.quarantined = chunk.open() == 0;
  SetGivenUp(i, GivenUp(i) | (update.open() & chunk.done));
  List(i);
  return absl::OkStatus();
}

// Above every token of an earlier epoch, whether or not its grant is in the
// journal.
void LeaseState::MakeTicketsStale(uint32_t i) {
  ChunkState& chunk = chunks_[i];
  Unlist(i);
  if (chunk.leased) RemoveLease(i);
  chunk.quarantined = false;
  chunk.fence = epoch_ << 32;
  List(i);
  // This also ends its audit, of any worker's part.
  for (MakerRecord& maker : chunk.makers) {
    if (maker.audit == AuditState::kOwed) maker.audit = AuditState::kNone;
  }
}

absl::Status LeaseState::ReplayReleased(const v1::ChunkReleased& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  ChunkState& chunk = chunks_[i];
  Unlist(i);
  chunk.lost = 0;
  chunk.failed = 0;
  chunk.expired = 0;
  chunk.loser = kNobody;
  List(i);
  MakeTicketsStale(i);
  SetGivenUp(i, 0);
  return absl::OkStatus();
}

absl::Status LeaseState::ReplayWithdrawn(const v1::ResultsWithdrawn& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  if (update.worker().empty()) return Misfit(update.chunk(), "results withdrawn without a worker");
  MakeTicketsStale(i);
  MakerOf(i, Intern(update.worker())).audit = AuditState::kNone;
  return absl::OkStatus();
}

absl::Status LeaseState::ReplayAuditVerdict(const v1::AuditVerdict& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  if (update.worker().empty()) return Misfit(update.chunk(), "an audit without a worker");
  AuditState& state = MakerOf(i, Intern(update.worker())).audit;
  switch (update.verdict()) {
    case v1::AuditVerdict::SAME:
    case v1::AuditVerdict::SECOND_LIED:  // Passed; the results are marked.
    case v1::AuditVerdict::FIRST_LIED:
      state = AuditState::kNone;
      return absl::OkStatus();
    case v1::AuditVerdict::DIFFERENT:
      state = AuditState::kOwed;
      return absl::OkStatus();
    case v1::AuditVerdict::SKIPPED:
      state = AuditState::kSkipped;
      return absl::OkStatus();
    default:
      return Misfit(update.chunk(), "an audit that ends without a verdict");
  }
}

}  // namespace quipu::pipelines::internal
