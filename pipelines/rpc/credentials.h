// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// TLS from PEM files, for both ends, and the rule when there may be none:
// plaintext is for loopback addresses and unix sockets alone.
//
//   ASSIGN_OR_RETURN(const ServerSecurity security, LoadServerSecurity(files, address));
//   builder.AddListeningPort(address.target, security.credentials);
//
// Errors: INVALID_ARGUMENT for files that are no PEM or do not belong together,
// and for combinations that would be unsafe; PERMISSION_DENIED for keys and
// tokens that others can read; those of reading files. Thread-safe.
#ifndef QUIPU_PIPELINES_RPC_CREDENTIALS_H_
#define QUIPU_PIPELINES_RPC_CREDENTIALS_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"
#include "pipelines/rpc/address.h"
#include "pipelines/rpc/auth.h"

namespace quipu::pipelines {

// Paths; empty where there is none.
struct SecurityFiles {
  // Authorities that may have signed the other end's certificate.
  std::string ca;
  // This end's certificate chain and its key.
  std::string cert;
  std::string key;
  // Lines of "role name token": those that a server takes, or the one that a
  // client sends.
  std::string tokens;
};

struct ServerSecurity {
  std::shared_ptr<grpc::ServerCredentials> credentials;
  TokenTable tokens;
  // Neither TLS nor tokens: whoever can connect has every role.
  bool open = false;
};

// `cert` and `key` turn TLS on. With `ca`, clients show a certificate that it
// signed: all of them, or, with `tokens`, those that have no token. Without `ca`
// tokens are needed.
absl::StatusOr<ServerSecurity> LoadServerSecurity(const SecurityFiles& files,
                                                  const GrpcAddress& address);

struct ClientSecurity {
  std::shared_ptr<grpc::ChannelCredentials> credentials;
  std::optional<std::string> token;
  // Common name of the certificate, or else name of the token; empty without.
  std::string identity;
};

// `ca` turns TLS on and is needed for whatever is not on this machine.
absl::StatusOr<ClientSecurity> LoadClientSecurity(const SecurityFiles& files,
                                                  const GrpcAddress& address);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_CREDENTIALS_H_
