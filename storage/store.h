// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// One run on disk: documents, tasks, results, training rows. It is a RocksDB
// database with one owner process; every verb is one atomic batch. FORMAT.md has
// the bytes.
//
//   ASSIGN_OR_RETURN(auto store, Store::Open("out/mine/store", {}));
//   JournalBatch batch;
//   batch.results.push_back({result, attempt});
//   RETURN_IF_ERROR(store->CommitJournaled(batch, /*sync=*/true));  // Durable.
//
// Thread-safe, except Close, which must be the last call. Iteration reads a
// snapshot taken when it begins; its function may call the store. A process
// with an open store must not fork. Errors: DATA_LOSS (a wrong checksum, a value
// that does not parse, acknowledged rows that are missing; names the key or
// file), FAILED_PRECONDITION (another format version, opened by another
// process, read-only, closed), RESOURCE_EXHAUSTED (disk full), INVALID_ARGUMENT
// (an id whose length is not 16 bytes), NOT_FOUND, UNAVAILABLE (other I/O
// errors). After an error of writing, every verb that writes returns it until
// the store is opened again.
#ifndef QUIPU_STORAGE_STORE_H_
#define QUIPU_STORAGE_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protos/document.pb.h"
#include "protos/lease.pb.h"
#include "protos/sample.pb.h"
#include "protos/store.pb.h"
#include "protos/task.pb.h"
#include "protos/training_row.pb.h"
#include "storage/store_memory.h"
#include "storage/store_view.h"

namespace quipu::storage {

struct StoreOptions {
  // No writes, no lock, no file touched. Several readers may run beside one
  // writer; each sees what was written when it opened.
  bool read_only = false;
  StoreMemory memory = StoreMemory::kSmall;
};

// What one step of reading adds, and how far the file is read, in one atomic
// batch.
struct IngestBatch {
  std::vector<v1::Document> documents;
  // None, or one for each document, in the same order. The plan of a document that is already
  // stored is skipped with it.
  std::vector<v1::DocumentPlan> plans;
  std::vector<v1::ShortRow> rows;
  std::vector<v1::BadRecord> bad_records;
  // The store fills in the counters of duplicates.
  v1::InputProgress progress;
};

// What other stores of the same run have read, in one atomic batch.
struct ImportBatch {
  std::vector<v1::Document> documents;
  std::vector<v1::ShortRow> rows;
  std::vector<v1::BadRecord> bad_records;
  std::vector<v1::InputProgress> inputs;  // Replace the stored ones.
};

// Results and lease updates, written in one atomic batch.
struct JournalBatch {
  struct Made {
    v1::Result result;
    v1::AttemptRecord by;  // No worker: made by the run's own process.
  };
  std::vector<Made> results;
  // Task ids whose result and attempt are deleted: pending again.
  std::vector<std::string> withdrawn;
  // Task ids whose result an audit has passed.
  std::vector<std::string> audited;
  // Appended to the journal, in order.
  std::vector<v1::LeaseUpdate> updates;

  bool empty() const {
    return results.empty() && withdrawn.empty() && audited.empty() && updates.empty();
  }
};

// A verb that writes may return an error of writing RUN_STATE, the high-water mark, after its
// records were stored. Then open the store again: what it has is sound.
class Store : public StoreView {
 public:
  // Opens an existing run; NOT_FOUND if there is none.
  static absl::StatusOr<std::unique_ptr<Store>> Open(absl::string_view path,
                                                     const StoreOptions& options);
  // Creates a run with its header, and sets the header's format_version.
  // ALREADY_EXISTS if there is a run. A creation that was killed half-way leaves
  // nothing that Open takes for a run. FAILED_PRECONDITION if the directory
  // has files that do not belong to a store.
  static absl::StatusOr<std::unique_ptr<Store>> Create(absl::string_view path,
                                                       const v1::RunHeader& header,
                                                       StoreMemory memory = StoreMemory::kSmall);
  // Whether there is a run at `path`, even if damaged or of another version.
  static bool Exists(absl::string_view path);

  // Flushes, writes the high-water mark, closes. The destructor closes too, but
  // cannot report errors.
  virtual absl::Status Close() = 0;

  // How often the store was opened for writing, this time included.
  virtual uint64_t epoch() const = 0;
  // Number of the last write; grows with every one (RocksDB's sequence number).
  virtual uint64_t commit_number() const = 0;

  // Stages. When it returns, the mark and everything written before are durable.
  virtual absl::Status MarkStageDone(v1::Stage stage) = 0;
  // Removes the marks of STAGE_GENERATE and of all stages after it, so that pairs can be
  // made again. Durable when it returns.
  virtual absl::Status ReopenGeneration() = 0;

