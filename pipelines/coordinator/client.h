// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A worker's client of its coordinator: in the same process or over gRPC. Calls
// block, and may come from several threads at once. The client retries what can
// be retried, with backoff; an error that it returns is final, or CANCELLED.
#ifndef QUIPU_PIPELINES_COORDINATOR_CLIENT_H_
#define QUIPU_PIPELINES_COORDINATOR_CLIENT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "pipelines/coordinator/api.h"
#include "protos/coordinator.pb.h"

namespace quipu::pipelines {

// Thread-safe.
class CoordinatorClient {
 public:
  virtual ~CoordinatorClient() = default;
  virtual absl::StatusOr<v1::HelloReply> Hello(const v1::HelloRequest& request) = 0;
  virtual absl::StatusOr<v1::LeaseReply> Lease(const v1::LeaseRequest& request) = 0;
  virtual absl::StatusOr<v1::RenewReply> Renew(const v1::RenewRequest& request) = 0;
  virtual absl::StatusOr<v1::SubmitReply> Submit(const v1::SubmitRequest& request) = 0;
  // Ends Lease calls in progress with CANCELLED and refuses new ones; the other
  // verbs still work, so that a worker can submit what it has.
  virtual void CancelLeases() = 0;
  // Ends all calls in progress with CANCELLED and refuses new ones.
  virtual void Cancel() = 0;
};

// Returns a client of `coordinator` in this process, which must outlive it.
std::unique_ptr<CoordinatorClient> MakeLocalCoordinatorClient(CoordinatorApi* coordinator);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_CLIENT_H_
