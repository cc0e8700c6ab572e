// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Types that the coordinator's interfaces and their users share: the protocol's
// version, the caller, the reply's callback.
//
//   void Lease(const Peer& peer, const v1::LeaseRequest& request,
//              ReplyFn<v1::LeaseReply> done);
//
// Plain data, thread-compatible.
#ifndef QUIPU_PIPELINES_COORDINATOR_TYPES_H_
#define QUIPU_PIPELINES_COORDINATOR_TYPES_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace quipu::pipelines {

// Version of protos/coordinator.proto: another major version is refused,
// another minor version is accepted.
inline constexpr uint32_t kProtocolMajor = 1;
inline constexpr uint32_t kProtocolMinor = 0;

// The caller, as identified by the transport. The transport checks roles
// (pipelines/rpc/auth.h).
struct Peer {
  // Common name of the certificate; empty without TLS. A worker's name has to
  // be this, or begin with it and "/".
  std::string identity;
};

// Called once, with the reply or an error.
template <typename Reply>
using ReplyFn = std::function<void(absl::StatusOr<Reply>)>;

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_TYPES_H_
