// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// CheckIntegrity: every byte, every envelope, every reference. Results and
// training rows are checked in store_check_results.cc.
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/store_checker.h"

namespace quipu::storage {

void Checker::Find(absl::string_view what) {
  if (findings_.size() < kMaxFindings) {
    findings_.emplace_back(what);
  } else if (findings_.size() == kMaxFindings) {
    findings_.push_back(
        absl::StrCat("more than ", kMaxFindings, " findings; the rest is left out"));
  }
}

absl::Status Checker::Note(const absl::Status& status) {
  if (!absl::IsDataLoss(status) && !absl::IsFailedPrecondition(status)) return status;
  Find(status.message());
  return absl::OkStatus();
}

absl::Status Checker::CheckFamily(Family family, absl::string_view prefix, ValueFn check) {
  const absl::Status scanned = db_.ScanRaw(
      family, prefix,
      [&](absl::string_view key, absl::string_view value) { return Note(check(key, value)); },
      &snapshot_);
  return Note(scanned);
}

absl::Status Checker::CheckFamily(Family family, Method check) {
  return CheckFamily(family, "", [&](absl::string_view key, absl::string_view value) {
    return (this->*check)(key, value);
  });
}

absl::Status Checker::Parse(Family family, RecordType type, absl::string_view key,
                            absl::string_view value, google::protobuf::MessageLite* message) {
  const std::string name = DescribeKey(family, key);
  ASSIGN_OR_RETURN(const absl::string_view payload, DecodeRecord(type, value, name));
  return ParsePayload(payload, name, message);
}

absl::Status Checker::CheckNumber(Family family, const std::string& summary_key, RecordType type,
                                  uint64_t expected) {
  const std::string name = DescribeKey(family, summary_key);
  ASSIGN_OR_RETURN(const std::optional<std::string> payload,
                   db_.Get(family, summary_key, type, &snapshot_));
  if (!payload.has_value()) return absl::DataLossError(absl::StrCat(name, " is missing"));
  ASSIGN_OR_RETURN(const uint64_t number, DecodeNumber(*payload, name));
  if (number == expected) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(name, " says ", number, ", the value it summarises has ", expected));
}

absl::StatusOr<bool> Checker::Contains(Family family, const std::string& key, RecordType type) {
  ASSIGN_OR_RETURN(const std::optional<std::string> payload,
                   db_.Get(family, key, type, &snapshot_));
  return payload.has_value();
}

