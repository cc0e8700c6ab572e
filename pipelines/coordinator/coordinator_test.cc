// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/coordinator.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/coordinator/lease_ticket.h"
#include "tests/support/coordinator_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::CoordinatorFixture;
using ::quipu::testing::kFixtureSecret;
using ::quipu::testing::StatusIs;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr absl::Duration kTtl = absl::Seconds(60);

// ---- A normal run.

TEST(CoordinatorTest, TellsWorkersWithinWhatTimeTheyComeBack) {
  CoordinatorFixture run(2, 1);
  const std::string first = run.Hello("ann");
  EXPECT_EQ(run.Lease(first, 1).return_within_ms(), 50u);
  for (int i = 0; i < 198; ++i) run.Hello(absl::StrCat("worker-", i));
  ASSERT_OK_AND_ASSIGN(const v1::HelloReply hello, run.coordinator->Hello({}, run.HelloOf("zoe")));
  EXPECT_EQ(hello.return_within_ms(), 10000u);

  const v1::LeaseReply granted = run.Lease(hello.session(), 1);
  EXPECT_EQ(granted.chunks_size(), 1);
  EXPECT_EQ(granted.return_within_ms(), 10000u);
  const v1::LeaseReply empty = run.Lease(first, 1);
  EXPECT_EQ(empty.chunks_size(), 0);
  EXPECT_EQ(empty.return_within_ms(), 10000u);
}

TEST(CoordinatorTest, LeadsAWorkerThroughARun) {
  CoordinatorFixture run(3, 4);
  v1::HelloRequest introduction = run.HelloOf("ann");
  introduction.clear_model();
  introduction.clear_run_id();
  ASSERT_OK_AND_ASSIGN(const v1::HelloReply told, run.coordinator->Hello({}, introduction));
  EXPECT_EQ(told.run_id(), run.disk.header().run_id());
  EXPECT_EQ(told.model().engine(), "scripted");
  EXPECT_EQ(told.session(), "");
  EXPECT_EQ(told.lease_ttl_ms(), 60000u);
  EXPECT_EQ(told.max_leases(), 256u);
  EXPECT_EQ(told.return_within_ms(), 0u);  // No worker is known yet.

  const std::string session = run.Hello("ann");
  EXPECT_EQ(session.size(), 16u);
  const v1::LeaseReply granted = run.Lease(session, 2);
  ASSERT_EQ(granted.chunks_size(), 2);
  EXPECT_EQ(granted.chunks(0).tasks_size(), 4);
  EXPECT_EQ(granted.chunks(0).ttl_ms(), 60000u);
  EXPECT_EQ(granted.chunks(0).text(), "The keeper counts knots. One row follows another.");

  const v1::SubmitReply stored =
      run.Submit(session, {run.Work(granted.chunks(0)), run.Work(granted.chunks(1))});
  ASSERT_EQ(stored.leases_size(), 2);
  EXPECT_THAT(stored.leases(0).results(), Each(v1::SUBMIT_OUTCOME_STORED));
  EXPECT_TRUE(stored.leases(0).over());
  EXPECT_EQ(stored.leases(0).ticket(), v1::SUBMIT_OUTCOME_STORED);
  EXPECT_EQ(stored.commit_number(), run.disk.commit_number());
  EXPECT_TRUE(run.disk.synced());
  EXPECT_FALSE(run.coordinator->Done());

  run.WorkAll({session});
  EXPECT_TRUE(run.coordinator->Done());
  EXPECT_TRUE(run.Lease(session, 1).run_done());
  EXPECT_EQ(run.disk.num_results(), 12u);
  EXPECT_EQ(run.Wrong(), 0);
  EXPECT_OK(run.coordinator->Failed());
}

// ---- Hello.

