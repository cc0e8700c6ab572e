// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/grpc_coordinator_client.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/service_fixture.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::FakeCoordinator;
using ::testing::HasSubstr;
using testing::kLong;
using testing::RunningService;
using testing::StatusIs;
using testing::TempDir;

// Tries often, for as long as a test may take.
GrpcClientOptions Patient(absl::string_view address) {
  GrpcClientOptions options;
  options.address = std::string(address);
  options.backoff_first = absl::Milliseconds(5);
  options.backoff_most = absl::Milliseconds(20);
  options.give_up_after = kLong;
  return options;
}

std::unique_ptr<GrpcCoordinatorClient> Create(const GrpcClientOptions& options) {
  auto client = GrpcCoordinatorClient::Create(options);
  EXPECT_OK(client.status());
  return client.ok() ? *std::move(client) : nullptr;
}

v1::LeaseRequest Poll() {
  v1::LeaseRequest request;
  request.set_session("session");
  request.set_wait_ms(20000);
  return request;
}

// A listener that accepts clients and never answers.
class SilentServer {
 public:
  explicit SilentServer(const std::string& path) : fd_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(fd_, 16), 0);
  }
  ~SilentServer() { close(fd_); }

 private:
  const int fd_;
};

// A listener that hangs up on each client, and counts them.
class HangingUpServer {
 public:
  explicit HangingUpServer(const std::string& path) : fd_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    unlink(path.c_str());
    EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(fd_, 16), 0);
    accepting_ = std::thread([this] {
      for (;;) {
        const int client = accept(fd_, nullptr, nullptr);
        if (client < 0) return;
        ++accepted_;
        close(client);
      }
    });
  }
  ~HangingUpServer() {
    shutdown(fd_, SHUT_RDWR);
    accepting_.join();
    close(fd_);
  }
  int accepted() const { return accepted_; }

 private:
  const int fd_;
  std::atomic<int> accepted_{0};
  std::thread accepting_;
};

class GrpcCoordinatorClientTest : public ::testing::Test {
 protected:
  CoordinatorServiceOptions OnSocket() {
    CoordinatorServiceOptions options;
    options.listen = Address();
    return options;
  }
  std::string Address() const { return absl::StrCat("unix:", dir_.Path("s")); }

  TempDir dir_{TempDir::Length::kShort};  // Has a socket.
  FakeCoordinator coordinator_;
};

TEST_F(GrpcCoordinatorClientTest, CarriesEveryVerb) {
  const RunningService service(&coordinator_);
  const auto client = service.Client();
  v1::HelloRequest hello;
  hello.set_build("mine");
  v1::LeaseRequest lease;
  lease.set_session("s");
  v1::RenewRequest renew;
  renew.set_session("s");
  renew.add_tickets();
  v1::SubmitRequest submit;
  submit.set_session("s");
  submit.add_leases();
  v1::ControlRequest control;
  control.set_verb(v1::ControlRequest::RESUME);

  EXPECT_EQ(client->Hello(hello)->build(), "mine");
  EXPECT_OK(client->Lease(lease).status());
  EXPECT_EQ(client->Renew(renew)->ttl_ms(0), 60000u);
  EXPECT_TRUE(client->Submit(submit)->leases(0).over());
  EXPECT_EQ(client->Status()->build(), "fake");
  EXPECT_EQ(client->Control(control)->message(), "did 1");
}

TEST_F(GrpcCoordinatorClientTest, WaitsForAServerThatIsNotThereYet) {
  const auto client = Create(Patient(Address()));
  std::thread call([&] { EXPECT_OK(client->Hello({}).status()); });

  const RunningService service(&coordinator_, OnSocket());
  call.join();

  EXPECT_THAT(coordinator_.calls(), ::testing::ElementsAre("Hello "));
}

TEST_F(GrpcCoordinatorClientTest, ContinuesAfterARestartOfTheServer) {
  const auto client = Create(Patient(Address()));
  {
    const RunningService first(&coordinator_, OnSocket());
    EXPECT_OK(client->Hello({}).status());
  }
  FakeCoordinator other;
  const RunningService second(&other, OnSocket());

  EXPECT_OK(client->Hello({}).status());
  EXPECT_EQ(other.calls().size(), 1u);
}

