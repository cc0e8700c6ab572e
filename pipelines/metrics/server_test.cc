// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The metrics as Prometheus gets them: over a real socket, every line of the
// reply checked against the text format.
#include "pipelines/metrics/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <re2/re2.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/strings.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/metrics/metrics.h"
#include "tests/support/stack_limit.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::StatusIs;

class Client {
 public:
  explicit Client(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval timeout = {120, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Client() { close(fd_); }

  bool connected() const { return connected_; }
  void Send(const std::string& bytes) const {
    for (size_t sent = 0; sent < bytes.size();) {
      const ssize_t n = send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n < 0) return;  // What came back is what the tests look at.
      sent += static_cast<size_t>(n);
    }
  }
  // Reads until the server closes; adds "(timeout)" after two minutes.
  std::string ReceiveAll() const {
    std::string bytes;
    char buffer[4096];
    ssize_t n;
    while ((n = recv(fd_, buffer, sizeof(buffer), 0)) > 0) {
      bytes.append(buffer, static_cast<size_t>(n));
    }
    if (n < 0 && errno == EAGAIN) bytes.append("(timeout)");
    return bytes;
  }

 private:
  const int fd_;
  bool connected_ = false;
};

// Sends `request` and returns all that comes back before the server closes.
std::string Exchange(int port, const std::string& request) {
  const Client client(port);
  if (!client.connected()) return "";
  client.Send(request);
  return client.ReceiveAll();
}

std::string Request(absl::string_view method, absl::string_view path) {
  return absl::StrCat(method, " ", path, " HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
}

// Types by family of a scrape; fails the test for any line that is not of the
// text format, a sample without a type, and a family that is shown twice.
std::map<std::string, std::string> Parse(const std::string& body) {
  static const RE2 kHelp("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) [^\\n]*");
  static const RE2 kType("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)");
  static const RE2 kSample(
      "([a-zA-Z_:][a-zA-Z0-9_:]*)"
      "(?:\\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\]|\\\\[\\\\\"n])*\",?)*\\})"
      "? (\\S+)");
  std::map<std::string, std::string> types;
  EXPECT_TRUE(absl::EndsWith(body, "\n"));
  std::vector<absl::string_view> lines = absl::StrSplit(body, '\n');
  lines.pop_back();
  for (const absl::string_view line : lines) {
    std::string name, rest;
    if (RE2::FullMatch(ToStd(line), kHelp, &name)) continue;
    if (RE2::FullMatch(ToStd(line), kType, &name, &rest)) {
      EXPECT_TRUE(types.emplace(name, rest).second) << "twice: " << line;
      continue;
    }
    if (!RE2::FullMatch(ToStd(line), kSample, &name, &rest)) {
      ADD_FAILURE() << "not in the text format: " << line;
      continue;
    }
    double value;
    EXPECT_TRUE(absl::SimpleAtod(rest, &value)) << line;
    RE2 part("(.*)_(?:bucket|sum|count)");
    std::string family;
    const bool known =
        types.count(name) > 0 || (RE2::FullMatch(name, part, &family) && types.count(family) > 0 &&
                                  types[family] == "histogram");
    EXPECT_TRUE(known) << "no type before " << line;
  }
  return types;
}

std::string Body(const std::string& reply) {
  const size_t end = reply.find("\r\n\r\n");
  return end == std::string::npos ? "" : reply.substr(end + 4);
}

std::vector<prometheus::MetricFamily> Families() {
  v1::StatusReply status;
  status.set_build("0.1.0");
  (*status.mutable_rejects_by_reason())["VERDICT"] = 6;
  CommitMetrics commits;
  commits.Observe(absl::Milliseconds(4), 30);
  return CoordinatorFamilies(status, commits);
}

class MetricsServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(server_, MetricsServer::Start({"127.0.0.1:0"}, Families));
  }
  std::unique_ptr<MetricsServer> server_;
};

