// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// absl::Status to grpc::Status and back: the same codes, and messages that are
// bounded and printable whoever sent them.
//
//   return ToGrpcStatus(absl::FailedPreconditionError("no such session"));
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_RPC_GRPC_STATUS_H_
#define QUIPU_PIPELINES_RPC_GRPC_STATUS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace quipu::pipelines {

// Trailing header of every error that the service itself has sent, so that a
// client can tell a coordinator that is busy from a network that is broken.
inline constexpr char kAliveHeader[] = "quipu-alive";

grpc::Status ToGrpcStatus(const absl::Status& status);

// A code that is no code becomes UNKNOWN.
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_GRPC_STATUS_H_
