// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a restart leaves as it was, and how a run and a coordinator end.
#include <string>

#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/coordinator/coordinator.h"
#include "pipelines/coordinator/lease_ticket.h"
#include "tests/support/coordinator_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::CoordinatorFixture;
using ::quipu::testing::StatusIs;
using ::testing::Each;
using ::testing::ElementsAre;

constexpr absl::Duration kTtl = absl::Seconds(60);

TEST(CoordinatorTest, HonoursTicketsOfAnEarlierStart) {
  CoordinatorFixture run(2, 2);
  std::string ann = run.Hello("ann");
  const v1::LeaseReply granted = run.Lease(ann, 2);
  v1::LeaseResults part = run.Work(granted.chunks(0));
  part.mutable_results()->RemoveLast();
  run.Submit(ann, {part});

  run.Start();
  EXPECT_THAT(run.Send(ann, {})->reply,
              StatusIs(absl::StatusCode::kFailedPrecondition, "Hello again"));
  ann = run.Hello("ann");
  const std::string bob = run.Hello("bob");

  // The leases are still ann's.
  EXPECT_EQ(run.Lease(bob, 2).chunks_size(), 0);
  v1::RenewRequest renew;
  renew.set_session(ann);
  *renew.add_tickets() = granted.chunks(0).ticket();
  *renew.add_tickets() = granted.chunks(1).ticket();
  EXPECT_THAT(run.coordinator->Renew({}, renew)->ttl_ms(), ElementsAre(60000u, 60000u));
  const v1::SubmitReply reply =
      run.Submit(ann, {run.Work(granted.chunks(0)), run.Work(granted.chunks(1))});
  EXPECT_THAT(reply.leases(0).results(),
              ElementsAre(v1::SUBMIT_OUTCOME_DUPLICATE, v1::SUBMIT_OUTCOME_STORED));
  EXPECT_THAT(reply.leases(1).results(), Each(v1::SUBMIT_OUTCOME_STORED));
  EXPECT_TRUE(run.coordinator->Done());
}

TEST(CoordinatorTest, FencesTicketsOfAnEarlierStartOnceTheChunkIsGrantedAgain) {
  CoordinatorFixture run(1, 1);
  run.options.leases.backoff_first = absl::ZeroDuration();
  run.Start();
  const v1::LeasedChunk before = run.Lease(run.Hello("ann"), 1).chunks(0);
  run.Start();
  const std::string ann = run.Hello("ann", 'b');
  const std::string bob = run.Hello("bob");
  run.Pass(kTtl + absl::Seconds(1));
  const v1::LeasedChunk anew = run.Lease(bob, 1).chunks(0);

  EXPECT_EQ(run.Submit(ann, {run.Work(before)}).leases(0).ticket(), v1::SUBMIT_OUTCOME_STALE);
  EXPECT_THAT(run.Submit(bob, {run.Work(anew)}).leases(0).results(),
              ElementsAre(v1::SUBMIT_OUTCOME_STORED));
}

TEST(CoordinatorTest, TakesTicketsOfGrantsThatThePowerFailureTook) {
  CoordinatorFixture run(1, 1);
  const v1::LeasedChunk chunk = run.Lease(run.Hello("ann"), 1).chunks(0);
  run.coordinator.reset();
  run.disk.LosePower(0);
  run.Start();

  EXPECT_THAT(run.Submit(run.Hello("ann"), {run.Work(chunk)}).leases(0).results(),
              ElementsAre(v1::SUBMIT_OUTCOME_STORED));
}

// Coordinator and worker stop together and are back, as after a requeue: the worker could not
// release its lease, and must not pay for that.
TEST(CoordinatorTest, ALeaseOfAnEarlierStartDoesNotCountAgainstAWorkerThatIsBack) {
  CoordinatorFixture run(1, 1);
  run.Lease(run.Hello("ann", 'a'), 1);
  run.Start();
  const std::string ann = run.Hello("ann", 'b');
  run.Pass(kTtl - absl::Seconds(10));
  const auto waiting = run.Poll(ann, 1, absl::Seconds(20));
  run.Pass(absl::Seconds(11));

  ASSERT_TRUE(waiting->answered);
  ASSERT_EQ(waiting->reply->chunks_size(), 1);
  EXPECT_TRUE(run.Submit(ann, {run.Work(waiting->reply->chunks(0))}).leases(0).over());
  EXPECT_EQ(run.coordinator->Status().expired(), 0u);
}

