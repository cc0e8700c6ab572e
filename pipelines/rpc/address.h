// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Addresses of a coordinator: host:port, [v6]:port, unix:path.
//
//   ASSIGN_OR_RETURN(const Address address, ParseAddress("127.0.0.1:7000"));
//   if (!address.local) { ... }  // TLS is needed.
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_RPC_ADDRESS_H_
#define QUIPU_PIPELINES_RPC_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

struct Address {
  // In gRPC's syntax.
  std::string target;
  // A name or an address without brackets; empty for a unix socket.
  std::string host;
  int port = 0;
  // Path of a unix socket, else empty.
  std::string unix_path;
  // Whether the address is literally 127.0.0.0/8, ::1 or a unix socket, and so
  // needs no TLS. False for names, even "localhost": a resolver could return
  // any address.
  bool local = false;
};

// INVALID_ARGUMENT, with the fault, for anything else.
absl::StatusOr<Address> ParseAddress(absl::string_view text);

// Whether a command's argument is an address rather than a directory: it begins
// with "unix:", or it has a colon and no such directory exists.
bool LooksLikeAddress(absl::string_view text);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_ADDRESS_H_
