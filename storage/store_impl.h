// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The store on a Database. Private to this folder; users include store.h.
//
// FORMAT.md, "Batches", says what each verb writes atomically. A verb that reads
// before it writes holds the KeyLocks of what it decides on, so that other calls
// can sync at the same time. Thread-safe, except Close.
#ifndef QUIPU_STORAGE_STORE_IMPL_H_
#define QUIPU_STORAGE_STORE_IMPL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/clock.h"
#include "storage/database.h"
#include "storage/high_water.h"
#include "storage/key_locks.h"
#include "storage/store.h"

namespace quipu::storage {

class StoreImpl final : public Store {
 public:
  // As in Store, with the clock that times the mark and the env for accessing
  // files (null: the system's); both must outlive the store.
  static absl::StatusOr<std::unique_ptr<StoreImpl>> Open(absl::string_view path,
                                                         const StoreOptions& options, Clock* clock,
                                                         rocksdb::Env* env = nullptr);
  static absl::StatusOr<std::unique_ptr<StoreImpl>> Create(
      absl::string_view path, const v1::RunHeader& header, Clock* clock,
      StoreMemory memory = StoreMemory::kSmall);
  ~StoreImpl() override;

  absl::Status Close() override;
  const v1::RunHeader& header() const override { return header_; }
  const std::string& path() const override { return path_; }
  uint64_t epoch() const override { return epoch_; }
  uint64_t commit_number() const override;
  absl::Status MarkStageDone(v1::Stage stage) override;
  absl::Status ReopenGeneration() override;
  absl::StatusOr<bool> IsStageDone(v1::Stage stage) const override;
  absl::Status SetEngineCounters(const v1::EngineCounters& counters) override;
  absl::StatusOr<v1::EngineCounters> GetEngineCounters() const override;

  // store_ingest.cc
  absl::Status Ingest(IngestBatch batch) override;
  absl::Status Import(const ImportBatch& batch) override;
  absl::StatusOr<v1::InputProgress> GetInputProgress(absl::string_view source) const override;
  absl::StatusOr<std::vector<v1::InputProgress>> ListInputs() const override;
  absl::StatusOr<v1::Document> GetDocument(absl::string_view document_id) const override;
  absl::StatusOr<v1::ShortRow> GetShortRow(absl::string_view row_id) const override;
  absl::Status ForEachDocument(
      absl::FunctionRef<absl::Status(const v1::Document&)> fn) const override;
  absl::Status ForEachDocumentSummary(
      absl::FunctionRef<absl::Status(const std::string& id, uint64_t tokens)> fn) const override;
  absl::Status ForEachShortRow(
      absl::FunctionRef<absl::Status(const v1::ShortRow&)> fn) const override;
  absl::Status ForEachBadRecord(
      absl::FunctionRef<absl::Status(const v1::BadRecord&)> fn) const override;

  // store_results.cc
  absl::Status AddPlan(const v1::DocumentPlan& plan) override;
  absl::StatusOr<v1::DocumentPlan> GetPlan(absl::string_view document_id) const override;
  absl::Status ForEachPlan(
      absl::FunctionRef<absl::Status(const v1::DocumentPlan&)> fn) const override;
  absl::StatusOr<std::vector<v1::Result>> GetResults(absl::string_view document_id) const override;
  absl::StatusOr<v1::Result> GetResult(absl::string_view task_id) const override;
  absl::Status ForEachResult(absl::FunctionRef<absl::Status(const v1::Result&)> fn) const override;
  absl::Status ReplaceWithRejects(absl::string_view document_id,
                                  absl::Span<const v1::Result> rejects) override;
  absl::Status RestoreResults(absl::string_view document_id,
                              absl::Span<const v1::Result> results) override;

  // store_journal.cc
  absl::Status ForEachDoneTask(
      absl::FunctionRef<absl::Status(absl::string_view document_id, uint32_t index)> fn)
      const override;
  absl::Status CommitJournaled(const JournalBatch& batch, bool sync) override;
  absl::Status ForEachUpdate(
      absl::FunctionRef<absl::Status(const v1::LeaseUpdate&)> fn) const override;
  absl::Status ForEachAttempt(
      absl::FunctionRef<absl::Status(absl::string_view document_id, uint32_t index,
                                     const v1::AttemptRecord&)>
          fn) const override;

  // store_training_rows.cc
  absl::Status ClearTrainingRows() override;
  absl::Status AddTrainingRows(absl::Span<const v1::TrainingRow> rows) override;
  absl::Status AddRejectedRows(absl::Span<const v1::RejectedRow> rows) override;
  absl::StatusOr<v1::TrainingRow> GetTrainingRow(v1::TrainingRow::Kind kind,
                                                 uint64_t index) const override;
  absl::Status ForEachTrainingRow(
      v1::TrainingRow::Kind kind,
      absl::FunctionRef<absl::Status(const v1::TrainingRow&)> fn) const override;
  absl::Status ForEachRejectedRow(
      absl::FunctionRef<absl::Status(const v1::RejectedRow&)> fn) const override;

  // store_count.cc
  absl::StatusOr<RunCounts> Count() const override;

  // store_check.cc
  absl::StatusOr<std::vector<std::string>> CheckIntegrity() const override;

