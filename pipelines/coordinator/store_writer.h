// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Writes a run's batches, and tracks how far the store is durable: workers get
// this commit number and send it back as witnesses.
//
//   StoreWriter writer(ledger);
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
  explicit StoreWriter(RunStore* ledger) : ledger_(ledger), durable_(ledger->commit_number()) {}

  // As RunStore::Commit.
  absl::Status Commit(const LedgerBatch& batch, bool sync) {
    absl::Status status = ledger_->Commit(batch, sync);
    if (status.ok() && sync) durable_ = ledger_->commit_number();
    return status;
  }

  // The store's commit number at its last sync; not that of the last write,
  // which a power failure may lose.
  uint64_t durable() const { return durable_; }

 private:
  RunStore* const ledger_;
  uint64_t durable_;
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_STORE_WRITER_H_
