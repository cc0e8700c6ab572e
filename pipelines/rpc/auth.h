// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Decides who may call which verb. Knows certificates and tokens, but no
// sockets.
//
//   ASSIGN_OR_RETURN(const TokenTable tokens, TokenTable::Load(path));
//   ASSIGN_OR_RETURN(const Caller caller, Identify(credentials, tokens, open));
//   RETURN_IF_ERROR(Authorize(caller, Verb::kSubmit));
//
// A role comes from the certificate's organisational unit (OU=worker, operator
// or viewer; several OUs are several roles) or from a bearer token; a caller
// with both has the roles of both. The identity is the certificate's common
// name, or else the token's name. If neither TLS nor tokens are in use (on
// loopback and unix sockets only), every caller has every role and no name.
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_RPC_AUTH_H_
#define QUIPU_PIPELINES_RPC_AUTH_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// Shorter tokens could be guessed.
inline constexpr size_t kMinTokenChars = 32;

enum class Role { kWorker, kOperator, kViewer };
enum class Verb { kHello, kLease, kRenew, kSubmit, kStatus, kControl };

absl::string_view RoleName(Role role);
std::optional<Role> RoleFromName(absl::string_view name);
absl::string_view VerbName(Verb verb);

class Roles {
 public:
  static Roles All();
  void Add(Role role) { bits_ |= Bit(role); }
  void AddAll(const Roles& other) { bits_ |= other.bits_; }
  bool Has(Role role) const { return (bits_ & Bit(role)) != 0; }
  bool empty() const { return bits_ == 0; }

 private:
  static unsigned Bit(Role role) { return 1u << static_cast<int>(role); }
  unsigned bits_ = 0;
};

struct Caller {
  std::string identity;
  Roles roles;
};

// Hello, Lease, Renew, Submit: worker. Status: viewer, operator. Control:
// operator. PERMISSION_DENIED, naming the caller, the verb and the required
// role.
absl::Status Authorize(const Caller& caller, Verb verb);

// One line of a token file: "role name token".
struct TokenLine {
  Role role = Role::kViewer;
  std::string name;
  std::string token;
};

// Parses such lines; skips empty lines and those that begin with #.
// INVALID_ARGUMENT names the line's number, and never its token.
absl::StatusOr<std::vector<TokenLine>> ParseTokenFile(absl::string_view text,
                                                      absl::string_view path);

// Reads a client's own token, from a file with exactly one such line that
// nobody else may read.
absl::StatusOr<TokenLine> LoadOwnToken(absl::string_view path);

// The tokens that a server accepts, as SHA-256, so that a core dump reveals
// none.
class TokenTable {
 public:
  // Accepts no token.
  TokenTable() = default;
  // Reads a file that nobody else may read (base/secret_file.h).
  static absl::StatusOr<TokenTable> Load(absl::string_view path);
  explicit TokenTable(const std::vector<TokenLine>& lines);

  bool empty() const { return entries_.empty(); }
  // UNAUTHENTICATED if there is no such token. The time taken does not depend
  // on the token or on how much of it matches.
  absl::StatusOr<Caller> Find(absl::string_view token) const;

 private:
  struct Entry {
    std::string digest;
    Caller caller;
  };
  std::vector<Entry> entries_;
};

// The credentials of a connection and a call.
struct Credentials {
  // PEM of the peer's certificate, verified by the transport; empty if none.
  std::string certificate;
  // The "authorization" header; nullopt if there was none.
  std::optional<std::string> authorization;
};

// Common name and roles of a PEM certificate that was verified already.
// UNAUTHENTICATED if it cannot be read or has no common name, or several.
absl::StatusOr<Caller> CallerOfCertificate(absl::string_view pem);

// UNAUTHENTICATED for a wrong token, even with a valid certificate. Also if
// there are no credentials, unless `open` (neither TLS nor tokens are in use).
absl::StatusOr<Caller> Identify(const Credentials& credentials, const TokenTable& tokens,
                                bool open);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_AUTH_H_
