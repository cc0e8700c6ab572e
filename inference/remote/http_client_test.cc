// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/http_client.h"

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "gtest/gtest.h"
#include "tests/support/http_server.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_certs.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::HttpServer;
using ::quipu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Fault = HttpServer::Fault;
using Request = HttpServer::Request;
using Response = HttpServer::Response;

constexpr absl::Duration kLong = absl::Minutes(2);  // Ends only what hangs.

std::unique_ptr<HttpServer> Serve(HttpServer::Handler handler) {
  absl::StatusOr<std::unique_ptr<HttpServer>> server = HttpServer::Start(std::move(handler));
  EXPECT_OK(server);
  return *std::move(server);
}

std::unique_ptr<HttpServer> ServeAlways(Response response) {
  return Serve([response](const Request&) { return response; });
}

std::unique_ptr<HttpClient> Client(HttpClientOptions options) {
  absl::StatusOr<std::unique_ptr<HttpClient>> client = HttpClient::Create(options);
  EXPECT_OK(client);
  return *std::move(client);
}

HttpClientOptions To(const HttpServer& server) {
  HttpClientOptions options;
  options.base_url = server.url() + "/v1";
  return options;
}

TEST(HttpClient, PostsAndGets) {
  const auto server = Serve([](const Request& request) {
    return Response{201, absl::StrCat(request.method, " ", request.path, " ", request.body)};
  });
  HttpClientOptions options = To(*server);
  options.base_url += "/";
  options.bearer_token = "sk-1";
  const auto client = Client(options);
  ASSERT_OK_AND_ASSIGN(HttpResponse got, client->Send({"/models", "", kLong}));
  EXPECT_EQ(got.status, 201);
  EXPECT_EQ(got.body, "GET /v1/models ");
  ASSERT_OK_AND_ASSIGN(got, client->Send({"/chat", "{\"a\":1}", kLong}));
  EXPECT_EQ(got.body, "POST /v1/chat {\"a\":1}");
  const std::vector<Request> requests = server->requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[1].headers.at("content-type"), "application/json");
  EXPECT_EQ(requests[1].headers.at("authorization"), "Bearer sk-1");
  EXPECT_EQ(requests[1].headers.count("expect"), 0u);
}

TEST(HttpClient, SendsNoKeyWhereThereIsNone) {
  const auto server = ServeAlways({200, "{}"});
  ASSERT_OK(Client(To(*server))->Send({"/models", "", kLong}));
  EXPECT_EQ(server->requests()[0].headers.count("authorization"), 0u);
}

TEST(HttpClient, KeepsConnections) {
  const auto server = ServeAlways({200, "{}"});
  const auto client = Client(To(*server));
  for (int i = 0; i < 50; ++i) ASSERT_OK(client->Send({"/x", "{}", kLong}));
  EXPECT_EQ(server->connections(), 1);
  EXPECT_EQ(client->stats().connections, 1);
  EXPECT_EQ(client->stats().requests, 50);
  EXPECT_EQ(client->stats().most_in_flight, 1);
}

TEST(HttpClient, HasHundredsInFlight) {
  constexpr int kCalls = 300;
  absl::BlockingCounter missing(kCalls);
  absl::Notification all;
  // No reply before all requests have arrived.
  const auto server = Serve([&](const Request&) {
    if (missing.DecrementCount()) all.Notify();
    all.WaitForNotification();
    return Response{200, "{}"};
  });
  HttpClientOptions options = To(*server);
  options.max_in_flight = kCalls;
  const auto client = Client(options);
  std::vector<std::thread> callers;
  std::vector<absl::Status> statuses(kCalls);
  for (int i = 0; i < kCalls; ++i) {
    callers.emplace_back([&, i] { statuses[i] = client->Send({"/x", "{}", kLong}).status(); });
  }
  for (std::thread& caller : callers) caller.join();
  missing.Wait();
  for (const absl::Status& status : statuses) EXPECT_OK(status);
  EXPECT_EQ(client->stats().most_in_flight, kCalls);
}

TEST(HttpClient, NeverHasMoreInFlightThanItMay) {
  const auto server = ServeAlways({200, "{}"});
  HttpClientOptions options = To(*server);
  options.max_in_flight = 3;
  const auto client = Client(options);
  std::vector<std::thread> callers;
  std::vector<absl::Status> statuses(60);
  for (int i = 0; i < 60; ++i) {
    callers.emplace_back([&, i] { statuses[i] = client->Send({"/x", "{}", kLong}).status(); });
  }
  for (std::thread& caller : callers) caller.join();
  for (const absl::Status& status : statuses) EXPECT_OK(status);
  EXPECT_LE(client->stats().most_in_flight, 3);
  EXPECT_LE(server->connections(), 3);
}

