// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The coordinator with its threads, called by clients in this process.
#include "pipelines/coordinator/runner.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/coordinator/client.h"
#include "tests/support/coordinator_fixture.h"
#include "tests/support/stack_limit.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::CoordinatorFixture;
using ::quipu::testing::StatusIs;

class CoordinatorRunnerTest : public ::testing::Test {
 protected:
  CoordinatorRunnerTest() : run_(400, 2) {
    run_.options.clock = Clock::Real();
    run_.Start();
  }

  static v1::LeaseRequest LeaseOf(const std::string& session, int max, int wait_ms) {
    v1::LeaseRequest request;
    request.set_session(session);
    request.set_max_chunks(max);
    request.set_wait_ms(wait_ms);
    return request;
  }

  // Works until the run is done.
  absl::Status WorkAs(const std::string& name) {
    const std::unique_ptr<CoordinatorClient> client =
        MakeLocalCoordinatorClient(run_.coordinator.get());
    const absl::StatusOr<v1::HelloReply> hello = client->Hello(run_.HelloOf(name));
    if (!hello.ok()) return hello.status();
    while (true) {
      const absl::StatusOr<v1::LeaseReply> granted =
          client->Lease(LeaseOf(hello->session(), 3, 10000));
      if (!granted.ok()) return granted.status();
      if (granted->run_done()) return absl::OkStatus();
      v1::SubmitRequest submit;
      submit.set_session(hello->session());
      for (const v1::LeasedChunk& chunk : granted->chunks()) {
        *submit.add_leases() = run_.Work(chunk);
      }
      const absl::StatusOr<v1::SubmitReply> stored = client->Submit(submit);
      if (!stored.ok()) return stored.status();
    }
  }

  CoordinatorFixture run_;
};

TEST_F(CoordinatorRunnerTest, LetsManyWorkersFinishARun) {
  run_.options.leases.audit_share = 0.3;
  run_.Start();
  ASSERT_OK_AND_ASSIGN(const auto runner, CoordinatorRunner::Start(run_.coordinator.get()));
  std::vector<absl::Status> ended(8);
  std::vector<std::thread> workers;
  for (int i = 0; i < 8; ++i) {
    workers.emplace_back([this, i, &ended] { ended[i] = WorkAs(absl::StrCat("worker-", i)); });
  }
  for (std::thread& worker : workers) worker.join();
  runner->Stop();

  for (const absl::Status& status : ended) EXPECT_OK(status);
  EXPECT_TRUE(run_.coordinator->Done());
  EXPECT_EQ(run_.disk.num_results(), 800u);
  EXPECT_EQ(run_.Wrong(), 0);
}

TEST_F(CoordinatorRunnerTest, AnswersAPollWhenItsTimeIsOver) {
  ASSERT_OK_AND_ASSIGN(const auto runner, CoordinatorRunner::Start(run_.coordinator.get()));
  const std::unique_ptr<CoordinatorClient> client =
      MakeLocalCoordinatorClient(run_.coordinator.get());
  ASSERT_OK_AND_ASSIGN(const v1::HelloReply ann, client->Hello(run_.HelloOf("ann")));
  ASSERT_OK_AND_ASSIGN(const v1::HelloReply bob, client->Hello(run_.HelloOf("bob")));
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK(client->Lease(LeaseOf(i == 0 ? ann.session() : bob.session(), 256, 0)));
  }
  ASSERT_OK_AND_ASSIGN(const v1::HelloReply cat, client->Hello(run_.HelloOf("cat")));

  ASSERT_OK_AND_ASSIGN(const v1::LeaseReply none, client->Lease(LeaseOf(cat.session(), 1, 20)));

  EXPECT_EQ(none.chunks_size(), 0);
}

TEST_F(CoordinatorRunnerTest, StopsWithEveryCallAnswered) {
  ASSERT_OK_AND_ASSIGN(auto runner, CoordinatorRunner::Start(run_.coordinator.get()));
  std::vector<absl::Status> ended(8);
  std::vector<std::thread> workers;
  for (int i = 0; i < 8; ++i) {
    workers.emplace_back([this, i, &ended] { ended[i] = WorkAs(absl::StrCat("worker-", i)); });
  }
  runner->Stop();
  runner->Stop();
  runner.reset();
  for (std::thread& worker : workers) worker.join();

  // Each was done before the stop, or was told of it.
  for (const absl::Status& status : ended) {
    EXPECT_TRUE(status.ok() || absl::IsUnavailable(status)) << status;
  }
  EXPECT_EQ(run_.Wrong(), 0);
}

TEST_F(CoordinatorRunnerTest, ThatCannotStartItsThreadsStopsTheCoordinator) {
  const testing::NoMoreThreads none;

  EXPECT_THAT(CoordinatorRunner::Start(run_.coordinator.get()).status(),
              StatusIs(absl::StatusCode::kResourceExhausted, "thread \"commit\""));

  EXPECT_THAT(MakeLocalCoordinatorClient(run_.coordinator.get())->Hello(run_.HelloOf("ann")),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(CoordinatorRunnerTest, LetsAClientCancelItsPollsAndThenAll) {
  ASSERT_OK_AND_ASSIGN(const auto runner, CoordinatorRunner::Start(run_.coordinator.get()));
  const std::unique_ptr<CoordinatorClient> client =
      MakeLocalCoordinatorClient(run_.coordinator.get());
  ASSERT_OK_AND_ASSIGN(const v1::HelloReply hog, client->Hello(run_.HelloOf("hog")));
  ASSERT_OK_AND_ASSIGN(const v1::HelloReply pig, client->Hello(run_.HelloOf("pig")));
  ASSERT_OK_AND_ASSIGN(const v1::LeaseReply granted, client->Lease(LeaseOf(hog.session(), 256, 0)));
  ASSERT_OK(client->Lease(LeaseOf(pig.session(), 256, 0)));
  ASSERT_OK_AND_ASSIGN(const v1::HelloReply ann, client->Hello(run_.HelloOf("ann")));
  absl::Status polled;
  std::thread poller([&] { polled = client->Lease(LeaseOf(ann.session(), 1, 30000)).status(); });
  client->CancelLeases();
  poller.join();
  EXPECT_THAT(polled, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(client->Lease(LeaseOf(ann.session(), 1, 0)), StatusIs(absl::StatusCode::kCancelled));

  v1::SubmitRequest submit;
  submit.set_session(hog.session());
  *submit.add_leases() = run_.Work(granted.chunks(0));
  EXPECT_OK(client->Submit(submit));
  client->Cancel();
  EXPECT_THAT(client->Submit(submit), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(client->Hello(run_.HelloOf("ann")), StatusIs(absl::StatusCode::kCancelled));
  v1::RenewRequest renew;
  EXPECT_THAT(client->Renew(renew), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace quipu::pipelines
