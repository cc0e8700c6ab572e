// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/judge.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/simulation/scripted_run.h"

namespace quipu::simulation {
namespace {

int TaskNumber(const pipelines::ChunkContent& chunk, absl::string_view id) {
  for (size_t k = 0; k < chunk.tasks.size(); ++k) {
    if (chunk.tasks[k].id() == id) return static_cast<int>(k);
  }
  return -1;
}

bool GivenUp(const v1::Result& result) {
  return result.reject().reason() == v1::REJECT_REASON_QUARANTINED;
}

}  // namespace

Judge::Judge(const MemoryDisk* disk, const pipelines::LeaseOptions& options, std::string liar,
             int poison)
    : disk_(disk), options_(options), liar_(std::move(liar)), poison_(poison) {
  for (const PlannedChunk& chunk : disk_->chunks()) {
    for (size_t k = 0; k < chunk.content.tasks.size(); ++k) {
      right_[chunk.content.tasks[k].id()] =
          RightResult(chunk.content, static_cast<int>(k)).SerializeAsString();
    }
  }
}

bool Judge::Right(const v1::Result& result) const {
  return result.SerializeAsString() == right_.at(result.task().id());
}

// Whether the journal has the losses (the last one of them granted alone) or
// the failures that justify a chunk's quarantine.
bool Judge::Justified(int chunk) const {
  int lost = 0;
  int failed = 0;
  int expired = 0;
  bool alone = false;
  for (const v1::LeaseUpdate& update : disk_->journal()) {
    if (!update.has_ended() || update.ended().audit()) continue;
    if (disk_->NumberOf(update.ended().chunk()) != chunk) continue;
    if (update.ended().cause() == v1::LeaseEnded::FAILED) ++failed;
    if (update.ended().cause() == v1::LeaseEnded::LOST) ++lost;
    if (update.ended().cause() == v1::LeaseEnded::EXPIRED) ++expired;
    alone = update.ended().alone();
  }
  return (lost >= options_.max_lost_attempts && alone) ||
         (expired >= 10 * options_.max_lost_attempts && alone) ||
         failed >= options_.max_failed_attempts;
}

void Judge::CheckResult(const MemoryDisk::Made& made) {
  const std::string& id = made.result.task().id();
  const int chunk = disk_->ChunkOf(id);
  const pipelines::ChunkContent& content = disk_->chunks()[chunk].content;
  const std::string name = absl::StrCat("chunk ", chunk, ", task ", TaskNumber(content, id));
  if (GivenUp(made.result)) {
    if (!made.by.worker().empty()) Violation(absl::StrCat(name, ": rejected by a worker"));
    if (!Justified(chunk)) Violation(absl::StrCat(name, ": quarantined without its losses"));
    return;
  }
  if (!Right(made.result) && made.by.worker() != liar_) {
    Violation(absl::StrCat(name, ": a wrong result of worker ", made.by.worker()));
  }
  if (chunk == poison_) Violation(absl::StrCat(name, ": a result of the poison chunk"));
  const auto withdrawn = withdrawn_after_.find(chunk);
  if (withdrawn != withdrawn_after_.end() && made.by.token() <= withdrawn->second) {
    Violation(absl::StrCat(name, ": stored under a token from before results were withdrawn"));
  }
  const auto fence = fences_.find(chunk);
  if (fence != fences_.end() && made.by.token() < fence->second) {
    Violation(absl::StrCat(name, ": stored under token ", absl::Hex(made.by.token()),
                           ", after token ", absl::Hex(fence->second), " was granted"));
  }
}

void Judge::CheckUpdate(const v1::LeaseUpdate& update) {
  if (update.has_worker_quarantined()) {
    const std::string& worker = update.worker_quarantined().worker();
    if (worker != liar_) {
      Violation(absl::StrCat("honest worker ", worker,
                             " is quarantined: ", update.worker_quarantined().reason()));
    }
    caught_ = true;
  }
  if (update.granted().audit()) audits_.insert(update.granted().token());
  if (update.has_paused()) Violation(absl::StrCat("paused: ", update.paused().reason()));
}

// Whether the journal on the disk has the liar's quarantine.
bool Judge::InJournal() const {
  return std::any_of(disk_->journal().begin(), disk_->journal().end(),
                     [](const v1::LeaseUpdate& update) { return update.has_worker_quarantined(); });
}

void Judge::Committed(const pipelines::JournalBatch& batch, bool sync) {
  if (!batch.withdrawn.empty() && !InJournal()) {
    Violation("results are withdrawn of a worker that is not quarantined after a restart");
  }
  for (const std::string& id : batch.withdrawn) {
    if (makers_[id] != liar_) {
      Violation(absl::StrCat("a result of honest worker ", makers_[id], " is withdrawn"));
    }
    acknowledged_.erase(id);
    withdrawn_ = true;
    withdrawn_after_[disk_->ChunkOf(id)] = last_token_;
  }
  for (const MemoryDisk::Made& made : batch.results) {
    CheckResult(made);
    makers_[made.result.task().id()] = made.by.worker();
    if (!sync) unsynced_.insert(made.result.task().id());
  }
  for (const v1::LeaseUpdate& update : batch.updates) CheckUpdate(update);
  if (sync) unsynced_.clear();
}

void Judge::Leased(const v1::LeaseReply& reply) {
  for (const v1::LeasedChunk& chunk : reply.chunks()) {
    v1::LeaseTicket ticket;
    ticket.ParseFromString(chunk.ticket().ticket());
    v1::ChunkId id;
    id.set_document_id(ticket.document_id());
    id.set_chunk_index(ticket.chunk_index());
    const int number = disk_->NumberOf(id);
    uint64_t& fence = fences_[number];
    if (ticket.token() <= fence || !tokens_.insert(ticket.token()).second ||
        ticket.token() >> 32 != disk_->epoch()) {
      Violation(absl::StrCat("chunk ", number, " granted with token ", absl::Hex(ticket.token()),
                             " after ", absl::Hex(fence), " in epoch ", disk_->epoch()));
    }
    fence = std::max(fence, ticket.token());
    last_token_ = std::max(last_token_, ticket.token());
  }
}

void Judge::Answered(const v1::SubmitRequest& request, const v1::SubmitReply& reply) {
  for (int k = 0; k < request.leases_size() && k < reply.leases_size(); ++k) {
    v1::LeaseTicket ticket;
    ticket.ParseFromString(request.leases(k).ticket().ticket());
    if (audits_.contains(ticket.token())) continue;
    for (int n = 0; n < reply.leases(k).results_size(); ++n) {
      const v1::SubmitOutcome outcome = reply.leases(k).results(n);
      if (outcome != v1::SUBMIT_OUTCOME_STORED && outcome != v1::SUBMIT_OUTCOME_DUPLICATE) {
        continue;
      }
      const v1::Result& result = request.leases(k).results(n);
      const MemoryDisk::Made* made = disk_->Find(result.task().id());
      const std::string bytes = result.SerializeAsString();
      if (made == nullptr || made->result.SerializeAsString() != bytes) {
        // Withdrawn from a liar between the decision and the reply.
        if (caught_) continue;
        Violation(absl::StrCat("acknowledged a result that is not stored, of chunk ",
                               disk_->ChunkOf(result.task().id())));
      } else if (unsynced_.contains(result.task().id())) {
        Violation("acknowledged a result before it was synced");
      } else {
        acknowledged_[result.task().id()] = bytes;
      }
    }
  }
}

void Judge::Refused(absl::string_view verb, const absl::Status& status) {
  if (status.code() == absl::StatusCode::kDataLoss) {
    Violation(absl::StrCat(verb, " was told of data loss: ", status.message()));
  }
  if (status.code() == absl::StatusCode::kInvalidArgument ||
      status.code() == absl::StatusCode::kInternal) {
    Violation(absl::StrCat(verb, " of a good worker was refused: ", status.ToString()));
  }
}

void Judge::CheckAcknowledged() {
  for (const auto& [id, bytes] : acknowledged_) {
    const MemoryDisk::Made* made = disk_->Find(id);
    if (made == nullptr) {
      Violation(absl::StrCat("an acknowledged result of chunk ", disk_->ChunkOf(id), " is lost"));
    } else if (made->result.SerializeAsString() != bytes) {
      Violation(
          absl::StrCat("an acknowledged result of chunk ", disk_->ChunkOf(id), " is replaced"));
    }
  }
}

void Judge::Died(bool power_lost) {
  unsynced_.clear();
  if (power_lost) {
    // Grants are not synced: a coordinator that has lost a grant accepts every
    // ticket of an earlier epoch.
    fences_.clear();
    withdrawn_after_.clear();
    caught_ = InJournal();
    makers_.clear();
    for (const PlannedChunk& chunk : disk_->chunks()) {
      for (const v1::Task& task : chunk.content.tasks) {
        const MemoryDisk::Made* made = disk_->Find(task.id());
        if (made != nullptr) makers_[task.id()] = made->by.worker();
      }
    }
  }
  CheckAcknowledged();
}

void Judge::Counted(const v1::StatusReply& status) {
  const v1::TaskCounts& tasks = status.tasks();
  const uint64_t done = tasks.accepted() + tasks.rejected();
  if (tasks.planned() != done + tasks.leased() + tasks.pending() || done != disk_->num_results() ||
      tasks.quarantined() > tasks.rejected()) {
    Violation(absl::StrCat("the counts do not add up, with ", disk_->num_results(),
                           " results stored: ", tasks.ShortDebugString()));
  }
}

// A lie that is still stored when the run is done.
void Judge::CheckWrong(int chunk, const MemoryDisk::Made& made) {
  const std::string name = absl::StrCat("chunk ", chunk, ": a wrong result of the liar");
  if (made.by.audited()) return Violation(absl::StrCat(name, " has passed an audit"));
  if (caught_) return Violation(absl::StrCat(name, " is stored though it was caught"));
  if (options_.audit_share < 1) return;
  for (const v1::Task& task : disk_->chunks()[chunk].content.tasks) {
    if (GivenUp(disk_->Find(task.id())->result)) return;
  }
  const auto skipped = [&](const v1::LeaseUpdate& update) {
    return update.audit_verdict().verdict() == v1::AuditVerdict::SKIPPED &&
           update.audit_verdict().worker() == liar_ &&
           disk_->NumberOf(update.audit_verdict().chunk()) == chunk;
  };
  if (std::any_of(disk_->journal().begin(), disk_->journal().end(), skipped)) return;
  Violation(absl::StrCat(name, " is stored though every chunk is audited"));
}

void Judge::Finish() {
  CheckAcknowledged();
  for (size_t number = 0; number < disk_->chunks().size(); ++number) {
    for (const v1::Task& task : disk_->chunks()[number].content.tasks) {
      const MemoryDisk::Made* made = disk_->Find(task.id());
      const int chunk = static_cast<int>(number);
      if (made == nullptr) {
        Violation(absl::StrCat("chunk ", chunk, ": done without a result of task ", task.index()));
      } else if (GivenUp(made->result)) {
        if (!Justified(chunk)) Violation(absl::StrCat("chunk ", chunk, ": given up"));
        if (chunk == poison_) poison_quarantined_ = true;
      } else if (!Right(made->result)) {
        CheckWrong(chunk, *made);
      }
    }
  }
}

}  // namespace quipu::simulation
