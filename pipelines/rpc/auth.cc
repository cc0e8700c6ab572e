// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/auth.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/hmac.h"
#include "base/limits.h"
#include "base/secret_file.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

constexpr Role kRoles[] = {Role::kWorker, Role::kOperator, Role::kViewer};
constexpr absl::string_view kBearer = "bearer ";

// The characters of worker names (protos/coordinator.proto), without the slash.
bool IsName(absl::string_view name) {
  return !name.empty() && name.size() <= kMaxWorkerNameBytes &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

bool Allows(const Roles& roles, Verb verb) {
  switch (verb) {
    case Verb::kHello:
    case Verb::kLease:
    case Verb::kRenew:
    case Verb::kSubmit:
      return roles.Has(Role::kWorker);
    case Verb::kStatus:
      return roles.Has(Role::kViewer) || roles.Has(Role::kOperator);
    case Verb::kControl:
      return roles.Has(Role::kOperator);
  }
  return false;
}

absl::string_view NeededRoles(Verb verb) {
  if (verb == Verb::kStatus) return "viewer or operator";
  return verb == Verb::kControl ? "operator" : "worker";
}

std::string RoleNames(const Roles& roles) {
  std::string names;
  for (const Role role : kRoles) {
    if (roles.Has(role)) absl::StrAppend(&names, names.empty() ? "" : ", ", RoleName(role));
  }
  return names.empty() ? "no role" : names;
}

std::string Digest(absl::string_view token) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(),
         reinterpret_cast<unsigned char*>(&digest[0]));
  return digest;
}

absl::StatusOr<TokenLine> ParseTokenLine(absl::string_view line) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.size() != 3) {
    return absl::InvalidArgumentError(
        absl::StrCat(words.size(), " words, want 3: role, name, token"));
  }
  const std::optional<Role> role = RoleFromName(words[0]);
  if (!role.has_value()) {
    // Not quoted: it may be a token in the wrong place.
    return absl::InvalidArgumentError(
        "the first word is not a role: want worker, operator or viewer");
  }
  if (!IsName(words[1])) {
    return absl::InvalidArgumentError(
        absl::StrCat("the name is not 1 to ", kMaxWorkerNameBytes, " of A-Z a-z 0-9 . _ -"));
  }
  const absl::string_view token = words[2];
  if (token.size() < kMinTokenChars || token.size() > kMaxTokenChars) {
    return absl::InvalidArgumentError(absl::StrCat("the token has ", token.size(),
                                                   " characters, want ", kMinTokenChars, " to ",
                                                   kMaxTokenChars));
  }
  if (!std::all_of(token.begin(), token.end(),
                   [](unsigned char c) { return absl::ascii_isgraph(c); })) {
    return absl::InvalidArgumentError("the token has a character outside printable ASCII");
  }
  return TokenLine{*role, std::string(words[1]), std::string(token)};
}

// Values of all entries of a subject with this NID; nullopt if one of them is
// not plain text.
std::optional<std::vector<std::string>> SubjectValues(X509_NAME* subject, int nid) {
  std::vector<std::string> values;
  for (int i = X509_NAME_get_index_by_NID(subject, nid, -1); i >= 0;
       i = X509_NAME_get_index_by_NID(subject, nid, i)) {
    unsigned char* text = nullptr;
    const int size =
        ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, i)));
    if (size < 0) return std::nullopt;
    values.emplace_back(reinterpret_cast<const char*>(text), static_cast<size_t>(size));
    OPENSSL_free(text);
  }
  return values;
}

}  // namespace

absl::string_view RoleName(Role role) {
  switch (role) {
    case Role::kWorker:
      return "worker";
    case Role::kOperator:
      return "operator";
    case Role::kViewer:
      return "viewer";
  }
  return "none";
}

std::optional<Role> RoleFromName(absl::string_view name) {
  for (const Role role : kRoles) {
    if (name == RoleName(role)) return role;
  }
  return std::nullopt;
}

absl::string_view VerbName(Verb verb) {
  switch (verb) {
    case Verb::kHello:
      return "Hello";
    case Verb::kLease:
      return "Lease";
    case Verb::kRenew:
      return "Renew";
    case Verb::kSubmit:
      return "Submit";
    case Verb::kStatus:
      return "Status";
    case Verb::kControl:
      return "Control";
  }
  return "none";
}

Roles Roles::All() {
  Roles all;
  for (const Role role : kRoles) all.Add(role);
  return all;
}

absl::Status Authorize(const Caller& caller, Verb verb) {
  if (Allows(caller.roles, verb)) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat("\"", Snippet(caller.identity), "\" has ",
                                                  RoleNames(caller.roles), "; ", VerbName(verb),
                                                  " takes ", NeededRoles(verb)));
}

