// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A coordinator on another machine, or in another process of this one.
//
//   ASSIGN_OR_RETURN(auto client, GrpcCoordinatorClient::Create(options));
//   ASSIGN_OR_RETURN(const v1::HelloReply hello, client->Hello(request));
//
// One connection, restored when it breaks: at moments that the workers of a run
// do not share. Every call has a deadline and is safe to retry. Failures of the network and refusals by a busy coordinator are
// retried with backoff and full jitter, until the coordinator was unreachable
// for `give_up_after`. A coordinator that answers "not ready" is reachable.
//
// gRPC's own retry is off, because it cannot do that: it stops after a number
// of tries, and cannot tell the UNAVAILABLE of a dead network from that of a
// coordinator that is starting or busy. Errors from the coordinator itself
// carry a trailing header (grpc_status.h: kAliveHeader), which proves that it
// is reachable.
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_RPC_GRPC_COORDINATOR_CLIENT_H_
#define QUIPU_PIPELINES_RPC_GRPC_COORDINATOR_CLIENT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "pipelines/coordinator/client.h"
#include "pipelines/rpc/credentials.h"

namespace quipu::pipelines {

// Time limits of one try (protos/coordinator.proto).
struct VerbDeadlines {
  absl::Duration hello = absl::Seconds(5);
  absl::Duration lease_after_wait = absl::Seconds(5);  // Added to the request's wait_ms.
  absl::Duration renew = absl::Seconds(5);
  absl::Duration submit = absl::Seconds(30);
  absl::Duration status = absl::Seconds(5);
  absl::Duration control = absl::Seconds(5);
};

struct GrpcClientOptions {
  std::string address;  // In the syntax of ParseAddress.
  SecurityFiles security;
  VerbDeadlines deadlines;
  // The n-th wait is uniform in [0, min(most, first * 2^(n-1))). After a loss of the
  // coordinator the client connects once, for all its calls, in each time that the
  // coordinator has said (return_plan.h): at least four times `first`, at most a minute and a
  // quarter of `give_up_after`.
  absl::Duration backoff_first = absl::Seconds(1);
  absl::Duration backoff_most = absl::Seconds(30);
  // Zero: each call is tried once, and returns its own error.
  absl::Duration give_up_after = absl::Minutes(10);
  Clock* clock = Clock::Real();
  // Draws from [0, 1); called from several threads. Default: different in every
  // process.
  std::function<double()> uniform;
};

class GrpcCoordinatorClient : public CoordinatorClient {
 public:
  // Connects on the first call. Errors of ParseAddress and
  // LoadClientSecurity.
  static absl::StatusOr<std::unique_ptr<GrpcCoordinatorClient>> Create(
      const GrpcClientOptions& options);

  // Errors of these and of the inherited verbs, beside the protocol's:
  // INVALID_ARGUMENT for a request over the size limit, UNAVAILABLE after
  // giving up, CANCELLED.
  virtual absl::StatusOr<v1::StatusReply> Status() = 0;
  virtual absl::StatusOr<v1::ControlReply> Control(const v1::ControlRequest& request) = 0;

  // This client's identity: the certificate's common name or the token's name;
  // empty without either.
  virtual const std::string& identity() const = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_GRPC_COORDINATOR_CLIENT_H_
