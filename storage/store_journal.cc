// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Results and who made them, results that are withdrawn, and the journal of
// leases.
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/failpoint.h"
#include "base/status_macros.h"
#include "storage/store_impl.h"

namespace quipu::storage {
namespace {

std::string NameOf(absl::string_view task_id) {
  return absl::StrCat("task ", absl::BytesToHexString(task_id));
}

// Whether a batch writes at the journal's end. Only then does it lock the end, and read and move its
// number: beside another thread's commit, the number is not this batch's.
bool HasUpdates(const JournalBatch& journal) { return !journal.updates.empty(); }

// The keys that a batch decides on: its tasks, and the journal's end.
std::vector<std::string> KeysOf(const JournalBatch& journal) {
  std::vector<std::string> keys;
  for (const JournalBatch::Made& made : journal.results)
    keys.push_back(TaskPlaceKey(made.result.task().id()));
  for (const std::string& id : journal.withdrawn) keys.push_back(TaskPlaceKey(id));
  for (const std::string& id : journal.audited) keys.push_back(TaskPlaceKey(id));
  if (HasUpdates(journal)) keys.emplace_back(1, kUpdatePrefix);
  return keys;
}

absl::Status CheckIds(const JournalBatch& journal) {
  for (const JournalBatch::Made& made : journal.results) {
    RETURN_IF_ERROR(CheckId(made.result.task().id(), "task id of a result"));
  }
  absl::flat_hash_set<std::string> withdrawn;
  for (const std::string& id : journal.withdrawn) {
    RETURN_IF_ERROR(CheckId(id, "id of a task to withdraw"));
    if (!withdrawn.insert(id).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(NameOf(id), " is withdrawn twice in one batch"));
    }
  }
  for (const std::string& id : journal.audited) {
    RETURN_IF_ERROR(CheckId(id, "id of an audited task"));
  }
  return absl::OkStatus();
}

absl::Status Misshapen(Family family, absl::string_view key) {
  return absl::DataLossError(
      absl::StrCat(DescribeKey(family, key), " is not a key of format version ", kFormatVersion));
}

}  // namespace

absl::Status StoreImpl::StageWithdrawn(const JournalBatch& journal, Batch* batch) const {
  if (journal.withdrawn.empty()) return absl::OkStatus();
  // After that all results are stored, and dedup replaces some.
  ASSIGN_OR_RETURN(const bool generated, IsStageDone(v1::STAGE_GENERATE));
  if (generated) {
    return absl::FailedPreconditionError(absl::StrCat("cannot withdraw ", journal.withdrawn.size(),
                                                      " results of store ", path_,
                                                      ": generating is marked done"));
  }
  for (const std::string& id : journal.withdrawn) {
    ASSIGN_OR_RETURN(const TaskPlace place, FindTask(id));
    const std::string summary = ResultSummaryKey(place.document_id, place.index);
    ASSIGN_OR_RETURN(const bool made, db_->Contains(Family::kResults, summary));
    if (!made) {
      return absl::NotFoundError(absl::StrCat(NameOf(id), " has no result to withdraw"));
    }
    batch->Delete(Family::kResults, ResultKey(place.document_id, place.index));
    batch->Delete(Family::kResults, summary);
    batch->Delete(Family::kTasks, AttemptKey(place.document_id, place.index));
  }
  return absl::OkStatus();
}

absl::Status StoreImpl::StageMade(const JournalBatch& journal, Batch* batch) const {
  const absl::flat_hash_set<std::string> gone(journal.withdrawn.begin(), journal.withdrawn.end());
  absl::flat_hash_set<std::string> ids;
  for (const JournalBatch::Made& made : journal.results) {
    const v1::Task& task = made.result.task();
    RETURN_IF_ERROR(CheckTaskPlace(task));
    ASSIGN_OR_RETURN(
        bool stored,
        db_->Contains(Family::kResults, ResultSummaryKey(task.document_id(), task.index())));
    if (gone.contains(task.id())) stored = false;
    if (stored || !ids.insert(task.id()).second) {
      return absl::AlreadyExistsError(absl::StrCat(NameOf(task.id()), " has a result already"));
    }
    PutResultAndSummary(made.result, batch);
    if (!made.by.worker().empty()) {
      batch->Put(Family::kTasks, AttemptKey(task.document_id(), task.index()), RecordType::kAttempt,
                 made.by);
    }
  }
  return absl::OkStatus();
}