// Has answered a call and is gone since.
class CoordinatorThatIsLost {
 public:
  // `within_ms`: what the coordinator said.
  CoordinatorThatIsLost(const CoordinatorServiceOptions& service, GrpcClientOptions options,
                        uint32_t within_ms, double uniform) {
    class Saying : public FakeCoordinator {
     public:
      absl::StatusOr<v1::HelloReply> Hello(const Peer& peer, const v1::HelloRequest& r) override {
        absl::StatusOr<v1::HelloReply> reply = FakeCoordinator::Hello(peer, r);
        reply->set_return_within_ms(within_ms);
        return reply;
      }
      uint32_t within_ms = 0;
    };
    options.uniform = [this, uniform] {
      ++draws;
      return uniform;
    };
    client = Create(options);
    Saying coordinator;
    coordinator.within_ms = within_ms;
    const RunningService running(&coordinator, service);
    EXPECT_OK(client->Hello({}).status());
  }

  void AwaitDraw() const {
    const absl::Time deadline = Clock::Real()->Now() + kLong;
    while (draws == 0 && Clock::Real()->Now() < deadline) absl::SleepFor(absl::Milliseconds(1));
    EXPECT_GT(draws, 0);
  }

  std::atomic<int> draws{0};
  std::unique_ptr<GrpcCoordinatorClient> client;
};

TEST_F(GrpcCoordinatorClientTest, ComesBackWhenTheCoordinatorHasSaid) {
  CoordinatorThatIsLost lost(OnSocket(), Patient(Address()), /*within_ms=*/3000, /*uniform=*/0.5);
  const absl::Duration began = Clock::Real()->Monotonic();
  std::thread call([&] { EXPECT_OK(lost.client->Hello({}).status()); });
  lost.AwaitDraw();

  const RunningService second(&coordinator_, OnSocket());
  call.join();

  EXPECT_GE(Clock::Real()->Monotonic() - began, absl::Milliseconds(1500));
  EXPECT_LT(Clock::Real()->Monotonic() - began, kLong / 2);
}

TEST_F(GrpcCoordinatorClientTest, WaitsForNoMoreThanAShareOfItsPatience) {
  GrpcClientOptions options = Patient(Address());
  options.give_up_after = absl::Seconds(20);
  CoordinatorThatIsLost lost(OnSocket(), options, /*within_ms=*/4000000000u, /*uniform=*/0.2);
  const absl::Duration began = Clock::Real()->Monotonic();
  std::thread call([&] { EXPECT_OK(lost.client->Hello({}).status()); });
  lost.AwaitDraw();

  const RunningService second(&coordinator_, OnSocket());
  call.join();

  EXPECT_GE(Clock::Real()->Monotonic() - began, absl::Seconds(1));
  EXPECT_LT(Clock::Real()->Monotonic() - began, absl::Seconds(11));  // A fifth of a minute is 12.
}

// Also those that begin while it is away.
TEST_F(GrpcCoordinatorClientTest, AllItsCallsComeBackTogether) {
  CoordinatorThatIsLost lost(OnSocket(), Patient(Address()), /*within_ms=*/1000, /*uniform=*/0.9);
  std::vector<std::thread> calls;
  calls.emplace_back([&] { EXPECT_OK(lost.client->Hello({}).status()); });
  lost.AwaitDraw();
  for (int i = 0; i < 4; ++i) {
    calls.emplace_back([&] { EXPECT_OK(lost.client->Renew({}).status()); });
    calls.emplace_back([&] { EXPECT_OK(lost.client->Submit({}).status()); });
  }

  const RunningService second(&coordinator_, OnSocket());
  for (std::thread& call : calls) call.join();

  EXPECT_EQ(lost.draws, 1);
}

TEST_F(GrpcCoordinatorClientTest, ConnectsOnceInEachTimeWhileTheCoordinatorIsAway) {
  CoordinatorThatIsLost lost(OnSocket(), Patient(Address()), /*within_ms=*/300, /*uniform=*/0.5);
  std::thread call([&] {
    EXPECT_THAT(lost.client->Hello({}).status(), StatusIs(absl::StatusCode::kCancelled));
  });
  lost.AwaitDraw();
  const absl::Duration began = Clock::Real()->Monotonic();

  const HangingUpServer server(dir_.Path("s"));
  absl::SleepFor(absl::Seconds(3));  // taste-ok: counts what a real client does in a time
  lost.client->Cancel();
  call.join();

  const absl::Duration took = Clock::Real()->Monotonic() - began;
  EXPECT_GE(server.accepted(), 1);
  EXPECT_LE(server.accepted(), 2 + took / absl::Milliseconds(240));
  EXPECT_EQ(lost.draws, 1);
}

