// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The verbs of protos/coordinator.proto, as transports call them: the gRPC
// service, the client in the same process, the simulation. A Coordinator
// answers them while pairs are made, and a FinishedCoordinator after that.
//
//   absl::StatusOr<v1::HelloReply> hello = api->Hello(peer, request);
//   api->Submit(peer, results, [](absl::StatusOr<v1::SubmitReply> reply) { ... });
//
// No verb blocks: a reply that has to wait comes through its ReplyFn, exactly
// once, from any thread. Thread-safe.
#ifndef QUIPU_PIPELINES_COORDINATOR_API_H_
#define QUIPU_PIPELINES_COORDINATOR_API_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pipelines/coordinator/types.h"
#include "protos/coordinator.pb.h"

namespace quipu::pipelines {

// Errors are those in coordinator.proto.
class CoordinatorApi {
 public:
  virtual ~CoordinatorApi() = default;

  virtual absl::StatusOr<v1::HelloReply> Hello(const Peer& peer,
                                               const v1::HelloRequest& request) = 0;
  virtual void Lease(const Peer& peer, const v1::LeaseRequest& request,
                     ReplyFn<v1::LeaseReply> done) = 0;
  // Cancels the session's pending poll, if it has one, so that no lease goes to
  // a caller that has left. The poll is answered with CANCELLED.
  virtual void CancelLease(absl::string_view /*session*/) {}
  virtual absl::StatusOr<v1::RenewReply> Renew(const Peer& peer,
                                               const v1::RenewRequest& request) = 0;
  virtual void Submit(const Peer& peer, v1::SubmitRequest request,
                      ReplyFn<v1::SubmitReply> done) = 0;
  virtual v1::StatusReply Status() const = 0;
  virtual absl::StatusOr<v1::ControlReply> Control(const v1::ControlRequest& request) = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_API_H_
