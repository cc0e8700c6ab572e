// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What readers of a run see of its store (exports, checks, `show`, `status`).
//
//   RETURN_IF_ERROR(
//       store.ForEachResult([&](const v1::Result& result) { return Print(result); }));
//
// Thread-safe. Iteration reads a snapshot that is taken when it begins; its
// function may call the store. Errors are as in store.h.
#ifndef QUIPU_STORAGE_STORE_VIEW_H_
#define QUIPU_STORAGE_STORE_VIEW_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/document.pb.h"
#include "protos/sample.pb.h"
#include "protos/store.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::storage {

// The progress of an input is stored under its kind and path: "documents:corpus/a.jsonl".
inline constexpr char kDocumentsSource[] = "documents:";
inline constexpr char kShortRowsSource[] = "short_rows:";

// Counts over the whole run.
struct RunCounts {
  uint64_t documents = 0;
  uint64_t document_tokens = 0;
  uint64_t short_rows = 0;
  uint64_t bad_records = 0;
  uint64_t duplicates = 0;      // Documents with the text of an earlier one; not stored.
  uint64_t duplicate_rows = 0;  // Short rows that are the same as an earlier one; not stored.
  uint64_t too_short = 0;
  // Documents that do not fulfil keep_if.
  uint64_t not_kept = 0;
  // Short rows that lost turns at an end.
  uint64_t cut_rows = 0;
  uint64_t planned_documents = 0;
  // Planned documents without tasks. UNSPECIFIED: planned before reasons were stored.
  uint64_t without_chunk = 0;
  std::map<v1::NoChunkReason, uint64_t> no_chunk_by_reason;
  uint64_t tasks = 0;
  uint64_t accepted = 0;
  uint64_t rejected = 0;
  std::map<v1::RejectReason, uint64_t> rejects_by_reason;  // Tasks.
  uint64_t rejected_rows = 0;
  std::map<v1::RejectReason, uint64_t> row_rejects_by_reason;
  uint64_t long_rows = 0;
  uint64_t packed_rows = 0;
  uint64_t sampled_tokens = 0;
};

class StoreView {
 public:
  virtual ~StoreView() = default;

  virtual const v1::RunHeader& header() const = 0;
  virtual const std::string& path() const = 0;
  virtual absl::StatusOr<bool> IsStageDone(v1::Stage stage) const = 0;

  // NOT_FOUND if the id is not in the store.
  virtual absl::StatusOr<v1::Document> GetDocument(absl::string_view document_id) const = 0;
  virtual absl::StatusOr<v1::ShortRow> GetShortRow(absl::string_view row_id) const = 0;
  // In order of id; stops at the first error that fn returns, and returns it.
  virtual absl::Status ForEachDocument(
      absl::FunctionRef<absl::Status(const v1::Document&)> fn) const = 0;
  virtual absl::Status ForEachShortRow(
      absl::FunctionRef<absl::Status(const v1::ShortRow&)> fn) const = 0;
  virtual absl::Status ForEachBadRecord(
      absl::FunctionRef<absl::Status(const v1::BadRecord&)> fn) const = 0;

  // In order of document id, without reading documents.
  virtual absl::Status ForEachPlan(
      absl::FunctionRef<absl::Status(const v1::DocumentPlan&)> fn) const = 0;

  // One result by its task id.
  virtual absl::StatusOr<v1::Result> GetResult(absl::string_view task_id) const = 0;
  // All, in order of document id and task index.
  virtual absl::Status ForEachResult(
      absl::FunctionRef<absl::Status(const v1::Result&)> fn) const = 0;

  // By kind and index, from 0; iteration is in order of index.
  virtual absl::StatusOr<v1::TrainingRow> GetTrainingRow(v1::TrainingRow::Kind kind,
                                                         uint64_t index) const = 0;
  virtual absl::Status ForEachTrainingRow(
      v1::TrainingRow::Kind kind,
      absl::FunctionRef<absl::Status(const v1::TrainingRow&)> fn) const = 0;

  // What the engine did for the run; zeros if no engine worked for it.
  virtual absl::StatusOr<v1::EngineCounters> GetEngineCounters() const = 0;
  virtual absl::StatusOr<RunCounts> Count() const = 0;

  // Reads everything and checks RocksDB's checksums, every envelope, every
  // reference (task to document, result to task, training row to result or short
  // row) and the counts (planned = accepted + rejected + pending; once packed,
  // each accepted result is in exactly one training row, each short row in one
  // or rejected). Returns findings, empty if nothing is wrong; an error only if
  // the check itself failed.
  virtual absl::StatusOr<std::vector<std::string>> CheckIntegrity() const = 0;
};

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_STORE_VIEW_H_