absl::StatusOr<std::vector<TokenLine>> ParseTokenFile(absl::string_view text,
                                                      absl::string_view path) {
  std::vector<TokenLine> lines;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line.front() == '#') continue;
    absl::StatusOr<TokenLine> parsed = ParseTokenLine(line);
    if (!parsed.ok()) {
      return Annotate(parsed.status(), absl::StrCat(Snippet(path, kMaxPathBytes), ":", number));
    }
    for (const TokenLine& earlier : lines) {
      if (earlier.token == parsed->token) {
        return absl::InvalidArgumentError(absl::StrCat(Snippet(path, kMaxPathBytes), ":", number,
                                                       ": duplicate of an earlier line's token"));
      }
    }
    lines.push_back(*std::move(parsed));
    if (lines.size() > kMaxAuthTokens) {
      return absl::InvalidArgumentError(absl::StrCat(Snippet(path, kMaxPathBytes), ":", number,
                                                     ": more than ", kMaxAuthTokens, " tokens"));
    }
  }
  if (lines.empty())
    return absl::InvalidArgumentError(absl::StrCat(Snippet(path, kMaxPathBytes), ": no token"));
  return lines;
}

absl::StatusOr<TokenLine> LoadOwnToken(absl::string_view path) {
  ASSIGN_OR_RETURN(const std::string text, ReadSecretFile(path, kMaxSecretFileBytes));
  ASSIGN_OR_RETURN(std::vector<TokenLine> lines, ParseTokenFile(text, path));
  if (lines.size() != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(Snippet(path, kMaxPathBytes), " has ", lines.size(),
                     " tokens, want 1: the one that the client sends"));
  }
  return std::move(lines.front());
}

TokenTable::TokenTable(const std::vector<TokenLine>& lines) {
  for (const TokenLine& line : lines) {
    Entry entry;
    entry.digest = Digest(line.token);
    entry.caller.identity = line.name;
    entry.caller.roles.Add(line.role);
    entries_.push_back(std::move(entry));
  }
}

absl::StatusOr<TokenTable> TokenTable::Load(absl::string_view path) {
  ASSIGN_OR_RETURN(const std::string text, ReadSecretFile(path, kMaxSecretFileBytes));
  ASSIGN_OR_RETURN(const std::vector<TokenLine> lines, ParseTokenFile(text, path));
  return TokenTable(lines);
}

absl::StatusOr<Caller> TokenTable::Find(absl::string_view token) const {
  const std::string digest = Digest(token);
  const Entry* found = nullptr;
  for (const Entry& entry : entries_) {
    // Compares all of them, so that timing does not reveal the position.
    if (ConstantTimeEqual(entry.digest, digest)) found = &entry;
  }
  if (found == nullptr) return absl::UnauthenticatedError("unknown bearer token");
  return found->caller;
}

absl::StatusOr<Caller> CallerOfCertificate(absl::string_view pem) {
  if (pem.size() > std::numeric_limits<int>::max()) {
    return absl::UnauthenticatedError("the certificate is too large");
  }
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      bio == nullptr ? nullptr : PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr),
      &X509_free);
  if (certificate == nullptr) return absl::UnauthenticatedError("the certificate cannot be read");
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  const auto names = SubjectValues(subject, NID_commonName);
  const auto units = SubjectValues(subject, NID_organizationalUnitName);
  if (!names.has_value() || !units.has_value() || names->size() != 1 || !IsName(names->front())) {
    return absl::UnauthenticatedError(
        absl::StrCat("the certificate's subject has not one common name of 1 to ",
                     kMaxWorkerNameBytes, " of A-Z a-z 0-9 . _ -"));
  }
  Caller caller;
  caller.identity = names->front();
  for (const std::string& unit : *units) {
    const std::optional<Role> role = RoleFromName(unit);
    if (role.has_value()) caller.roles.Add(*role);
  }
  return caller;
}

absl::StatusOr<Caller> Identify(const Credentials& credentials, const TokenTable& tokens,
                                bool open) {
  if (open) return Caller{"", Roles::All()};
  Caller caller;
  if (!credentials.certificate.empty()) {
    ASSIGN_OR_RETURN(caller, CallerOfCertificate(credentials.certificate));
  }
  if (credentials.authorization.has_value()) {
    const absl::string_view header = *credentials.authorization;
    if (!absl::StartsWithIgnoreCase(header, kBearer)) {
      return absl::UnauthenticatedError("the authorization header has no bearer token");
    }
    ASSIGN_OR_RETURN(const Caller holder, tokens.Find(header.substr(kBearer.size())));
    if (caller.identity.empty()) caller.identity = holder.identity;
    caller.roles.AddAll(holder.roles);
  }
  if (caller.identity.empty()) {
    return absl::UnauthenticatedError("neither a certificate nor a bearer token was sent");
  }
  return caller;
}

}  // namespace quipu::pipelines