  // Reading. Documents and rows that are already stored are added to the count
  // of duplicates in the input's progress. Like plans and training rows, the
  // batch survives the death of the process, and the death of the machine once
  // something later was synced.
  virtual absl::Status Ingest(IngestBatch batch) = 0;
  // Merging: takes what other stores have read, as it is. ALREADY_EXISTS, and
  // nothing written, if a document or row is already stored. Not synced.
  virtual absl::Status Import(const ImportBatch& batch) = 0;
  // A fresh progress (offset 0) if the input was never read.
  virtual absl::StatusOr<v1::InputProgress> GetInputProgress(absl::string_view source) const = 0;
  virtual absl::StatusOr<std::vector<v1::InputProgress>> ListInputs() const = 0;
  // Id and length in tokens of each document, in order of id; reads no text. fn may call the store
  // and write to it: no snapshot is open meanwhile. Memory: 200 KB, whatever the number of
  // documents. Stops at the first error that fn returns, and returns it.
  virtual absl::Status ForEachDocumentSummary(
      absl::FunctionRef<absl::Status(const std::string& id, uint64_t tokens)> fn) const = 0;

  // Planning. A document's plan is written once; the same plan again is OK,
  // another one is ALREADY_EXISTS.
  virtual absl::Status AddPlan(const v1::DocumentPlan& plan) = 0;
  // NOT_FOUND if the document is not planned.
  virtual absl::StatusOr<v1::DocumentPlan> GetPlan(absl::string_view document_id) const = 0;

  // The stored results of one document, in task order.
  virtual absl::StatusOr<std::vector<v1::Result>> GetResults(
      absl::string_view document_id) const = 0;
  // Replaces results of one document with rejects (dedup), in one batch; may be
  // repeated. NOT_FOUND if a task has no result; INVALID_ARGUMENT if a reject
  // belongs to another document or is not a reject. Durable when it returns.
  virtual absl::Status ReplaceWithRejects(absl::string_view document_id,
                                          absl::Span<const v1::Result> rejects) = 0;

  // The reverse: replaces rejects of one document with what they were before, while
  // STAGE_GENERATE is not marked done (else FAILED_PRECONDITION). Errors as
  // ReplaceWithRejects. Durable when it returns.
  virtual absl::Status RestoreResults(absl::string_view document_id,
                                      absl::Span<const v1::Result> results) = 0;

  // Document id and task index of every result, in that order; reads no result.
  virtual absl::Status ForEachDoneTask(
      absl::FunctionRef<absl::Status(absl::string_view document_id, uint32_t index)> fn) const = 0;

  // Writes results and updates of leases (pipelines/coordinator/run_store.h).
  // With `sync`, and whenever results are withdrawn, everything written so far
  // is durable when it returns. On errors nothing is written, unless the error is of
  // RUN_STATE (above). ALREADY_EXISTS if a task of `results` has a result that the
  // batch does not withdraw. NOT_FOUND if a task was never planned, has no result to withdraw, or has no
  // worker's result to mark as audited. FAILED_PRECONDITION if the batch takes
  // results back after STAGE_GENERATE was marked done: they may be deduplicated.
  virtual absl::Status CommitJournaled(const JournalBatch& batch, bool sync) = 0;
  // The journal, in the order in which it was written.
  virtual absl::Status ForEachUpdate(
      absl::FunctionRef<absl::Status(const v1::LeaseUpdate&)> fn) const = 0;
  // The attempts of all results made by workers, in order of document and task.
  virtual absl::Status ForEachAttempt(
      absl::FunctionRef<absl::Status(absl::string_view document_id, uint32_t index,
                                     const v1::AttemptRecord&)>
          fn) const = 0;

  // Training rows. Writing the same (kind, index) again replaces the row: packing
  // is deterministic and starts over after an interruption.
  // Removes all training rows and all rejected rows.
  virtual absl::Status ClearTrainingRows() = 0;
  virtual absl::Status AddTrainingRows(absl::Span<const v1::TrainingRow> rows) = 0;
  virtual absl::Status AddRejectedRows(absl::Span<const v1::RejectedRow> rows) = 0;
  virtual absl::Status ForEachRejectedRow(
      absl::FunctionRef<absl::Status(const v1::RejectedRow&)> fn) const = 0;

  // What the engine did for the run; the caller adds up all its starts. Figures
  // for people; nothing depends on them. Replaces the stored counters. Not
  // synced: if the machine dies, the counters are too low.
  virtual absl::Status SetEngineCounters(const v1::EngineCounters& counters) = 0;
};

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_STORE_H_
