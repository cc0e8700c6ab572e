// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_client.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "gtest/gtest.h"
#include "tests/support/http_server.h"
#include "tests/support/status_matchers.h"
#include "tests/support/thread_count.h"

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

absl::Status Fine(absl::string_view body) {
  return body == "fine" ? absl::OkStatus() : absl::InvalidArgumentError("not fine");
}

class OpenAiClientTest : public ::testing::Test {
 protected:
  OpenAiClientTest() {
    options_.retry.first = absl::Milliseconds(1);
    options_.retry.longest = absl::Milliseconds(4);
    options_.breaker.failures_to_open = 1000;
    options_.request_timeout = kLong;
    options_.call_timeout = kLong;
  }

  // A server whose first replies are these; then "fine".
  void Start(std::vector<Response> replies) {
    auto next = std::make_shared<std::atomic<size_t>>(0);
    absl::StatusOr<std::unique_ptr<HttpServer>> server =
        HttpServer::Start([replies, next](const Request&) {
          const size_t index = (*next)++;
          return index < replies.size() ? replies[index] : Response{200, "fine"};
        });
    ASSERT_OK(server);
    server_ = *std::move(server);
    Connect();
  }

  void Connect() {
    options_.http.base_url = server_->url() + "/v1";
    absl::StatusOr<std::unique_ptr<OpenAiClient>> client = OpenAiClient::Create(options_);
    ASSERT_OK(client);
    client_ = *std::move(client);
  }

  absl::Status Call() { return client_->Call({"/chat", "{}"}, Fine); }
  size_t requests() const { return server_->requests().size(); }

  OpenAiClientOptions options_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<OpenAiClient> client_;
};

TEST_F(OpenAiClientTest, TriesAgainAfterEveryFailureThatMayPass) {
  options_.request_timeout = absl::Milliseconds(300);
  options_.retry.max_attempts = 1000;  // A busy machine may miss the time of others, too.
  Start({{408},
         {429},
         {500, "oops"},
         {502, "<html>"},
         {503, R"({"error":{"message":"Loading model"}})"},
         {504},
         {200, "garbage"},
         {200, ""},
         {200, "fine", {}, Fault::kCutMidBody},
         {200, "fine", {}, Fault::kGarbage},
         {200, "fine", {}, Fault::kCloseAtOnce},
         {200, "fine", {}, Fault::kNeverAnswer},
         {200, std::string(1000, 'x'), {}, Fault::kTrickle}});
  EXPECT_OK(Call());
  EXPECT_GE(requests(), 14u);
  EXPECT_GE(client_->stats().retries, 13);
  EXPECT_EQ(client_->stats().calls, 1);
}

TEST_F(OpenAiClientTest, DoesNotTryAgainWhatTheServerRefuses) {
  const struct {
    int http;
    absl::StatusCode code;
  } cases[] = {
      {400, absl::StatusCode::kInvalidArgument},   {401, absl::StatusCode::kUnauthenticated},
      {403, absl::StatusCode::kPermissionDenied},  {404, absl::StatusCode::kNotFound},
      {422, absl::StatusCode::kInvalidArgument},   {501, absl::StatusCode::kUnimplemented},
      {301, absl::StatusCode::kFailedPrecondition}};
  for (const auto& c : cases) {
    Start({{c.http, R"({"error":{"message":"the words"}})"}});
    EXPECT_THAT(Call(), StatusIs(c.code, "the words")) << c.http;
    EXPECT_EQ(requests(), 1u) << c.http;
  }
}

TEST_F(OpenAiClientTest, TakesA500ForAnAnswerToAProbe) {
  Start({{500, "logprobs is not supported"}});
  EXPECT_THAT(client_->Call({"/chat", "{}", /*is_probe=*/true}, Fine),
              StatusIs(absl::StatusCode::kInternal, "logprobs is not supported"));
  EXPECT_EQ(requests(), 1u);
  Start({{503, "loading"}});
  EXPECT_OK(client_->Call({"/chat", "{}", /*is_probe=*/true}, Fine));
}

