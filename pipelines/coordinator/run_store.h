// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a coordinator needs of the store, and no more, so that its simulation can
// stand on a ledger in memory that loses what was not synced.
//
//   ASSIGN_OR_RETURN(auto ledger, MakeStoreLedger(store));
//   RETURN_IF_ERROR(ledger->ForEachChunk([&](const v1::ChunkAdded& added) { return Add(added); }));
//
// Thread-safe, but that one thread at a time commits. Errors are the store's.
#ifndef QUIPU_PIPELINES_COORDINATOR_RUN_STORE_H_
#define QUIPU_PIPELINES_COORDINATOR_RUN_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/lease.pb.h"
#include "protos/sample.pb.h"
#include "protos/store.pb.h"
#include "protos/task.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

// A chunk as it is handed to a worker.
struct ChunkContent {
  std::string text;
  std::vector<v1::Task> tasks;  // All of the chunk, in order of index.
};

using LedgerBatch = storage::JournalBatch;

class RunStore {
 public:
  virtual ~RunStore() = default;

  virtual const v1::RunHeader& header() const = 0;
  virtual uint64_t epoch() const = 0;
  // Number of the last write; grows with every commit.
  virtual uint64_t commit_number() const = 0;

  // All chunks of the plan with what of them is done, in order of document and
  // chunk. Reads no text.
  virtual absl::Status ForEachChunk(
      absl::FunctionRef<absl::Status(const v1::ChunkAdded&)> fn) const = 0;
  // Who made the results that there are: chunk, worker, bits, bits that an audit
  // has passed. Nothing of those without a worker.
  virtual absl::Status ForEachAttempt(
      absl::FunctionRef<absl::Status(const v1::ChunkId&, absl::string_view worker, uint64_t made,
                                     uint64_t audited)>
          fn) const = 0;
  // The journal, in the order in which it was written.
  virtual absl::Status ForEachUpdate(
      absl::FunctionRef<absl::Status(const v1::LeaseUpdate&)> fn) const = 0;

  // DATA_LOSS if the plan and the document do not fit.
  virtual absl::StatusOr<ChunkContent> ReadChunk(const v1::ChunkId& chunk) = 0;
  // NOT_FOUND if the task has none.
  virtual absl::StatusOr<v1::Result> GetResult(absl::string_view task_id) const = 0;

  // `sync`: durable when it returns, with all that was written before. Results
  // must be of planned tasks that have none; ALREADY_EXISTS, and nothing
  // written, otherwise.
  virtual absl::Status Commit(const LedgerBatch& batch, bool sync) = 0;
  // Figures for people; never synced.
  virtual absl::Status AddCounters(const v1::EngineCounters& work) = 0;
};

// The store's. `store` must outlive it. Keeps a few documents in memory, so that
// the chunks of one are read once.
absl::StatusOr<std::unique_ptr<RunStore>> MakeStoreLedger(storage::Store* store);

// `a` and `b` in the bytes that are stored: what "the same result" means.
bool SameResult(const v1::Result& a, const v1::Result& b);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_RUN_STORE_H_