TEST_F(GrpcCoordinatorClientTest, WaitsAsLongAsTheCoordinatorSaysThatItIsNotReady) {
  RunningService service(nullptr);
  GrpcClientOptions options = Patient(service.address());
  std::atomic<int> waits{0};
  options.give_up_after = absl::Milliseconds(200);
  options.backoff_most = absl::Milliseconds(10);
  options.uniform = [&] {
    ++waits;
    return 1.0;
  };
  const auto client = Create(options);
  std::thread call([&] { EXPECT_OK(client->Hello({}).status()); });

  // About 600 ms of waits: three times its patience with a silent one.
  const absl::Time deadline = Clock::Real()->Now() + kLong;
  while (waits < 60 && Clock::Real()->Now() < deadline) absl::SleepFor(absl::Milliseconds(1));
  service->SetCoordinator(&coordinator_);
  call.join();

  EXPECT_GE(waits, 60);
}

TEST_F(GrpcCoordinatorClientTest, GivesUpWhenTheCoordinatorIsUnreachable) {
  GrpcClientOptions options = Patient(Address());
  options.give_up_after = absl::Milliseconds(100);

  const absl::Status status = Create(options)->Hello({}).status();

  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("given up after")));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable, HasSubstr(Address())));
}

TEST_F(GrpcCoordinatorClientTest, BacksOffTwiceAsLongEachTimeUpToTheMost) {
  class BusyForAWhile : public FakeCoordinator {
   public:
    absl::StatusOr<v1::RenewReply> Renew(const Peer& peer, const v1::RenewRequest& r) override {
      if (++renewals < 7) return absl::UnavailableError("busy");
      return FakeCoordinator::Renew(peer, r);
    }
    std::atomic<int> renewals{0};
  };
  BusyForAWhile busy;
  const RunningService service(&busy);
  GrpcClientOptions options = Patient(service.address());
  options.backoff_first = absl::Milliseconds(10);
  options.backoff_most = absl::Milliseconds(80);
  options.uniform = [] { return 1.0; };
  const absl::Duration began = Clock::Real()->Monotonic();

  EXPECT_OK(Create(options)->Renew({}).status());

  EXPECT_EQ(busy.renewals, 7);
  EXPECT_GE(Clock::Real()->Monotonic() - began, absl::Milliseconds(10 + 20 + 40 + 80 + 80 + 80));
}

TEST_F(GrpcCoordinatorClientTest, IsBackSoonAfterAServerWasAwayForLong) {
  GrpcClientOptions options = Patient(Address());
  options.backoff_first = absl::Milliseconds(1);
  options.backoff_most = absl::Milliseconds(1);
  std::atomic<int> waits{0};
  options.uniform = [&] {
    ++waits;
    return 1.0;
  };
  options.deadlines.hello = absl::Milliseconds(500);
  const auto client = Create(options);
  std::thread call([&] { EXPECT_OK(client->Hello({}).status()); });
  const absl::Time deadline = Clock::Real()->Now() + kLong;
  while (waits < 4 && Clock::Real()->Now() < deadline) absl::SleepFor(absl::Milliseconds(1));
  const absl::Duration began = Clock::Real()->Monotonic();

  const RunningService service(&coordinator_, OnSocket());
  call.join();

  // gRPC has waited for at most 1.5 s by then, and doubles. The rest is for a busy
  // machine.
  EXPECT_LT(Clock::Real()->Monotonic() - began, kLong / 2);
}