TEST_F(OpenAiClientTest, GivesUpAfterSoManyAttemptsWithTheLastFailure) {
  Start(std::vector<Response>(100, {500, "oops"}));
  EXPECT_THAT(Call(),
              StatusIs(absl::StatusCode::kUnavailable,
                       AllOf(HasSubstr("given up after 8 attempts"), HasSubstr("500: oops"))));
  EXPECT_EQ(requests(), 8u);
}

TEST_F(OpenAiClientTest, TellsAtOnceThatNobodyListensWhenItProbes) {
  Start({});
  server_->Stop();
  options_.retry.first = options_.retry.longest = absl::Hours(1);
  Connect();
  const absl::Status status = client_->Call({"/chat", "{}", /*is_probe=*/true}, Fine);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable, "connect"));
  EXPECT_EQ(client_->stats().retries, 0);
  // Once.
  const std::vector<std::string> parts =
      absl::StrSplit(std::string(status.message()), server_->url());
  EXPECT_EQ(parts.size(), 2u) << status;
}

TEST_F(OpenAiClientTest, CountsNoAttemptOfACallThatNobodyHeard) {
  Start({});
  server_->Stop();
  options_.retry.max_attempts = 1;
  options_.call_timeout = absl::Milliseconds(300);
  Connect();
  EXPECT_THAT(Call(), StatusIs(absl::StatusCode::kUnavailable,
                               AllOf(HasSubstr("given up after 300ms"), HasSubstr("connect"))));
  EXPECT_GT(client_->stats().retries, 1);
}

// llama-server, when the requests of all slots together fill their common cache.
TEST_F(OpenAiClientTest, SendsFewerAtOnceToACrowdedServerAndLosesNoCall) {
  constexpr int kRoom = 3;
  constexpr int kCalls = 60;
  options_.retry.max_attempts = 1;  // None of it counts.
  options_.in_flight = {16, 16};
  absl::Mutex mutex;
  int inside = 0;
  int fullest = 0;
  ASSERT_OK_AND_ASSIGN(
      server_, HttpServer::Start([&](const Request&) {
        absl::MutexLock lock(&mutex);
        fullest = std::max(fullest, ++inside);
        const bool crowded = inside > kRoom;
        // All that can come together do.
        const auto full = [&] { return inside > kRoom; };
        mutex.AwaitWithTimeout(absl::Condition(&full), absl::Milliseconds(20));
        --inside;
        if (!crowded) return Response{200, "fine"};
        return Response{500, R"({"error":{"message":"Context size has been exceeded."}})"};
      }));
  Connect();
  std::vector<absl::Status> statuses(kCalls);
  absl::BlockingCounter all(kCalls);
  for (int i = 0; i < kCalls; ++i) {
    client_->CallAsync({"/chat", "{}"}, Fine, [&, i](const absl::Status& status) {
      statuses[i] = status;
      all.DecrementCount();
    });
  }
  all.Wait();
  for (const absl::Status& status : statuses) EXPECT_OK(status);
  const OpenAiClientStats stats = client_->stats();
  EXPECT_GT(stats.crowded, 0);
  EXPECT_LT(stats.in_flight_limit, 16);
  EXPECT_LE(fullest, 16);
}

TEST_F(OpenAiClientTest, GivesUpACallThatCrowdsTheServerAlone) {
  options_.in_flight = {1, 1};
  Start(std::vector<Response>(100,
                              {500, R"({"error":{"message":"Context size has been exceeded."}})"}));
  EXPECT_THAT(Call(), StatusIs(absl::StatusCode::kUnavailable,
                               AllOf(HasSubstr("after 8 attempts"), HasSubstr("Context size"))));
}

