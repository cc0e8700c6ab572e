// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Every verb by every kind of caller: all cells, on servers that take
// certificates, tokens, both, or neither.
#include <sys/stat.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/rpc/coordinator_service.h"
#include "tests/support/service_fixture.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_certs.h"

namespace quipu::pipelines {
namespace {

using testing::FakeCoordinator;
using ::testing::HasSubstr;
using testing::RunningService;
using testing::StatusIs;
using testing::TempDir;
using testing::TestCerts;

// The outcomes of Hello, Lease, Renew, Submit, Status, Control, one letter
// each: o OK, a UNAUTHENTICATED, d PERMISSION_DENIED, u UNAVAILABLE (no
// connection).
std::string Outcomes(GrpcCoordinatorClient* client) {
  v1::SubmitRequest submit;
  v1::LeaseRequest lease;
  v1::RenewRequest renew;
  submit.set_session("s");
  lease.set_session("s");
  renew.set_session("s");
  const std::vector<absl::Status> statuses = {
      client->Hello({}).status(),      client->Lease(lease).status(), client->Renew(renew).status(),
      client->Submit(submit).status(), client->Status().status(),     client->Control({}).status()};
  static const std::map<absl::StatusCode, char> letters = {
      {absl::StatusCode::kOk, 'o'},
      {absl::StatusCode::kUnauthenticated, 'a'},
      {absl::StatusCode::kPermissionDenied, 'd'},
      {absl::StatusCode::kUnavailable, 'u'}};
  std::string text;
  for (const absl::Status& status : statuses) {
    const auto letter = letters.find(status.code());
    text += letter == letters.end() ? '?' : letter->second;
  }
  return text;
}

class RolesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // Tokens of the server, and of each client a file with its own.
    std::string all;
    for (const char* role : {"worker", "viewer", "operator"}) {
      const std::string line =
          absl::StrCat(role, " ", role, "-by-token ", std::string(40, role[0]), "\n");
      absl::StrAppend(&all, line);
      WriteTokens(absl::StrCat("own-", role), line);
    }
    WriteTokens("server-tokens", all);
    WriteTokens("own-wrong", absl::StrCat("operator boss ", std::string(39, 'o'), "x\n"));
  }

  void WriteTokens(absl::string_view name, absl::string_view text) {
    const std::string path = dir_.Path(name);
    ASSERT_OK(WriteFileAtomic(path, text));
    ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  }

  CoordinatorServiceOptions Server(bool tls, bool client_ca, bool tokens) {
    CoordinatorServiceOptions options;
    if (tls) {
      options.security.cert = certs_.Cert("server");
      options.security.key = certs_.Key("server");
    }
    if (client_ca) options.security.ca = certs_.ca();
    if (tokens) options.security.tokens = dir_.Path("server-tokens");
    return options;
  }

  // A client with this certificate and that token; either may be none.
  SecurityFiles Files(const std::string& cert, const std::string& token = "", bool tls = true) {
    SecurityFiles files;
    if (tls) files.ca = certs_.ca();
    if (!cert.empty()) {
      files.cert = certs_.Cert(cert);
      files.key = certs_.Key(cert);
    }
    if (!token.empty()) files.tokens = dir_.Path(absl::StrCat("own-", token));
    return files;
  }

  TestCerts certs_;
  TempDir dir_{TempDir::Length::kShort};  // Has a socket.
  FakeCoordinator coordinator_;
};

TEST_F(RolesTest, MutualTlsAlone) {
  RunningService service(&coordinator_, Server(true, true, false));
  const std::vector<std::pair<SecurityFiles, std::string>> cells = {
      {Files(""), "uuuuuu"},
      {Files("wrong-ca"), "uuuuuu"},
      {Files("expired"), "uuuuuu"},
      {Files("worker"), "oooodd"},
      {Files("viewer"), "ddddod"},
      {Files("operator"), "ddddoo"},
      {Files("two-roles"), "oooood"},
      {Files("no-role"), "dddddd"},
      {Files("odd-role"), "dddddd"},
      // This server has no tokens, so every token is wrong.
      {Files("worker", "worker"), "aaaaaa"},
      {Files("", "operator"), "uuuuuu"},
  };
  for (const auto& [files, wanted] : cells) {
    EXPECT_EQ(Outcomes(service.Client(files).get()), wanted) << files.cert << " " << files.tokens;
  }
}

TEST_F(RolesTest, MutualTlsOrTokens) {
  RunningService service(&coordinator_, Server(true, true, true));
  const std::vector<std::pair<SecurityFiles, std::string>> cells = {
      {Files(""), "aaaaaa"},
      {Files("wrong-ca"), "uuuuuu"},
      {Files("expired"), "uuuuuu"},
      {Files("worker"), "oooodd"},
      {Files("viewer"), "ddddod"},
      {Files("operator"), "ddddoo"},
      {Files("no-role"), "dddddd"},
      {Files("", "worker"), "oooodd"},
      {Files("", "viewer"), "ddddod"},
      {Files("", "operator"), "ddddoo"},
      {Files("", "wrong"), "aaaaaa"},
      {Files("worker", "wrong"), "aaaaaa"},
      {Files("worker", "viewer"), "oooood"},
      {Files("no-role", "worker"), "oooodd"},
      {Files("expired", "operator"), "uuuuuu"},
      {Files("wrong-ca", "operator"), "uuuuuu"},
  };
  for (const auto& [files, wanted] : cells) {
    EXPECT_EQ(Outcomes(service.Client(files).get()), wanted) << files.cert << " " << files.tokens;
  }
}