TEST_F(GrpcCoordinatorClientTest, FinalErrorsAreNotTriedAgain) {
  class Refusing : public FakeCoordinator {
   public:
    absl::StatusOr<v1::RenewReply> Renew(const Peer&, const v1::RenewRequest&) override {
      ++renewals;
      return absl::Status(code, "no");
    }
    std::atomic<int> renewals{0};
    absl::StatusCode code = absl::StatusCode::kOk;
  };
  Refusing refusing;
  const RunningService service(&refusing);
  const auto client = Create(Patient(service.address()));
  int wanted = 0;
  for (const absl::StatusCode code :
       {absl::StatusCode::kInvalidArgument, absl::StatusCode::kFailedPrecondition,
        absl::StatusCode::kPermissionDenied, absl::StatusCode::kUnauthenticated,
        absl::StatusCode::kDataLoss, absl::StatusCode::kInternal, absl::StatusCode::kUnknown}) {
    refusing.code = code;
    EXPECT_THAT(client->Renew({}).status(), StatusIs(code, "no"));
    EXPECT_EQ(refusing.renewals, ++wanted);
  }
}

TEST_F(GrpcCoordinatorClientTest, WhatMayPassIsTriedAgain) {
  class Busy : public FakeCoordinator {
   public:
    absl::StatusOr<v1::RenewReply> Renew(const Peer& peer, const v1::RenewRequest& r) override {
      const int n = renewals++;
      if (n == 0) return absl::UnavailableError("busy");
      if (n == 1) return absl::ResourceExhaustedError("busy");
      if (n == 2) return absl::DeadlineExceededError("busy");
      return FakeCoordinator::Renew(peer, r);
    }
    std::atomic<int> renewals{0};
  };
  Busy busy;
  const RunningService service(&busy);

  EXPECT_OK(Create(Patient(service.address()))->Renew({}).status());
  EXPECT_EQ(busy.renewals, 4);
}

TEST_F(GrpcCoordinatorClientTest, ASilentServerIsLeftAtTheDeadline) {
  const SilentServer silent(dir_.Path("s"));
  GrpcClientOptions options = Patient(Address());
  options.deadlines.hello = absl::Milliseconds(300);
  options.give_up_after = absl::ZeroDuration();
  const absl::Duration began = Clock::Real()->Monotonic();

  EXPECT_THAT(Create(options)->Hello({}).status(), StatusIs(absl::StatusCode::kDeadlineExceeded));

  EXPECT_LT(Clock::Real()->Monotonic() - began, kLong / 2);
}

TEST_F(GrpcCoordinatorClientTest, CancelLeasesEndsPollsAndLeavesTheOtherVerbs) {
  const RunningService service(&coordinator_);
  const auto client = Create(Patient(service.address()));
  std::thread poll(
      [&] { EXPECT_THAT(client->Lease(Poll()).status(), StatusIs(absl::StatusCode::kCancelled)); });
  ASSERT_TRUE(coordinator_.AwaitPolls(1));

  client->CancelLeases();
  poll.join();

  EXPECT_THAT(client->Lease(Poll()).status(), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_OK(client->Submit({}).status());
}

TEST_F(GrpcCoordinatorClientTest, CancelEndsACallThatWaitsToTryAgain) {
  GrpcClientOptions options = Patient(Address());
  std::atomic<bool> waiting{false};
  options.backoff_first = kLong;
  options.backoff_most = kLong;
  options.uniform = [&] {
    waiting = true;
    return 1.0;
  };
  const auto client = Create(options);
  std::thread call(
      [&] { EXPECT_THAT(client->Submit({}).status(), StatusIs(absl::StatusCode::kCancelled)); });
  const absl::Time deadline = Clock::Real()->Now() + kLong;
  while (!waiting && Clock::Real()->Now() < deadline) absl::SleepFor(absl::Milliseconds(1));
  const absl::Duration began = Clock::Real()->Monotonic();

  client->Cancel();
  call.join();

  EXPECT_LT(Clock::Real()->Monotonic() - began, kLong / 2);
  EXPECT_THAT(client->Hello({}).status(), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(GrpcCoordinatorClientTest, ARequestOverTheLimitIsNotSent) {
  const RunningService service(&coordinator_);
  v1::HelloRequest request;
  request.set_build(std::string(kMaxRpcBytes, 'b'));

  EXPECT_THAT(Create(Patient(service.address()))->Hello(request).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, absl::StrCat(kMaxRpcBytes)));
  EXPECT_THAT(coordinator_.calls(), ::testing::IsEmpty());
}

TEST_F(GrpcCoordinatorClientTest, RefusesAnAddressThatIsNone) {
  GrpcClientOptions options;
  options.address = "nowhere";

  EXPECT_THAT(GrpcCoordinatorClient::Create(options).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nowhere")));
}

}  // namespace
}  // namespace quipu::pipelines
