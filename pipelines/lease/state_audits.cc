// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Part of a lease table's state: who made which results, and their audits.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "pipelines/lease/state.h"

namespace quipu::pipelines::internal {

bool AuditRecord::Asks(uint32_t worker) const {
  return std::find(question.begin(), question.end(), worker) == question.end();
}

// ---- Makers.

const MakerRecord* ChunkState::FindMaker(uint32_t worker) const {
  for (const MakerRecord& maker : makers) {
    if (maker.worker == worker) return &maker;
  }
  return nullptr;
}

MakerRecord& LeaseState::MakerOf(uint32_t i, uint32_t worker) {
  for (MakerRecord& maker : chunks_[i].makers) {
    if (maker.worker == worker) return maker;
  }
  MakerRecord& maker = chunks_[i].makers.emplace_back();
  maker.worker = worker;
  return maker;
}

void LeaseState::AddMade(uint32_t i, uint32_t worker, uint64_t mask) {
  MakerRecord& maker = MakerOf(i, worker);
  maker.made |= mask;
  // The audit passed other results than those stored now.
  if (maker.audit == AuditState::kPassed) maker.audit = AuditState::kNone;
}

void LeaseState::RemoveMade(uint32_t i, uint32_t worker, uint64_t mask) {
  MakerRecord& maker = MakerOf(i, worker);
  maker.made &= ~mask;
  maker.audit = AuditState::kNone;
  if (maker.made != 0) return;
  std::swap(maker, chunks_[i].makers.back());
  chunks_[i].makers.pop_back();
}

// ---- Keeping the queues of audits.

void LeaseState::UnlistAudit(uint32_t i) {
  const AuditRecord& audit = audits_.at(i);
  counts_.disputes -= audit.disputed ? 1 : 0;
  if (chunks_[i].leased) return;
  std::vector<uint32_t> out = audit.question;
  if (audit.loser != kNobody) out.push_back(audit.loser);
  std::sort(out.begin(), out.end());
  const auto group = audit_groups_.find(out);
  group->second.erase(i);
  if (group->second.empty()) audit_groups_.erase(group);
  lost_audits_.erase({audit.not_before_us, i});
  worn_audits_.erase(i);
}

void LeaseState::ListAudit(uint32_t i) {
  const AuditRecord& audit = audits_.at(i);
  counts_.disputes += audit.disputed ? 1 : 0;
  if (chunks_[i].leased) return;
  std::vector<uint32_t> out = audit.question;
  if (audit.loser != kNobody) {
    out.push_back(audit.loser);
    lost_audits_.insert({audit.not_before_us, i});
  }
  std::sort(out.begin(), out.end());
  audit_groups_[out].insert(i);
  if (audit.tries >= options_.max_lost_attempts + options_.max_failed_attempts) {
    worn_audits_.insert(i);
  }
}

void LeaseState::EndAudit(uint32_t i, AuditState state) {
  const auto found = audits_.find(i);
  if (found == audits_.end()) return;
  MakerOf(i, found->second.question[0]).audit = state;
  UnlistAudit(i);
  audits_.erase(i);
  counts_.audits_open = audits_.size();
}

// ---- Apply.

absl::Status LeaseState::ApplyWithdrawn(const v1::ResultsWithdrawn& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  ChunkState& chunk = chunks_[i];
  const uint32_t worker = WorkerNumber(update.worker());
  const MakerRecord* const maker = chunk.FindMaker(worker);
  if (maker == nullptr || update.pending() == 0 || (update.pending() & ~maker->made) != 0) {
    return Misfit(update.chunk(),
                  absl::StrCat("results withdrawn that do not belong to worker ", update.worker()));
  }
  Unlist(i);
  EndAudit(i, AuditState::kNone);
  if (chunk.leased) RemoveLease(i);
  chunk.done &= ~update.pending();
  RemoveMade(i, worker, update.pending());
  // Audits that nobody could do stay skipped; the rest are requested again.
  chunk.quarantined = false;
  chunk.fence = last_token() + 1;
  List(i);
  return absl::OkStatus();
}

absl::Status LeaseState::ApplyAuditAsked(const v1::AuditAsked& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  const uint32_t worker = WorkerNumber(update.worker());
  const ChunkState& chunk = chunks_[i];
  const MakerRecord* const maker = chunk.FindMaker(worker);
  if (chunk.open() != 0 || chunk.leased || chunk.quarantined || audits_.contains(i) ||
      maker == nullptr || maker->made == 0 || maker->audit == AuditState::kPassed) {
    return Misfit(update.chunk(), absl::StrCat("no audit of worker ", update.worker(), " fits"));
  }
  MakerOf(i, worker).audit = AuditState::kOpen;
  AuditRecord& audit = audits_[i];
  audit.question.push_back(worker);
  audit.tasks = maker->made;
  counts_.audits_open = audits_.size();
  ListAudit(i);
  return absl::OkStatus();
}

absl::Status LeaseState::ApplyAuditVerdict(const v1::AuditVerdict& update) {
  ASSIGN_OR_RETURN(const uint32_t i, Known(update.chunk()));
  const auto found = audits_.find(i);
  const bool leased = chunks_[i].leased;
  const bool third = update.verdict() == v1::AuditVerdict::FIRST_LIED ||
                     update.verdict() == v1::AuditVerdict::SECOND_LIED;
  if (found == audits_.end() || leased || found->second.disputed != third) {
    return Misfit(update.chunk(), absl::StrCat("no audit that can end with verdict ",
                                               v1::AuditVerdict::Verdict_Name(update.verdict())));
  }
  switch (update.verdict()) {
    case v1::AuditVerdict::SAME:
      EndAudit(i, AuditState::kPassed);
      ++counts_.audits_passed;
      return absl::OkStatus();
    case v1::AuditVerdict::DIFFERENT:
      UnlistAudit(i);
      found->second.disputed = true;
      found->second.loser = kNobody;
      found->second.tries = 0;
      ListAudit(i);
      return absl::OkStatus();
    case v1::AuditVerdict::SKIPPED:
      EndAudit(i, AuditState::kSkipped);
      return absl::OkStatus();
    case v1::AuditVerdict::FIRST_LIED:
    case v1::AuditVerdict::SECOND_LIED:
      EndAudit(i, update.verdict() == v1::AuditVerdict::SECOND_LIED ? AuditState::kPassed
                                                                    : AuditState::kNone);
      ++counts_.audits_failed;
      return absl::OkStatus();
    default:
      return Misfit(update.chunk(), "an audit that ends without a verdict");
  }
}

}  // namespace quipu::pipelines::internal
