// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Addresses of a coordinator: host:port, [v6]:port, unix:path.
//
//   ASSIGN_OR_RETURN(const GrpcAddress address, ParseGrpcAddress("127.0.0.1:7000"));
//   if (!address.local) { ... }  // TLS is needed.
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_RPC_ADDRESS_H_
#define QUIPU_PIPELINES_RPC_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

struct GrpcAddress {
  // As gRPC takes it.
  std::string target;
  // A name or an address without brackets; empty for a unix socket.
  std::string host;
  int port = 0;
  // Path of a unix socket, else empty.
  std::string unix_path;
  // 127.0.0.0/8, ::1 or a unix socket, written out: what needs no TLS. A name,
  // "localhost" too, is whatever a resolver says, and so it is not.
  bool local = false;
};

// INVALID_ARGUMENT, with what is wrong, for anything else.
absl::StatusOr<GrpcAddress> ParseGrpcAddress(absl::string_view text);

// Whether a command's argument is meant for an address rather than a directory:
// it begins with "unix:", or has a colon and no such directory is there.
bool LooksLikeAddress(absl::string_view text);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_ADDRESS_H_
