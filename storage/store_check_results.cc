// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The part of CheckIntegrity that reads results and training rows.
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/serialize.h"
#include "base/status_macros.h"
#include "storage/store_checker.h"

namespace quipu::storage {

absl::Status Checker::CheckResults(absl::string_view key, absl::string_view value) {
  switch (key.empty() ? '\0' : key[0]) {
    case kResultPrefix:
      return CheckResult(key, value);
    case kResultSummaryPrefix: {
      ++result_summaries_;
      const std::string name = DescribeKey(Family::kResults, key);
      return DecodeRecord(RecordType::kResultSummary, value, name).status();
    }
    default:
      return UnknownKey(Family::kResults, key);
  }
}

absl::Status Checker::CheckResult(absl::string_view key, absl::string_view value) {
  ++results_;
  v1::Result result;
  RETURN_IF_ERROR(Parse(Family::kResults, RecordType::kResult, key, value, &result));
  const v1::Task& task = result.task();
  if (task.document_id().size() != kIdBytes || ResultKey(task.document_id(), task.index()) != key) {
    return Misplaced(Family::kResults, key);
  }
  if (plan_.document_id() != task.document_id()) {
    plan_.Clear();
    RETURN_IF_ERROR(db_.GetMessage(Family::kTasks, PlanKey(task.document_id()),
                                   RecordType::kDocumentPlan, &plan_, &snapshot_)
                        .status());
    plan_.set_document_id(task.document_id());
  }
  if (task.index() >= static_cast<uint32_t>(plan_.tasks_size()) ||
      SerializeDeterministic(plan_.tasks(task.index())) != SerializeDeterministic(task)) {
    return Dangling(Family::kResults, key, "planned task", task.id());
  }
  if (!result.has_reject()) accepted_results_.Add(task.id());
  const std::string summary_key = WithPrefix(kResultSummaryPrefix, key);
  ASSIGN_OR_RETURN(const std::optional<std::string> summary,
                   db_.Get(Family::kResults, summary_key, RecordType::kResultSummary, &snapshot_));
  if (summary == EncodeResultSummary(SummaryOf(result))) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(DescribeKey(Family::kResults, summary_key),
                                          " is missing or does not fit its result"));
}

absl::Status Checker::CheckSequences(absl::string_view key, absl::string_view value) {
  switch (key.empty() ? '\0' : key[0]) {
    case kTrainingRowPrefix:
      return CheckTrainingRow(key, value);
    case kTrainingRowSummaryPrefix: {
      ++sequence_summaries_;
      const std::string name = DescribeKey(Family::kSequences, key);
      return DecodeRecord(RecordType::kTrainingRowSummary, value, name).status();
    }
    case kRejectedRowPrefix:
      return CheckRejectedRow(key, value);
    default:
      return UnknownKey(Family::kSequences, key);
  }
}

// Returns what is wrong with the segments' arithmetic; empty if nothing is.
static std::string CheckSegments(const v1::TrainingRow& sequence) {
  uint64_t total = 0;
  for (const v1::Segment& segment : sequence.segments()) {
    total += segment.length();
    for (const v1::TokenRange& range : segment.trained()) {
      if (range.begin() == 0 || range.begin() >= range.end() || range.end() > segment.length()) {
        return absl::StrCat("trains tokens [", range.begin(), ", ", range.end(),
                            ") of a segment of ", segment.length());
      }
    }
  }
  if (total == static_cast<uint64_t>(sequence.input_ids_size()) &&
      sequence.padded_length() >= total) {
    return "";
  }
  return absl::StrCat("has ", sequence.input_ids_size(), " tokens in segments of ", total,
                      ", padded to ", sequence.padded_length());
}