TEST_F(MetricsServerTest, ShowsEveryFamilyInTheTextFormat) {
  const std::string reply = Exchange(server_->port(), Request("GET", "/metrics"));

  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reply, HasSubstr("Content-Type: text/plain"));
  const std::map<std::string, std::string> types = Parse(Body(reply));
  for (const prometheus::MetricFamily& family : Families()) {
    const char* type = family.type == prometheus::MetricType::Counter ? "counter"
                       : family.type == prometheus::MetricType::Gauge ? "gauge"
                                                                      : "histogram";
    ASSERT_EQ(types.count(family.name), 1u) << family.name;
    EXPECT_EQ(types.at(family.name), type) << family.name;
    EXPECT_EQ(absl::EndsWith(family.name, "_total"), family.type == prometheus::MetricType::Counter)
        << family.name;
  }
}

TEST_F(MetricsServerTest, ShowsNothingElse) {
  for (const char* path :
       {"/", "/metrics/", "/metrics/x", "/metricsx", "/../etc/passwd", "/%2e%2e/etc/passwd", "*"}) {
    EXPECT_THAT(Exchange(server_->port(), Request("GET", path)), StartsWith("HTTP/1.1 404 "))
        << path;
  }
  for (const char* method : {"POST", "PUT", "DELETE", "TRACE", "get"}) {
    EXPECT_THAT(Exchange(server_->port(), Request(method, "/metrics")), StartsWith("HTTP/1.1 405 "))
        << method;
  }
}

TEST_F(MetricsServerTest, TakesAQueryAndHead) {
  EXPECT_THAT(Exchange(server_->port(), Request("GET", "/metrics?name[]=x")),
              StartsWith("HTTP/1.1 200 OK\r\n"));

  const std::string head = Exchange(server_->port(), Request("HEAD", "/metrics"));

  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(Body(head), "");
}

TEST_F(MetricsServerTest, RefusesRequestsThatNeedMoreMemoryThanAConnectionHas) {
  const auto request = [](size_t headers) {
    std::string text = "GET /metrics HTTP/1.1\r\nHost: x\r\n";
    for (size_t i = 0; i < headers; ++i) absl::StrAppend(&text, "X", i, ": value\r\n");
    return text + "\r\n";
  };

  EXPECT_THAT(Exchange(server_->port(), request(50)), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(Exchange(server_->port(), request(100000)), StartsWith("HTTP/1.1 431 "));
}

TEST_F(MetricsServerTest, AnswersWhileManyClientsHang) {
  std::vector<std::unique_ptr<Client>> hanging;
  for (int i = 0; i < 100; ++i) {
    hanging.push_back(std::make_unique<Client>(server_->port()));
    ASSERT_TRUE(hanging.back()->connected());
    if (i % 2 == 0) hanging.back()->Send("GET");
  }

  EXPECT_THAT(Exchange(server_->port(), Request("GET", "/metrics")), HasSubstr(" 200 OK"));
}

// Bug: who sent a byte now and then kept all connections for ever.
TEST(MetricsServer, ClosesTheOldestConnectionWhenTheLastOneIsTaken) {
  MetricsOptions options{"127.0.0.1:0"};
  options.idle_timeout = absl::Hours(1);
  options.max_connections = 4;
  ASSERT_OK_AND_ASSIGN(const auto server, MetricsServer::Start(options, Families));
  std::vector<std::unique_ptr<Client>> hanging;
  for (int i = 0; i < 10; ++i) {
    hanging.push_back(std::make_unique<Client>(server->port()));
    ASSERT_TRUE(hanging.back()->connected());
    hanging.back()->Send("GET /met");
  }

  EXPECT_THAT(Exchange(server->port(), Request("GET", "/metrics")), HasSubstr(" 200 OK"));

  for (int i = 0; i < 7; ++i) EXPECT_EQ(hanging[i]->ReceiveAll(), "") << i;
  hanging.back()->Send("rics HTTP/1.0\r\n\r\n");
  EXPECT_THAT(hanging.back()->ReceiveAll(), HasSubstr(" 200 OK"));
}

TEST(MetricsServer, ServesTheNextClientWhenAnIdleOneIsClosed) {
  MetricsOptions options{"127.0.0.1:0"};
  options.idle_timeout = absl::Seconds(1);
  options.max_connections = 1;
  ASSERT_OK_AND_ASSIGN(const auto server, MetricsServer::Start(options, Families));
  const Client hanging(server->port());
  hanging.Send("GET");
  const Client next(server->port());
  next.Send(Request("GET", "/metrics"));

  EXPECT_EQ(hanging.ReceiveAll(), "");
  EXPECT_THAT(next.ReceiveAll(), HasSubstr(" 200 OK"));
}

TEST(MetricsServer, StopsAtOnceWithClientsConnected) {
  ASSERT_OK_AND_ASSIGN(auto server, MetricsServer::Start({"127.0.0.1:0"}, Families));
  const Client hanging(server->port());
  hanging.Send("GET");

  server.reset();

  EXPECT_EQ(hanging.ReceiveAll(), "");
}

TEST(MetricsServer, ListensOnIpv6WhereThereIsOne) {
  const auto server = MetricsServer::Start({"[::1]:0"}, Families);
  if (!server.ok()) GTEST_SKIP() << server.status();

  EXPECT_GT((*server)->port(), 0);
}

TEST_F(MetricsServerTest, TellsThatTheAddressIsTaken) {
  const std::string taken = absl::StrCat("127.0.0.1:", server_->port());

  const auto second = MetricsServer::Start({taken}, Families);

  EXPECT_THAT(second.status(), StatusIs(absl::StatusCode::kUnavailable,
                                        AllOf(HasSubstr(taken), HasSubstr("in use"))));
}

TEST(MetricsServer, ThatCannotStartItsThreadIsAnError) {
  const testing::NoMoreThreads none;

  EXPECT_THAT(MetricsServer::Start({"127.0.0.1:0"}, Families).status(),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("a thread cannot be")));
}

