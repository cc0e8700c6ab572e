// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/memory_run_store.h"

#include <algorithm>
#include <map>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace quipu::simulation {
namespace {

std::string NameOf(absl::string_view task_id) {
  return absl::StrCat("task ", absl::BytesToHexString(task_id));
}

}  // namespace

MemoryDisk::MemoryDisk(v1::RunHeader header, std::vector<PlannedChunk> chunks)
    : header_(std::move(header)), chunks_(std::move(chunks)) {
  for (size_t number = 0; number < chunks_.size(); ++number) {
    chunk_numbers_[chunks_[number].id.SerializeAsString()] = static_cast<int>(number);
    for (const v1::Task& task : chunks_[number].content.tasks) {
      chunk_of_task_[task.id()] = static_cast<int>(number);
    }
  }
}

const MemoryDisk::Made* MemoryDisk::Find(absl::string_view task_id) const {
  const auto found = results_.find(task_id);
  return found == results_.end() ? nullptr : &found->second;
}

int MemoryDisk::ChunkOf(absl::string_view task_id) const {
  const auto found = chunk_of_task_.find(task_id);
  return found == chunk_of_task_.end() ? -1 : found->second;
}

int MemoryDisk::NumberOf(const v1::ChunkId& chunk) const {
  const auto found = chunk_numbers_.find(chunk.SerializeAsString());
  return found == chunk_numbers_.end() ? -1 : found->second;
}

uint64_t MemoryDisk::Open() {
  ++commit_number_;
  Sync();
  return ++epoch_;
}

absl::Status MemoryDisk::Check(const pipelines::JournalBatch& batch) const {
  const absl::flat_hash_set<std::string> gone(batch.withdrawn.begin(), batch.withdrawn.end());
  absl::flat_hash_set<std::string> ids;
  for (const std::string& id : batch.withdrawn) {
    if (!results_.contains(id)) {
      return absl::NotFoundError(absl::StrCat(NameOf(id), " has no result to withdraw"));
    }
  }
  for (const Made& made : batch.results) {
    const std::string& id = made.result.task().id();
    if (ChunkOf(id) < 0) return absl::NotFoundError(absl::StrCat(NameOf(id), " was never planned"));
    if ((results_.contains(id) && !gone.contains(id)) || !ids.insert(id).second) {
      return absl::AlreadyExistsError(absl::StrCat(NameOf(id), " has a result already"));
    }
  }
  for (const std::string& id : batch.audited) {
    if (!results_.contains(id) && !ids.contains(id)) {
      return absl::NotFoundError(absl::StrCat(NameOf(id), " has no result to mark"));
    }
  }
  return absl::OkStatus();
}

void MemoryDisk::Write(const pipelines::JournalBatch& batch) {
  Undo& undo = unsynced_.emplace_back();
  undo.journal = journal_.size();
  for (const std::string& id : batch.withdrawn) {
    const auto found = results_.find(id);
    undo.before.emplace_back(id, std::move(found->second));
    results_.erase(found);
  }
  for (const Made& made : batch.results) {
    undo.added.push_back(made.result.task().id());
    results_.emplace(made.result.task().id(), made);
  }
  for (const std::string& id : batch.audited) {
    Made& made = results_.at(id);
    if (made.by.audited()) continue;
    const bool added = std::count(undo.added.begin(), undo.added.end(), id) > 0;
    if (!added) undo.before.emplace_back(id, made);
    made.by.set_audited(true);
  }
  journal_.insert(journal_.end(), batch.updates.begin(), batch.updates.end());
  ++commit_number_;
}

void MemoryDisk::LosePower(size_t keep) {
  while (unsynced_.size() > keep) {
    Undo undo = std::move(unsynced_.back());
    unsynced_.pop_back();
    for (const std::string& id : undo.added) results_.erase(id);
    for (auto& [id, made] : undo.before) results_[id] = std::move(made);
    journal_.resize(undo.journal);
    --commit_number_;
  }
  unsynced_.clear();
}