absl::Status StoreImpl::StageAudited(const JournalBatch& journal, Batch* batch) const {
  // What the batch does to the attempts of tasks.
  absl::flat_hash_map<std::string, v1::AttemptRecord> staged;
  for (const std::string& id : journal.withdrawn) staged[id];
  for (const JournalBatch::Made& made : journal.results) staged[made.result.task().id()] = made.by;
  for (const std::string& id : journal.audited) {
    ASSIGN_OR_RETURN(const TaskPlace place, FindTask(id));
    const std::string key = AttemptKey(place.document_id, place.index);
    v1::AttemptRecord attempt;
    if (const auto found = staged.find(id); found != staged.end()) {
      attempt = found->second;
    } else {
      RETURN_IF_ERROR(
          db_->GetMessage(Family::kTasks, key, RecordType::kAttempt, &attempt).status());
    }
    if (attempt.worker().empty()) {
      return absl::NotFoundError(
          absl::StrCat(NameOf(id), " has no worker's result that an audit could pass"));
    }
    attempt.set_audited(true);
    batch->Put(Family::kTasks, key, RecordType::kAttempt, attempt);
  }
  return absl::OkStatus();
}

void StoreImpl::StageUpdates(const JournalBatch& journal, Batch* batch) const {
  if (!HasUpdates(journal)) return;
  uint64_t number = next_update_;
  for (const v1::LeaseUpdate& update : journal.updates) {
    batch->Put(Family::kEvents, UpdateKey(number), RecordType::kLeaseUpdate, update);
    ++number;
  }
}

absl::Status StoreImpl::WriteJournaled(const JournalBatch& journal, const Batch& batch, bool sync) {
  const uint64_t going = journal.withdrawn.size();
  if (going > 0) {
    // A store with fewer results than its mark says looks as if it lost some. So
    // from here on every mark has the smaller number. If this process dies before
    // the batch is written, the store has more results than that, which is allowed.
    results_ -= going;
    const absl::Status lowered = high_water_->Write();
    if (!lowered.ok()) {
      results_ += going;
      return lowered;
    }
    sync = true;
  }
  absl::Status written = Failpoint("commit.before_write");
  if (written.ok()) written = db_->Write(batch, sync);
  if (!written.ok()) {
    results_ += going;
    return written;
  }
  results_ += journal.results.size();
  if (HasUpdates(journal)) next_update_ += journal.updates.size();
  RETURN_IF_ERROR(Failpoint("commit.after_write"));
  return high_water_->AfterCommit();
}

absl::Status StoreImpl::CommitJournaled(const JournalBatch& journal, bool sync) {
  RETURN_IF_ERROR(CheckWritable());
  RETURN_IF_ERROR(CheckIds(journal));
  // Held during the sync, so that another commit of one of these tasks is not
  // told "already stored" too early. The journal's end is held too, so that its
  // numbers have no gap if a write fails.
  const KeyLocks::Hold hold = locks_.Acquire(KeysOf(journal));
  Batch batch;
  RETURN_IF_ERROR(StageWithdrawn(journal, &batch));
  RETURN_IF_ERROR(StageMade(journal, &batch));
  RETURN_IF_ERROR(StageAudited(journal, &batch));
  StageUpdates(journal, &batch);
  if (batch.empty()) return sync ? db_->SyncLog() : absl::OkStatus();
  return WriteJournaled(journal, batch, sync);
}

absl::Status StoreImpl::ForEachDoneTask(
    absl::FunctionRef<absl::Status(absl::string_view document_id, uint32_t index)> fn) const {
  RETURN_IF_ERROR(CheckOpen());
  return db_->Scan(Family::kResults, std::string(1, kResultSummaryPrefix),
                   RecordType::kResultSummary,
                   [&](absl::string_view key, absl::string_view) -> absl::Status {
                     const std::optional<TaskPlace> place = TaskPlaceOf(key);
                     if (!place.has_value()) return Misshapen(Family::kResults, key);
                     return fn(place->document_id, place->index);
                   });
}

absl::Status StoreImpl::ForEachUpdate(
    absl::FunctionRef<absl::Status(const v1::LeaseUpdate&)> fn) const {
  return ForEach<v1::LeaseUpdate>(Family::kEvents, std::string(1, kUpdatePrefix),
                                  RecordType::kLeaseUpdate, fn);
}

absl::Status StoreImpl::ForEachAttempt(
    absl::FunctionRef<absl::Status(absl::string_view document_id, uint32_t index,
                                   const v1::AttemptRecord&)>
        fn) const {
  RETURN_IF_ERROR(CheckOpen());
  return db_->Scan(
      Family::kTasks, std::string(1, kAttemptPrefix), RecordType::kAttempt,
      [&](absl::string_view key, absl::string_view payload) -> absl::Status {
        const std::optional<TaskPlace> place = TaskPlaceOf(key);
        if (!place.has_value()) return Misshapen(Family::kTasks, key);
        v1::AttemptRecord attempt;
        RETURN_IF_ERROR(ParsePayload(payload, DescribeKey(Family::kTasks, key), &attempt));
        return fn(place->document_id, place->index, attempt);
      });
}

}  // namespace quipu::storage
