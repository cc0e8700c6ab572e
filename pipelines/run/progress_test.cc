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
  figures.tokens_now = 24000;
  figures.columns_a_step = 97.25;
  figures.elapsed = absl::Seconds(120);

  EXPECT_EQ(FormatProgress(figures),
            "120/480 pairs  25.0 %  200 tokens/s in steps of 97.2  75 % accepted  0.50 pairs/s  "
            "12m left");
}

TEST(FormatProgress, ClaimsNoRateBeforeTheFirstPairOfThisRun) {
  ProgressFigures figures;
  figures.done = 10;
  figures.total = 20;
  figures.accepted = 4;
  figures.elapsed = absl::Seconds(3);

  EXPECT_EQ(FormatProgress(figures), "10/20 pairs  50.0 %  40 % accepted");
}

TEST(FormatProgress, OfAnEmptyPlanIsDone) {
  EXPECT_EQ(FormatProgress(ProgressFigures()), "0/0 pairs  100.0 %");
}

TEST(FormatProgress, ShowsNoTimeLeftWhenAllIsDone) {
  ProgressFigures figures;
  figures.done = figures.total = figures.done_now = 2;
  figures.elapsed = absl::Seconds(1);

  EXPECT_EQ(FormatProgress(figures), "2/2 pairs  100.0 %  0 % accepted  2.00 pairs/s");
}

TEST(Progress, CountsResultsOnTopOfEarlierOnes) {
  Progress progress(Clock::Real(), /*terminal=*/false, /*done=*/5, /*accepted=*/2, /*total=*/9, [] {
    v1::EngineCounters work;
    work.set_prompt_tokens_computed(70);
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
  EXPECT_EQ(figures.columns_a_step, 22.5);
}

TEST(Progress, WithoutAThreadPrintsTheLastLineOnly) {
  const testing::NoMoreThreads none;
  ::testing::internal::CaptureStderr();
  {
    Progress progress(Clock::Real(), /*terminal=*/false, /*done=*/0, /*accepted=*/0, /*total=*/1,
                      [] { return v1::EngineCounters(); });
    progress.AddResult(true);
  }
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("no progress is shown: thread \"progress\" cannot be started"),
                    HasSubstr("1/1 pairs")));
}

}  // namespace
}  // namespace quipu::pipelines
