// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Plans and results. store_journal.cc writes the results.
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/failpoint.h"
#include "base/serialize.h"
#include "base/status_macros.h"
#include "storage/store_impl.h"

namespace quipu::storage {
namespace {

std::vector<std::string> TaskKeysOf(absl::Span<const v1::Result> results) {
  std::vector<std::string> keys;
  for (const v1::Result& result : results) keys.push_back(TaskPlaceKey(result.task().id()));
  return keys;
}

std::string NameOf(const v1::Task& task) {
  return absl::StrCat("task ", absl::BytesToHexString(task.id()));
}

}  // namespace

absl::Status CheckPlan(const v1::DocumentPlan& plan) {
  RETURN_IF_ERROR(CheckId(plan.document_id(), "document id of a plan"));
  absl::flat_hash_set<std::string> ids;
  for (int i = 0; i < plan.tasks_size(); ++i) {
    const v1::Task& task = plan.tasks(i);
    RETURN_IF_ERROR(CheckId(task.id(), "id of a task"));
    if (task.document_id() != plan.document_id() || task.index() != static_cast<uint32_t>(i) ||
        !ids.insert(task.id()).second) {
      return absl::InvalidArgumentError(absl::StrCat(
          "plan of document ", absl::BytesToHexString(plan.document_id()), ": task ", i,
          " has another document, the index ", task.index(), " or the id of an earlier one"));
    }
  }
  return absl::OkStatus();
}

void PutPlan(const v1::DocumentPlan& plan, Batch* batch) {
  batch->Put(Family::kTasks, PlanKey(plan.document_id()), RecordType::kDocumentPlan, plan);
  for (const v1::Task& task : plan.tasks()) {
    batch->Put(Family::kTasks, TaskPlaceKey(task.id()), RecordType::kTaskPlace,
               EncodeTaskPlace({task.document_id(), task.index()}));
  }
}

void PutResultAndSummary(const v1::Result& result, Batch* batch) {
  const v1::Task& task = result.task();
  batch->Put(Family::kResults, ResultKey(task.document_id(), task.index()), RecordType::kResult,
             result);
  batch->Put(Family::kResults, ResultSummaryKey(task.document_id(), task.index()),
             RecordType::kResultSummary, EncodeResultSummary(SummaryOf(result)));
}

absl::Status StoreImpl::AddPlan(const v1::DocumentPlan& plan) {
  RETURN_IF_ERROR(CheckWritable());
  RETURN_IF_ERROR(CheckPlan(plan));
  const std::string key = PlanKey(plan.document_id());
  const KeyLocks::Hold hold = locks_.Acquire({key});
  ASSIGN_OR_RETURN(const bool stored,
                   db_->Contains(Family::kDocuments, DocumentSummaryKey(plan.document_id())));
  if (!stored) {
    return absl::NotFoundError(absl::StrCat("cannot plan document ",
                                            absl::BytesToHexString(plan.document_id()),
                                            ": it is not in the store"));
  }
  ASSIGN_OR_RETURN(const std::optional<std::string> before,
                   db_->Get(Family::kTasks, key, RecordType::kDocumentPlan));
  if (before.has_value()) {
    if (*before == SerializeDeterministic(plan)) return absl::OkStatus();
    return absl::AlreadyExistsError(absl::StrCat("document ",
                                                 absl::BytesToHexString(plan.document_id()),
                                                 " already has another plan, which is kept"));
  }
  Batch batch;
  PutPlan(plan, &batch);
  // Not synced: planning again gives the same plan, and the sync of a result
  // covers its plan.
  return Write(batch, /*sync=*/false);
}

absl::StatusOr<v1::DocumentPlan> StoreImpl::GetPlan(absl::string_view document_id) const {
  RETURN_IF_ERROR(CheckOpen());
  RETURN_IF_ERROR(CheckId(document_id, "id of a document"));
  v1::DocumentPlan plan;
  ASSIGN_OR_RETURN(const bool found, db_->GetMessage(Family::kTasks, PlanKey(document_id),
                                                     RecordType::kDocumentPlan, &plan));
  if (!found) {
    return absl::NotFoundError(
        absl::StrCat("document ", absl::BytesToHexString(document_id), " is not planned"));
  }
  return plan;
}

absl::Status StoreImpl::ForEachPlan(
    absl::FunctionRef<absl::Status(const v1::DocumentPlan&)> fn) const {
  return ForEach<v1::DocumentPlan>(Family::kTasks, std::string(1, kPlanPrefix),
                                   RecordType::kDocumentPlan, fn);
}

absl::StatusOr<TaskPlace> StoreImpl::FindTask(absl::string_view task_id) const {
  const std::string key = TaskPlaceKey(task_id);
  ASSIGN_OR_RETURN(const std::optional<std::string> payload,
                   db_->Get(Family::kTasks, key, RecordType::kTaskPlace));
  if (!payload.has_value()) {
    return absl::NotFoundError(
        absl::StrCat("task ", absl::BytesToHexString(task_id), " was never planned"));
  }
  return DecodeTaskPlace(*payload, DescribeKey(Family::kTasks, key));
}

absl::Status StoreImpl::CheckTaskPlace(const v1::Task& task) const {
  ASSIGN_OR_RETURN(const TaskPlace place, FindTask(task.id()));
  if (place.document_id != task.document_id() || place.index != task.index()) {
    return absl::InvalidArgumentError(
        absl::StrCat(NameOf(task), " is planned as number ", place.index, " of document ",
                     absl::BytesToHexString(place.document_id), ", its result says number ",
                     task.index(), " of ", absl::BytesToHexString(task.document_id())));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::Result>> StoreImpl::GetResults(absl::string_view document_id) const {
  RETURN_IF_ERROR(CheckId(document_id, "id of a document"));
  RETURN_IF_ERROR(CheckOpen());
  std::vector<v1::Result> results;
  const std::string prefix = ResultPrefixOf(document_id);
  RETURN_IF_ERROR(
      db_->ScanFrom(Family::kResults, prefix, prefix, RecordType::kResult,
                    [&](absl::string_view key, absl::string_view payload) -> absl::Status {
                      v1::Result& result = results.emplace_back();
                      if (ParsePayload(payload, "", &result).ok()) return absl::OkStatus();
                      return ParsePayload(payload, DescribeKey(Family::kResults, key), &result);
                    }));
  return results;
}

absl::StatusOr<v1::Result> StoreImpl::GetResult(absl::string_view task_id) const {
  RETURN_IF_ERROR(CheckOpen());
  RETURN_IF_ERROR(CheckId(task_id, "id of a task"));
  ASSIGN_OR_RETURN(const TaskPlace place, FindTask(task_id));
  v1::Result result;
  ASSIGN_OR_RETURN(const bool found,
                   db_->GetMessage(Family::kResults, ResultKey(place.document_id, place.index),
                                   RecordType::kResult, &result));
  if (!found) {
    return absl::NotFoundError(
        absl::StrCat("task ", absl::BytesToHexString(task_id), " has no result yet"));
  }
  return result;
}

absl::Status StoreImpl::ForEachResult(absl::FunctionRef<absl::Status(const v1::Result&)> fn) const {
  return ForEach<v1::Result>(Family::kResults, std::string(1, kResultPrefix), RecordType::kResult,
                             fn);
}

absl::Status StoreImpl::CheckReplacement(absl::string_view document_id,
                                         const v1::Result& result) const {
  const v1::Task& task = result.task();
  if (task.document_id() != document_id) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot replace ", NameOf(task), ": it belongs to another document"));
  }
  ASSIGN_OR_RETURN(const v1::Result before, GetResult(task.id()));
  if (before.task().index() != task.index()) {
    return absl::InvalidArgumentError(absl::StrCat("cannot replace ", NameOf(task),
                                                   ": it is number ", before.task().index(),
                                                   ", not ", task.index()));
  }
  return absl::OkStatus();
}

absl::Status StoreImpl::Replace(absl::string_view document_id,
                                absl::Span<const v1::Result> results) {
  RETURN_IF_ERROR(CheckWritable());
  RETURN_IF_ERROR(CheckId(document_id, "id of a document"));
  for (const v1::Result& result : results) {
    RETURN_IF_ERROR(CheckId(result.task().id(), "task id of a result"));
  }
  const KeyLocks::Hold hold = locks_.Acquire(TaskKeysOf(results));
  Batch batch;
  for (const v1::Result& result : results) {
    RETURN_IF_ERROR(CheckReplacement(document_id, result));
    PutResultAndSummary(result, &batch);
  }
  if (batch.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(Failpoint("replace.before_write"));
  return Write(batch, /*sync=*/true);
}

absl::Status StoreImpl::ReplaceWithRejects(absl::string_view document_id,
                                           absl::Span<const v1::Result> rejects) {
  for (const v1::Result& reject : rejects) {
    if (reject.has_reject()) continue;
    return absl::InvalidArgumentError(absl::StrCat("cannot replace ", NameOf(reject.task()),
                                                   ": the replacement is not a reject"));
  }
  return Replace(document_id, rejects);
}

absl::Status StoreImpl::RestoreResults(absl::string_view document_id,
                                       absl::Span<const v1::Result> results) {
  ASSIGN_OR_RETURN(const bool generated, IsStageDone(v1::STAGE_GENERATE));
  if (generated) {
    return absl::FailedPreconditionError("results are restored only while pairs are made");
  }
  return Replace(document_id, results);
}

}  // namespace quipu::storage