  // store_copy.cc
  // Copies every record, checked, into the empty directory `to` as a store with `more_epochs` more
  // epochs; returns how many. Durable but for the directory itself.
  absl::StatusOr<uint64_t> CopyTo(absl::string_view to, uint64_t more_epochs) const;
  uint64_t num_results() const { return results_; }

 private:
  StoreImpl(absl::string_view path, bool read_only) : path_(path), read_only_(read_only) {}

  // The steps of Open and Create.
  static absl::StatusOr<std::unique_ptr<StoreImpl>> OpenAs(absl::string_view path,
                                                           Database::Mode mode, rocksdb::Env* env,
                                                           StoreMemory memory);
  absl::Status LoadHeader();
  absl::Status LoadCounters();
  // Compares with the directory's mark, read before the database was opened.
  absl::Status CheckMark(const std::optional<RunState>& mark) const;
  // Counts this opening, and writes the first mark.
  absl::Status BeginEpoch(Clock* clock);

  // FAILED_PRECONDITION after Close and in read-only stores.
  absl::Status CheckOpen() const;
  absl::Status CheckWritable() const;
  // Writes a batch and the high-water mark if it is due.
  absl::Status Write(const Batch& batch, bool sync);
  absl::Status Write(Batch&& batch, bool sync);
  RunState Reached() const;
  absl::Status WriteMark();

  // Parses every value under `prefix` into a message of type M.
  template <typename M>
  absl::Status ForEach(Family family, absl::string_view prefix, RecordType type,
                       absl::FunctionRef<absl::Status(const M&)> fn) const;

  // Where a task was planned; NOT_FOUND if it never was.
  absl::StatusOr<TaskPlace> FindTask(absl::string_view task_id) const;
  // Returns INVALID_ARGUMENT unless the result's task was planned at its place.
  absl::Status CheckTaskPlace(const v1::Task& task) const;

  // store_journal.cc: add a JournalBatch's writes to `batch`; deletions first.
  absl::Status StageWithdrawn(const JournalBatch& journal, Batch* batch) const;
  absl::Status StageMade(const JournalBatch& journal, Batch* batch) const;
  absl::Status StageAudited(const JournalBatch& journal, Batch* batch) const;
  // REQUIRES: the lock of the updates' prefix held.
  void StageUpdates(const JournalBatch& journal, Batch* batch) const;
  // Writes it, and lowers the mark before results are deleted.
  absl::Status WriteJournaled(const JournalBatch& journal, const Batch& batch, bool sync);

  absl::Status CheckReplacement(absl::string_view document_id, const v1::Result& result) const;
  absl::Status Replace(absl::string_view document_id, absl::Span<const v1::Result> results);

  const std::string path_;
  const bool read_only_;
  std::unique_ptr<Database> db_;  // Null after Close.
  v1::RunHeader header_;
  uint64_t epoch_ = 0;
  // Never more than the store has.
  std::atomic<uint64_t> results_{0};
  // Number of the journal's next update. Guarded by the key lock of its prefix.
  uint64_t next_update_ = 0;
  KeyLocks locks_;
  std::unique_ptr<HighWater> high_water_;  // Null in read-only stores.
};

template <typename M>
absl::Status StoreImpl::ForEach(Family family, absl::string_view prefix, RecordType type,
                                absl::FunctionRef<absl::Status(const M&)> fn) const {
  if (absl::Status open = CheckOpen(); !open.ok()) return open;
  M message;  // One for all: its memory is used again.
  return db_->Scan(family, prefix, type,
                   [&](absl::string_view key, absl::string_view payload) -> absl::Status {
                     if (!ParsePayload(payload, "", &message).ok()) {
                       return ParsePayload(payload, DescribeKey(family, key), &message);
                     }
                     return fn(message);
                   });
}

// INVALID_ARGUMENT unless `id` has kIdBytes bytes; `what` names it.
absl::Status CheckId(absl::string_view id, absl::string_view what);

// Payloads of the summaries of large values, so that counting does not read the
// large ones. Layouts in FORMAT.md.
struct ResultSummary {
  bool accepted = false;
  v1::RejectReason reason = v1::REJECT_REASON_UNSPECIFIED;
  uint32_t sampled_tokens = 0;
};
ResultSummary SummaryOf(const v1::Result& result);
std::string EncodeResultSummary(const ResultSummary& summary);
absl::StatusOr<ResultSummary> DecodeResultSummary(absl::string_view payload, absl::string_view key);
// INVALID_ARGUMENT unless the plan's tasks belong to its document, are numbered from 0 and have
// distinct ids.
absl::Status CheckPlan(const v1::DocumentPlan& plan);
// The plan, and where each of its tasks is.
void PutPlan(const v1::DocumentPlan& plan, Batch* batch);
// The result and its summary.
void PutResultAndSummary(const v1::Result& result, Batch* batch);
// One number: a document's or training row's tokens, a row's messages, the epoch.
std::string EncodeNumber(uint64_t number);
absl::StatusOr<uint64_t> DecodeNumber(absl::string_view payload, absl::string_view key);
// The place of a task: its document and index.
std::string EncodeTaskPlace(const TaskPlace& place);
absl::StatusOr<TaskPlace> DecodeTaskPlace(absl::string_view payload, absl::string_view key);

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_STORE_IMPL_H_
