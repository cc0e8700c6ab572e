// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// TLS from PEM files, for both ends, and the rule for plaintext: only on
// loopback addresses and unix sockets.
//
//   ASSIGN_OR_RETURN(const ServerSecurity security, LoadServerSecurity(files, address));
//   builder.AddListeningPort(address.target, security.credentials);
//
// Errors: INVALID_ARGUMENT for files that are not PEM or do not belong
// together, and for unsafe combinations; PERMISSION_DENIED for keys and tokens
// that others can read; errors of reading files. Thread-safe.
#ifndef QUIPU_PIPELINES_RPC_CREDENTIALS_H_
#define QUIPU_PIPELINES_RPC_CREDENTIALS_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"
#include "pipelines/rpc/address.h"
#include "pipelines/rpc/auth.h"

namespace quipu::pipelines {

// Paths; empty if not used.
struct SecurityFiles {
  // Authorities trusted to sign the other end's certificate.
  std::string ca;
  // This end's certificate chain and its key.
  std::string cert;
  std::string key;
  // Lines of "role name token": the tokens that a server accepts, or the one
  // that a client sends.
  std::string tokens;
};

struct ServerSecurity {
  std::shared_ptr<grpc::ServerCredentials> credentials;
  TokenTable tokens;
  // Neither TLS nor tokens: every caller has every role.
  bool open = false;
};

// `cert` and `key` enable TLS. With `ca`, clients present a certificate signed
// by it: all clients, or, with `tokens`, those without a token. Without `ca`,
// tokens are required.
absl::StatusOr<ServerSecurity> LoadServerSecurity(const SecurityFiles& files,
                                                  const Address& address);

struct ClientSecurity {
  std::shared_ptr<grpc::ChannelCredentials> credentials;
  std::optional<std::string> token;
  // Common name of the certificate, or else name of the token; empty without
  // either.
  std::string identity;
};

// `ca` enables TLS and is required for addresses on other machines.
absl::StatusOr<ClientSecurity> LoadClientSecurity(const SecurityFiles& files,
                                                  const Address& address);

// What a failed connection says of a client's files: "; " and advice to pass or leave out
// flags, or nothing. gRPC itself says "Socket closed" where a certificate is missing.
std::string AdviceOnSecurity(const SecurityFiles& files, absl::string_view error);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_CREDENTIALS_H_