TEST_F(MetricsServerTest, CallsNothingOnceItIsGone) {
  std::atomic<int> calls{0};
  ASSERT_OK_AND_ASSIGN(auto server, MetricsServer::Start({"127.0.0.1:0"}, [&calls] {
                         ++calls;
                         return Families();
                       }));
  const int port = server->port();
  Exchange(port, Request("GET", "/metrics"));
  server.reset();
  EXPECT_EQ(calls, 1);

  EXPECT_EQ(Exchange(port, Request("GET", "/metrics")), "");
  EXPECT_EQ(calls, 1);
}

struct AddressCase {
  const char* name;
  std::string address;
  bool allow_public;
  absl::StatusCode code;
};

class MetricsAddressTest : public ::testing::TestWithParam<AddressCase> {};

TEST_P(MetricsAddressTest, IsCheckedBeforeAnythingListens) {
  const absl::Status status = CheckMetricsAddress({GetParam().address, GetParam().allow_public});

  EXPECT_EQ(status.code(), GetParam().code) << status;
  if (!status.ok()) {
    EXPECT_THAT(std::string(status.message()), StartsWith("--metrics"));
  }
}

constexpr absl::StatusCode kOk = absl::StatusCode::kOk;
constexpr absl::StatusCode kBad = absl::StatusCode::kInvalidArgument;
INSTANTIATE_TEST_SUITE_P(
    Cases, MetricsAddressTest,
    ::testing::Values(AddressCase{"Loopback", "127.0.0.1:9464", false, kOk},
                      AddressCase{"LoopbackToo", "127.3.2.1:0", false, kOk},
                      AddressCase{"Loopback6", "[::1]:9464", false, kOk},
                      AddressCase{"Any", "0.0.0.0:9464", false, kBad},
                      AddressCase{"Any6", "[::]:9464", false, kBad},
                      AddressCase{"Private", "10.0.0.1:9464", false, kBad},
                      AddressCase{"Mapped", "[::ffff:10.0.0.1]:9464", false, kBad},
                      AddressCase{"AnyAllowed", "0.0.0.0:9464", true, kOk},
                      AddressCase{"Any6Allowed", "[::]:9464", true, kOk},
                      AddressCase{"Name", "localhost:9464", true, kBad},
                      AddressCase{"Unix", "unix:metrics.sock", true, kBad},
                      AddressCase{"NoPort", "127.0.0.1", true, kBad},
                      AddressCase{"PortAlone", "9464", true, kBad},
                      AddressCase{"BigPort", "127.0.0.1:65536", true, kBad},
                      AddressCase{"TwoPorts", "127.0.0.1:1,127.0.0.1:2", true, kBad},
                      AddressCase{"Tls", "127.0.0.1:9464s", true, kBad},
                      AddressCase{"Empty", "", true, kBad}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace quipu::pipelines
