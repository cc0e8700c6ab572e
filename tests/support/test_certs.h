// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Certificates for TLS tests, made on the spot: P-256 keys, PEM files.
//
//   TestCerts certs;
//   files.ca = certs.ca();
//   files.cert = certs.Cert("worker");
//   files.key = certs.Key("worker");
//
// The authority "ca" has signed "server" (for 127.0.0.1, ::1 and localhost) and
// the clients "worker", "viewer", "operator" (with these OUs), "two-roles"
// (worker and viewer), "no-role" (no OU), "odd-role" (an unknown OU) and
// "expired" (a worker's); "wrong-ca" is a worker's certificate from an
// authority with the same name but another key.
#ifndef QUIPU_TESTS_SUPPORT_TEST_CERTS_H_
#define QUIPU_TESTS_SUPPORT_TEST_CERTS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "tests/support/temp_dir.h"

namespace quipu::testing {

class TestCerts {
 public:
  TestCerts();
  TestCerts(const TestCerts&) = delete;
  TestCerts& operator=(const TestCerts&) = delete;

  std::string ca() const { return Cert("ca"); }
  std::string Cert(absl::string_view name) const;
  std::string Key(absl::string_view name) const;

 private:
  TempDir dir_;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_TEST_CERTS_H_
