// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Long polls: who waits, for what, and that nobody starves.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/coordinator/coordinator.h"
#include "tests/support/coordinator_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::CoordinatorFixture;
using ::quipu::testing::Pending;
using ::quipu::testing::StatusIs;

using PendingLease = std::shared_ptr<Pending<v1::LeaseReply>>;

constexpr absl::Duration kWait = absl::Seconds(30);

TEST(CoordinatorPollsTest, WaitAsLongAsTheyAskedAndNoLonger) {
  CoordinatorFixture run(1, 1);
  const std::string ann = run.Hello("ann");
  const std::string bob = run.Hello("bob");
  run.Lease(ann, 1);
  const PendingLease short_one = run.Poll(bob, 1, absl::Milliseconds(1500));
  const PendingLease long_one = run.Poll(ann, 1, kWait);
  EXPECT_EQ(run.coordinator->Tick(), absl::Milliseconds(1500));
  run.Pass(absl::Milliseconds(1499));
  EXPECT_FALSE(short_one->answered);

  run.Pass(absl::Milliseconds(1));

  ASSERT_OK(short_one->reply);
  EXPECT_EQ(short_one->reply->chunks_size(), 0);
  EXPECT_FALSE(short_one->reply->run_done());
  EXPECT_FALSE(long_one->answered);
  run.Pass(kWait);
  EXPECT_OK(long_one->reply);
}

TEST(CoordinatorPollsTest, AreAnsweredWhenALeaseExpiresAndItsBackoffIsOver) {
  CoordinatorFixture run(1, 1);
  run.options.leases.ttl = absl::Seconds(5);
  run.options.leases.backoff_first = absl::Seconds(8);
  run.options.leases.backoff_most = absl::Seconds(8);
  run.Start();
  run.Lease(run.Hello("ann"), 1);
  const PendingLease waiting = run.Poll(run.Hello("bob"), 1, kWait);
  absl::Duration waited;
  while (!waiting->answered && waited < absl::Seconds(20)) {
    // Only as often as it asked to be called.
    const absl::Duration next = run.coordinator->Tick();
    EXPECT_GT(next, absl::ZeroDuration());
    run.Pass(next);
    waited += next;
  }

  ASSERT_OK(waiting->reply);
  EXPECT_EQ(waiting->reply->chunks_size(), 1);
  EXPECT_GE(waited, absl::Seconds(5));
  EXPECT_LE(waited, absl::Seconds(13));
}

TEST(CoordinatorPollsTest, AreAnsweredWhenTheRunIsDone) {
  CoordinatorFixture run(1, 1);
  const std::string ann = run.Hello("ann");
  const v1::LeasedChunk chunk = run.Lease(ann, 1).chunks(0);
  const PendingLease waiting = run.Poll(run.Hello("bob"), 1, kWait);

  run.Submit(ann, {run.Work(chunk)});

  ASSERT_OK(waiting->reply);
  EXPECT_TRUE(waiting->reply->run_done());
}

TEST(CoordinatorPollsTest, AreAnsweredWhenALeaseIsReleased) {
  CoordinatorFixture run(1, 1);
  const std::string ann = run.Hello("ann");
  v1::LeaseResults back;
  *back.mutable_ticket() = run.Lease(ann, 1).chunks(0).ticket();
  back.set_failure(v1::ATTEMPT_FAILURE_RETURNED);
  const PendingLease waiting = run.Poll(run.Hello("bob"), 1, kWait);

  EXPECT_TRUE(run.Submit(ann, {back}).leases(0).over());

  ASSERT_OK(waiting->reply);
  EXPECT_EQ(waiting->reply->chunks_size(), 1);
}

TEST(CoordinatorPollsTest, AreOneASession) {
  CoordinatorFixture run(1, 1);
  const std::string ann = run.Hello("ann");
  run.Lease(run.Hello("bob"), 1);
  const PendingLease first = run.Poll(ann, 1, kWait);

  const PendingLease second = run.Poll(ann, 1, kWait);

  EXPECT_OK(first->reply);
  EXPECT_FALSE(second->answered);
}

