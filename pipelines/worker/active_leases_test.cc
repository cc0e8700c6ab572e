// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/active_leases.h"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "gtest/gtest.h"
#include "tests/support/fake_clock.h"

namespace quipu::pipelines {
namespace {

using testing::FakeClock;

constexpr int kTtlMs = 10000;
constexpr absl::Duration kSoon = absl::Milliseconds(1);

v1::LeasedChunk Leased(int number, int tasks = 2) {
  v1::LeasedChunk leased;
  leased.mutable_ticket()->set_ticket(absl::StrCat("ticket-", number));
  leased.set_ttl_ms(kTtlMs);
  for (int i = 0; i < tasks; ++i) leased.add_tasks()->set_id(absl::StrCat(number, "/", i));
  return leased;
}

v1::Result ResultOf(const v1::Task& task) {
  v1::Result result;
  *result.mutable_task() = task;
  return result;
}

// The coordinator's answer when it accepts everything.
v1::SubmitReply Take(const v1::SubmitRequest& request, bool over) {
  v1::SubmitReply reply;
  for (const v1::LeaseResults& lease : request.leases()) {
    v1::LeaseOutcome& outcome = *reply.add_leases();
    for (int i = 0; i < lease.results_size(); ++i) {
      outcome.add_results(v1::SUBMIT_OUTCOME_STORED);
    }
    outcome.set_over(over);
  }
  return reply;
}

int CountIn(const v1::SubmitRequest& request) {
  int results = 0;
  for (const v1::LeaseResults& lease : request.leases()) results += lease.results_size();
  return results;
}

class ActiveLeasesTest : public ::testing::Test {
 protected:
  std::shared_ptr<ActiveLease> AddAndTake(int number, int tasks = 2) {
    held_.Add(Leased(number, tasks), clock_.Monotonic());
    return held_.TakeWaiting();
  }

  void AddFinished(int number, int tasks) {
    const auto chunk = AddAndTake(number, tasks);
    for (const v1::Task& task : chunk->leased.tasks()) held_.AddResult(chunk, ResultOf(task));
  }

