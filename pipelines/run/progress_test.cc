// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/progress.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/stack_limit.h"

namespace quipu::pipelines {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(FormatProgress, ShowsRatesShareAndTimeLeft) {
  ProgressFigures figures;
  figures.done = 120;
  figures.total = 480;
  figures.accepted = 90;
  figures.done_now = 60;
  figures.tokens_now = 30000;
  figures.tokens_each = 400;
  figures.tokens_left = 144000;
  figures.tokens_per_s = 200;
  figures.columns_a_step = 97.25;
  figures.elapsed = absl::Seconds(120);

  // The 60 pairs of earlier processes were 24,000 tokens.
  EXPECT_EQ(FormatProgress(figures),
            "120/480 pairs  27 % of the work  200 tokens/s in steps of 97.2  75 % accepted  "
            "12m left");
}

TEST(FormatProgress, TellsTheTimeLeftBeforeTheFirstPairIsDone) {
  ProgressFigures figures;
  figures.total = 64;
  figures.tokens_now = 1000;
  figures.tokens_each = 300;
  figures.tokens_left = 19000;
  figures.tokens_per_s = 200;
  figures.elapsed = absl::Seconds(5);

  EXPECT_EQ(FormatProgress(figures), "0/64 pairs  5 % of the work  200 tokens/s  1m35s left");
}

TEST(FormatProgress, ClaimsNothingBeforeTheFirstToken) {
  ProgressFigures figures;
  figures.done = 10;
  figures.total = 20;
  figures.accepted = 4;
  figures.tokens_left = 3000;
  figures.elapsed = absl::Seconds(3);

  EXPECT_EQ(FormatProgress(figures), "10/20 pairs  50 %  40 % accepted");
}

TEST(FormatProgress, ClaimsNoTimeLeftAfterTheFirstSteps) {
  ProgressFigures figures;
  figures.total = 64;
  figures.tokens_now = 25;
  figures.tokens_left = 27000;
  figures.tokens_per_s = 5;
  figures.steps = 3;
  figures.elapsed = absl::Seconds(5);
  EXPECT_EQ(FormatProgress(figures), "0/64 pairs  0 % of the work  5 tokens/s");

  figures.steps = 4;

  EXPECT_EQ(FormatProgress(figures), "0/64 pairs  0 % of the work  5 tokens/s  1h30m left");
}

// As when a coordinator has no workers.
TEST(FormatProgress, ClaimsNoTimeLeftWhereNothingHasComeForAMinute) {
  ProgressFigures figures;
  figures.done = figures.done_now = 10;
  figures.total = 40;
  figures.tokens_now = 1000;
  figures.tokens_each = 100;
  figures.tokens_left = 3000;
  figures.tokens_per_s = 0.1;
  figures.elapsed = absl::Minutes(30);
  figures.idle = absl::Seconds(59);
  EXPECT_THAT(FormatProgress(figures), HasSubstr("  0 tokens/s  0 % accepted  8h20m left"));

  figures.idle = absl::Seconds(90);

  EXPECT_EQ(FormatProgress(figures),
            "10/40 pairs  25 % of the work  0 % accepted  nothing new for 1m30s");
}

TEST(FormatProgress, OfAnEngineThatCountsNoTokensGoesByPairs) {
  ProgressFigures figures;
  figures.done = figures.done_now = 10;
  figures.total = 40;
  figures.elapsed = absl::Seconds(20);

  EXPECT_EQ(FormatProgress(figures), "10/40 pairs  25 %  0 % accepted  1m left");
}

TEST(FormatProgress, OfAnEmptyPlanIsDone) {
  EXPECT_EQ(FormatProgress(ProgressFigures()), "0/0 pairs  100 %");
}

TEST(FormatProgress, ShowsNoTimeLeftWhenAllIsDone) {
  ProgressFigures figures;
  figures.done = figures.total = figures.done_now = 2;
  figures.elapsed = absl::Seconds(1);

  EXPECT_EQ(FormatProgress(figures), "2/2 pairs  100 %  0 % accepted");
}

TEST(Progress, CountsResultsOnTopOfEarlierOnes) {
  ProgressStart start;
  start.done = 5;
  start.accepted = 2;
  start.total = 9;
  start.expected = {10, 20, 5, 5, 5, 0, 0};
  Progress progress(Clock::Real(), /*terminal=*/false, start, [] {
    v1::EngineCounters work;
    work.set_prompt_tokens_computed(70);
    work.set_prefix_tokens(40);
    work.set_generate_prompt_tokens(30);
    work.set_generate_sampled_tokens(7);
    work.set_sampled_tokens(7);
    work.set_steps(4);
    work.set_step_tokens(90);
    return work;
  });
  progress.AddResult(true);
  progress.AddResult(false);

  const ProgressFigures figures = progress.Figures();
  EXPECT_EQ(figures.done, 7u);
  EXPECT_EQ(figures.done_now, 2u);
  EXPECT_EQ(figures.accepted, 3u);
  EXPECT_EQ(figures.tokens_now, 77u);
  EXPECT_EQ(figures.tokens_each, 45);
  EXPECT_GT(figures.tokens_left, 0);
  EXPECT_EQ(figures.columns_a_step, 22.5);
}

TEST(Progress, TellsAStatusWhatItsLineSays) {
  ProgressStart start;
  start.total = 10;
  start.expected = {10, 20, 5, 5, 5, 0, 0};
  Progress progress(Clock::Real(), /*terminal=*/false, start, [] {
    v1::EngineCounters work;
    work.set_prompt_tokens_computed(90);
    work.set_prefix_tokens(30);
    work.set_generate_prompt_tokens(60);
    return work;
  });

  v1::StatusReply status;
  progress.AddTo(&status);

  const ProgressFigures figures = progress.Figures();
  EXPECT_GT(status.work_share(), 0);
  EXPECT_DOUBLE_EQ(status.work_share(), 90 / (90 + figures.tokens_left));
  EXPECT_EQ(status.tokens_per_s(), 0) << "no token was computed since the first reading";
  EXPECT_EQ(status.seconds_left(), 0) << "it is not known";
}

TEST(Progress, CountsAResultThatWasTakenOutAsPending) {
  ProgressStart start;
  start.done = 2;
  start.accepted = 1;
  start.total = 4;
  Progress progress(Clock::Real(), /*terminal=*/false, start, [] { return v1::EngineCounters(); });
  progress.AddResult(true);
  progress.AddResult(true);

  progress.RemoveResult(true);

  EXPECT_EQ(progress.Figures().done, 3u);
  EXPECT_EQ(progress.Figures().done_now, 1u);
  EXPECT_EQ(progress.Figures().accepted, 2u);
  progress.RemoveResult(false);
  progress.RemoveResult(false);  // Of an earlier process.
  EXPECT_EQ(progress.Figures().done, 1u);
  EXPECT_EQ(progress.Figures().done_now, 0u);
  progress.RemoveResult(true);
  progress.RemoveResult(true);
  progress.RemoveResult(true);
  EXPECT_EQ(progress.Figures().done, 0u) << "never below zero";
  EXPECT_EQ(progress.Figures().accepted, 0u);
}

TEST(Progress, WithoutAThreadPrintsTheLastLineOnly) {
  const testing::NoMoreThreads none;
  ::testing::internal::CaptureStderr();
  {
    ProgressStart start;
    start.total = 1;
    Progress progress(Clock::Real(), /*terminal=*/false, start,
                      [] { return v1::EngineCounters(); });
    progress.AddResult(true);
  }
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("no progress is shown: thread \"progress\" cannot be started"),
                    HasSubstr("1/1 pairs")));
}

}  // namespace
}  // namespace quipu::pipelines