TEST(CoordinatorTest, RefusesAtHelloWhatDoesNotFitAndNamesBoth) {
  CoordinatorFixture run(1, 1);
  const auto refusal = [&](auto spoil) {
    v1::HelloRequest request = run.HelloOf("ann");
    spoil(&request);
    return run.coordinator->Hello({}, request).status();
  };
  using Request = v1::HelloRequest*;
  EXPECT_THAT(refusal([](Request r) { r->mutable_version()->set_major(2); }),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "speaks version 2.0 of the protocol, the coordinator 1.0"));
  EXPECT_OK(refusal([](Request r) { r->mutable_version()->set_minor(9); }));
  EXPECT_THAT(refusal([](Request r) { r->set_run_id(std::string(16, 'x')); }),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "works on run 78787878787878787878787878787878, the coordinator has run "));
  EXPECT_THAT(refusal([](Request r) { r->mutable_model()->set_math("float"); }),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "math: the run has \"\", the worker \"float\""));
  EXPECT_THAT(refusal([](Request r) { r->mutable_model()->set_tokenizer_fingerprint("t"); }),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "tokenizer_fingerprint: the run has \"\", the worker \"74\""));
  EXPECT_THAT(refusal([](Request r) { r->mutable_model()->set_template_fingerprint("t"); }),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "template_fingerprint: the run has \"\", the worker \"74\""));
  EXPECT_THAT(refusal([](Request r) {
                r->mutable_model()->set_file_sha256("aa");
                r->mutable_model()->set_name("other");
              }),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "name: the run has \"simulated\", the worker \"other\"; file_sha256: "));
}

