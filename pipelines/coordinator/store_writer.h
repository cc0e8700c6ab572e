// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Writes a run's batches, and knows how far the store is durable: the commit
// number that workers are told, and bring back as witnesses.
//
//   StoreWriter writer(ledger);
//   RETURN_IF_ERROR(writer.Commit(batch, /*sync=*/true));
//   reply.set_commit_number(writer.durable());
//
// The store must outlive it. For the one thread that commits.
#ifndef QUIPU_PIPELINES_COORDINATOR_STORE_WRITER_H_
#define QUIPU_PIPELINES_COORDINATOR_STORE_WRITER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "pipelines/coordinator/run_store.h"

namespace quipu::pipelines::internal {

class StoreWriter {
 public:
  // Opening the store was synced.
  explicit StoreWriter(RunStore* ledger) : ledger_(ledger), durable_(ledger->commit_number()) {}

  // As RunStore::Commit.
  absl::Status Commit(const LedgerBatch& batch, bool sync) {
    absl::Status status = ledger_->Commit(batch, sync);
    if (status.ok() && sync) durable_ = ledger_->commit_number();
    return status;
  }

  // The store's number when it was last synced; not that of the last write,
  // which a machine without power may lose.
  uint64_t durable() const { return durable_; }

 private:
  RunStore* const ledger_;
  uint64_t durable_;
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_STORE_WRITER_H_
