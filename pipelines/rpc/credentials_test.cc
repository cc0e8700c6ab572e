// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/credentials.h"

#include <sys/stat.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_certs.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;
using testing::TempDir;
using testing::TestCerts;

class GrpcCredentialsTest : public ::testing::Test {
 protected:
  GrpcCredentialsTest()
      : public_(*ParseAddress("0.0.0.0:7000")), local_(*ParseAddress("127.0.0.1:7000")) {}

  SecurityFiles Files(absl::string_view name) {
    return {certs_.ca(), certs_.Cert(name), certs_.Key(name), ""};
  }
  std::string Tokens() {
    const std::string path = dir_.Path("tokens");
    EXPECT_OK(WriteFileAtomic(path, absl::StrCat("worker farm ", std::string(40, 'x'), "\n")));
    EXPECT_EQ(chmod(path.c_str(), 0600), 0);
    return path;
  }

  TestCerts certs_;
  TempDir dir_;
  const Address public_;
  const Address local_;
};

TEST_F(GrpcCredentialsTest, PlaintextIsForThisMachineAlone) {
  EXPECT_THAT(LoadServerSecurity({}, public_).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("TLS is required")));
  SecurityFiles with_tokens;
  with_tokens.tokens = Tokens();
  EXPECT_THAT(LoadServerSecurity(with_tokens, public_).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("TLS is required")));
  EXPECT_THAT(LoadClientSecurity(with_tokens, *ParseAddress("host:7000")).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("TLS is required")));

  for (const char* address : {"127.0.0.1:0", "[::1]:0", "unix:socket"}) {
    ASSERT_OK_AND_ASSIGN(const ServerSecurity security,
                         LoadServerSecurity({}, *ParseAddress(address)));
    EXPECT_TRUE(security.open) << address;
  }
}

TEST_F(GrpcCredentialsTest, TokensOrTlsCloseAServer) {
  SecurityFiles tokens;
  tokens.tokens = Tokens();
  ASSERT_OK_AND_ASSIGN(const ServerSecurity by_token, LoadServerSecurity(tokens, local_));
  EXPECT_FALSE(by_token.open);
  ASSERT_OK_AND_ASSIGN(const ServerSecurity by_tls, LoadServerSecurity(Files("server"), local_));
  EXPECT_FALSE(by_tls.open);
  EXPECT_TRUE(by_tls.tokens.empty());
}

TEST_F(GrpcCredentialsTest, AKeyThatOthersCanReadIsRefused) {
  ASSERT_EQ(chmod(certs_.Key("server").c_str(), 0640), 0);
  EXPECT_THAT(LoadServerSecurity(Files("server"), public_).status(),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("server.key")));
  ASSERT_EQ(chmod(certs_.Key("worker").c_str(), 0604), 0);
  EXPECT_THAT(LoadClientSecurity(Files("worker"), public_).status(),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("worker.key")));
}

TEST_F(GrpcCredentialsTest, FilesThatDoNotBelongTogetherAreRefused) {
  SecurityFiles files = Files("server");
  files.key = certs_.Key("worker");
  EXPECT_THAT(LoadServerSecurity(files, public_).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is not the key of")));
  files.key.clear();
  EXPECT_THAT(LoadServerSecurity(files, public_).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("has no key")));
  files = Files("server");
  files.cert.clear();
  EXPECT_THAT(LoadServerSecurity(files, public_).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("has no certificate")));
  files = Files("server");
  files.ca = certs_.Key("server");
  EXPECT_THAT(LoadServerSecurity(files, public_).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no PEM certificate")));
  files = Files("server");
  files.ca = dir_.Path("none");
  EXPECT_THAT(LoadServerSecurity(files, public_).status(), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(GrpcCredentialsTest, AnAuthorityOrACertificateAloneIsAMistake) {
  SecurityFiles files;
  files.ca = certs_.ca();
  EXPECT_THAT(
      LoadServerSecurity(files, local_).status(),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no server certificate and key")));
  files = Files("server");
  files.ca.clear();
  EXPECT_THAT(
      LoadServerSecurity(files, public_).status(),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("clients cannot be identified")));
  EXPECT_THAT(LoadClientSecurity(files, local_).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--ca")));
}

TEST_F(GrpcCredentialsTest, AClientKnowsWhoItIs) {
  ASSERT_OK_AND_ASSIGN(ClientSecurity client, LoadClientSecurity(Files("worker"), public_));
  EXPECT_EQ(client.identity, "worker");
  EXPECT_FALSE(client.token.has_value());

  SecurityFiles files;
  files.ca = certs_.ca();
  files.tokens = Tokens();
  ASSERT_OK_AND_ASSIGN(client, LoadClientSecurity(files, public_));
  EXPECT_EQ(client.identity, "farm");
  EXPECT_EQ(client.token, std::string(40, 'x'));
}

TEST_F(GrpcCredentialsTest, AConnectionThatFailsOtherwiseGetsNoAdvice) {
  const absl::string_view refused = "failed to connect to all addresses; Connection refused";
  const absl::string_view closed = "failed to connect to all addresses; Socket closed";
  SecurityFiles files;
  EXPECT_EQ(AdviceOnSecurity(files, refused), "");
  EXPECT_EQ(AdviceOnSecurity(files, "Socket closed"), "");  // During a call: it was restarted.
  EXPECT_NE(AdviceOnSecurity(files, closed), "");
  files.ca = "ca.crt";
  files.cert = "worker.crt";
  EXPECT_EQ(AdviceOnSecurity(files, closed), "");
}

}  // namespace
}  // namespace quipu::pipelines