absl::Status MemoryRunStore::ForEachChunk(
    absl::FunctionRef<absl::Status(const v1::ChunkAdded&)> fn) const {
  for (const PlannedChunk& chunk : disk_->chunks()) {
    v1::ChunkAdded added;
    *added.mutable_chunk() = chunk.id;
    added.set_first_task(chunk.content.tasks[0].index());
    added.set_num_tasks(chunk.content.tasks.size());
    uint64_t done = 0;
    for (size_t bit = 0; bit < chunk.content.tasks.size(); ++bit) {
      if (disk_->Find(chunk.content.tasks[bit].id()) != nullptr) done |= uint64_t{1} << bit;
    }
    added.set_done(done);
    RETURN_IF_ERROR(fn(added));
  }
  return absl::OkStatus();
}

absl::Status MemoryRunStore::ForEachAttempt(
    absl::FunctionRef<absl::Status(const v1::ChunkId&, absl::string_view worker, uint64_t made,
                                   uint64_t audited)>
        fn) const {
  for (const PlannedChunk& chunk : disk_->chunks()) {
    std::map<std::string, std::pair<uint64_t, uint64_t>> by_worker;
    for (size_t bit = 0; bit < chunk.content.tasks.size(); ++bit) {
      const MemoryDisk::Made* made = disk_->Find(chunk.content.tasks[bit].id());
      if (made == nullptr || made->by.worker().empty()) continue;
      auto& [mask, audited] = by_worker[made->by.worker()];
      mask |= uint64_t{1} << bit;
      if (made->by.audited()) audited |= uint64_t{1} << bit;
    }
    for (const auto& [worker, masks] : by_worker) {
      RETURN_IF_ERROR(fn(chunk.id, worker, masks.first, masks.second));
    }
  }
  return absl::OkStatus();
}

absl::Status MemoryRunStore::ForEachUpdate(
    absl::FunctionRef<absl::Status(const v1::LeaseUpdate&)> fn) const {
  for (const v1::LeaseUpdate& update : disk_->journal()) RETURN_IF_ERROR(fn(update));
  return absl::OkStatus();
}

absl::StatusOr<pipelines::ChunkContent> MemoryRunStore::ReadChunk(const v1::ChunkId& chunk) {
  if (reading_) reading_();
  const int number = disk_->NumberOf(chunk);
  if (number < 0) return absl::DataLossError("a chunk that is in no plan");
  return disk_->chunks()[number].content;
}

absl::StatusOr<v1::Result> MemoryRunStore::GetResult(absl::string_view task_id) const {
  const MemoryDisk::Made* made = disk_->Find(task_id);
  if (made == nullptr) return absl::NotFoundError(absl::StrCat(NameOf(task_id), " has no result"));
  return made->result;
}

absl::Status MemoryRunStore::Commit(const pipelines::JournalBatch& batch, bool sync) {
  if (dead_) return absl::UnavailableError("its process is dead");
  const Fate fate = fate_ ? fate_(batch, sync) : Fate::kOk;
  dead_ = fate == Fate::kCrashBefore || fate == Fate::kCrashWritten || fate == Fate::kCrashSynced;
  if (fate == Fate::kFail || fate == Fate::kCrashBefore) {
    return absl::UnavailableError("the disk failed to write");
  }
  RETURN_IF_ERROR(disk_->Check(batch));
  if (!batch.empty()) {
    disk_->Write(batch);
    if (committed_) committed_(batch, sync);
  }
  if (fate == Fate::kFailWritten || fate == Fate::kCrashWritten) {
    return absl::UnavailableError("the disk failed to sync");
  }
  if (sync) disk_->Sync();
  return dead_ ? absl::UnavailableError("died after the sync") : absl::OkStatus();
}

}  // namespace quipu::simulation