TEST(HttpClient, TellsRetryAfterAndFollowsNoRedirect) {
  const auto server = ServeAlways({302, "", {{"Retry-After", " 7 "}, {"Location", "/other"}}});
  ASSERT_OK_AND_ASSIGN(const HttpResponse got, Client(To(*server))->Send({"/x", "", kLong}));
  EXPECT_EQ(got.status, 302);
  EXPECT_EQ(got.retry_after, "7");
  EXPECT_EQ(server->requests().size(), 1u);
}

TEST(HttpClient, CallsBrokenConnectionsUnavailable) {
  for (const Fault fault : {Fault::kCutMidBody, Fault::kGarbage, Fault::kCloseAtOnce}) {
    const auto server = ServeAlways({200, std::string(1000, 'x'), {}, fault, {}});
    EXPECT_THAT(Client(To(*server))->Send({"/x", "{}", kLong}).status(),
                StatusIs(absl::StatusCode::kUnavailable))
        << static_cast<int>(fault);
  }
  HttpClientOptions options;
  options.base_url = absl::StrCat("http://127.0.0.1:", testing::UnusedPort(), "/v1");
  EXPECT_THAT(Client(options)->Send({"/x", "", kLong}).status(),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST(HttpClient, EndsWhatTakesTooLong) {
  for (const Fault fault : {Fault::kNeverAnswer, Fault::kTrickle}) {
    const auto server = ServeAlways({200, std::string(100000, 'x'), {}, fault, {}});
    EXPECT_THAT(Client(To(*server))->Send({"/x", "{}", absl::Milliseconds(150)}).status(),
                StatusIs(absl::StatusCode::kDeadlineExceeded))
        << static_cast<int>(fault);
  }
}

TEST(HttpClient, WaitsForASlowReplyInTime) {
  const auto server = ServeAlways({200, "0123456789", {}, Fault::kTrickle, {}});
  ASSERT_OK_AND_ASSIGN(const HttpResponse got, Client(To(*server))->Send({"/x", "{}", kLong}));
  EXPECT_EQ(got.body, "0123456789");
}

TEST(HttpClient, BoundsReplies) {
  const auto server = Serve([](const Request& request) {
    return Response{200, std::string(request.path == "/v1/more" ? 1001 : 1000, 'x')};
  });
  HttpClientOptions options = To(*server);
  options.max_reply_bytes = 1000;
  const auto client = Client(options);
  EXPECT_OK(client->Send({"/fits", "", kLong}));
  EXPECT_THAT(client->Send({"/more", "", kLong}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "more than 1000 bytes"));
}

TEST(HttpClient, BoundsRepliesByDefault) {
  const auto server = Serve([](const Request& request) {
    return Response{200, std::string(kMaxHttpReplyBytes + (request.path == "/v1/more"), 'x')};
  });
  const auto client = Client(To(*server));
  ASSERT_OK_AND_ASSIGN(const HttpResponse got, client->Send({"/fits", "", kLong}));
  EXPECT_EQ(got.body.size(), kMaxHttpReplyBytes);
  EXPECT_THAT(client->Send({"/more", "", kLong}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "16777216 bytes"));
}

TEST(HttpClient, EndsCallsInFlightAndWaitingOnShutdown) {
  const auto server = ServeAlways({200, "{}", {}, Fault::kNeverAnswer, {}});
  HttpClientOptions options = To(*server);
  options.max_in_flight = 2;
  const auto client = Client(options);
  std::vector<std::thread> callers;
  std::vector<absl::Status> statuses(5);
  for (int i = 0; i < 5; ++i) {
    callers.emplace_back([&, i] { statuses[i] = client->Send({"/x", "{}", kLong}).status(); });
  }
  ASSERT_TRUE(server->AwaitRequests(2, kLong));
  client->Shutdown();
  for (std::thread& caller : callers) caller.join();
  // Else their own times would have ended them: DEADLINE_EXCEEDED.
  for (const absl::Status& status : statuses)
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(client->Send({"/x", "{}", kLong}).status(), StatusIs(absl::StatusCode::kCancelled));
}

TEST(HttpClient, RunsTimersInTheOrderOfTheirTimes) {
  const auto server = ServeAlways({200, "{}"});
  const auto client = Client(To(*server));
  std::string order;
  absl::Time begin;
  absl::Duration between = absl::InfiniteDuration();  // The first call and the last.

  // Each time is counted from its call: a pause between the calls changes the
  // order, and then they are made again.
  while (between > absl::Milliseconds(20)) {
    order.clear();
    absl::BlockingCounter all(3);
    begin = absl::Now();
    for (const int ms : {60, 1, 30}) {
      client->RunAfter(absl::Milliseconds(ms), [&order, &all, ms] {
        absl::StrAppend(&order, ms, " ");
        all.DecrementCount();
      });
    }
    between = absl::Now() - begin;
    all.Wait();
  }

  EXPECT_EQ(order, "1 30 60 ");
  EXPECT_GE(absl::Now() - begin, absl::Milliseconds(60));
}

TEST(HttpClient, RunsTimersAtOnceWhenItIsShutDown) {
  const auto server = ServeAlways({200, "{}"});
  std::atomic<int> runs = 0;
  {
    const auto client = Client(To(*server));
    for (int i = 0; i < 50; ++i) client->RunAfter(absl::Hours(i + 1), [&runs] { ++runs; });
    // A connection that a timer opens counts, too.
    client->RunAfter(absl::Hours(1), [&, client = client.get()] {
      client->RunAfter(absl::Hours(1), [&runs] { ++runs; });
    });
  }
  EXPECT_EQ(runs, 51);
}

TEST(HttpClient, LetsDoneSendTheNextRequest) {
  const auto server = ServeAlways({200, "{}"});
  const auto client = Client(To(*server));
  absl::Notification ended;
  std::function<void(int)> send = [&](int left) {
    client->SendAsync({"/x", "{}", kLong}, [&, left](absl::StatusOr<HttpResponse> response) {
      EXPECT_OK(response);
      if (left > 0) return send(left - 1);
      ended.Notify();
    });
  };

  send(4);
  ended.WaitForNotification();

  EXPECT_EQ(client->stats().requests, 5);
}

TEST(HttpClient, SurvivesAServerThatIsStartedAgain) {
  auto server = ServeAlways({200, "{}"});
  const auto client = Client(To(*server));
  ASSERT_OK(client->Send({"/x", "{}", kLong}));
  server->Stop();  // Also closes the connection that the client keeps.
  EXPECT_THAT(client->Send({"/x", "{}", kLong}).status(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(HttpClient, ChecksTheUrlFirst) {
  HttpClientOptions options;
  options.base_url = "ftp://127.0.0.1/v1";
  EXPECT_THAT(HttpClient::Create(options).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "not a plain http"));

  options.base_url = "http://192.0.2.1/v1";
  options.bearer_token = "sk-secret";
  EXPECT_THAT(HttpClient::Create(options).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("https only"), Not(HasSubstr("sk-secret")))));

  options.bearer_token.clear();
  EXPECT_OK(HttpClient::Create(options).status());
}

TEST(HttpClient, TrustsTheAuthoritiesThatItIsGiven) {
  const testing::TestCerts certs;
  const testing::TestCerts other;
  testing::TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto server, HttpServer::Start(
                                              [](const Request&) {
                                                return Response{200, "{}"};
                                              },
                                              {certs.Cert("server"), certs.Key("server")}));
  HttpClientOptions options = To(*server);
  options.ca_file = certs.ca();
  options.bearer_token = "sk-1";
  ASSERT_OK_AND_ASSIGN(const HttpResponse got, Client(options)->Send({"/x", "{}", kLong}));
  EXPECT_EQ(got.status, 200);

  options.ca_file = other.ca();
  EXPECT_THAT(Client(options)->Send({"/x", "{}", kLong}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "not trusted"));
  options.ca_file.clear();  // The system's.
  EXPECT_THAT(Client(options)->Send({"/x", "{}", kLong}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "not trusted"));
  // The request, and the key in it, never reached the server.
  EXPECT_EQ(server->requests().size(), 1u);

  options.ca_file = dir.Path("none.pem");
  EXPECT_THAT(HttpClient::Create(options).status(),
              StatusIs(absl::StatusCode::kNotFound, "none.pem"));
  ASSERT_OK(WriteFileAtomic(dir.Path("bad.pem"), "no certificate"));
  options.ca_file = dir.Path("bad.pem");
  EXPECT_THAT(Client(options)->Send({"/x", "{}", kLong}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace quipu::inference