absl::StatusOr<std::optional<TaskPlace>> Checker::FindTask(absl::string_view task_id) {
  if (task_id.size() != kIdBytes) return std::nullopt;
  const std::string key = TaskPlaceKey(task_id);
  ASSIGN_OR_RETURN(const std::optional<std::string> payload,
                   db_.Get(Family::kTasks, key, RecordType::kTaskPlace, &snapshot_));
  if (!payload.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(TaskPlace place, DecodeTaskPlace(*payload, DescribeKey(Family::kTasks, key)));
  return place;
}

absl::Status UnknownKey(Family family, absl::string_view key) {
  return absl::DataLossError(
      absl::StrCat(DescribeKey(family, key), " is not a key of format version ", kFormatVersion));
}

absl::Status Misplaced(Family family, absl::string_view key) {
  return absl::DataLossError(
      absl::StrCat("value of ", DescribeKey(family, key), " belongs to another key"));
}

absl::Status Dangling(Family family, absl::string_view key, absl::string_view what,
                      absl::string_view id) {
  return absl::DataLossError(absl::StrCat(DescribeKey(family, key), " refers to ", what, " ",
                                          absl::BytesToHexString(id), ", which does not exist"));
}

absl::Status Checker::CheckMeta(absl::string_view key, absl::string_view value) {
  const std::string name = DescribeKey(Family::kMeta, key);
  switch (key.empty() ? '\0' : key[0]) {
    case kHeaderPrefix: {
      ++headers_;
      v1::RunHeader header;
      return Parse(Family::kMeta, RecordType::kRunHeader, key, value, &header);
    }
    case kEpochPrefix: {
      ASSIGN_OR_RETURN(const absl::string_view payload,
                       DecodeRecord(RecordType::kEpoch, value, name));
      return DecodeNumber(payload, name).status();
    }
    case kStagePrefix: {
      v1::StageDone done;
      RETURN_IF_ERROR(Parse(Family::kMeta, RecordType::kStageDone, key, value, &done));
      if (StageKey(done.stage()) != key) return Misplaced(Family::kMeta, key);
      if (v1::Stage_IsValid(done.stage())) stage_done_[done.stage()] = true;
      return absl::OkStatus();
    }
    case kWorkPrefix: {
      if (key != WorkKey()) return UnknownKey(Family::kMeta, key);
      v1::EngineCounters work;
      return Parse(Family::kMeta, RecordType::kEngineCounters, key, value, &work);
    }
    case kInputPrefix: {
      v1::InputProgress progress;
      RETURN_IF_ERROR(Parse(Family::kMeta, RecordType::kInputProgress, key, value, &progress));
      if (InputKey(progress.source()) != key) return Misplaced(Family::kMeta, key);
      if (!progress.done()) ++inputs_open_;
      return absl::OkStatus();
    }
    default:
      return UnknownKey(Family::kMeta, key);
  }
}

absl::Status Checker::CheckDocuments(absl::string_view key, absl::string_view value) {
  const std::string name = DescribeKey(Family::kDocuments, key);
  switch (key.empty() ? '\0' : key[0]) {
    case kDocumentPrefix:
      return CheckDocument(key, value);
    case kRowPrefix:
      return CheckShortRow(key, value);
    case kDocumentSummaryPrefix:
      ++document_summaries_;
      return DecodeRecord(RecordType::kDocumentSummary, value, name).status();
    case kRowSummaryPrefix:
      ++row_summaries_;
      return DecodeRecord(RecordType::kRowSummary, value, name).status();
    case kBadRecordPrefix: {
      v1::BadRecord record;
      RETURN_IF_ERROR(Parse(Family::kDocuments, RecordType::kBadRecord, key, value, &record));
      return BadRecordKey(record) == key ? absl::OkStatus() : Misplaced(Family::kDocuments, key);
    }
    default:
      return UnknownKey(Family::kDocuments, key);
  }
}

absl::Status Checker::CheckDocument(absl::string_view key, absl::string_view value) {
  ++documents_;
  v1::Document document;
  RETURN_IF_ERROR(Parse(Family::kDocuments, RecordType::kDocument, key, value, &document));
  if (document.id() != key.substr(1)) return Misplaced(Family::kDocuments, key);
  return CheckNumber(Family::kDocuments, WithPrefix(kDocumentSummaryPrefix, key),
                     RecordType::kDocumentSummary, document.tokens());
}

absl::Status Checker::CheckShortRow(absl::string_view key, absl::string_view value) {
  ++rows_;
  v1::ShortRow row;
  RETURN_IF_ERROR(Parse(Family::kDocuments, RecordType::kShortRow, key, value, &row));
  if (row.id() != key.substr(1)) return Misplaced(Family::kDocuments, key);
  short_rows_.Add(row.id());
  return CheckNumber(Family::kDocuments, WithPrefix(kRowSummaryPrefix, key),
                     RecordType::kRowSummary, row.messages_size());
}

absl::Status Checker::CheckTasks(absl::string_view key, absl::string_view value) {
  switch (key.empty() ? '\0' : key[0]) {
    case kPlanPrefix:
      return CheckPlan(key, value);
    case kTaskPlacePrefix: {
      ++task_places_;
      const std::string name = DescribeKey(Family::kTasks, key);
      ASSIGN_OR_RETURN(const absl::string_view payload,
                       DecodeRecord(RecordType::kTaskPlace, value, name));
      return DecodeTaskPlace(payload, name).status();
    }
    case kAttemptPrefix:
      return CheckAttempt(key, value);
    default:
      return UnknownKey(Family::kTasks, key);
  }
}

absl::Status Checker::CheckPlan(absl::string_view key, absl::string_view value) {
  ++plans_;
  v1::DocumentPlan plan;
  RETURN_IF_ERROR(Parse(Family::kTasks, RecordType::kDocumentPlan, key, value, &plan));
  if (plan.document_id() != key.substr(1)) return Misplaced(Family::kTasks, key);
  planned_tasks_ += plan.tasks_size();
  ASSIGN_OR_RETURN(const bool document,
                   Contains(Family::kDocuments, DocumentSummaryKey(plan.document_id()),
                            RecordType::kDocumentSummary));
  if (!document) return Dangling(Family::kTasks, key, "document", plan.document_id());
  for (int i = 0; i < plan.tasks_size(); ++i) {
    const v1::Task& task = plan.tasks(i);
    ASSIGN_OR_RETURN(const std::optional<TaskPlace> place, FindTask(task.id()));
    if (!place.has_value() || place->document_id != plan.document_id() ||
        place->index != static_cast<uint32_t>(i)) {
      Find(absl::StrCat("task ", absl::BytesToHexString(task.id()), " of ",
                        DescribeKey(Family::kTasks, key), " has no place or another place"));
    }
  }
  return absl::OkStatus();
}

absl::Status Checker::CheckAttempt(absl::string_view key, absl::string_view value) {
  const std::optional<TaskPlace> place = TaskPlaceOf(key);
  if (!place.has_value()) return UnknownKey(Family::kTasks, key);
  v1::AttemptRecord attempt;
  RETURN_IF_ERROR(Parse(Family::kTasks, RecordType::kAttempt, key, value, &attempt));
  ASSIGN_OR_RETURN(const bool made,
                   Contains(Family::kResults, ResultSummaryKey(place->document_id, place->index),
                            RecordType::kResultSummary));
  if (made) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(DescribeKey(Family::kTasks, key),
                                          " is an attempt of a task that has no result"));
}

