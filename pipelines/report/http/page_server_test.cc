// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/http/page_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_certs.h"

namespace quipu::pipelines {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing::StatusIs;
using testing::TempDir;

const std::string kToken(40, 'a');

class PageServerTest : public ::testing::Test {
 protected:
  void SetUp() override { options_.address = "127.0.0.1:0"; }

  void Start() {
    ASSERT_OK_AND_ASSIGN(server_, PageServer::Start(options_, [](const PageRequest& request) {
                           return PageReply{200, "text/plain",
                                            absl::StrCat(request.method, " ", request.path, " by ",
                                                         request.user, ": ", request.body)};
                         }));
  }
  void AddTokens() {
    options_.tokens = dir_.Path("tokens");
    ASSERT_OK(WriteFileAtomic(options_.tokens, absl::StrCat("viewer ann ", kToken, "\nworker w ",
                                                            std::string(40, 'w'), "\n")));
    ASSERT_EQ(chmod(options_.tokens.c_str(), 0600), 0);
  }

  int Connect() const {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(server_->port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval timeout = {120, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    return fd;
  }
  // Sends a request and returns all that comes back before the server closes.
  std::string Send(const std::string& request) const {
    const int fd = Connect();
    EXPECT_EQ(send(fd, request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    std::string reply;
    char buffer[4096];
    for (ssize_t n; (n = recv(fd, buffer, sizeof(buffer), 0)) > 0;) reply.append(buffer, n);
    close(fd);
    return reply;
  }
  std::string Host() const { return absl::StrCat("127.0.0.1:", server_->port()); }
  std::string Get(absl::string_view path, absl::string_view headers = "") const {
    return Send(absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: ", Host(), "\r\n", headers, "\r\n"));
  }
  std::string Post(absl::string_view body, absl::string_view type = "application/json") const {
    return Send(absl::StrCat("POST /label HTTP/1.1\r\nHost: ", Host(), "\r\nContent-Type: ", type,
                             "\r\nContent-Length: ", body.size(), "\r\n\r\n", body));
  }

  TempDir dir_;
  testing::TestCerts certs_;
  PageServerOptions options_;
  std::unique_ptr<PageServer> server_;
};

TEST_F(PageServerTest, PassesRequestsOn) {
  Start();

  EXPECT_THAT(Get("/state"),
              AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("GET /state by : ")));
  EXPECT_THAT(Post("{}"), HasSubstr("POST /label by : {}"));
  EXPECT_THAT(server_->url(), HasSubstr(Host()));
  EXPECT_FALSE(server_->needs_token());
}

TEST_F(PageServerTest, AnswersThoughOthersHoldAsManyConnectionsAsThereAre) {
  Start();
  std::vector<int> hanging;
  for (int i = 0; i < 100; ++i) hanging.push_back(Connect());

  EXPECT_THAT(Get("/state"), HasSubstr("GET /state by : "));

  for (const int fd : hanging) close(fd);
}

TEST_F(PageServerTest, RefusesPagesOfOtherSites) {
  Start();

  EXPECT_THAT(Send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(Post("{}", "text/plain"), StartsWith("HTTP/1.1 415"))
      << "what a form of another site can send";
  EXPECT_THAT(Post(std::string(100000, 'x')), StartsWith("HTTP/1.1 413"));
}

TEST_F(PageServerTest, ATokenBecomesACookieAndTheUser) {
  AddTokens();
  Start();

  EXPECT_THAT(Get("/"), StartsWith("HTTP/1.1 401"));
  EXPECT_THAT(Get("/?token=wrong"), StartsWith("HTTP/1.1 401"));
  EXPECT_THAT(Get(absl::StrCat("/?token=", std::string(40, 'w'))), StartsWith("HTTP/1.1 401"))
      << "a worker's";
  EXPECT_THAT(Get(absl::StrCat("/?token=", kToken)),
              AllOf(StartsWith("HTTP/1.1 303"), HasSubstr("Location: /\r\n"),
                    HasSubstr(absl::StrCat("Set-Cookie: quipu_token=", kToken,
                                           "; HttpOnly; SameSite=Strict"))));
  EXPECT_THAT(Get("/", absl::StrCat("Cookie: quipu_token=", kToken, "\r\n")),
              HasSubstr("GET / by ann"));
  EXPECT_TRUE(server_->needs_token());
}

TEST_F(PageServerTest, OtherMachinesNeedATokenAndTls) {
  for (const char* address : {"0.0.0.0:0", "192.0.2.1:80", "[::]:0"}) {
    options_.address = address;
    EXPECT_THAT(PageServer::Check(options_),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--token-file")));
  }
  options_.address = "0.0.0.0:0";
  AddTokens();
  EXPECT_THAT(PageServer::Check(options_), StatusIs(absl::StatusCode::kInvalidArgument));
  options_.cert = certs_.Cert("server");
  EXPECT_THAT(PageServer::Check(options_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("and its key")));
  options_.key = certs_.Key("server");

  Start();

  EXPECT_THAT(server_->url(), StartsWith("https://0.0.0.0:"));
  EXPECT_THAT(Get("/"), Not(HasSubstr("200 OK"))) << "without TLS";
}

TEST_F(PageServerTest, NamesWhatIsNoAddress) {
  for (const char* address : {"localhost:0", "unix:/tmp/x", "x"}) {
    options_.address = address;
    EXPECT_THAT(PageServer::Start(options_, nullptr).status(),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << address;
  }
  options_.address = "127.0.0.1:0";
  Start();
  options_.address = Host();
  EXPECT_THAT(PageServer::Start(options_, nullptr).status(),
              StatusIs(absl::StatusCode::kUnavailable))
      << "in use";
}

}  // namespace
}  // namespace quipu::pipelines
