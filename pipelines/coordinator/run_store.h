// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The part of the store that a coordinator needs, and no more, so that the
// simulation can use one in memory that loses unsynced writes.
//
//   ASSIGN_OR_RETURN(auto run_store, MakeRunStore(store));
//   RETURN_IF_ERROR(run_store->ForEachChunk(
//       [&](const v1::ChunkAdded& added) { return Add(added); }));
//
// Thread-safe, except that only one thread at a time may commit. Errors are the
// store's.
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

// A chunk as it is sent to a worker.
struct ChunkContent {
  std::string text;
  std::vector<v1::Task> tasks;  // All tasks of the chunk, in order of index.
};

using JournalBatch = storage::JournalBatch;

class RunStore {
 public:
  virtual ~RunStore() = default;

  virtual const v1::RunHeader& header() const = 0;
  virtual uint64_t epoch() const = 0;
  // Number of the last write; grows with every commit.
  virtual uint64_t commit_number() const = 0;

  // All chunks of the plan with their finished tasks, in order of document and
  // chunk. Reads no text.
  virtual absl::Status ForEachChunk(
      absl::FunctionRef<absl::Status(const v1::ChunkAdded&)> fn) const = 0;
  // The makers of the stored results: chunk, worker, bits, bits that passed an
  // audit. Omits results without a worker.
  virtual absl::Status ForEachAttempt(
      absl::FunctionRef<absl::Status(const v1::ChunkId&, absl::string_view worker, uint64_t made,
                                     uint64_t audited)>
          fn) const = 0;
  // The journal, in the order of writing.
  virtual absl::Status ForEachUpdate(
      absl::FunctionRef<absl::Status(const v1::LeaseUpdate&)> fn) const = 0;

  // DATA_LOSS if the plan and the document contradict each other.
  virtual absl::StatusOr<ChunkContent> ReadChunk(const v1::ChunkId& chunk) = 0;
  // NOT_FOUND if the task has no result.
  virtual absl::StatusOr<v1::Result> GetResult(absl::string_view task_id) const = 0;

  // With `sync`, the batch and everything written before are durable on return.
  // Results must be for planned tasks without a result; otherwise returns
  // ALREADY_EXISTS and writes nothing.
  virtual absl::Status Commit(const JournalBatch& batch, bool sync) = 0;
  // Figures for people; never synced.
  virtual absl::Status AddCounters(const v1::EngineCounters& work) = 0;
};

// The run store of a store, which must outlive it. Caches a few documents, so
// that the chunks of a document read it once.
absl::StatusOr<std::unique_ptr<RunStore>> MakeRunStore(storage::Store* store);

// Whether `a` and `b` have the same stored bytes, which defines "the same
// result".
bool SameResult(const v1::Result& a, const v1::Result& b);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_RUN_STORE_H_