absl::Status Checker::CheckTrainingRow(absl::string_view key, absl::string_view value) {
  ++sequences_;
  const std::string name = DescribeKey(Family::kSequences, key);
  v1::TrainingRow sequence;
  RETURN_IF_ERROR(Parse(Family::kSequences, RecordType::kTrainingRow, key, value, &sequence));
  if (SequenceKey(sequence.kind(), sequence.index()) != key) {
    return Misplaced(Family::kSequences, key);
  }
  if (sequence.kind() == v1::TrainingRow::KIND_LONG ||
      sequence.kind() == v1::TrainingRow::KIND_PACKED) {
    uint64_t& next = next_index_[sequence.kind()];
    if (stage_done_[v1::STAGE_PACK] && sequence.index() != next) {
      Find(absl::StrCat("training rows ", next, " to ", sequence.index(), " before ", name,
                        " are missing"));
    }
    next = sequence.index() + 1;
  }
  const std::string wrong = CheckSegments(sequence);
  if (!wrong.empty()) Find(absl::StrCat(name, " ", wrong));
  if (sequence.has_long_details()) {
    RETURN_IF_ERROR(CheckLongSources(sequence, name));
  } else {
    for (const v1::Segment& segment : sequence.segments()) {
      RETURN_IF_ERROR(Note(CheckShortSource(segment.source_id(), name)));
    }
  }
  return CheckNumber(Family::kSequences, WithPrefix(kTrainingRowSummaryPrefix, key),
                     RecordType::kTrainingRowSummary, sequence.input_ids_size());
}

// The ids of the accepted results of a long row; none of keys and values.
static std::vector<std::string> ResultsOf(const v1::TrainingRow& sequence) {
  std::vector<std::string> ids;
  if (sequence.long_details().row_kind() == v1::ROW_KIND_KEY_VALUE) return ids;
  for (const v1::Segment& segment : sequence.segments()) ids.push_back(segment.source_id());
  for (const v1::Turn& turn : sequence.long_details().more_turns()) ids.push_back(turn.task_id());
  return ids;
}

std::vector<std::string> SourcesPlacedBy(const v1::TrainingRow& sequence) {
  // An unanswerable row is made beside the one that answers.
  if (sequence.long_details().row_kind() == v1::ROW_KIND_UNANSWERABLE) return {};
  return ResultsOf(sequence);
}

absl::Status Checker::CheckLongSources(const v1::TrainingRow& sequence, absl::string_view name) {
  const bool placed = !SourcesPlacedBy(sequence).empty();
  for (const std::string& id : ResultsOf(sequence)) {
    ASSIGN_OR_RETURN(const std::optional<TaskPlace> place, FindTask(id));
    v1::Result result;
    bool found = false;
    if (place.has_value()) {
      ASSIGN_OR_RETURN(found,
                       db_.GetMessage(Family::kResults, ResultKey(place->document_id, place->index),
                                      RecordType::kResult, &result, &snapshot_));
    }
    if (found && !result.has_reject()) {
      if (placed) placed_results_.Add(id);
      continue;
    }
    RETURN_IF_ERROR(Note(absl::DataLossError(absl::StrCat(
        name, " is made from ", absl::BytesToHexString(id), ", which is no accepted result"))));
  }
  for (const v1::ContextPart& part : sequence.long_details().context()) {
    const std::string& id = part.document_id();
    bool found = false;
    if (id.size() == kIdBytes) {
      ASSIGN_OR_RETURN(found, Contains(Family::kDocuments, DocumentSummaryKey(id),
                                       RecordType::kDocumentSummary));
    }
    if (found) continue;
    RETURN_IF_ERROR(
        Note(absl::DataLossError(absl::StrCat(name, " has document ", absl::BytesToHexString(id),
                                              " in its context, which is not stored"))));
  }
  return absl::OkStatus();
}

absl::Status Checker::CheckShortSource(absl::string_view source_id, absl::string_view name) {
  if (source_id.size() == kIdBytes) {
    ASSIGN_OR_RETURN(const bool row, Contains(Family::kDocuments, RowSummaryKey(source_id),
                                              RecordType::kRowSummary));
    if (row) {
      placed_rows_.Add(source_id);
      return absl::OkStatus();
    }
  }
  return absl::DataLossError(absl::StrCat(name, " is made from ", absl::BytesToHexString(source_id),
                                          ", which is not a short row"));
}

absl::Status Checker::CheckRejectedRow(absl::string_view key, absl::string_view value) {
  v1::RejectedRow row;
  RETURN_IF_ERROR(Parse(Family::kSequences, RecordType::kRejectedRow, key, value, &row));
  if (row.row_id() != key.substr(1)) return Misplaced(Family::kSequences, key);
  if (row.row_id().size() != kIdBytes) return UnknownKey(Family::kSequences, key);
  ASSIGN_OR_RETURN(const bool found, Contains(Family::kDocuments, RowSummaryKey(row.row_id()),
                                              RecordType::kRowSummary));
  if (!found) return Dangling(Family::kSequences, key, "short row", row.row_id());
  placed_rows_.Add(row.row_id());
  return absl::OkStatus();
}

}  // namespace quipu::storage
