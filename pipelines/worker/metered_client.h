// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Counts what passes between a worker and its coordinator, for the worker's
// metrics, and changes nothing of it.
//
//   MeteredClient metered(client);
//   RunWorker(&metered, engine, spec, options);
//   WorkerFigures figures = metered.Figures();
//
// Thread-safe. The client that it calls must outlive it.
#ifndef QUIPU_PIPELINES_WORKER_METERED_CLIENT_H_
#define QUIPU_PIPELINES_WORKER_METERED_CLIENT_H_

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "pipelines/coordinator/client.h"
#include "pipelines/metrics/metrics.h"
#include "protos/coordinator.pb.h"

namespace quipu::pipelines {

class MeteredClient : public CoordinatorClient {
 public:
  explicit MeteredClient(CoordinatorClient* client) : client_(client) {}

  absl::StatusOr<v1::HelloReply> Hello(const v1::HelloRequest& request) override;
  absl::StatusOr<v1::LeaseReply> Lease(const v1::LeaseRequest& request) override;
  absl::StatusOr<v1::RenewReply> Renew(const v1::RenewRequest& request) override;
  absl::StatusOr<v1::SubmitReply> Submit(const v1::SubmitRequest& request) override;
  void CancelLeases() override { client_->CancelLeases(); }
  void Cancel() override { client_->Cancel(); }

  // All but the engine's.
  WorkerFigures Figures() const;

 private:
  void CountOutcome(v1::SubmitOutcome outcome) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  CoordinatorClient* const client_;
  mutable absl::Mutex mutex_;
  WorkerFigures figures_ ABSL_GUARDED_BY(mutex_);
  // Tickets of the leases that have not ended, as bytes.
  absl::flat_hash_set<std::string> held_ ABSL_GUARDED_BY(mutex_);
  // Those of the last Renew.
  absl::flat_hash_set<std::string> renewed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_WORKER_METERED_CLIENT_H_
