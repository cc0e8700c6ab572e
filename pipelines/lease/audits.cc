// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/lease/audits.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/rng.h"

namespace quipu::pipelines::internal {
namespace {

bool DrawnForAudit(const LeaseOptions& options, const ChunkState& chunk) {
  const Fingerprint drawn = FingerprintBuilder("lease audit")
                                .Add(options.key)
                                .Add(chunk.document)
                                .Add(uint64_t{chunk.chunk_index})
                                .Build();
  return Rng(drawn, "audit").Uniform() < options.audit_share;
}

}  // namespace

void AskNextAudit(const LeaseState& state, uint32_t i, absl::string_view adder,
                  absl::string_view except, LeaseUpdates& updates) {
  const ChunkState& chunk = state.chunk(i);
  // The chunk crashes its workers: no more audits of it.
  if (chunk.quarantined) return;
  const bool drawn = DrawnForAudit(state.options(), chunk);
  const auto asked = [&](absl::string_view maker, AuditState audit) {
    const bool owed = audit == AuditState::kOwed;
    if (maker == except || !(owed || (drawn && audit == AuditState::kNone))) return false;
    // A quarantined worker's results will be withdrawn.
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
  // Results added now were not part of a passed audit.
  const MakerRecord* const before = chunk.FindMaker(state.WorkerNumber(adder));
  const bool fresh = before == nullptr || before->audit == AuditState::kPassed;
  asked(adder, fresh ? AuditState::kNone : before->audit);
}

namespace {

// Appends the verdict on the chunk's audit, and its consequences.
void EndWithVerdict(const LeaseState& state, uint32_t i, v1::AuditVerdict::Verdict verdict,
                    absl::string_view auditor, LeaseUpdates& updates) {
  const AuditRecord& audit = state.audits().at(i);
  v1::AuditVerdict& update = *updates.emplace_back().mutable_audit_verdict();
  *update.mutable_chunk() = state.chunk(i).Id();
  update.set_verdict(verdict);
  update.set_worker(state.worker(audit.question[0]).name);
  if (audit.disputed) {
    update.set_auditor(state.worker(audit.question[1]).name);
    update.set_decider(auditor.data(), auditor.size());
  } else {
    update.set_auditor(auditor.data(), auditor.size());
  }
  const bool first = verdict == v1::AuditVerdict::FIRST_LIED;
  const bool second = verdict == v1::AuditVerdict::SECOND_LIED;
  const std::string liar = first ? update.worker() : second ? update.auditor() : "";
  if (!first && verdict != v1::AuditVerdict::DIFFERENT) AskNextAudit(state, i, "", liar, updates);
  if (liar.empty()) return;
  v1::WorkerQuarantined& quarantined = *updates.emplace_back().mutable_worker_quarantined();
  quarantined.set_worker(liar);
  quarantined.set_reason(absl::StrCat("its results of document ", state.chunk(i).document.ToHex(),
                                      ", chunk ", state.chunk(i).chunk_index,
                                      ", are not those of two other workers"));
}

}  // namespace

LeaseUpdates DecideAudit(const LeaseState& state, const v1::ChunkId& id, absl::string_view auditor,
                         bool matches_first, bool matches_second, absl::Duration now) {
  const std::optional<uint32_t> i = state.Find(id);
  if (!i.has_value()) return {};
  const LeaseRecord* lease = state.LeaseOf(*i);
  if (lease == nullptr || !lease->audit || lease->worker != state.WorkerNumber(auditor)) return {};
  const AuditRecord& audit = state.audits().at(*i);
  LeaseUpdates updates;
  EndLease(state, *i, v1::LeaseEnded::DONE, "", now, updates);
  if (!audit.disputed) {
    EndWithVerdict(state, *i, matches_first ? v1::AuditVerdict::SAME : v1::AuditVerdict::DIFFERENT,
                   auditor, updates);
  } else if (matches_first != matches_second) {
    EndWithVerdict(state, *i,
                   matches_first ? v1::AuditVerdict::SECOND_LIED : v1::AuditVerdict::FIRST_LIED,
                   auditor, updates);
  } else {
    updates.emplace_back().mutable_paused()->set_reason(absl::StrCat(
        "three workers made three results of document ", state.chunk(*i).document.ToHex(),
        ", chunk ", state.chunk(*i).chunk_index, ": ", state.worker(audit.question[0]).name, ", ",
        state.worker(audit.question[1]).name, " and ", auditor));
  }
  return updates;
}

LeaseUpdates SkipImpossibleAudits(const LeaseState& state,
                                  const std::vector<std::string>& connected) {
  if (state.counts().done != state.counts().planned) return {};
  std::vector<uint32_t> able;
  bool unknown = false;  // A worker without any grant yet may do any audit.
  for (const std::string& name : connected) {
    const uint32_t worker = state.WorkerNumber(name);
    unknown = unknown || worker == kNobody;
    // One that let its leases expire has had its chance, or would delay the end again and again.
    const WorkerRecord& record = state.worker(worker);
    if (worker != kNobody && record.quarantined.empty() && record.strikes == 0) {
      able.push_back(worker);
    }
  }
  const auto can_do = [&](uint32_t i) {
    const AuditRecord& audit = state.audits().at(i);
    return unknown || std::any_of(able.begin(), able.end(), [&](uint32_t worker) {
             return audit.Asks(worker) && !(audit.lapsed && audit.loser == worker);
           });
  };
  LeaseUpdates updates;
  const auto skip = [&](uint32_t i) {
    if (!state.audits().at(i).disputed)
      EndWithVerdict(state, i, v1::AuditVerdict::SKIPPED, "", updates);
  };
  for (const auto& [out, chunks] : state.audit_groups()) {
    // By a name of its own: C++17 captures no structured binding.
    const auto& excluded = out;
    const bool any = unknown || std::any_of(able.begin(), able.end(), [&](uint32_t worker) {
                       return !std::binary_search(excluded.begin(), excluded.end(), worker);
                     });
    for (auto i = chunks.begin(); !any && i != chunks.end(); ++i) {
      if (!can_do(*i) && state.worn_audits().count(*i) == 0) skip(*i);
    }
  }
  for (const uint32_t i : state.worn_audits()) skip(i);
  return updates;
}

}  // namespace quipu::pipelines::internal