TEST(CoordinatorTest, WritesAGrantBeforeItIsTold) {
  CoordinatorFixture run(1, 1);
  const auto pending = run.Poll(run.Hello("ann"), 1, absl::Seconds(30));
  EXPECT_FALSE(pending->answered);
  EXPECT_TRUE(run.disk.journal().empty());

  EXPECT_GT(run.coordinator->CommitSome(), 0);

  EXPECT_TRUE(pending->answered);
  ASSERT_EQ(run.disk.journal().size(), 1u);
  EXPECT_TRUE(run.disk.journal()[0].has_granted());
}

// ---- The end.

TEST(CoordinatorTest, StopsWithWhatWasSubmittedCommitted) {
  CoordinatorFixture run(2, 1);
  const std::string ann = run.Hello("ann");
  const v1::LeaseReply granted = run.Lease(ann, 2);
  const auto parked = run.Poll(ann, 1, absl::Seconds(30));
  const auto sent = run.Send(ann, {run.Work(granted.chunks(0))});

  run.coordinator->Stop();
  EXPECT_THAT(parked->reply, StatusIs(absl::StatusCode::kUnavailable, "stopping"));
  EXPECT_THAT(run.Send(ann, {run.Work(granted.chunks(1))})->reply,
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(run.Poll(ann, 1, absl::ZeroDuration())->reply,
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(run.coordinator->Hello({}, run.HelloOf("bob")),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(sent->answered);
  run.Commit();

  EXPECT_OK(sent->reply);
  EXPECT_EQ(run.disk.num_results(), 1u);
  EXPECT_OK(run.coordinator->Failed());
}

TEST(CoordinatorTest, AnswersAllWhoWaitWhenItIsDestroyed) {
  CoordinatorFixture run(2, 1);
  const std::string ann = run.Hello("ann");
  const v1::LeaseReply granted = run.Lease(ann, 1);
  const auto sent = run.Send(ann, {run.Work(granted.chunks(0))});
  const auto ungranted = run.Poll(ann, 1, absl::Seconds(30));
  run.coordinator.reset();
  EXPECT_THAT(sent->reply, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(ungranted->reply, StatusIs(absl::StatusCode::kUnavailable));
}

TEST(CoordinatorTest, EndsTheRunWithTheStoresError) {
  CoordinatorFixture run(3, 1);
  const std::string ann = run.Hello("ann");
  const v1::LeaseReply granted = run.Lease(ann, 2);
  run.Lease(run.Hello("bob"), 1);
  const auto parked = run.Poll(run.Hello("cat"), 1, absl::Seconds(30));
  run.run_store->SetFate([](const JournalBatch&, bool) { return simulation::Fate::kFail; });

  const auto first = run.Send(ann, {run.Work(granted.chunks(0))});
  const auto second = run.Send(ann, {run.Work(granted.chunks(1))});
  run.Commit();

  EXPECT_FALSE(run.coordinator->Failed().ok());
  for (const auto& sent : {first, second}) {
    EXPECT_EQ(sent->reply.status(), run.coordinator->Failed());
  }
  EXPECT_EQ(parked->reply.status(), run.coordinator->Failed());
  EXPECT_EQ(run.Send(ann, {})->reply.status(), run.coordinator->Failed());
}

TEST(CoordinatorTest, RefusesAShortSecret) {
  CoordinatorFixture run(1, 1);
  run.options.secret = std::string(31, 's');
  EXPECT_THAT(Coordinator::Start(run.options, run.run_store.get()),
              StatusIs(absl::StatusCode::kInvalidArgument, "31 bytes, minimum 32"));
}

}  // namespace
}  // namespace quipu::pipelines