TEST_F(RolesTest, TokensOverTls) {
  RunningService service(&coordinator_, Server(true, false, true));
  const std::vector<std::pair<SecurityFiles, std::string>> cells = {
      {Files(""), "aaaaaa"},
      {Files("", "worker"), "oooodd"},
      {Files("", "viewer"), "ddddod"},
      {Files("", "operator"), "ddddoo"},
      {Files("", "wrong"), "aaaaaa"},
      // A certificate that the server did not request proves nothing.
      {Files("operator"), "aaaaaa"},
  };
  for (const auto& [files, wanted] : cells) {
    EXPECT_EQ(Outcomes(service.Client(files).get()), wanted) << files.cert << " " << files.tokens;
  }
}

TEST_F(RolesTest, TokensOnLoopback) {
  RunningService service(&coordinator_, Server(false, false, true));
  const std::vector<std::pair<SecurityFiles, std::string>> cells = {
      {Files("", "", false), "aaaaaa"},
      {Files("", "worker", false), "oooodd"},
      {Files("", "viewer", false), "ddddod"},
      {Files("", "operator", false), "ddddoo"},
      {Files("", "wrong", false), "aaaaaa"},
      {Files("worker"), "uuuuuu"},  // TLS to a server that has none.
  };
  for (const auto& [files, wanted] : cells) {
    EXPECT_EQ(Outcomes(service.Client(files).get()), wanted) << files.cert << " " << files.tokens;
  }
}

TEST_F(RolesTest, AnOpenServiceOnThisMachine) {
  RunningService loopback(&coordinator_);
  EXPECT_EQ(Outcomes(loopback.Client(SecurityFiles()).get()), "oooooo");
  CoordinatorServiceOptions options;
  options.listen = absl::StrCat("unix:", dir_.Path("s"));
  RunningService socket(&coordinator_, options);
  EXPECT_EQ(Outcomes(socket.Client(SecurityFiles()).get()), "oooooo");
}

TEST_F(RolesTest, NotReadyIsToldToThoseAloneWhoMayAsk) {
  RunningService service(nullptr, Server(true, true, true));
  service->SetStage(v1::STAGE_READ);

  EXPECT_EQ(Outcomes(service.Client(Files("worker")).get()), "uuuudd");
  EXPECT_EQ(Outcomes(service.Client(Files("")).get()), "aaaaaa");
  EXPECT_THAT(service.Client(Files("viewer"))->Status().status(),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("reading the corpus")));
}

TEST_F(RolesTest, TheCoordinatorHearsWhoCalls) {
  RunningService service(&coordinator_, Server(true, true, true));

  ASSERT_OK(service.Client(Files("worker"))->Hello({}).status());
  ASSERT_OK(service.Client(Files("", "worker"))->Hello({}).status());
  ASSERT_OK(service.Client(Files("worker", "viewer"))->Hello({}).status());

  EXPECT_THAT(coordinator_.calls(),
              ::testing::ElementsAre("Hello worker", "Hello worker-by-token", "Hello worker"));
}

TEST_F(RolesTest, AServerOfAnotherAuthorityIsNotBelieved) {
  CoordinatorServiceOptions options = Server(true, true, false);
  options.security.cert = certs_.Cert("wrong-ca");
  options.security.key = certs_.Key("wrong-ca");
  RunningService service(&coordinator_, options);

  EXPECT_EQ(Outcomes(service.Client(Files("worker")).get()), "uuuuuu");
  EXPECT_THAT(coordinator_.calls(), ::testing::IsEmpty());
}

TEST_F(RolesTest, PlaintextToATlsServerGetsNowhere) {
  RunningService service(&coordinator_, Server(true, true, true));

  EXPECT_EQ(Outcomes(service.Client(Files("", "operator", /*tls=*/false)).get()), "uuuuuu");
}

// What a client says whose files and the server's do not fit: gRPC has "Socket closed".
TEST_F(RolesTest, AFailedConnectionSaysWhichFlagIsMissing) {
  const auto says = [](RunningService* service, const SecurityFiles& files) {
    return std::string(service->Client(files)->Status().status().message());
  };
  RunningService tls(&coordinator_, Server(true, true, false));
  RunningService plain(&coordinator_, Server(false, false, false));

  EXPECT_THAT(says(&tls, Files("", "", /*tls=*/false)),
              HasSubstr("does the coordinator use TLS? Pass --ca, --cert and --key"));
  EXPECT_THAT(says(&tls, Files("")),
              HasSubstr("does the coordinator require a certificate? Pass --cert and --key"));
  EXPECT_THAT(says(&plain, Files("worker")),
              HasSubstr("the coordinator does not use TLS: leave out --ca, --cert and --key"));
  SecurityFiles other = Files("worker");
  other.ca = certs_.Cert("wrong-ca");
  EXPECT_THAT(says(&tls, other), HasSubstr("not signed by an authority of"));
}

}  // namespace
}  // namespace quipu::pipelines