TEST_F(OpenAiClientTest, SendsTheFirstCallOfAPrefixAlone) {
  absl::Mutex mutex;
  bool answers = false;
  ASSERT_OK_AND_ASSIGN(server_, HttpServer::Start([&](const Request&) {
                         absl::MutexLock lock(&mutex);
                         mutex.Await(absl::Condition(&answers));
                         return Response{200, "fine"};
                       }));
  Connect();
  constexpr int kCalls = 8;
  absl::BlockingCounter all(kCalls + 1);
  OpenAiCall call{"/chat", "{}"};
  call.prefix = 7;
  for (int i = 0; i < kCalls; ++i)
    client_->CallAsync(call, Fine, [&](const absl::Status&) { all.DecrementCount(); });
  client_->CallAsync({"/other", "{}"}, Fine, [&](const absl::Status&) { all.DecrementCount(); });
  ASSERT_TRUE(server_->AwaitRequests(2, kLong));
  EXPECT_EQ(client_->stats().http.requests, 2);
  {
    absl::MutexLock lock(&mutex);
    answers = true;
  }
  all.Wait();
  EXPECT_EQ(requests(), static_cast<size_t>(kCalls + 1));
}

// Idle slots are worth more than a prefix that is computed once.
TEST_F(OpenAiClientTest, FillsAllSlotsWithCallsOfOnePrefixIfThereAreNoOthers) {
  absl::Mutex mutex;
  int inside = 0;
  int answered = 0;
  ASSERT_OK_AND_ASSIGN(server_, HttpServer::Start([&](const Request&) {
                         absl::MutexLock lock(&mutex);
                         if (answered++ == 0) return Response{200, "fine"};
                         ++inside;
                         const auto full = [&] { return inside >= 4; };
                         mutex.AwaitWithTimeout(absl::Condition(&full), kLong);
                         return Response{200, "fine"};
                       }));
  Connect();
  client_->SetSlots(4);
  absl::BlockingCounter all(5);
  OpenAiCall call{"/chat", "{}"};
  call.prefix = 7;
  const absl::Time began = absl::Now();
  for (int i = 0; i < 5; ++i)
    client_->CallAsync(call, Fine, [&](const absl::Status&) { all.DecrementCount(); });
  all.Wait();
  EXPECT_LT(absl::Now() - began, kLong);
}

TEST_F(OpenAiClientTest, HasNoMoreInFlightThanTheServerHasSlots) {
  absl::Mutex mutex;
  int inside = 0;
  int fullest = 0;
  ASSERT_OK_AND_ASSIGN(server_, HttpServer::Start([&](const Request&) {
                         absl::MutexLock lock(&mutex);
                         fullest = std::max(fullest, ++inside);
                         const auto full = [&] { return inside > 2; };
                         mutex.AwaitWithTimeout(absl::Condition(&full), absl::Milliseconds(5));
                         --inside;
                         return Response{200, "fine"};
                       }));
  Connect();
  client_->SetSlots(2);
  absl::BlockingCounter all(20);
  for (int i = 0; i < 20; ++i)
    client_->CallAsync({"/chat", "{}"}, Fine, [&](const absl::Status&) { all.DecrementCount(); });
  all.Wait();
  EXPECT_LE(fullest, 2);
}

TEST_F(OpenAiClientTest, HonoursRetryAfter) {
  Start({{429, "", {{"Retry-After", "1"}}}});
  const absl::Time before = absl::Now();
  EXPECT_OK(Call());
  EXPECT_GE(absl::Now() - before, absl::Seconds(1));
  EXPECT_EQ(requests(), 2u);
}

TEST_F(OpenAiClientTest, BoundsRetryAfterAndItsOwnTime) {
  options_.retry.longest_retry_after = absl::Milliseconds(1);
  Start({{503, "", {{"Retry-After", "86400"}}}});
  EXPECT_OK(Call());
  options_.retry.longest_retry_after = absl::Hours(1);
  options_.call_timeout = absl::Minutes(50);
  Start({{503, "no", {{"Retry-After", "3600"}}}});
  // It would be too late: reported at once, not after the time.
  EXPECT_THAT(Call(), StatusIs(absl::StatusCode::kUnavailable,
                               AllOf(HasSubstr("given up after 50m"), HasSubstr("503: no"))));
}

