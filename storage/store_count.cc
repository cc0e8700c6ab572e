// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Counts over the whole run, from summaries: no text is read.
#include "absl/strings/match.h"
#include "base/status_macros.h"
#include "storage/store_impl.h"

namespace quipu::storage {
namespace {

using Snapshot = Database::Snapshot;

std::string Prefix(char c) { return std::string(1, c); }

absl::Status CountReading(const Database& db, const Snapshot& snapshot, RunCounts* counts) {
  RETURN_IF_ERROR(db.Scan(
      Family::kDocuments, Prefix(kDocumentSummaryPrefix), RecordType::kDocumentSummary,
      [&](absl::string_view key, absl::string_view payload) -> absl::Status {
        ASSIGN_OR_RETURN(const uint64_t tokens,
                         DecodeNumber(payload, DescribeKey(Family::kDocuments, key)));
        ++counts->documents;
        counts->document_tokens += tokens;
        return absl::OkStatus();
      },
      &snapshot));
  RETURN_IF_ERROR(db.Scan(
      Family::kDocuments, Prefix(kRowSummaryPrefix), RecordType::kRowSummary,
      [&](absl::string_view, absl::string_view) {
        ++counts->short_rows;
        return absl::OkStatus();
      },
      &snapshot));
  return db.Scan(
      Family::kMeta, Prefix(kInputPrefix), RecordType::kInputProgress,
      [&](absl::string_view key, absl::string_view payload) -> absl::Status {
        v1::InputProgress progress;
        RETURN_IF_ERROR(ParsePayload(payload, DescribeKey(Family::kMeta, key), &progress));
        counts->bad_records += progress.bad_records();
        const bool rows = absl::StartsWith(progress.source(), kShortRowsSource);
        (rows ? counts->duplicate_rows : counts->duplicates) += progress.duplicates();
        counts->too_short += progress.too_short();
        counts->not_kept += progress.not_kept();
        counts->cut_rows += progress.cut_rows();
        return absl::OkStatus();
      },
      &snapshot);
}

// A plan without tasks is an id, a reason and at most 300 bytes about a benchmark; plans
// with tasks are longer, but for the shortest, which are parsed for nothing.
constexpr size_t kMaxEmptyPlan = 400;

absl::Status CountPlan(absl::string_view key, absl::string_view payload, RunCounts* counts) {
  ++counts->planned_documents;
  if (payload.size() > kMaxEmptyPlan) return absl::OkStatus();
  v1::DocumentPlan plan;
  RETURN_IF_ERROR(ParsePayload(payload, DescribeKey(Family::kTasks, key), &plan));
  if (!plan.tasks().empty()) return absl::OkStatus();
  ++counts->without_chunk;
  ++counts->no_chunk_by_reason[plan.no_chunk()];
  return absl::OkStatus();
}

absl::Status CountTasks(const Database& db, const Snapshot& snapshot, RunCounts* counts) {
  RETURN_IF_ERROR(db.Scan(
      Family::kTasks, Prefix(kPlanPrefix), RecordType::kDocumentPlan,
      [&](absl::string_view key, absl::string_view payload) {
        return CountPlan(key, payload, counts);
      },
      &snapshot));
  RETURN_IF_ERROR(db.Scan(
      Family::kTasks, Prefix(kTaskPlacePrefix), RecordType::kTaskPlace,
      [&](absl::string_view, absl::string_view) {
        ++counts->tasks;
        return absl::OkStatus();
      },
      &snapshot));
  return db.Scan(
      Family::kResults, Prefix(kResultSummaryPrefix), RecordType::kResultSummary,
      [&](absl::string_view key, absl::string_view payload) -> absl::Status {
        ASSIGN_OR_RETURN(const ResultSummary summary,
                         DecodeResultSummary(payload, DescribeKey(Family::kResults, key)));
        counts->sampled_tokens += summary.sampled_tokens;
        if (summary.accepted) {
          ++counts->accepted;
        } else {
          ++counts->rejected;
          ++counts->rejects_by_reason[summary.reason];
        }
        return absl::OkStatus();
      },
      &snapshot);
}

absl::Status CountSequences(const Database& db, const Snapshot& snapshot, RunCounts* counts) {
  const auto count = [&](v1::TrainingRow::Kind kind, uint64_t* number) {
    return db.Scan(
        Family::kSequences, SequenceSummaryPrefixOf(kind), RecordType::kTrainingRowSummary,
        [&](absl::string_view, absl::string_view) {
          ++*number;
          return absl::OkStatus();
        },
        &snapshot);
  };
  RETURN_IF_ERROR(count(v1::TrainingRow::KIND_LONG, &counts->long_rows));
  RETURN_IF_ERROR(count(v1::TrainingRow::KIND_PACKED, &counts->packed_rows));
  return db.Scan(
      Family::kSequences, Prefix(kRejectedRowPrefix), RecordType::kRejectedRow,
      [&](absl::string_view key, absl::string_view payload) -> absl::Status {
        v1::RejectedRow row;
        RETURN_IF_ERROR(ParsePayload(payload, DescribeKey(Family::kSequences, key), &row));
        ++counts->rejected_rows;
        ++counts->row_rejects_by_reason[row.reject().reason()];
        return absl::OkStatus();
      },
      &snapshot);
}

}  // namespace

absl::StatusOr<RunCounts> StoreImpl::Count() const {
  RETURN_IF_ERROR(CheckOpen());
  const Snapshot snapshot(*db_);
  RunCounts counts;
  RETURN_IF_ERROR(CountReading(*db_, snapshot, &counts));
  RETURN_IF_ERROR(CountTasks(*db_, snapshot, &counts));
  RETURN_IF_ERROR(CountSequences(*db_, snapshot, &counts));
  return counts;
}

}  // namespace quipu::storage
