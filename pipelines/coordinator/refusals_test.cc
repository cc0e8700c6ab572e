// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Refused results and tickets, the consequences for their senders, and
// quarantined chunks.
#include <string>

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
using ::quipu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr absl::Duration kTtl = absl::Seconds(60);

// ---- Refusals.

TEST(CoordinatorRefusalsTest, RefusesForgedAndStolenTicketsAndQuarantinesTheirBearer) {
  CoordinatorFixture run(4, 1);
  run.options.max_invalid_results = 3;
  run.Start();
  const std::string ann = run.Hello("ann");
  const std::string eve = run.Hello("eve");
  const v1::LeasedChunk annas = run.Lease(ann, 1).chunks(0);

  // Ann's ticket in another's hands.
  v1::LeaseOutcome outcome = run.Submit(eve, {run.Work(annas)}).leases(0);
  EXPECT_THAT(outcome.results(), ElementsAre(v1::SUBMIT_OUTCOME_INVALID));
  EXPECT_EQ(outcome.ticket(), v1::SUBMIT_OUTCOME_INVALID);
  EXPECT_THAT(outcome.message(), HasSubstr("of worker ann, presented by eve"));
  // Her own, changed.
  v1::LeaseResults forged = run.Work(run.Lease(eve, 1).chunks(0));
  forged.mutable_ticket()->mutable_ticket()->back() ^= 1;
  EXPECT_THAT(run.Submit(eve, {forged}).leases(0).message(), HasSubstr("not signed"));
  forged.mutable_ticket()->clear_hmac();
  EXPECT_THAT(run.Submit(eve, {forged}).leases(0).message(), HasSubstr("want 32"));

  EXPECT_EQ(run.disk.num_results(), 0u);
  EXPECT_THAT(run.Send(eve, {})->reply,
              StatusIs(absl::StatusCode::kPermissionDenied, "3 invalid results (at most 3)"));
  EXPECT_THAT(run.Poll(eve, 1, absl::ZeroDuration())->reply,
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(run.coordinator->Hello({}, run.HelloOf("eve", 'z')),
              StatusIs(absl::StatusCode::kPermissionDenied));
  run.Start();
  EXPECT_THAT(run.coordinator->Hello({}, run.HelloOf("eve", 'z')),
              StatusIs(absl::StatusCode::kPermissionDenied, "3 invalid results"));
}

TEST(CoordinatorRefusalsTest, WithdrawsAllResultsOfAWorkerThatSubmitsInvalidOnes) {
  CoordinatorFixture run(100, 2);
  run.options.max_invalid_results = 2;
  run.Start();
  const std::string ann = run.Hello("ann");
  const std::string eve = run.Hello("eve");
  const v1::LeaseReply granted = run.Lease(eve, 70);
  for (const v1::LeasedChunk& chunk : granted.chunks()) run.Submit(eve, {run.Lie(chunk)});
  EXPECT_EQ(run.Wrong(), 140);
  for (int i = 0; i < 2; ++i) {
    v1::LeaseResults work = run.Work(run.Lease(eve, 1).chunks(0));
    work.mutable_results(0)->set_sampled_tokens(1000000);
    const v1::LeaseOutcome outcome = run.Submit(eve, {work}).leases(0);
    // Results submitted beside it are stored; another worker makes the rest.
    ASSERT_EQ(outcome.results_size(), work.results_size());
    EXPECT_EQ(outcome.results(0), v1::SUBMIT_OUTCOME_INVALID);
    EXPECT_EQ(outcome.results(outcome.results_size() - 1),
              i == 0 ? v1::SUBMIT_OUTCOME_STORED : v1::SUBMIT_OUTCOME_INVALID);
    EXPECT_TRUE(outcome.over());
    EXPECT_THAT(outcome.message(), HasSubstr("sampled_tokens: 1000000, limit"));
  }

  EXPECT_EQ(run.Wrong(), 0);
  EXPECT_EQ(run.disk.num_results(), 0u);
  EXPECT_TRUE(run.disk.synced());
  const v1::StatusReply status = run.coordinator->Status();
  EXPECT_EQ(status.tasks().pending(), 200u);
  EXPECT_EQ(status.tasks().accepted() + status.tasks().rejected(), 0u);
  EXPECT_EQ(status.invalid_results(), 2u);
  run.WorkAll({ann});
  EXPECT_TRUE(run.coordinator->Done());
  EXPECT_EQ(run.Wrong(), 0);
}

TEST(CoordinatorRefusalsTest, ResumesWithdrawingAfterAKill) {
  CoordinatorFixture run(200, 1);
  run.options.max_invalid_results = 1;
  run.Start();
  const std::string eve = run.Hello("eve");
  const v1::LeaseReply granted = run.Lease(eve, 200);
  for (int i = 0; i < 199; ++i) run.Submit(eve, {run.Lie(granted.chunks(i))});
  v1::LeaseResults invalid = run.Work(granted.chunks(199));
  invalid.mutable_results(0)->set_sampled_tokens(1000000);
  run.Send(eve, {invalid});
  run.coordinator->CommitSome();  // Quarantines the worker, and withdraws some results.
  ASSERT_GT(run.disk.num_results(), 0u);

  // Killed before the rest is withdrawn; the quarantine itself is in the journal
  // by then.
  run.coordinator->CommitSome();
  ASSERT_GT(run.disk.num_results(), 0u);
  run.Start();
  EXPECT_FALSE(run.coordinator->Done());
  run.Commit();

  EXPECT_EQ(run.disk.num_results(), 0u);
  EXPECT_THAT(run.coordinator->Hello({}, run.HelloOf("eve", 'z')),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

// ---- Quarantined chunks.

TEST(CoordinatorRefusalsTest, GivesUpAChunkOnWhichTheEngineFailsAndTriesAgainWhenTold) {
  CoordinatorFixture run(2, 3);
  run.options.leases.backoff_first = absl::ZeroDuration();
  run.options.leases.max_failed_attempts = 2;
  run.options.leases.trusted = true;
  run.Start();
  run.run_store->SetCommitted(
      [](const JournalBatch& batch, bool sync) { EXPECT_EQ(sync, !batch.results.empty()); });
  const std::string ann = run.Hello("ann");
  v1::LeaseResults part = run.Work(run.Lease(ann, 1).chunks(0));
  part.mutable_results()->DeleteSubrange(1, 2);
  part.set_failure(v1::ATTEMPT_FAILURE_ENGINE);
  part.set_message(std::string(kMaxAttemptMessageBytes + 1, 'm'));
  EXPECT_TRUE(run.Submit(ann, {part}).leases(0).over());
  v1::LeaseResults none;
  const v1::LeasedChunk again = run.Lease(ann, 1).chunks(0);
  EXPECT_EQ(again.tasks_size(), 2);  // Tasks with a result are not requested again.
  *none.mutable_ticket() = again.ticket();
  none.set_failure(v1::ATTEMPT_FAILURE_ENGINE);
  none.set_message("out of memory");
  run.Submit(ann, {none});

  v1::StatusReply status = run.coordinator->Status();
  EXPECT_EQ(status.tasks().quarantined(), 2u);
  EXPECT_EQ(status.rejects_by_reason().at("QUARANTINED"), 2u);
  const auto* reject = run.disk.Find(again.tasks(0).id());
  ASSERT_NE(reject, nullptr);
  EXPECT_EQ(reject->result.reject().reason(), v1::REJECT_REASON_QUARANTINED);
  EXPECT_THAT(reject->result.reject().detail(), HasSubstr("out of memory"));
  run.WorkAll({ann});
  EXPECT_TRUE(run.coordinator->Done());
  EXPECT_EQ(run.Wrong(), 2);

  run.Start();
  EXPECT_TRUE(run.coordinator->Done());
  v1::ControlRequest retry;
  retry.set_verb(v1::ControlRequest::RETRY_QUARANTINED);
  ASSERT_OK_AND_ASSIGN(const v1::ControlReply told, run.coordinator->Control(retry));
  EXPECT_EQ(told.message(), "2 quarantined tasks will be retried");
  EXPECT_FALSE(run.coordinator->Done());
  run.Commit();
  EXPECT_EQ(run.coordinator->Status().tasks().pending(), 2u);
  run.WorkAll({run.Hello("bob")});
  EXPECT_TRUE(run.coordinator->Done());
  EXPECT_EQ(run.Wrong(), 0);
}

TEST(CoordinatorRefusalsTest, GivesUpAChunkThatKillsItsWorkers) {
  CoordinatorFixture run(5, 2);
  run.options.leases.backoff_first = absl::ZeroDuration();
  run.Start();
  // Only workers that have delivered results count.
  for (int i = 0; i < 3; ++i) {
    const std::string session = run.Hello(absl::StrCat("worker-", i));
    const v1::LeaseReply granted = run.Lease(session, 1);
    ASSERT_EQ(granted.chunks_size(), 1);
    run.Submit(session, {run.Work(granted.chunks(0))});
  }
  for (int death = 0; death < 3; ++death) {
    EXPECT_EQ(run.coordinator->Status().tasks().quarantined(), 0u) << death;
    const std::string session = run.Hello(absl::StrCat("worker-", death));
    ASSERT_EQ(run.Lease(session, 1).chunks_size(), 1);
    run.Pass(kTtl + absl::Seconds(1));
    // A live worker does the other chunk, so that it is not granted first.
    if (death == 0) {
      const v1::LeaseReply granted = run.Lease(run.Hello("ann"), 2);
      ASSERT_EQ(granted.chunks_size(), 2);
      v1::LeaseResults back;
      *back.mutable_ticket() = granted.chunks(0).ticket();
      back.set_failure(v1::ATTEMPT_FAILURE_RETURNED);
      run.Submit(run.Hello("ann"), {back, run.Work(granted.chunks(1))});
    }
  }

  EXPECT_EQ(run.coordinator->Status().tasks().quarantined(), 2u);
  EXPECT_TRUE(run.coordinator->Done());
}

}  // namespace
}  // namespace quipu::pipelines
