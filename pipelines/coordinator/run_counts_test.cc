// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/run_counts.h"

#include "gtest/gtest.h"

namespace quipu::pipelines::internal {
namespace {

v1::Result Rejected() {
  v1::Result result;
  result.mutable_reject()->set_reason(v1::REJECT_REASON_EMPTY);
  return result;
}

TEST(RunCountsTest, StartsFromWhatTheStoreHas) {
  RunFigures before;
  before.accepted = 10;
  before.rejects_by_reason[v1::REJECT_REASON_EMPTY] = 3;
  RunCounts counts(before, absl::ZeroDuration());
  counts.AddResult(v1::Result(), absl::Seconds(1));
  counts.AddResult(Rejected(), absl::Seconds(1));
  v1::StatusReply status;

  counts.Fill(absl::Seconds(2), &status);

  EXPECT_EQ(status.tasks().accepted(), 11u);
  EXPECT_EQ(status.tasks().rejected(), 4u);
  EXPECT_EQ(status.rejects_by_reason().at("EMPTY"), 4u);
  EXPECT_EQ(status.results_per_s(), 1.0);
}

TEST(RunCountsTest, ForgetsWhatIsRemovedAndReasonsWithoutResults) {
  RunCounts counts({}, absl::ZeroDuration());
  counts.AddResult(Rejected(), absl::Seconds(1));
  counts.RemoveResult(Rejected());
  counts.RemoveResult(v1::Result());  // Never under zero.
  v1::StatusReply status;

  counts.Fill(absl::Seconds(2), &status);

  EXPECT_EQ(status.tasks().accepted(), 0u);
  EXPECT_EQ(status.tasks().rejected(), 0u);
  EXPECT_TRUE(status.rejects_by_reason().empty());
}

TEST(RunCountsTest, CountsWhatBecameOfSubmits) {
  RunCounts counts({}, absl::ZeroDuration());
  v1::LeaseOutcome outcome;
  outcome.add_results(v1::SUBMIT_OUTCOME_STORED);
  outcome.add_results(v1::SUBMIT_OUTCOME_DUPLICATE);
  outcome.add_results(v1::SUBMIT_OUTCOME_CONFLICT);
  outcome.set_ticket(v1::SUBMIT_OUTCOME_STALE);
  counts.AddOutcome(outcome, /*invalid=*/2);
  v1::StatusReply status;

  counts.Fill(absl::Seconds(1), &status);

  EXPECT_EQ(status.duplicates(), 1u);
  EXPECT_EQ(status.conflicts(), 1u);
  EXPECT_EQ(status.stale_submits(), 1u);
  EXPECT_EQ(status.invalid_results(), 2u);
}

}  // namespace
}  // namespace quipu::pipelines::internal
