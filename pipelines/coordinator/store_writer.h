// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Writes a run's batches, and tracks how far the store is durable: workers get
// this commit number and send it back as witnesses.
//
//   StoreWriter writer(run_store);
//   RETURN_IF_ERROR(writer.Commit(batch, /*sync=*/true));
//   reply.set_commit_number(writer.durable());
//
// The store must outlive it. Only for the thread that commits.
#ifndef QUIPU_PIPELINES_COORDINATOR_STORE_WRITER_H_
#define QUIPU_PIPELINES_COORDINATOR_STORE_WRITER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "pipelines/coordinator/run_store.h"

namespace quipu::pipelines::internal {

class StoreWriter {
 public:
  // Opening the store has synced it.
  explicit StoreWriter(RunStore* run_store)
      : run_store_(run_store), durable_(run_store->commit_number()) {}

  // As RunStore::Commit.
  absl::Status Commit(const JournalBatch& batch, bool sync) {
    absl::Status status = run_store_->Commit(batch, sync);
    if (status.ok() && sync) durable_ = run_store_->commit_number();
    return status;
  }

  // The store's commit number at its last sync; not that of the last write,
  // which a power failure may lose.
  uint64_t durable() const { return durable_; }

 private:
  RunStore* const run_store_;
  uint64_t durable_;
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_STORE_WRITER_H_