TEST_F(OpenAiClientTest, WaitsWhileTheBreakerIsOpenAndGoesOnWhenOneProbeIsAnswered) {
  constexpr int kCalls = 40;
  constexpr absl::Duration kCoolDown = absl::Milliseconds(50);
  options_.breaker = {5, kCoolDown, kCoolDown};
  options_.retry.max_attempts = 1000;
  std::atomic<bool> broken = true;
  std::atomic<int> failed = 0;
  ASSERT_OK_AND_ASSIGN(server_, HttpServer::Start([&](const Request&) {
                         if (!broken) return Response{200, "fine"};
                         ++failed;
                         return Response{500, "oops"};
                       }));
  Connect();
  std::vector<std::thread> callers;
  std::vector<absl::Status> statuses(kCalls);
  const absl::Time began = absl::Now();
  for (int i = 0; i < kCalls; ++i) callers.emplace_back([&, i] { statuses[i] = Call(); });
  // Everything let through before it opened, and then some probes.
  ASSERT_TRUE(server_->AwaitRequests(kCalls + 5, kLong) || failed >= 5);
  broken = false;
  const int probes = static_cast<int>((absl::Now() - began) / kCoolDown) + 1;
  for (std::thread& caller : callers) caller.join();
  for (const absl::Status& status : statuses) EXPECT_OK(status);
  // Without the breaker each would have been retried every few milliseconds. With it, a probe
  // and the few calls after it.
  EXPECT_LE(failed, kCalls + options_.breaker.failures_to_open + 5 * probes);
}

// A prompt may take minutes: what is sent to a server that is down costs it nothing.
TEST_F(OpenAiClientTest, AsksAServerThatIsDownForItsModelsAlone) {
  options_.breaker = {1, absl::Milliseconds(1), absl::Milliseconds(1)};
  options_.retry.max_attempts = 2;
  options_.retry.first = options_.retry.longest = absl::Milliseconds(1);
  std::atomic<int> calls = 0;
  std::atomic<int> probes = 0;
  ASSERT_OK_AND_ASSIGN(server_, HttpServer::Start([&](const Request& request) {
                         if (request.path == "/v1/models") {
                           // A server of this kind has no list; first it loads its model.
                           return Response{++probes <= 3 ? 503 : 404, "no"};
                         }
                         return Response{++calls == 1 ? 500 : 200, "fine"};
                       }));
  Connect();

  EXPECT_OK(Call());
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(probes, 4);
}

TEST_F(OpenAiClientTest, CountsNoAttemptOfACallAfterAProbeUntilOneSucceeds) {
  options_.breaker = {1, absl::Milliseconds(1), absl::Milliseconds(1)};
  options_.retry.max_attempts = 2;
  options_.retry.first = options_.retry.longest = absl::Milliseconds(1);
  std::atomic<int> calls = 0;
  ASSERT_OK_AND_ASSIGN(server_, HttpServer::Start([&](const Request& request) {
                         if (request.path == "/v1/models") return Response{200, "{}"};
                         return Response{++calls <= 9 ? 500 : 200, "fine"};
                       }));
  Connect();

  EXPECT_OK(Call());
  EXPECT_EQ(calls, 10);
}

TEST_F(OpenAiClientTest, WaitsForAnOpenBreakerNoLongerThanItsOwnTime) {
  options_.breaker = {1, absl::Hours(1), absl::Hours(1)};
  options_.retry.max_attempts = 1;
  options_.call_timeout = absl::Milliseconds(200);
  Start(std::vector<Response>(100, {500, "oops"}));
  // Opens it: by the reply, or by none in time on a busy machine.
  absl::Status first;
  do {
    first = Call();
  } while (!absl::StrContains(first.message(), "1 attempts"));
  EXPECT_THAT(Call(), StatusIs(absl::StatusCode::kUnavailable, "did not answer for 200ms"));
  EXPECT_LE(requests(), 1u);
}

TEST_F(OpenAiClientTest, TakesTooManyRequestsForALifeSign) {
  options_.breaker = {2, absl::Hours(1), absl::Hours(1)};
  Start(std::vector<Response>(6, {429, "slow down"}));
  EXPECT_OK(Call());
  EXPECT_EQ(requests(), 7u);
}

