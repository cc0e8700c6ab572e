// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/engine_counters.h"

#include <google/protobuf/descriptor.h>

#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

inference::EngineStats SomeStats() {
  inference::EngineStats stats;
  stats.prompt_tokens_computed = 4821;
  stats.prompt_tokens_needed = 4790;
  stats.sampled_tokens = 1204;
  stats.drafted_tokens = 240;
  stats.accepted_drafts = 81;
  stats.steps = 96;
  stats.step_tokens = 6032;
  stats.busy_seconds = 6.9175;
  stats.of(inference::Phase::kPrefix) = {3000, 0, 2.5};
  stats.of(inference::Phase::kGenerate) = {800, 1100, 3.25};
  stats.of(inference::Phase::kVerify) = {700, 4, 0.75};
  stats.of(inference::Phase::kClosedBook) = {300, 0, 0.25};
  stats.of(inference::Phase::kSecondAnswer) = {21, 100, 0.125};
  return stats;
}

v1::EngineCounters SomeCounters() { return CountersOf(SomeStats()); }

TEST(CountersOf, TellsTheTokensOfEachPhase) {
  const v1::EngineCounters counters = SomeCounters();
  EXPECT_EQ(counters.prefix_tokens(), 3000u);
  EXPECT_EQ(counters.generate_prompt_tokens(), 800u);
  EXPECT_EQ(counters.generate_sampled_tokens(), 1100u);
  EXPECT_EQ(counters.verify_tokens(), 704u);
  EXPECT_EQ(counters.closed_book_tokens(), 300u);
  EXPECT_EQ(counters.second_prompt_tokens(), 21u);
  EXPECT_EQ(counters.second_sampled_tokens(), 100u);
}

TEST(CountersOf, TellsTheTimeOfEachPhase) {
  const v1::EngineCounters counters = SomeCounters();
  EXPECT_EQ(counters.prefix_microseconds(), 2500000u);
  EXPECT_EQ(counters.generate_microseconds(), 3250000u);
  EXPECT_EQ(counters.verify_microseconds(), 750000u);
  EXPECT_EQ(counters.closed_book_microseconds(), 250000u);
  EXPECT_EQ(counters.second_microseconds(), 125000u);
}

TEST(CountersSince, SubtractsEveryFigure) {
  inference::EngineStats later = SomeStats();
  later.prompt_tokens_computed += 1;
  later.prompt_tokens_needed += 2;
  later.sampled_tokens += 3;
  later.drafted_tokens += 4;
  later.accepted_drafts += 5;
  later.steps += 6;
  later.step_tokens += 7;
  later.busy_seconds += 8;
  const v1::EngineCounters work = CountersSince(CountersOf(later), SomeCounters());
  EXPECT_EQ(work.prompt_tokens_computed(), 1u);
  EXPECT_EQ(work.prompt_tokens_needed(), 2u);
  EXPECT_EQ(work.sampled_tokens(), 3u);
  EXPECT_EQ(work.drafted_tokens(), 4u);
  EXPECT_EQ(work.accepted_drafts(), 5u);
  EXPECT_EQ(work.steps(), 6u);
  EXPECT_EQ(work.step_tokens(), 7u);
  EXPECT_NEAR(work.busy_microseconds(), 8e6, 1);
}

TEST(AddCounters, AddsEveryFigure) {
  v1::EngineCounters sum = SomeCounters();
  AddCounters(SomeCounters(), &sum);
  EXPECT_EQ(sum.prompt_tokens_computed(), 2 * 4821u);
  EXPECT_EQ(sum.prompt_tokens_needed(), 2 * 4790u);
  EXPECT_EQ(sum.sampled_tokens(), 2 * 1204u);
  EXPECT_EQ(sum.drafted_tokens(), 2 * 240u);
  EXPECT_EQ(sum.accepted_drafts(), 2 * 81u);
  EXPECT_EQ(sum.steps(), 2 * 96u);
  EXPECT_EQ(sum.step_tokens(), 2 * 6032u);
  EXPECT_EQ(sum.busy_microseconds(), 2 * 6917500u);
}

TEST(CountersAtMost, LooksAtEveryFigure) {
  EXPECT_TRUE(CountersAtMost({}, 0));
  const google::protobuf::Descriptor& descriptor = *v1::EngineCounters::descriptor();
  ASSERT_GT(descriptor.field_count(), 0);
  for (int i = 0; i < descriptor.field_count(); ++i) {
    v1::EngineCounters counters;
    counters.GetReflection()->SetUInt64(&counters, descriptor.field(i), 7);
    EXPECT_TRUE(CountersAtMost(counters, 7)) << descriptor.field(i)->name();
    EXPECT_FALSE(CountersAtMost(counters, 6)) << descriptor.field(i)->name();
  }
}

}  // namespace
}  // namespace quipu::pipelines