TEST(CoordinatorPollsTest, GetNothingOnceTheyAreCancelled) {
  CoordinatorFixture run(1, 1);
  const std::string ann = run.Hello("ann");
  const std::string bob = run.Hello("bob");
  v1::LeaseResults back;
  *back.mutable_ticket() = run.Lease(ann, 1).chunks(0).ticket();
  back.set_failure(v1::ATTEMPT_FAILURE_RETURNED);
  const PendingLease waiting = run.Poll(bob, 1, kWait);

  run.coordinator->CancelLease(bob);
  run.Submit(ann, {back});

  EXPECT_THAT(waiting->reply, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(run.coordinator->Status().tasks().leased(), 0u);
}

TEST(CoordinatorPollsTest, AreServedInOrderOfArrival) {
  CoordinatorFixture run(6, 1);
  const std::string ann = run.Hello("ann");
  const v1::LeaseReply all = run.Lease(ann, 6);
  std::vector<PendingLease> waiting;
  for (int i = 0; i < 6; ++i) {
    waiting.push_back(run.Poll(run.Hello(absl::StrCat("worker-", i)), 1, kWait));
  }
  for (int i = 0; i < 6; ++i) {
    v1::LeaseResults back;
    *back.mutable_ticket() = all.chunks(i).ticket();
    back.set_failure(v1::ATTEMPT_FAILURE_RETURNED);
    run.Submit(ann, {back});
    for (int k = 0; k < 6; ++k) EXPECT_EQ(waiting[k]->answered, k <= i) << i << " " << k;
  }
}

v1::LeaseResults Returned(const v1::LeasedChunk& chunk, v1::AttemptFailure failure) {
  v1::LeaseResults back;
  *back.mutable_ticket() = chunk.ticket();
  back.set_failure(failure);
  return back;
}

TEST(CoordinatorPollsTest, OfWorkersThatDeliverAreServedBeforeOthersAndThenTheOthers) {
  CoordinatorFixture run(5, 1);
  const std::string ann = run.Hello("ann");
  const std::string bob = run.Hello("bob");
  for (const std::string& session : {ann, bob}) {
    run.Submit(session, {run.Work(run.Lease(session, 1).chunks(0))});
  }
  const std::string cat = run.Hello("cat");
  const v1::LeaseReply held = run.Lease(cat, 3);
  ASSERT_EQ(held.chunks_size(), 3);
  const PendingLease first = run.Poll(run.Hello("new"), 1, kWait);
  const PendingLease second = run.Poll(ann, 1, kWait);
  const PendingLease third = run.Poll(bob, 1, kWait);

  run.Submit(cat, {Returned(held.chunks(0), v1::ATTEMPT_FAILURE_RETURNED)});
  EXPECT_TRUE(second->answered);
  run.Submit(cat, {Returned(held.chunks(1), v1::ATTEMPT_FAILURE_RETURNED)});
  EXPECT_TRUE(third->answered);
  EXPECT_FALSE(first->answered);
  run.Submit(cat, {Returned(held.chunks(2), v1::ATTEMPT_FAILURE_RETURNED)});
  EXPECT_TRUE(first->answered);
}

// Bug: while any audit was open, the first poll took all it wanted.
TEST(CoordinatorPollsTest, ShareWhatThereIsThoughAnAuditIsOpen) {
  CoordinatorFixture run(8, 1);
  run.options.leases.audit_share = 1;
  run.Start();
  const std::string ann = run.Hello("ann");
  const v1::LeaseReply held = run.Lease(ann, 8);
  ASSERT_EQ(held.chunks_size(), 8);
  run.Submit(ann, {run.Work(held.chunks(0))});
  ASSERT_EQ(run.Lease(run.Hello("auditor"), 1).chunks_size(), 1);
  const PendingLease bob = run.Poll(run.Hello("bob"), 8, kWait);
  const PendingLease cat = run.Poll(run.Hello("cat"), 8, kWait);
  std::vector<v1::LeaseResults> back;
  for (int i = 1; i < 8; ++i) {
    back.push_back(Returned(held.chunks(i), v1::ATTEMPT_FAILURE_RETURNED));
  }

  run.Submit(ann, back);

  ASSERT_OK(bob->reply);
  ASSERT_OK(cat->reply);
  EXPECT_EQ(bob->reply->chunks_size(), 4);
  EXPECT_EQ(cat->reply->chunks_size(), 3);
}

// Bug: the leases of a reply over gRPC's limit were granted, lost and granted again, for ever.
TEST(CoordinatorPollsTest, GetNoMoreThanFitsAMessageAndTheRestIsFree) {
  CoordinatorFixture run(20, 1, /*more_text=*/1 << 20);
  const std::string ann = run.Hello("ann");
  int got = 0;
  while (got < 20) {
    const v1::LeaseReply reply = run.Lease(ann, 20);
    ASSERT_GT(reply.chunks_size(), 0);
    EXPECT_LE(reply.ByteSizeLong(), static_cast<size_t>(kMaxRpcBytes));
    got += reply.chunks_size();
    EXPECT_EQ(run.coordinator->Status().tasks().leased(), static_cast<uint64_t>(got));
  }
  EXPECT_EQ(got, 20);
  EXPECT_EQ(run.coordinator->Status().expired(), 0u);
}

// What is pending has to wait after a failure: the lease of one that only renews is taken.
TEST(CoordinatorPollsTest, StarveThoughAChunkIsPendingThatMustWait) {
  CoordinatorFixture run(3, 1);
  run.options.leases.ttl = absl::Seconds(5);
  run.options.leases.backoff_first = absl::Hours(1000);
  run.options.leases.backoff_most = absl::Hours(1000);
  run.Start();
  const std::string ann = run.Hello("ann");
  run.Submit(ann, {run.Work(run.Lease(ann, 1).chunks(0))});
  run.Submit(ann, {Returned(run.Lease(ann, 1).chunks(0), v1::ATTEMPT_FAILURE_ENGINE)});
  const std::string idle = run.Hello("idle");
  v1::RenewRequest renew;
  renew.set_session(idle);
  *renew.add_tickets() = run.Lease(idle, 1).chunks(0).ticket();
  const PendingLease waiting = run.Poll(ann, 1, kWait);

  absl::Duration waited;
  for (; !waiting->answered && waited < kWait; waited += absl::Seconds(1)) {
    run.Pass(absl::Seconds(1));
    ASSERT_OK(run.coordinator->Renew({}, renew));
  }
  ASSERT_OK(waiting->reply);
  EXPECT_EQ(waiting->reply->chunks_size(), 1);
  EXPECT_LE(waited, 3 * run.options.leases.ttl);
}

// One that takes nearly everything and only renews loses all of it at once, while one worker waits.
TEST(CoordinatorPollsTest, GetAllLeasesOfAWorkerThatNeverDeliversInOneRenewal) {
  CoordinatorFixture run(31, 1);
  run.options.leases.ttl = absl::Seconds(5);
  run.Start();
  const std::string ann = run.Hello("ann");
  run.Submit(ann, {run.Work(run.Lease(ann, 1).chunks(0))});
  const std::string idle = run.Hello("idle");
  v1::RenewRequest renew;
  renew.set_session(idle);
  const v1::LeaseReply held = run.Lease(idle, 30);
  for (const v1::LeasedChunk& chunk : held.chunks()) *renew.add_tickets() = chunk.ticket();
  ASSERT_EQ(renew.tickets_size(), 30);
  for (int n = 0; n < 5; ++n) {
    run.Pass(absl::Seconds(2));
    ASSERT_OK(run.coordinator->Renew({}, renew));
  }
  EXPECT_EQ(run.coordinator->Status().tasks().leased(), 30u) << "nobody waits";
  const PendingLease waiting = run.Poll(ann, 30, kWait);
  run.Pass(absl::Seconds(1));

  ASSERT_OK(run.coordinator->Renew({}, renew));
  run.Commit();  // The grant.

  ASSERT_TRUE(waiting->answered);
  EXPECT_EQ(waiting->reply->chunks_size(), 30);
}

TEST(CoordinatorPollsTest, OfThousandsAreAllServedAndStopNobody) {
  constexpr int kWorkers = 10000;
  CoordinatorFixture run(kWorkers, 1);
  run.options.leases.max_leases_per_worker = kWorkers;
  run.Start();
  const std::string hog = run.Hello("hog");
  const v1::LeaseReply all = run.Lease(hog, kWorkers);
  ASSERT_EQ(all.chunks_size(), kWorkers);
  std::vector<PendingLease> waiting;
  for (int i = 0; i < kWorkers; ++i) {
    waiting.push_back(run.Poll(run.Hello(absl::StrCat("worker-", i)), 1, kWait));
  }
  // Released in pieces: each piece goes to the longest waiting polls.
  int given = 0;
  while (given < kWorkers) {
    std::vector<v1::LeaseResults> back;
    for (int n = 0; n < 500; ++n) {
      v1::LeaseResults& results = back.emplace_back();
      *results.mutable_ticket() = all.chunks(given++).ticket();
      results.set_failure(v1::ATTEMPT_FAILURE_RETURNED);
    }
    run.Submit(hog, back);
    ASSERT_TRUE(waiting[given - 1]->answered);
    ASSERT_TRUE(given == kWorkers || !waiting[given]->answered);
  }
  for (const PendingLease& poll : waiting) {
    ASSERT_OK(poll->reply);
    EXPECT_EQ(poll->reply->chunks_size(), 1);
  }
}

// Those at the head hold all they may; the last one does not.
TEST(CoordinatorPollsTest, ThatCannotBeServedDoNotHideThoseThatCan) {
  constexpr int kFull = 2000;
  CoordinatorFixture run(kFull + 1, 1);
  run.options.leases.max_leases_per_worker = 1;
  run.Start();
  std::vector<PendingLease> full;
  for (int i = 0; i < kFull; ++i) {
    const std::string session = run.Hello(absl::StrCat("full-", i));
    ASSERT_EQ(run.Lease(session, 1).chunks_size(), 1);
    full.push_back(run.Poll(session, 1, kWait));
  }
  const std::string last = run.Hello("last");
  v1::LeaseResults back;
  *back.mutable_ticket() = run.Lease(last, 1).chunks(0).ticket();
  back.set_failure(v1::ATTEMPT_FAILURE_RETURNED);
  const PendingLease hidden = run.Poll(run.Hello("hidden"), 1, kWait);
  run.Submit(last, {back});

  // Not at the first event, but soon.
  for (int ticks = 0; !hidden->answered && ticks < 20; ++ticks) {
    run.Pass(std::min(run.coordinator->Tick(), absl::Milliseconds(50)));
  }
  ASSERT_OK(hidden->reply);
  EXPECT_EQ(hidden->reply->chunks_size(), 1);
}

TEST(CoordinatorSessionsTest, AreBoundedAndForgottenWhenTheyAreOfNoUse) {
  CoordinatorFixture run(2, 1);
  const std::string ann = run.Hello("ann");
  run.Lease(ann, 1);
  const std::string first = run.Hello("one/1");
  for (int i = 2; i < kMaxWorkers; ++i) run.Hello(absl::StrCat("one/", i));

  // Another identity replaces a session that has done nothing, never ann's.
  const std::string bob = run.Hello("bob");
  v1::RenewRequest renew;
  renew.set_session(first);
  EXPECT_THAT(run.coordinator->Renew({}, renew),
              StatusIs(absl::StatusCode::kFailedPrecondition, "no such session"));
  for (const std::string& session : {ann, bob}) {
    renew.set_session(session);
    EXPECT_OK(run.coordinator->Renew({}, renew));
  }
  // The rest goes in its time.
  for (int i = 0; i < 200; ++i) run.Pass(absl::Seconds(10));
  EXPECT_EQ(run.coordinator->Status().workers_size(), 0);
}

TEST(CoordinatorSessionsTest, ManyNamesOfOnePeerShutOutNobody) {
  CoordinatorFixture run(2, 1);
  for (int i = 0; i < kMaxWorkers; ++i) run.Hello(absl::StrCat("one/", i));
  const std::string honest = run.Hello("honest");

  // The peer keeps saying Hello under its names.
  for (int i = 0; i < kMaxWorkers; i += 7) run.Hello(absl::StrCat("one/", i));

  v1::RenewRequest renew;
  renew.set_session(honest);
  EXPECT_OK(run.coordinator->Renew({}, renew));
}

// The thread that commits may have ended when a grant has its chunk's text.
TEST(CoordinatorPollsTest, AreAnsweredWhenTheCoordinatorStopsWhileTheirChunkIsRead) {
  CoordinatorFixture run(1, 1);
  const std::string ann = run.Hello("ann");
  run.run_store->SetReading([&] {
    run.coordinator->Stop();
    run.Commit();
  });

  const PendingLease pending = run.Poll(ann, 1, kWait);

  ASSERT_TRUE(pending->answered);
  EXPECT_THAT(pending->reply, StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace quipu::pipelines
