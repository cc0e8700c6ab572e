// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/work_estimate.h"

#include <memory>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_records.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

constexpr PairWork kExpected = {100, 80, 40, 50, 30, 0, 0};  // 300 tokens.

v1::EngineCounters Counters(double prefix, double prompt, double sampled, double verify,
                            double closed_book) {
  v1::EngineCounters counters;
  counters.set_prefix_tokens(static_cast<uint64_t>(prefix));
  counters.set_generate_prompt_tokens(static_cast<uint64_t>(prompt));
  counters.set_generate_sampled_tokens(static_cast<uint64_t>(sampled));
  counters.set_verify_tokens(static_cast<uint64_t>(verify));
  counters.set_closed_book_tokens(static_cast<uint64_t>(closed_book));
  return counters;
}

TEST(WorkEstimate, IsWhatIsExpectedBeforeTheFirstToken) {
  EXPECT_DOUBLE_EQ(WorkEstimate(kExpected, 64).TokensLeft(0, {}), 64 * 300);
}

// All 64 pairs are in flight, and none is done: the demo's first minutes.
TEST(WorkEstimate, FallsWithEachPhaseBeforeTheFirstPairIsDone) {
  const WorkEstimate estimate(kExpected, 64);

  EXPECT_NEAR(estimate.TokensLeft(0, Counters(6400, 0, 0, 0, 0)), 64 * 200, 1);
  EXPECT_NEAR(estimate.TokensLeft(0, Counters(6400, 5120, 1280, 0, 0)), 64 * 100, 1);
  EXPECT_NEAR(estimate.TokensLeft(0, Counters(6400, 5120, 2560, 3200, 960)), 64 * 15, 1);
}

TEST(WorkEstimate, LearnsTheLengthOfPromptsBeforeTheFirstPairIsDone) {
  const WorkEstimate estimate(kExpected, 1000);

  // 200 pairs have begun, and their prompts are a quarter as long as expected.
  const double left = estimate.TokensLeft(0, Counters(20000, 4000, 0, 0, 0));

  EXPECT_NEAR(left, 1000 * (100 + 20 + 40 + 50 + 30) - 24000, 3000);
}

TEST(WorkEstimate, LearnsWhatPairsCost) {
  const WorkEstimate estimate(kExpected, 1000);

  // Replies are twice as long, and few pairs get as far as the closed book.
  const double left = estimate.TokensLeft(500, Counters(50000, 40000, 40000, 25000, 1500));

  EXPECT_NEAR(left, 500 * (100 + 80 + 80 + 50 + 3), 0.02 * 500 * 313);
}

TEST(WorkEstimate, OfAServerCountsTheChunkInEachPrompt) {
  constexpr PairWork server = {0, 480, 40, 50, 30, 0, 0};

  EXPECT_NEAR(WorkEstimate(server, 10).TokensLeft(5, Counters(0, 2400, 200, 250, 150)), 5 * 600, 1);
}

TEST(WorkEstimate, IsNothingWhenAllPairsAreDone) {
  EXPECT_EQ(WorkEstimate(kExpected, 5).TokensLeft(5, Counters(1, 1, 1, 1, 1)), 0);
  EXPECT_EQ(WorkEstimate(kExpected, 0).TokensLeft(0, {}), 0);
}

TEST(ExpectedWork, HasChunksAsLongAsThePlannedOnes) {
  testing::TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto store,
                       storage::Store::Create(dir.Path("store"), testing::TestHeader()));
  const v1::Document document = testing::TestDocument(1, 4000);
  storage::IngestBatch batch;
  batch.documents = {document};
  batch.progress.set_source("documents:a.txt");
  ASSERT_OK(store->Ingest(batch));
  v1::DocumentPlan plan = testing::TestPlan(document, 4);
  for (int i = 0; i < 4; ++i) {  // Two chunks of two pairs each.
    plan.mutable_tasks(i)->mutable_chunk()->set_begin(1000 * (i / 2));
    plan.mutable_tasks(i)->mutable_chunk()->set_end(1000 * (i / 2) + 800);
  }
  ASSERT_OK(store->AddPlan(plan));

  ASSERT_OK_AND_ASSIGN(const PairWork work, ExpectedWork(*store));

  // A test document has a token for each four bytes.
  EXPECT_NEAR(work[0], 2 * 800 / 4.0 / 4, 3);
  EXPECT_GT(work[1], 0);
}

TEST(RecentRate, IsOfTheLastTwoMinutes) {
  RecentRate rate;
  EXPECT_EQ(rate.PerSecond(), 0);
  rate.Add(0, absl::ZeroDuration());
  rate.Add(50, absl::Milliseconds(500));
  EXPECT_DOUBLE_EQ(rate.PerSecond(), 100);

  double count = 50;
  for (int second = 1; second <= 300; ++second) {
    count += second <= 150 ? 100 : 10;
    rate.Add(count, absl::Seconds(second));
  }

  EXPECT_NEAR(rate.PerSecond(), 10, 1e-9);
}

}  // namespace
}  // namespace quipu::pipelines