TEST(CoordinatorTest, HoldsAWorkersNameAgainstItsCertificate) {
  CoordinatorFixture run(1, 1);
  const Peer ann = {"ann"};
  EXPECT_OK(run.coordinator->Hello(ann, run.HelloOf("ann")));
  EXPECT_OK(run.coordinator->Hello(ann, run.HelloOf("ann/7")));
  EXPECT_THAT(run.coordinator->Hello(ann, run.HelloOf("anna")),
              StatusIs(absl::StatusCode::kPermissionDenied, "\"anna\""));
  EXPECT_THAT(run.coordinator->Hello(ann, run.HelloOf("bob")),
              StatusIs(absl::StatusCode::kPermissionDenied));

  // A session is useless to another identity, too.
  const std::string session = run.Hello("bob");
  v1::RenewRequest renew;
  renew.set_session(session);
  EXPECT_THAT(run.coordinator->Renew(ann, renew), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_OK(run.coordinator->Renew({"bob"}, renew));
}

TEST(CoordinatorTest, TellsWorkersNoPathsButTheModelsAndItsTemplates) {
  CoordinatorFixture run(1, 1);
  v1::RunSpec spec = run.disk.header().spec();
  spec.set_store("/secret/store");
  spec.set_export_dir("/secret/export");
  spec.add_documents()->set_path("/secret/corpus");
  spec.add_short_rows()->set_path("/secret/rows");
  spec.mutable_engine()->set_model("model.gguf");
  spec.mutable_engine()->set_api_key_file("/secret/key");
  spec.mutable_engine()->set_ca_file("/secret/ca");
  spec.mutable_engine()->set_chat_template("chat.jinja");
  spec.mutable_instances()->set_target_model("/secret/target");
  spec.mutable_instances()->set_target_template("/secret/target.jinja");
  spec.mutable_decontamination()->add_benchmarks("/secret/benchmark.jsonl");
  spec.mutable_performance()->set_chunks_in_flight(3);
  run.options.spec = spec;
  run.Start();

  ASSERT_OK_AND_ASSIGN(const v1::HelloReply reply, run.coordinator->Hello({}, run.HelloOf("ann")));

  EXPECT_THAT(reply.spec().ShortDebugString(), ::testing::Not(HasSubstr("secret")));
  EXPECT_EQ(reply.spec().engine().model(), "model.gguf");
  EXPECT_EQ(reply.spec().engine().chat_template(), "chat.jinja");
  EXPECT_EQ(reply.spec().performance().chunks_in_flight(), 3u);
}

TEST(CoordinatorTest, KeepsTheLeasesOfAProcessThatSaysHelloAgain) {
  CoordinatorFixture run(2, 1);
  const std::string session = run.Hello("ann", 'a');
  const v1::LeaseReply granted = run.Lease(session, 1);

  EXPECT_EQ(run.Hello("ann", 'a'), session);

  EXPECT_THAT(run.Submit(session, {run.Work(granted.chunks(0))}).leases(0).results(),
              ElementsAre(v1::SUBMIT_OUTCOME_STORED));
}

TEST(CoordinatorTest, TakesAnotherProcessOfTheNameForTheFirstOnesDeath) {
  CoordinatorFixture run(2, 1);
  run.options.leases.backoff_first = absl::ZeroDuration();
  run.Start();
  const std::string first = run.Hello("ann", 'a');
  // A worker that has delivered nothing would have to wait.
  run.Submit(first, {run.Work(run.Lease(first, 1).chunks(0))});
  const v1::LeaseReply granted = run.Lease(first, 1);
  ASSERT_EQ(granted.chunks_size(), 1);
  const auto parked = run.Poll(first, 1, absl::Seconds(30));

  const std::string second = run.Hello("ann", 'b');

  EXPECT_NE(first, second);
  EXPECT_THAT(parked->reply, StatusIs(absl::StatusCode::kFailedPrecondition, "another process"));
  EXPECT_THAT(run.Send(first, {})->reply,
              StatusIs(absl::StatusCode::kFailedPrecondition, "Hello again"));
  // What the first one held goes to other workers first, for one ttl.
  EXPECT_EQ(run.Lease(second, 1).chunks_size(), 0);
  run.Pass(kTtl + absl::Seconds(1));
  ASSERT_EQ(run.Lease(second, 1).chunks_size(), 1);
  EXPECT_EQ(run.coordinator->Status().workers(0).lost_leases(), 1u);
  EXPECT_EQ(run.Submit(second, {run.Work(granted.chunks(0))}).leases(0).ticket(),
            v1::SUBMIT_OUTCOME_STALE);
}

TEST(CoordinatorTest, ReleasesWhatALeavingWorkerNeverHeardThatItHolds) {
  CoordinatorFixture run(3, 4);
  const std::string ann = run.Hello("ann", 'a');
  const std::string bob = run.Hello("bob");
  const v1::LeaseReply lost = run.Lease(ann, 2);  // Its call was cancelled as it was answered.
  ASSERT_EQ(lost.chunks_size(), 2);
  const v1::LeaseReply other = run.Lease(bob, 1);
  ASSERT_EQ(other.chunks_size(), 1);
  const auto parked = run.Poll(ann, 1, absl::Seconds(30));
  v1::SubmitRequest last;
  last.set_session(ann);
  last.set_leaving(true);
  absl::StatusOr<v1::SubmitReply> answer = absl::UnknownError("no answer");
  run.coordinator->Submit(
      {}, last, [&](absl::StatusOr<v1::SubmitReply> reply) { answer = std::move(reply); });
  run.Commit();

  EXPECT_OK(answer);
  EXPECT_THAT(parked->reply, StatusIs(absl::StatusCode::kCancelled, "the worker has left"));
  const v1::StatusReply status = run.coordinator->Status();
  EXPECT_EQ(status.tasks().leased(), 4u);  // Bob's.
  EXPECT_EQ(status.expired(), 0u);
  // A call that the last submit has overtaken gets nothing; the process that says Hello does.
  EXPECT_THAT(run.Poll(ann, 1, absl::ZeroDuration())->reply,
              StatusIs(absl::StatusCode::kCancelled, "the worker has left"));
  EXPECT_EQ(run.Hello("ann", 'a'), ann);
  EXPECT_EQ(run.Lease(ann, 2).chunks_size(), 2);
}

TEST(CoordinatorTest, KeepsTheLeasesOfTheProcessThatFollowsOneThatLeft) {
  CoordinatorFixture run(2, 1);
  const std::string first = run.Hello("ann", 'a');
  v1::SubmitRequest last;
  last.set_session(first);
  last.set_leaving(true);
  run.coordinator->Submit({}, last, [](const absl::StatusOr<v1::SubmitReply>&) {});
  const std::string second = run.Hello("ann", 'b');
  ASSERT_EQ(run.Lease(second, 1).chunks_size(), 1);
  run.Commit();

  EXPECT_EQ(run.coordinator->Status().tasks().leased(), 1u);
}

TEST(CoordinatorTest, EndsTheRunWhenAWorkerHasSeenMoreThanTheStoreHas) {
  CoordinatorFixture run(2, 1);
  const std::string session = run.Hello("ann");
  const auto parked = run.Poll(run.Hello("bob"), 2, absl::Seconds(30));
  run.Commit();
  const auto waiting = run.Poll(run.Hello("cat"), 1, absl::Seconds(30));
  const uint64_t stored = run.disk.commit_number();
  v1::HelloRequest witness = run.HelloOf("dan");
  witness.set_seen_commit(stored);
  EXPECT_OK(run.coordinator->Hello({}, witness));

  // A worker that makes it up harms nobody.
  witness.set_seen_commit(stored + 1);
  for (const std::string& proof :
       {std::string(), std::string(32, 'p'),
        ProveCommit(kFixtureSecret, run.disk.header().run_id(), stored),
        ProveCommit(kFixtureSecret, "another run", stored + 1),
        ProveCommit("another secret of thirty-two by.", run.disk.header().run_id(), stored + 1)}) {
    witness.set_seen_proof(proof);
    EXPECT_THAT(run.coordinator->Hello({}, witness),
                StatusIs(absl::StatusCode::kInvalidArgument, "proof"));
  }
  EXPECT_OK(run.coordinator->Failed());

  witness.set_seen_proof(ProveCommit(kFixtureSecret, run.disk.header().run_id(), stored + 1));
  EXPECT_THAT(run.coordinator->Hello({}, witness),
              StatusIs(absl::StatusCode::kDataLoss, "restore a backup"));

  EXPECT_THAT(run.coordinator->Failed(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(waiting->reply, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(run.Send(session, {})->reply, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(run.coordinator->Hello({}, run.HelloOf("eve")),
              StatusIs(absl::StatusCode::kDataLoss));
}

// ---- Exactly once.

TEST(CoordinatorTest, CommitsTheSameSubmitOnceHoweverOftenItComes) {
  CoordinatorFixture run(1, 4);
  const std::string session = run.Hello("ann");
  const v1::LeaseReply granted = run.Lease(session, 1);
  const v1::LeaseResults work = run.Work(granted.chunks(0));
  int commits = 0;
  run.run_store->SetCommitted(
      [&](const JournalBatch& batch, bool) { commits += batch.results.empty() ? 0 : 1; });

  // Fifty in one group, and fifty after it.
  std::vector<std::shared_ptr<testing::Pending<v1::SubmitReply>>> sent;
  for (int i = 0; i < 50; ++i) sent.push_back(run.Send(session, {work}));
  run.Commit();
  for (int i = 0; i < 50; ++i) {
    sent.push_back(run.Send(session, {work}));
    run.Commit();
  }

  for (int i = 0; i < 100; ++i) {
    ASSERT_OK(sent[i]->reply);
    const v1::LeaseOutcome& outcome = sent[i]->reply->leases(0);
    EXPECT_THAT(outcome.results(),
                Each(i == 0 ? v1::SUBMIT_OUTCOME_STORED : v1::SUBMIT_OUTCOME_DUPLICATE));
    EXPECT_TRUE(outcome.over());
  }
  EXPECT_EQ(commits, 1);
  EXPECT_EQ(run.disk.num_results(), 4u);
  EXPECT_EQ(run.coordinator->Status().duplicates(), 99u * 4);
}

TEST(CoordinatorTest, KeepsTheFirstOfTwoResultsAndCountsTheConflict) {
  CoordinatorFixture run(1, 2);
  const std::string session = run.Hello("ann");
  const v1::LeasedChunk chunk = run.Lease(session, 1).chunks(0);
  v1::LeaseResults twice = run.Work(chunk);
  *twice.add_results() = run.Lie(chunk).results(0);
  *twice.add_results() = run.Work(chunk).results(1);

  const v1::LeaseOutcome outcome = run.Submit(session, {twice}).leases(0);
  EXPECT_THAT(outcome.results(),
              ElementsAre(v1::SUBMIT_OUTCOME_STORED, v1::SUBMIT_OUTCOME_STORED,
                          v1::SUBMIT_OUTCOME_CONFLICT, v1::SUBMIT_OUTCOME_DUPLICATE));
  EXPECT_THAT(outcome.message(), HasSubstr("another result of the task is stored"));

  EXPECT_THAT(run.Submit(session, {run.Lie(chunk)}).leases(0).results(),
              Each(v1::SUBMIT_OUTCOME_CONFLICT));
  EXPECT_EQ(run.Wrong(), 0);
  EXPECT_EQ(run.coordinator->Status().conflicts(), 3u);
}

TEST(CoordinatorTest, RefusesWhatComesUnderAStaleTicket) {
  CoordinatorFixture run(1, 3);
  run.options.leases.backoff_first = absl::ZeroDuration();
  run.Start();
  const std::string ann = run.Hello("ann");
  const std::string bob = run.Hello("bob");
  const v1::LeasedChunk first = run.Lease(ann, 1).chunks(0);
  run.Pass(kTtl + absl::Seconds(1));
  EXPECT_EQ(run.coordinator->Status().expired(), 1u);
  const v1::LeasedChunk second = run.Lease(bob, 1).chunks(0);
  v1::LeaseResults part = run.Work(second);
  part.mutable_results()->DeleteSubrange(1, 2);
  EXPECT_FALSE(run.Submit(bob, {part}).leases(0).over());

  // The first is stored by bob with the same bytes; the others are ann's alone.
  const v1::LeaseOutcome late = run.Submit(ann, {run.Work(first)}).leases(0);
  EXPECT_THAT(late.results(), ElementsAre(v1::SUBMIT_OUTCOME_DUPLICATE, v1::SUBMIT_OUTCOME_STALE,
                                          v1::SUBMIT_OUTCOME_STALE));
  EXPECT_EQ(late.ticket(), v1::SUBMIT_OUTCOME_STALE);
  EXPECT_TRUE(late.over());
  EXPECT_THAT(late.message(), HasSubstr("stale"));
  EXPECT_THAT(run.Submit(ann, {run.Lie(first)}).leases(0).results(),
              Each(v1::SUBMIT_OUTCOME_STALE));
  EXPECT_EQ(run.disk.num_results(), 1u);
  EXPECT_EQ(run.coordinator->Status().stale_submits(), 2u);
  v1::RenewRequest renew;
  renew.set_session(ann);
  *renew.add_tickets() = first.ticket();
  EXPECT_THAT(run.coordinator->Renew({}, renew)->ttl_ms(), ElementsAre(0u));

  EXPECT_TRUE(run.Submit(bob, {run.Work(second)}).leases(0).over());
  EXPECT_TRUE(run.coordinator->Done());
}

TEST(CoordinatorTest, TakesALateResultOfALeaseThatNobodyElseHasGot) {
  CoordinatorFixture run(1, 1);
  const std::string ann = run.Hello("ann");
  const v1::LeasedChunk chunk = run.Lease(ann, 1).chunks(0);
  run.Pass(kTtl + absl::Seconds(1));

  EXPECT_THAT(run.Submit(ann, {run.Work(chunk)}).leases(0).results(),
              ElementsAre(v1::SUBMIT_OUTCOME_STORED));
}

TEST(CoordinatorTest, RenewsLeasesUntilTheirLastMoment) {
  CoordinatorFixture run(1, 1);
  run.options.leases.max_attempt = absl::Seconds(150);
  run.options.leases.backoff_first = absl::ZeroDuration();
  run.Start();
  const std::string ann = run.Hello("ann");
  v1::RenewRequest renew;
  renew.set_session(ann);
  *renew.add_tickets() = run.Lease(ann, 1).chunks(0).ticket();
  for (const uint32_t left : {60000, 60000, 32000, 0}) {
    EXPECT_THAT(run.coordinator->Renew({}, renew)->ttl_ms(), ElementsAre(left));
    run.Pass(absl::Seconds(59));
  }
  EXPECT_EQ(run.coordinator->Status().expired(), 1u);
}

// ---- Pauses.

TEST(CoordinatorTest, GrantsNothingWhileItIsPaused) {
  CoordinatorFixture run(1, 1);
  const std::string ann = run.Hello("ann");
  v1::ControlRequest pause;
  pause.set_verb(v1::ControlRequest::PAUSE);
  pause.set_reason("maintenance");
  ASSERT_OK(run.coordinator->Control(pause));
  EXPECT_EQ(run.coordinator->Paused(), "maintenance");
  EXPECT_EQ(run.Lease(ann, 1).paused(), "maintenance");
  const auto parked = run.Poll(ann, 1, absl::Seconds(30));
  run.Commit();
  run.Start();
  EXPECT_EQ(run.coordinator->Paused(), "maintenance");
  const auto waiting = run.Poll(run.Hello("ann"), 1, absl::Seconds(30));
  run.Pass(absl::Seconds(10));
  EXPECT_FALSE(waiting->answered);

  v1::ControlRequest resume;
  resume.set_verb(v1::ControlRequest::RESUME);
  ASSERT_OK(run.coordinator->Control(resume));
  run.Commit();

  ASSERT_OK(waiting->reply);
  EXPECT_EQ(waiting->reply->chunks_size(), 1);
  EXPECT_EQ(run.coordinator->Paused(), "");
}

TEST(CoordinatorTest, PausesARunWhoseRejectsRunAway) {
  CoordinatorFixture run(20, 1);
  run.options.leases.pause_window = 10;
  run.options.leases.pause_reject_share = 1.0;
  run.Start();
  const std::string ann = run.Hello("ann");
  int granted = 0;
  while (true) {
    const v1::LeaseReply reply = run.Lease(ann, 1);
    if (reply.chunks_size() == 0) break;
    ++granted;
    v1::LeaseResults bad = run.Work(reply.chunks(0));
    v1::Result& result = *bad.mutable_results(0);
    result.clear_question();
    result.clear_answer();
    result.clear_scores();
    result.mutable_reject()->set_reason(v1::REJECT_REASON_MALFORMED);
    run.Submit(ann, {bad});
  }
  EXPECT_EQ(granted, 11);  // After as many results as tasks were leased at once, ten count.
  EXPECT_THAT(run.coordinator->Paused(), HasSubstr("10 of the last 10 results are rejects"));
  EXPECT_THAT(run.coordinator->Paused(), HasSubstr("commonest reason is MALFORMED, 10 of them"));
}

TEST(CoordinatorTest, AccountsForEveryTaskAtEveryMoment) {
  CoordinatorFixture run(10, 3);
  run.options.before.accepted = 0;
  const std::string ann = run.Hello("ann");
  const std::string bob = run.Hello("bob");
  const auto expect = [&](uint64_t done, uint64_t leased) {
    const v1::TaskCounts tasks = run.coordinator->Status().tasks();
    EXPECT_EQ(tasks.planned(), 30u);
    EXPECT_EQ(tasks.accepted() + tasks.rejected(), done);
    EXPECT_EQ(tasks.leased(), leased);
    EXPECT_EQ(tasks.pending(), 30 - done - leased);
  };
  expect(0, 0);
  const v1::LeaseReply granted = run.Lease(ann, 3);
  expect(0, 9);
  run.Submit(ann, {run.Work(granted.chunks(0))});
  expect(3, 6);
  run.Lease(bob, 2);
  expect(3, 12);
  run.Pass(kTtl + absl::Seconds(1));
  expect(3, 0);
  const v1::StatusReply status = run.coordinator->Status();
  ASSERT_EQ(status.workers_size(), 2);
  EXPECT_FALSE(status.workers(0).connected());
  EXPECT_EQ(status.workers(0).worker(), "ann");
  EXPECT_EQ(status.workers(0).results(), 3u);
  EXPECT_EQ(status.workers(0).lost_leases(), 2u);
  EXPECT_EQ(status.granted(), 5u);
  EXPECT_EQ(status.expired(), 4u);
  EXPECT_EQ(status.epoch(), run.disk.epoch());
}

}  // namespace
}  // namespace quipu::pipelines
