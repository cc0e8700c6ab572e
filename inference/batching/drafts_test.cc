// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Guessed tokens change how many steps a reply takes, and nothing else.
#include <algorithm>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/test_engine.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::FakeModel;
using ::quipu::testing::Request;
using ::quipu::testing::TestEngine;
using ::quipu::testing::TestSeed;
using ::quipu::testing::ToString;
using ::quipu::testing::Verdict;

// A model that repeats the letters a to i, except for the few times when
// sampling takes another token.
void RepeatingLogits(absl::Span<const TokenId> history, absl::Span<float> logits) {
  uint64_t state = history.size();
  for (const TokenId token : history)
    state = state * 6364136223846793005u + static_cast<uint64_t>(token);
  for (size_t i = 0; i < logits.size(); ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    logits[i] = static_cast<float>(state >> 40) * 0x1p-23f;
  }
  const TokenId last = history.back();
  const bool letter = last >= 'a' && last < 'i';
  logits[letter ? last + 1 : 'a'] += 8.5f;
}

struct DraftRun {
  std::string text;  // All results.
  EngineStats stats;
  int most_step_tokens = 0;
  int most_step_outputs = 0;
};

// Runs `callers` completions at a time on repetitive chunks.
DraftRun RunWithDrafts(int draft_step_tokens, int callers, int pages, int max_tokens, uint64_t seed,
                       int threads = 1) {
  TestEngine test(pages, 64, threads, 4096, draft_step_tokens, RepeatingLogits);
  std::vector<std::string> texts(callers);
  std::vector<std::thread> running;
  for (int c = 0; c < callers; ++c) {
    running.emplace_back([&, c] {
      const std::unique_ptr<Prefix> prefix =
          test.Open(absl::StrCat("a rose is a rose is a rose ", c % 2));
      for (int i = 0; i < 4; ++i) {
        CompleteRequest request = Request(i, max_tokens);
        request.seed = FingerprintOf(absl::StrCat(seed, " ", c, " ", i));
        texts[c] += ToString(test.engine->Complete(*prefix, request));
        texts[c] += ToString(test.engine->Score(*prefix, Verdict(i)));
      }
    });
  }
  for (std::thread& caller : running) caller.join();
  DraftRun run;
  for (const std::string& text : texts) absl::StrAppend(&run.text, text, "\n");
  run.stats = test.engine->stats();
  for (const FakeModel::SeenStep& step : test.model->steps()) {
    run.most_step_tokens = std::max(run.most_step_tokens, step.tokens);
    run.most_step_outputs = std::max(run.most_step_outputs, step.outputs);
  }
  return run;
}

TEST(Drafts, ChangeTheNumberOfStepsAndNothingElse) {
  const uint64_t seed = TestSeed();
  // Parts that end before a draft, at it, and long ones across pages.
  for (const int max_tokens : {2, 3, 5, 12, 70}) {
    for (uint64_t i = 0; i < 12; ++i) {
      const DraftRun off = RunWithDrafts(0, 1, 1000, max_tokens, seed + i);
      const DraftRun on = RunWithDrafts(32, 1, 1000, max_tokens, seed + i);
      ASSERT_EQ(on.text, off.text) << max_tokens << " tokens, seed " << seed + i;
      EXPECT_EQ(off.stats.drafted_tokens, 0);
      EXPECT_EQ(on.stats.sampled_tokens, off.stats.sampled_tokens);
      EXPECT_EQ(on.stats.steps + on.stats.accepted_drafts, off.stats.steps);
      EXPECT_EQ(on.stats.prompt_tokens_computed, off.stats.prompt_tokens_computed);
      EXPECT_EQ(on.stats.prompt_tokens_needed, off.stats.prompt_tokens_needed);
      EXPECT_LE(on.stats.accepted_drafts, on.stats.drafted_tokens);
      if (max_tokens == 70) {
        EXPECT_GT(on.stats.accepted_drafts, on.stats.sampled_tokens / 3);
        EXPECT_LT(on.stats.steps, off.stats.steps * 2 / 3);
        // Some were wrong; otherwise the test would prove little.
        EXPECT_GT(on.stats.drafted_tokens, on.stats.accepted_drafts);
      }
    }
  }
}

TEST(Drafts, GiveTheSameBytesInCompanyAndWithLittleMemory) {
  const uint64_t seed = TestSeed();
  const std::string alone = RunWithDrafts(0, 6, 1000, 40, seed).text;
  for (const auto& [draft_step_tokens, pages, threads] :
       {std::tuple(32, 1000, 1), std::tuple(32, 1000, 2), std::tuple(7, 1000, 2),
        std::tuple(1000, 1000, 1), std::tuple(32, 14, 2), std::tuple(0, 14, 1)}) {
    SCOPED_TRACE(
        absl::StrCat("up to ", draft_step_tokens, ", ", pages, " pages, ", threads, " threads"));
    const DraftRun run = RunWithDrafts(draft_step_tokens, 6, pages, 40, seed, threads);
    EXPECT_EQ(run.text, alone);
    EXPECT_EQ(run.stats.accepted_drafts > 0, draft_step_tokens > 0);
    EXPECT_LE(run.most_step_tokens, 64);
  }
}

TEST(Drafts, StayWithinTheContext) {
  // Prompt, literals and all parts at their longest fill the context to the
  // last token: no guess may go beyond it.
  int context_tokens = 4096;
  for (int round = 0; round < 2; ++round) {
    TestEngine test(1000, 64, 1, context_tokens, 32, RepeatingLogits);
    const std::unique_ptr<Prefix> prefix = test.Open("rose rose rose rose");
    CompleteRequest request;
    request.user_rest = "rose";
    request.reply_template = {Slot::Free("text", 60, 60, "")};
    request.sampling.temperature = 0;
    const absl::StatusOr<Completion> completion = test.engine->Complete(*prefix, request);
    ASSERT_OK(completion);
    EXPECT_EQ(completion->parts[0].num_tokens, 60);
    EXPECT_GT(test.engine->stats().accepted_drafts, 20);
    context_tokens = static_cast<int>(test.engine->stats().prompt_tokens_computed) + 60;
  }
}

TEST(Drafts, AreNotMadeInFullSteps) {
  const DraftRun run = RunWithDrafts(1, 4, 1000, 30, TestSeed());
  EXPECT_EQ(run.stats.drafted_tokens, 0);
}

}  // namespace
}  // namespace quipu::inference
