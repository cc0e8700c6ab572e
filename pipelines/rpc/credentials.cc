// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/credentials.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/secret_file.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;
using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

BioPtr BioOf(const std::string& text) {
  // Files are read with a bound that fits an int.
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
}

// Prevents OpenSSL from prompting for a passphrase.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return -1; }

X509Ptr FirstCertificate(const std::string& pem) {
  const BioPtr bio = BioOf(pem);
  return X509Ptr(
      bio == nullptr ? nullptr : PEM_read_bio_X509(bio.get(), nullptr, &NoPassphrase, nullptr),
      &X509_free);
}

absl::StatusOr<std::string> ReadCertificates(const std::string& path) {
  ASSIGN_OR_RETURN(std::string pem, ReadFile(path, kMaxSecretFileBytes));
  if (FirstCertificate(pem) == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(Snippet(path, kMaxPathBytes), " has no PEM certificate"));
  }
  return pem;
}

struct KeyPair {
  std::string cert;
  std::string key;
};

absl::StatusOr<KeyPair> ReadKeyPair(const SecurityFiles& files) {
  KeyPair pair;
  ASSIGN_OR_RETURN(pair.cert, ReadCertificates(files.cert));
  ASSIGN_OR_RETURN(pair.key, ReadSecretFile(files.key, kMaxSecretFileBytes));
  const BioPtr bio = BioOf(pair.key);
  const KeyPtr key(bio == nullptr
                       ? nullptr
                       : PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassphrase, nullptr),
                   &EVP_PKEY_free);
  if (key == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(Snippet(files.key, kMaxPathBytes),
                                                   " has no PEM private key without a passphrase"));
  }
  if (X509_check_private_key(FirstCertificate(pair.cert).get(), key.get()) != 1) {
    return absl::InvalidArgumentError(absl::StrCat(Snippet(files.key, kMaxPathBytes),
                                                   " is not the key of ",
                                                   Snippet(files.cert, kMaxPathBytes)));
  }
  return pair;
}

absl::Status CheckPair(const SecurityFiles& files) {
  if (files.cert.empty() == files.key.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      files.cert.empty()
          ? absl::StrCat("the key ", Snippet(files.key, kMaxPathBytes), " has no certificate")
          : absl::StrCat("the certificate ", Snippet(files.cert, kMaxPathBytes), " has no key"));
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TlsServerCredentials(
    const SecurityFiles& files) {
  grpc::SslServerCredentialsOptions options;
  ASSIGN_OR_RETURN(KeyPair pair, ReadKeyPair(files));
  options.pem_key_cert_pairs.push_back({std::move(pair.key), std::move(pair.cert)});
  options.client_certificate_request = GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE;
  if (!files.ca.empty()) {
    ASSIGN_OR_RETURN(options.pem_root_certs, ReadCertificates(files.ca));
    // A certificate, if presented, is verified in either case.
    options.client_certificate_request =
        files.tokens.empty() ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                             : GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  return grpc::SslServerCredentials(options);
}

}  // namespace

absl::StatusOr<ServerSecurity> LoadServerSecurity(const SecurityFiles& files,
                                                  const Address& address) {
  RETURN_IF_ERROR(CheckPair(files));
  const bool tls = !files.cert.empty();
  if (!tls && !files.ca.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("clients' authority ",
                                                   Snippet(files.ca, kMaxPathBytes),
                                                   " is given, but no server certificate and key"));
  }
  if (!tls && !address.local) {
    return absl::InvalidArgumentError(
        absl::StrCat(Snippet(address.target),
                     " can be reached from other machines: TLS is required (--cert, "
                     "--key and --client-ca or --token-file); without it listen on 127.0.0.1, "
                     "[::1] or a unix socket"));
  }
  if (tls && files.ca.empty() && files.tokens.empty()) {
    return absl::InvalidArgumentError(
        "clients cannot be identified: pass the clients' authority (--client-ca), tokens "
        "(--token-file) or both");
  }
  ServerSecurity security;
  security.open = !tls && files.tokens.empty();
  if (!files.tokens.empty()) {
    ASSIGN_OR_RETURN(security.tokens, TokenTable::Load(files.tokens));
  }
  if (tls) {
    ASSIGN_OR_RETURN(security.credentials, TlsServerCredentials(files));
  } else {
    security.credentials = grpc::InsecureServerCredentials();
  }
  return security;
}

absl::StatusOr<ClientSecurity> LoadClientSecurity(const SecurityFiles& files,
                                                  const Address& address) {
  RETURN_IF_ERROR(CheckPair(files));
  const bool tls = !files.ca.empty();
  if (!tls && !files.cert.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the certificate ", Snippet(files.cert, kMaxPathBytes),
                     " is given, but no authority to verify the coordinator (--ca)"));
  }
  if (!tls && !address.local) {
    return absl::InvalidArgumentError(absl::StrCat(
        Snippet(address.target),
        " may be another machine: TLS is required (--ca); on this one, name 127.0.0.1, "
        "[::1] or a unix socket"));
  }
  ClientSecurity security;
  if (!files.tokens.empty()) {
    ASSIGN_OR_RETURN(const TokenLine line, LoadOwnToken(files.tokens));
    security.token = line.token;
    security.identity = line.name;
  }
  if (!tls) {
    security.credentials = grpc::InsecureChannelCredentials();
    return security;
  }
  grpc::SslCredentialsOptions options;
  ASSIGN_OR_RETURN(options.pem_root_certs, ReadCertificates(files.ca));
  if (!files.cert.empty()) {
    ASSIGN_OR_RETURN(KeyPair pair, ReadKeyPair(files));
    ASSIGN_OR_RETURN(const Caller caller, CallerOfCertificate(pair.cert));
    security.identity = caller.identity;
    options.pem_cert_chain = std::move(pair.cert);
    options.pem_private_key = std::move(pair.key);
  }
  security.credentials = grpc::SslCredentials(options);
  return security;
}

std::string AdviceOnSecurity(const SecurityFiles& files, absl::string_view error) {
  const bool tls = !files.ca.empty();
  if (tls && absl::StrContains(error, "wrong version number")) {
    return "; the coordinator does not use TLS: leave out --ca, --cert and --key, or start it with "
           "a certificate";
  }
  if (tls && absl::StrContains(error, "certificate verify failed")) {
    return absl::StrCat("; the coordinator's certificate is not signed by an authority of ",
                        Snippet(files.ca, kMaxPathBytes), " (--ca), or has expired");
  }
  // It closes the connection at the first bytes that it does not accept.
  const bool closed =
      absl::StrContains(error, "failed to connect") && absl::StrContains(error, "Socket closed");
  if (!closed || !files.cert.empty()) return "";
  return tls ? "; does the coordinator require a certificate? Pass --cert and --key"
             : "; does the coordinator use TLS? Pass --ca, --cert and --key";
}

}  // namespace quipu::pipelines