  FakeClock clock_;
  ActiveLeases held_{&clock_};
};

TEST_F(ActiveLeasesTest, SubmitsResultsOfManyChunksTogether) {
  for (int number = 0; number < 2; ++number) AddFinished(number, 2);
  v1::SubmitRequest request;

  EXPECT_TRUE(held_.AwaitOutbox(&request));

  ASSERT_EQ(request.leases_size(), 2);
  for (const v1::LeaseResults& lease : request.leases()) EXPECT_EQ(lease.results_size(), 2);
}

TEST_F(ActiveLeasesTest, HoldsAChunkUntilItsLeaseIsOver) {
  const auto chunk = AddAndTake(1);
  held_.AddResult(chunk, ResultOf(chunk->leased.tasks(0)));
  v1::SubmitRequest first;
  held_.AwaitOutbox(&first);
  held_.Answered(first, Take(first, /*over=*/false), kSoon);
  EXPECT_EQ(held_.size(), 1);
  held_.AddResult(chunk, ResultOf(chunk->leased.tasks(1)));
  v1::SubmitRequest second;
  held_.AwaitOutbox(&second);

  held_.Answered(second, Take(second, /*over=*/true), kSoon);

  EXPECT_EQ(held_.size(), 0);
  ASSERT_EQ(second.leases_size(), 1);
  EXPECT_EQ(second.leases(0).results(0).task().id(), "1/1");
}

TEST_F(ActiveLeasesTest, HasNoChunkInTwoSubmitsAtOnce) {
  const auto one = AddAndTake(1);
  held_.AddResult(one, ResultOf(one->leased.tasks(0)));
  v1::SubmitRequest first;
  held_.AwaitOutbox(&first);
  held_.AddResult(one, ResultOf(one->leased.tasks(1)));
  const auto two = AddAndTake(2);
  held_.AddResult(two, ResultOf(two->leased.tasks(0)));
  v1::SubmitRequest second;
  held_.AwaitOutbox(&second);
  ASSERT_EQ(second.leases_size(), 1);
  EXPECT_EQ(second.leases(0).results(0).task().id(), "2/0");

  held_.Answered(first, Take(first, /*over=*/false), kSoon);

  v1::SubmitRequest third;
  held_.AwaitOutbox(&third);
  ASSERT_EQ(third.leases_size(), 1);
  EXPECT_EQ(third.leases(0).results(0).task().id(), "1/1");
}

TEST_F(ActiveLeasesTest, FailureWhileASubmitIsUnansweredIsInTheNextOne) {
  const auto chunk = AddAndTake(1);
  held_.AddResult(chunk, ResultOf(chunk->leased.tasks(0)));
  v1::SubmitRequest first;
  held_.AwaitOutbox(&first);
  held_.FailChunk(chunk, "broken");
  held_.EndOutbox();
  v1::SubmitRequest none;
  EXPECT_FALSE(held_.AwaitOutbox(&none));
  EXPECT_EQ(none.leases_size(), 0);

  held_.Answered(first, Take(first, /*over=*/false), kSoon);

  v1::SubmitRequest last;
  EXPECT_FALSE(held_.AwaitOutbox(&last));
  ASSERT_EQ(last.leases_size(), 1);
  EXPECT_EQ(last.leases(0).message(), "broken");
}

TEST_F(ActiveLeasesTest, ReleasesALeaseThatContinuesThoughAllIsSubmitted) {
  const auto chunk = AddAndTake(1, 1);
  held_.AddResult(chunk, ResultOf(chunk->leased.tasks(0)));
  v1::SubmitRequest request;
  held_.AwaitOutbox(&request);
  v1::SubmitReply reply = Take(request, /*over=*/false);
  reply.mutable_leases(0)->set_results(0, v1::SUBMIT_OUTCOME_INVALID);

  held_.Answered(request, reply, kSoon);

  v1::SubmitRequest next;
  held_.AwaitOutbox(&next);
  ASSERT_EQ(next.leases_size(), 1);
  EXPECT_EQ(next.leases(0).failure(), v1::ATTEMPT_FAILURE_ENGINE);
  held_.Answered(next, Take(next, false), kSoon);
  EXPECT_EQ(held_.size(), 0);
}

TEST_F(ActiveLeasesTest, WaitsForRoom) {
  held_.Add(Leased(1), clock_.Monotonic());
  bool room = false;
  std::thread waiter([&] { room = held_.AwaitRoom(1); });
  const auto chunk = held_.TakeWaiting();
  held_.FailChunk(chunk, "broken");
  v1::SubmitRequest request;
  held_.AwaitOutbox(&request);

  held_.Answered(request, Take(request, true), kSoon);

  waiter.join();
  EXPECT_TRUE(room);
}

TEST_F(ActiveLeasesTest, CountsFailuresInARowUntilAResultComes) {
  const auto first = AddAndTake(1);
  const auto second = AddAndTake(2);
  held_.FailChunk(first, "broken");
  held_.FailChunk(first, "broken again");
  held_.FailChunk(second, "broken");
  EXPECT_EQ(held_.failures_in_a_row(), 2);
  const auto third = AddAndTake(3);

  held_.AddResult(third, ResultOf(third->leased.tasks(0)));

  EXPECT_EQ(held_.failures_in_a_row(), 0);
}

TEST_F(ActiveLeasesTest, AFailedChunkSubmitsItsResultsAndTheReason) {
  const auto chunk = AddAndTake(1);
  held_.AddResult(chunk, ResultOf(chunk->leased.tasks(0)));
  held_.FailChunk(chunk, "out of paper");
  v1::SubmitRequest request;

  held_.AwaitOutbox(&request);

  ASSERT_EQ(request.leases_size(), 1);
  EXPECT_EQ(request.leases(0).results_size(), 1);
  EXPECT_EQ(request.leases(0).failure(), v1::ATTEMPT_FAILURE_ENGINE);
  EXPECT_EQ(request.leases(0).message(), "out of paper");
}

TEST_F(ActiveLeasesTest, ForgetsALostLeaseAndItsResults) {
  const auto lost = AddAndTake(1);
  held_.Add(Leased(2), clock_.Monotonic());
  v1::RenewRequest request;
  held_.FillRenewal(&request);
  ASSERT_EQ(request.tickets_size(), 2);
  v1::RenewReply reply;
  reply.add_ttl_ms(0);
  reply.add_ttl_ms(kTtlMs);

  held_.Renewed(request, reply, clock_.Monotonic());
  held_.AddResult(lost, ResultOf(lost->leased.tasks(0)));

  EXPECT_EQ(held_.size(), 1);
  held_.EndOutbox();
  v1::SubmitRequest submit;
  EXPECT_FALSE(held_.AwaitOutbox(&submit));
  EXPECT_EQ(submit.leases_size(), 0);
}

TEST_F(ActiveLeasesTest, BeginsNothingAfterFourFifthsOfALeaseWithoutRenewal) {
  held_.Add(Leased(1), clock_.Monotonic());
  clock_.Advance(absl::Milliseconds(kTtlMs * 4 / 5 + 1));
  held_.Add(Leased(2), clock_.Monotonic());

  const auto chunk = held_.TakeWaiting();

  EXPECT_EQ(chunk->leased.ticket().ticket(), "ticket-2");
  EXPECT_EQ(held_.size(), 1);
}

TEST_F(ActiveLeasesTest, ARenewalCountsFromWhenItWasAskedFor) {
  held_.Add(Leased(1), clock_.Monotonic());
  v1::RenewRequest request;
  held_.FillRenewal(&request);
  v1::RenewReply reply;
  reply.add_ttl_ms(kTtlMs);
  const absl::Duration asked = clock_.Monotonic();
  clock_.Advance(absl::Milliseconds(kTtlMs / 2));
  held_.Renewed(request, reply, asked);
  clock_.Advance(absl::Milliseconds(kTtlMs / 2));
  held_.EndFetching();

  EXPECT_EQ(held_.TakeWaiting(), nullptr);
}

TEST_F(ActiveLeasesTest, ADrainReleasesUnfinishedChunks) {
  const auto half = AddAndTake(1);
  const auto done = AddAndTake(2);
  held_.Add(Leased(3), clock_.Monotonic());
  held_.AddResult(half, ResultOf(half->leased.tasks(0)));
  for (const v1::Task& task : done->leased.tasks()) held_.AddResult(done, ResultOf(task));

  held_.Drain();
  EXPECT_EQ(held_.TakeWaiting(), nullptr);
  EXPECT_FALSE(held_.AwaitRoom(100));
  held_.EndOutbox();
  v1::SubmitRequest request;
  EXPECT_FALSE(held_.AwaitOutbox(&request));
  held_.ReturnAll(&request);

  std::map<std::string, v1::AttemptFailure> failures;
  for (const v1::LeaseResults& lease : request.leases()) {
    failures[lease.ticket().ticket()] = lease.failure();
  }
  EXPECT_EQ(failures.size(), 3u);
  EXPECT_EQ(failures["ticket-1"], v1::ATTEMPT_FAILURE_RETURNED);
  EXPECT_EQ(failures["ticket-2"], v1::ATTEMPT_FAILURE_UNSPECIFIED);
  EXPECT_EQ(failures["ticket-3"], v1::ATTEMPT_FAILURE_RETURNED);
}

TEST_F(ActiveLeasesTest, SubmitsNoMoreThanTheCoordinatorTakes) {
  for (int number = 0; number < 120; ++number) AddFinished(number, 60);
  int results = 0;
  int largest = 0;
  held_.EndOutbox();
  bool more = true;
  while (more) {
    v1::SubmitRequest request;
    more = held_.AwaitOutbox(&request);
    results += CountIn(request);
    largest = std::max(largest, CountIn(request));
    held_.Answered(request, Take(request, /*over=*/true), kSoon);
  }

  EXPECT_EQ(results, 120 * 60);
  EXPECT_EQ(largest, kMaxResultsPerSubmit / 60 * 60);
}

TEST_F(ActiveLeasesTest, SubmitsLessAtOnceWhileAnswersAreSlow) {
  for (int number = 0; number < 400; ++number) AddFinished(number, 1);
  std::vector<int> sizes;
  for (const int took_ms : {1, 1, 1, 1, 100, 100, 100, 100}) {
    v1::SubmitRequest request;
    held_.AwaitOutbox(&request);
    sizes.push_back(CountIn(request));
    held_.Answered(request, Take(request, /*over=*/true), absl::Milliseconds(took_ms));
  }

  EXPECT_EQ(sizes, (std::vector<int>{32, 36, 40, 45, 50, 38, 32, 32}));
}

TEST_F(ActiveLeasesTest, CountsEachOutcome) {
  AddAndTake(1);
  AddAndTake(2);
  v1::SubmitRequest request;
  request.add_leases()->mutable_ticket()->set_ticket("ticket-1");
  request.add_leases()->mutable_ticket()->set_ticket("ticket-2");
  v1::SubmitReply reply;
  v1::LeaseOutcome* first = reply.add_leases();
  for (const v1::SubmitOutcome outcome :
       {v1::SUBMIT_OUTCOME_STORED, v1::SUBMIT_OUTCOME_STORED, v1::SUBMIT_OUTCOME_DUPLICATE,
        v1::SUBMIT_OUTCOME_CONFLICT, v1::SUBMIT_OUTCOME_INVALID}) {
    first->add_results(outcome);
  }
  first->set_over(true);
  reply.add_leases()->add_results(v1::SUBMIT_OUTCOME_STALE);

  held_.Answered(request, reply, kSoon);

  const ActiveLeases::Counts counts = held_.counts();
  EXPECT_EQ(counts.stored, 2u);
  EXPECT_EQ(counts.duplicate, 1u);
  EXPECT_EQ(counts.conflict, 1u);
  EXPECT_EQ(counts.invalid, 1u);
  EXPECT_EQ(counts.stale, 1u);
  EXPECT_EQ(counts.taken, 2u);
  EXPECT_EQ(counts.held, 1u);
}

TEST_F(ActiveLeasesTest, CountsLeasesThatTheCoordinatorEnded) {
  for (const int number : {1, 2, 3}) AddAndTake(number);
  v1::RenewRequest request;
  held_.FillRenewal(&request);
  v1::RenewReply reply;
  for (const uint32_t ttl : {60000, 0, 60000}) reply.add_ttl_ms(ttl);

  held_.Renewed(request, reply, clock_.Monotonic());

  EXPECT_EQ(held_.counts().lost, 1u);
  EXPECT_EQ(held_.counts().held, 2u);
}

TEST_F(ActiveLeasesTest, CountsNoLeaseAsHeldThatItDroppedItself) {
  held_.Add(Leased(1), clock_.Monotonic());
  AddAndTake(2);
  clock_.Advance(absl::Milliseconds(kTtlMs));
  held_.Add(Leased(3), clock_.Monotonic());
  ASSERT_NE(held_.TakeWaiting(), nullptr);  // Drops chunks that are too old to start.

  EXPECT_EQ(held_.counts().taken, 3u);
  EXPECT_EQ(held_.counts().lost, 0u);
  EXPECT_EQ(held_.counts().held, static_cast<uint64_t>(held_.size()));
}

}  // namespace
}  // namespace quipu::pipelines
