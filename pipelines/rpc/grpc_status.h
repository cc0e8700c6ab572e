// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Converts absl::Status to grpc::Status and back: same codes, and messages that
// are bounded and printable whatever the sender sent.
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

// Trailing header of every error that the service itself sends, so that a
// client can tell a busy coordinator from a broken network.
inline constexpr char kAliveHeader[] = "quipu-alive";

grpc::Status ToGrpcStatus(const absl::Status& status);

// An invalid code becomes UNKNOWN.
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_GRPC_STATUS_H_
