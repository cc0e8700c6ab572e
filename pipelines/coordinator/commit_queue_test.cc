// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/commit_queue.h"

#include <utility>

#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines::internal {
namespace {

using ::quipu::testing::IsOk;
using ::quipu::testing::StatusIs;
using ::testing::SizeIs;

Submission SubmissionOf(int results, size_t bytes) {
  Submission submission;
  submission.results = results;
  submission.bytes = bytes;
  return submission;
}

v1::LeaseUpdate Paused() {
  v1::LeaseUpdate update;
  update.mutable_paused()->set_reason("why");
  return update;
}

TEST(CommitQueueTest, KeepsTheUpdatesThatAreJournaledWhenApplied) {
  CommitQueue queue;
  v1::LeaseUpdate renewed;
  renewed.mutable_renewed();
  v1::LeaseUpdate withdrawn;
  withdrawn.mutable_withdrawn();

  EXPECT_TRUE(queue.Journal(Paused()));
  EXPECT_FALSE(queue.Journal(renewed));    // Dies with the process.
  EXPECT_FALSE(queue.Journal(withdrawn));  // Written with its results.

  EXPECT_THAT(queue.Take().changes.updates, SizeIs(1));
}

TEST(CommitQueueTest, ChangesAreWrittenWhenTheWriterSaysSo) {
  CommitQueue queue;
  EXPECT_TRUE(queue.all_written());
  queue.Journal(Paused());
  EXPECT_FALSE(queue.all_written());
  queue.Take();
  EXPECT_FALSE(queue.all_written());
  queue.Written();

  EXPECT_TRUE(queue.all_written());
}

TEST(CommitQueueTest, TakesAsManySubmitsAsFitOneCommit) {
  CommitQueue queue;
  ASSERT_THAT(queue.Reserve(3), IsOk());
  queue.Add(SubmissionOf(kMaxCommitResults - 1, 1));
  queue.Add(SubmissionOf(1, 1));
  queue.Add(SubmissionOf(1, 1));

  EXPECT_THAT(queue.Take().submissions, SizeIs(2));
  EXPECT_THAT(queue.Take().submissions, SizeIs(1));
  EXPECT_THAT(queue.Take().submissions, SizeIs(0));
}

TEST(CommitQueueTest, TakesASubmitThatIsLargerThanACommitAlone) {
  CommitQueue queue;
  ASSERT_THAT(queue.Reserve(kMaxCommitBytes + 2), IsOk());
  queue.Add(SubmissionOf(1, kMaxCommitBytes + 1));
  queue.Add(SubmissionOf(1, 1));

  EXPECT_THAT(queue.Take().submissions, SizeIs(1));
}

TEST(CommitQueueTest, RefusesSubmitsOverItsBytesUntilSomeAreTaken) {
  CommitQueue queue;
  ASSERT_THAT(queue.Reserve(kMaxQueuedSubmitBytes), IsOk());
  EXPECT_THAT(queue.Reserve(1), StatusIs(absl::StatusCode::kResourceExhausted));
  queue.Add(SubmissionOf(1, kMaxQueuedSubmitBytes));
  EXPECT_THAT(queue.Reserve(1), StatusIs(absl::StatusCode::kResourceExhausted));
  queue.Take();

  EXPECT_THAT(queue.Reserve(kMaxQueuedSubmitBytes), IsOk());
  queue.Unreserve(1);
  EXPECT_THAT(queue.Reserve(1), IsOk());
}

TEST(CommitQueueTest, RefusesAllThatWaitAndCountsTheirBytesNoMore) {
  CommitQueue queue;
  int refused = 0;
  const auto count = [&refused](const auto& reply) {
    EXPECT_EQ(reply.status().code(), absl::StatusCode::kUnavailable);
    ++refused;
  };
  queue.AddReply({v1::LeaseReply(), count});
  ASSERT_THAT(queue.Reserve(kMaxQueuedSubmitBytes), IsOk());
  Submission submission = SubmissionOf(1, kMaxQueuedSubmitBytes);
  submission.done = count;
  queue.Add(std::move(submission));
  Effects effects;

  queue.RefuseAll(absl::UnavailableError("stopping"), &effects);

  EXPECT_EQ(refused, 0);  // Without the lock alone.
  for (const auto& call : effects.calls) call();
  EXPECT_EQ(refused, 2);
  EXPECT_THAT(queue.Reserve(1), IsOk());
}

}  // namespace
}  // namespace quipu::pipelines::internal
