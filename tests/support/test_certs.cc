// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_certs.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/log.h"

namespace quipu::testing {
namespace {

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using CertPtr = std::unique_ptr<X509, decltype(&X509_free)>;
using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;

constexpr long kDay = 24 * 60 * 60;

struct Identity {
  KeyPtr key{nullptr, &EVP_PKEY_free};
  CertPtr cert{nullptr, &X509_free};
};

struct Subject {
  std::string name;
  std::vector<std::string> units;
  bool authority = false;
  bool server = false;
  bool expired = false;
};

void AddText(X509_NAME* name, const char* field, const std::string& text) {
  QUIPU_CHECK(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                         reinterpret_cast<const unsigned char*>(text.data()),
                                         static_cast<int>(text.size()), -1, 0) == 1);
}

void AddExtension(X509* cert, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, cert, cert, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  QUIPU_CHECK(extension != nullptr && X509_add_ext(cert, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

// Signed by `issuer`; self-signed without one.
Identity Make(const Subject& subject, const Identity* issuer, long serial) {
  Identity made;
  made.key.reset(EVP_EC_gen("P-256"));
  made.cert.reset(X509_new());
  QUIPU_CHECK(made.key != nullptr && made.cert != nullptr);
  X509* cert = made.cert.get();
  QUIPU_CHECK(X509_set_version(cert, 2) == 1);
  ASN1_INTEGER_set(X509_get_serialNumber(cert), serial);
  X509_gmtime_adj(X509_getm_notBefore(cert), -2 * kDay);
  X509_gmtime_adj(X509_getm_notAfter(cert), subject.expired ? -kDay : kDay);
  QUIPU_CHECK(X509_set_pubkey(cert, made.key.get()) == 1);
  X509_NAME* name = X509_get_subject_name(cert);
  AddText(name, "CN", subject.name);
  for (const std::string& unit : subject.units) AddText(name, "OU", unit);
  X509_set_issuer_name(cert, issuer == nullptr ? name : X509_get_subject_name(issuer->cert.get()));
  if (subject.authority) AddExtension(cert, NID_basic_constraints, "critical,CA:TRUE");
  if (subject.server) {
    AddExtension(cert, NID_subject_alt_name, "IP:127.0.0.1,IP:::1,DNS:localhost");
  }
  EVP_PKEY* signer = issuer == nullptr ? made.key.get() : issuer->key.get();
  QUIPU_CHECK(X509_sign(cert, signer, EVP_sha256()) > 0);
  return made;
}

std::string TextOf(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

void WritePem(const Identity& identity, const std::string& cert_path, const std::string& key_path) {
  const BioPtr cert(BIO_new(BIO_s_mem()), &BIO_free);
  const BioPtr key(BIO_new(BIO_s_mem()), &BIO_free);
  QUIPU_CHECK(PEM_write_bio_X509(cert.get(), identity.cert.get()) == 1);
  QUIPU_CHECK(PEM_write_bio_PrivateKey(key.get(), identity.key.get(), nullptr, nullptr, 0, nullptr,
                                       nullptr) == 1);
  QUIPU_CHECK(WriteFileAtomic(cert_path, TextOf(cert.get())).ok());
  QUIPU_CHECK(WriteFileAtomic(key_path, TextOf(key.get())).ok());
  QUIPU_CHECK(chmod(key_path.c_str(), 0600) == 0);
}

}  // namespace

TestCerts::TestCerts() {
  const Subject authority{"quipu test authority", {}, /*authority=*/true};
  long serial = 1;
  const Identity ca = Make(authority, nullptr, serial++);
  const Identity other_ca = Make(authority, nullptr, serial++);
  WritePem(ca, Cert("ca"), Key("ca"));
  const std::vector<Subject> subjects = {
      {"server", {}, false, /*server=*/true},
      {"worker", {"worker"}},
      {"viewer", {"viewer"}},
      {"operator", {"operator"}},
      {"two-roles", {"worker", "viewer"}},
      {"no-role", {}},
      {"odd-role", {"Worker"}},
      {"expired", {"worker"}, false, false, /*expired=*/true},
  };
  for (const Subject& subject : subjects) {
    WritePem(Make(subject, &ca, serial++), Cert(subject.name), Key(subject.name));
  }
  WritePem(Make({"worker", {"worker"}}, &other_ca, serial++), Cert("wrong-ca"), Key("wrong-ca"));
}

std::string TestCerts::Cert(absl::string_view name) const {
  return dir_.Path(absl::StrCat(name, ".crt"));
}

std::string TestCerts::Key(absl::string_view name) const {
  return dir_.Path(absl::StrCat(name, ".key"));
}

}  // namespace quipu::testing