TEST_F(OpenAiClientTest, EndsEveryKindOfWaitOnShutdown) {
  options_.breaker = {2, absl::Hours(1), absl::Hours(1)};
  options_.retry.first = absl::Hours(1);
  options_.retry.longest = absl::Hours(1);
  options_.call_timeout = absl::Hours(100);
  // One in flight, two that failed and wait to retry, one at the breaker.
  Start({{200, "fine", {}, Fault::kNeverAnswer}, {500}, {500}});
  std::vector<absl::Status> statuses(4);
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&, i] { statuses[i] = Call(); });
    if (i < 3) {
      ASSERT_TRUE(server_->AwaitRequests(i + 1, kLong));
    }
  }
  client_->Shutdown();
  for (std::thread& caller : callers) caller.join();  // In an hour at the earliest, otherwise.
  for (const absl::Status& status : statuses)
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(Call(), StatusIs(absl::StatusCode::kCancelled));
}

// Waits for a reply, for the next attempt and for the breaker, all on one
// thread.
TEST_F(OpenAiClientTest, KeepsNoThreadForACallThatWaits) {
  options_.breaker = {5, absl::Hours(1), absl::Hours(1)};
  options_.retry.first = absl::Hours(1);
  options_.retry.longest = absl::Hours(1);
  options_.call_timeout = absl::Hours(100);
  options_.http.max_in_flight = 8;  // The server has a thread for each.
  Start(std::vector<Response>(1000, {500, "oops"}));
  std::atomic<int> cancelled = 0;
  absl::BlockingCounter all(300);
  const auto call = [&] {
    client_->CallAsync({"/chat", "{}"}, Fine, [&](const absl::Status& status) {
      if (absl::IsCancelled(status)) ++cancelled;
      all.DecrementCount();
    });
  };

  call();
  ASSERT_TRUE(server_->AwaitRequests(1, kLong));
  const int before = quipu::testing::ThreadCount();
  for (int i = 1; i < 300; ++i) call();
  ASSERT_TRUE(server_->AwaitRequests(5, kLong));
  const int during = quipu::testing::ThreadCount();
  client_->Shutdown();
  all.Wait();

  EXPECT_LE(during, before + 8);
  EXPECT_EQ(cancelled, 300);
}

TEST_F(OpenAiClientTest, KeepsTheKeyOutOfLogsAndStatuses) {
  options_.http.bearer_token = "sk-very-secret";
  options_.breaker = {1, absl::Milliseconds(1), absl::Milliseconds(1)};
  options_.call_timeout = absl::Milliseconds(500);
  Start({});
  ::testing::internal::CaptureStderr();
  std::string said;
  for (const int http : {400, 401, 429, 500, 200}) {
    ASSERT_OK_AND_ASSIGN(
        server_, HttpServer::Start([http](const Request& request) {
          return Response{http,
                          absl::StrCat("your ", request.headers.at("authorization"), " is wrong")};
        }));
    Connect();
    const absl::Status status = client_->Call(
        {"/chat", "{}"}, [](absl::string_view body) { return absl::InvalidArgumentError(body); });
    EXPECT_FALSE(status.ok());
    absl::StrAppend(&said, status.ToString(), "\n");
  }
  const std::string logged = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, AllOf(HasSubstr("your Bearer [key] is wrong"), Not(HasSubstr("very-secret"))));
  EXPECT_THAT(logged, AllOf(HasSubstr("fails"), Not(HasSubstr("very-secret"))));
}

TEST_F(OpenAiClientTest, CountsTheTimeInWhichItIsBusy) {
  Start({{200, "fine", {}, Fault::kNone, absl::Milliseconds(100)}});
  EXPECT_EQ(client_->stats().busy, absl::ZeroDuration());
  const absl::Duration before = Clock::Real()->Monotonic();
  EXPECT_OK(Call());
  const absl::Duration busy = client_->stats().busy;
  EXPECT_GE(busy, absl::Milliseconds(100));
  EXPECT_LE(busy, Clock::Real()->Monotonic() - before);
}

}  // namespace
}  // namespace quipu::inference
