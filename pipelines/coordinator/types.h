// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the coordinator's interfaces and their users share: the protocol's
// version, who is calling, how a reply comes back.
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

// Of protos/coordinator.proto: another major is refused, another minor is not.
inline constexpr uint32_t kProtocolMajor = 1;
inline constexpr uint32_t kProtocolMinor = 0;

// Who is calling, as the transport has established it. Roles are the
// transport's to check (pipelines/rpc/auth.h).
struct Peer {
  // Common name of the certificate; empty without TLS. A worker's name must be
  // this, or begin with it and "/".
  std::string identity;
};

// Called once, with the reply or why there is none.
template <typename Reply>
using ReplyFn = std::function<void(absl::StatusOr<Reply>)>;

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_TYPES_H_