absl::Status Checker::CheckEvents(absl::string_view key, absl::string_view value) {
  const std::optional<uint64_t> number = UpdateNumberOf(key);
  if (!number.has_value()) return UnknownKey(Family::kEvents, key);
  if (*number != next_update_) {
    Find(absl::StrCat("updates ", next_update_, " to ", *number, " before ",
                      DescribeKey(Family::kEvents, key), " are missing"));
  }
  next_update_ = *number + 1;
  // An unknown kind comes from a newer quipu and is no finding.
  v1::LeaseUpdate update;
  return Parse(Family::kEvents, RecordType::kLeaseUpdate, key, value, &update);
}

absl::Status Checker::CheckStages() {
  const auto equal = [&](absl::string_view what, uint64_t a, absl::string_view other, uint64_t b) {
    if (a != b) Find(absl::StrCat(a, " ", what, ", but ", b, " ", other));
  };
  if (headers_ != 1) Find("the run's header is missing");
  equal("documents", documents_, "summaries of documents", document_summaries_);
  equal("short rows", rows_, "summaries of short rows", row_summaries_);
  equal("planned tasks", planned_tasks_, "places of tasks", task_places_);
  equal("results", results_, "summaries of results", result_summaries_);
  equal("training rows", sequences_, "summaries of training rows", sequence_summaries_);
  if (results_ > planned_tasks_) equal("planned tasks", planned_tasks_, "results", results_);
  if (stage_done_[v1::STAGE_READ] && inputs_open_ > 0) {
    Find(absl::StrCat("reading is marked done, but ", inputs_open_,
                      " inputs are not read to the end"));
  }
  if (stage_done_[v1::STAGE_PLAN]) equal("documents, all planned", documents_, "plans", plans_);
  if (stage_done_[v1::STAGE_GENERATE]) {
    equal("planned tasks, all generated", planned_tasks_, "results", results_);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Checker::Run() {
  RETURN_IF_ERROR(Note(db_.VerifyChecksums()));
  RETURN_IF_ERROR(CheckFamily(Family::kMeta, &Checker::CheckMeta));
  RETURN_IF_ERROR(CheckFamily(Family::kDocuments, &Checker::CheckDocuments));
  RETURN_IF_ERROR(CheckFamily(Family::kTasks, &Checker::CheckTasks));
  RETURN_IF_ERROR(CheckFamily(Family::kResults, &Checker::CheckResults));
  RETURN_IF_ERROR(CheckFamily(Family::kSequences, &Checker::CheckSequences));
  RETURN_IF_ERROR(CheckFamily(Family::kEvents, &Checker::CheckEvents));
  RETURN_IF_ERROR(CheckStages());
  RETURN_IF_ERROR(CheckPlaces());
  return std::move(findings_);
}

absl::StatusOr<std::vector<std::string>> StoreImpl::CheckIntegrity() const {
  RETURN_IF_ERROR(CheckOpen());
  return Checker(*db_).Run();
}

}  // namespace quipu::storage
