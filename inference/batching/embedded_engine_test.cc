// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/embedded_engine.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/fake_model.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_engine.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::FakeModel;
using ::quipu::testing::kPageBytes;
using ::quipu::testing::Request;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TestEngine;
using ::quipu::testing::TestSeed;
using ::quipu::testing::ToString;
using ::quipu::testing::Verdict;

std::string Chunk(int number) {
  std::string text = absl::StrCat("Chunk ", number, ": ");
  for (int i = 0; i < 6 + number % 5; ++i) absl::StrAppend(&text, "the word ", number * i, ", ");
  return text;
}

// All results for one chunk, in one string.
std::string WorkOnChunk(Engine* engine, int number, int requests) {
  absl::StatusOr<std::unique_ptr<Prefix>> prefix = engine->OpenPrefix({"", Chunk(number)});
  if (!prefix.ok()) return prefix.status().ToString();
  std::string text;
  for (int i = 0; i < requests; ++i) {
    absl::StrAppend(&text, ToString(engine->Complete(**prefix, Request(i))),
                    ToString(engine->Score(**prefix, Verdict(i))), "\n");
  }
  return text;
}

TEST(EmbeddedEngine, GivesTheSameBytesAloneAndAmongOthers) {
  constexpr int kChunks = 6;
  std::vector<std::string> alone;
  {
    TestEngine test(1000, 1000);
    for (int i = 0; i < kChunks; ++i) alone.push_back(WorkOnChunk(test.engine.get(), i, 5));
  }
  for (const auto& [max_step_tokens, pages, threads] :
       {std::tuple(64, 1000, 1), std::tuple(7, 1000, 2), std::tuple(1, 300, 1),
        std::tuple(256, 25, 2)}) {
    SCOPED_TRACE(absl::StrCat(max_step_tokens, " tokens a step, ", pages, " pages"));
    TestEngine test(pages, max_step_tokens, threads);
    std::vector<std::string> together(kChunks);
    std::vector<std::thread> callers;
    for (int i = 0; i < kChunks; ++i) {
      callers.emplace_back([&, i] { together[i] = WorkOnChunk(test.engine.get(), i, 5); });
    }
    for (std::thread& caller : callers) caller.join();
    for (int i = 0; i < kChunks; ++i) EXPECT_EQ(together[i], alone[i]) << i;
  }
}

TEST(EmbeddedEngine, ComputesAPrefixOnceForAllItsContinuations) {
  TestEngine test;
  const std::unique_ptr<Prefix> prefix = test.Open(std::string(200, 'x'));
  const EngineStats opened = test.engine->stats();
  EXPECT_EQ(opened.prompt_tokens_computed, prefix->num_tokens());

  ASSERT_OK(test.engine->Score(*prefix, Verdict(1)));
  const EngineStats stats = test.engine->stats();
  EXPECT_LT(stats.prompt_tokens_computed - opened.prompt_tokens_computed, 100);
  EXPECT_EQ(stats.prompt_tokens_computed, stats.prompt_tokens_needed);
  EXPECT_GT(stats.steps, 0);
}

TEST(EmbeddedEngine, CountsTheTokensOfEachPhase) {
  TestEngine test;
  const auto prefix = test.engine->OpenPrefix({"", std::string(200, 'x'), Phase::kPrefix});
  ASSERT_OK(prefix);
  CompleteRequest pair = Request(1);
  pair.phase = Phase::kGenerate;
  ScoreRequest verdict = Verdict(1);
  verdict.phase = Phase::kVerify;
  ASSERT_OK(test.engine->Complete(**prefix, pair));
  ASSERT_OK(test.engine->Score(**prefix, verdict));
  ASSERT_OK(test.engine->Score(**prefix, Verdict(2)));
  const EngineStats stats = test.engine->stats();
  EXPECT_EQ(stats.of(Phase::kPrefix).prompt, (*prefix)->num_tokens());
  EXPECT_GT(stats.of(Phase::kGenerate).prompt, 0);
  EXPECT_EQ(stats.of(Phase::kGenerate).sampled, stats.sampled_tokens);
  EXPECT_GT(stats.of(Phase::kVerify).prompt, 0);
  EXPECT_EQ(stats.of(Phase::kOther).prompt, stats.of(Phase::kVerify).prompt);
  int64_t all = 0;
  for (const PhaseTokens& tokens : stats.phases) all += tokens.prompt;
  EXPECT_EQ(all, stats.prompt_tokens_computed);
}

TEST(EmbeddedEngine, DividesItsTimeAmongThePhases) {
  TestEngine test;
  const auto prefix = test.engine->OpenPrefix({"", std::string(200, 'x'), Phase::kPrefix});
  ASSERT_OK(prefix);
  ScoreRequest verdict = Verdict(1);
  verdict.phase = Phase::kVerify;
  ASSERT_OK(test.engine->Score(**prefix, verdict));
  const EngineStats stats = test.engine->stats();
  EXPECT_GT(stats.of(Phase::kPrefix).seconds, 0);
  EXPECT_GT(stats.of(Phase::kVerify).seconds, 0);
  EXPECT_EQ(stats.of(Phase::kGenerate).seconds, 0);
  EXPECT_NEAR(stats.of(Phase::kPrefix).seconds + stats.of(Phase::kVerify).seconds,
              stats.busy_seconds, 1e-6);
}

TEST(EmbeddedEngine, SharesPrefixesOfTheSameTokens) {
  TestEngine test;
  const std::unique_ptr<Prefix> one = test.Open(std::string(200, 'x'));
  std::unique_ptr<Prefix> two = test.Open(std::string(200, 'x'));
  EXPECT_EQ(test.engine->stats().prompt_tokens_computed, one->num_tokens());

  const std::string expected = ToString(test.engine->Complete(*one, Request(1)));
  EXPECT_EQ(ToString(test.engine->Complete(*two, Request(1))), expected);
  two.reset();
  EXPECT_EQ(ToString(test.engine->Complete(*one, Request(1))), expected);
}

TEST(EmbeddedEngine, RunsManyContinuationsInOneGroupedStep) {
  TestEngine test(1000, 256);
  const std::unique_ptr<Prefix> prefix = test.Open(std::string(100, 'x'));
  // While one step is held, the others queue; the next step runs them all.
  test.model->Hold();
  std::vector<std::thread> callers;
  for (int i = 0; i < 9; ++i) {
    callers.emplace_back([&, i] { EXPECT_OK(test.engine->Complete(*prefix, Request(i))); });
  }
  test.model->AwaitHeld();
  test.model->Release();
  for (std::thread& caller : callers) caller.join();

  int largest = 0;
  for (const FakeModel::SeenStep& step : test.model->steps()) {
    largest = std::max(largest, step.largest_group);
    EXPECT_LE(step.tokens, 256);
  }
  EXPECT_GE(largest, 2);
}

// Callers with one instruction: it runs once, and no result changes.
TEST(EmbeddedEngine, RunsTheInstructionOfManyCallersOnce) {
  constexpr int kCallers = 8;
  const auto request_of = [](int i) {
    CompleteRequest request = Request(i, 30);
    request.user_rest = std::string(150, 'y');
    // Some continue differently at the end.
    if (i % 3 == 2) request.reply_template[0] = Slot::Literal("<q>Why");
    return request;
  };
  std::vector<std::string> alone;
  {
    TestEngine test;
    const std::unique_ptr<Prefix> prefix = test.Open(std::string(50, 'x'));
    for (int i = 0; i < kCallers; ++i)
      alone.push_back(ToString(test.engine->Complete(*prefix, request_of(i))));
  }
  for (const int pages : {1000, 30}) {
    for (const int max_step_tokens : {256, 40}) {
      TestEngine test(pages, max_step_tokens);
      const std::unique_ptr<Prefix> prefix = test.Open(std::string(50, 'x'));
      const int64_t opened = test.engine->stats().prompt_tokens_computed;
      test.model->Hold();
      std::vector<std::thread> callers;
      for (int i = 0; i < kCallers; ++i) {
        callers.emplace_back([&, i] {
          EXPECT_EQ(ToString(test.engine->Complete(*prefix, request_of(i))), alone[i]);
        });
      }
      test.model->AwaitHeld();
      test.model->Release();
      for (std::thread& caller : callers) caller.join();
      const int64_t computed = test.engine->stats().prompt_tokens_computed - opened;
      // Two or three of them at a time if memory is short.
      EXPECT_LT(computed, pages == 1000 ? 700 : 1200);
    }
  }
}

TEST(EmbeddedEngine, ScoresAreLogProbabilities) {
  TestEngine test;
  const std::unique_ptr<Prefix> prefix = test.Open("p");
  ScoreRequest request;
  for (int byte = 0; byte < 256; ++byte) {
    request.continuations.push_back(std::string(1, static_cast<char>(byte)));
  }
  absl::StatusOr<ScoreResult> result = test.engine->Score(*prefix, request);
  ASSERT_OK(result);
  double sum = 0;
  for (const ContinuationScore& score : result->continuations) {
    EXPECT_EQ(score.num_tokens, 1);
    sum += std::exp(score.log_prob);
  }
  // The rest belongs to control tokens and words.
  EXPECT_GT(sum, 0.5);
  EXPECT_LT(sum, 1.0);
}

TEST(EmbeddedEngine, ScoresASpanOfThePromptInThePassThatComparesWords) {
  TestEngine test;
  const std::unique_ptr<Prefix> prefix = test.Open("p");
  for (const std::string span : {"t", "perhaps so"}) {
    ScoreRequest request;
    request.user_rest = "Is it " + span + "?";
    request.span_begin = 6;
    request.span_end = 6 + span.size();
    request.continuations = {"y", "n"};
    request.relative_only = true;
    ScoreRequest without = request;
    without.span_begin = without.span_end = 0;
    ASSERT_OK_AND_ASSIGN(ScoreResult with_span, test.engine->Score(*prefix, request));
    ASSERT_OK_AND_ASSIGN(ScoreResult plain, test.engine->Score(*prefix, without));
    EXPECT_EQ(with_span.span.num_tokens, static_cast<int>(span.size()));
    EXPECT_EQ(plain.span.num_tokens, 0);
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(with_span.continuations[i].log_prob, plain.continuations[i].log_prob);
    }
    // The same text as the longer part of another span has the same tokens' scores.
    request.span_begin = 5;
    ASSERT_OK_AND_ASSIGN(ScoreResult longer, test.engine->Score(*prefix, request));
    EXPECT_EQ(longer.span.num_tokens, with_span.span.num_tokens + 1);
    EXPECT_LT(longer.span.log_prob, with_span.span.log_prob);
    // Nothing scores the first token after the prefix.
    const std::unique_ptr<Prefix> before = test.Open("pIs it ");
    ScoreRequest first;
    first.user_rest = span + "?";
    first.span_end = 1;
    first.continuations = {"y"};
    EXPECT_EQ(test.engine->Score(*before, first).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST(EmbeddedEngine, ScoresTheSameSpanAloneAndBesideOthers) {
  TestEngine test;
  const std::unique_ptr<Prefix> prefix = test.Open("p");
  ScoreRequest request;
  request.user_rest = "One instruction for all of them. Is it certain?";
  request.span_begin = 39;
  request.span_end = 46;
  request.continuations = {"yes", "no"};
  ASSERT_OK_AND_ASSIGN(ScoreResult alone, test.engine->Score(*prefix, request));
  EXPECT_EQ(alone.span.num_tokens, 7);
  std::vector<std::thread> threads;
  std::vector<double> sums(8);
  for (size_t i = 0; i < sums.size(); ++i) {
    threads.emplace_back([&, i] {
      const absl::StatusOr<ScoreResult> result = test.engine->Score(*prefix, request);
      if (result.ok()) sums[i] = result->span.log_prob;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const double sum : sums) EXPECT_EQ(sum, alone.span.log_prob);
}

TEST(EmbeddedEngine, SaysWhichTokenOfATextWasLeastLikelyAndHowManyWereTheLikeliest) {
  TestEngine test;
  const std::unique_ptr<Prefix> prefix = test.Open("p");
  ScoreRequest request;
  request.continuations = {"perhaps"};
  ASSERT_OK_AND_ASSIGN(ScoreResult whole, test.engine->Score(*prefix, request));
  double least = 0;
  int greedy = 0;
  std::string before;
  for (const char c : request.continuations[0]) {
    ScoreRequest step;
    step.assistant_begin = before;
    step.continuations = {std::string(1, c)};
    ASSERT_OK_AND_ASSIGN(ScoreResult token, test.engine->Score(*prefix, step));
    least = std::min(least, token.continuations[0].log_prob);
    greedy += token.continuations[0].greedy_tokens;
    before.push_back(c);
  }
  EXPECT_EQ(whole.continuations[0].min_log_prob, least);
  EXPECT_EQ(whole.continuations[0].greedy_tokens, greedy);
}

TEST(EmbeddedEngine, RefusesASpanOutsideThePrompt) {
  TestEngine test;
  const std::unique_ptr<Prefix> prefix = test.Open("p");
  ScoreRequest request;
  request.user_rest = "text";
  request.continuations = {"y"};
  request.span_begin = 2;
  for (const size_t end : {1, 2, 5}) {
    request.span_end = end;
    EXPECT_EQ(test.engine->Score(*prefix, request).status().code(),
              absl::StatusCode::kInvalidArgument)
        << end;
  }
}

TEST(EmbeddedEngine, ScoresALongTextTheSameAloneAndBesideOthers) {
  TestEngine test;
  const std::unique_ptr<Prefix> prefix = test.Open("p");
  ScoreRequest one;
  one.continuations = {"perhaps"};
  ScoreRequest many;
  many.continuations = {"no", "perhaps", "y", "maybe it is so, the longest of all"};
  absl::StatusOr<ScoreResult> alone = test.engine->Score(*prefix, one);
  absl::StatusOr<ScoreResult> beside = test.engine->Score(*prefix, many);
  ASSERT_OK(alone);
  ASSERT_OK(beside);
  EXPECT_EQ(alone->continuations[0].log_prob, beside->continuations[1].log_prob);
  EXPECT_EQ(alone->continuations[0].num_tokens, 7);
  // It is also the sum of its tokens' one after the other.
  double sum = 0;
  std::string before;
  for (const char c : std::string("perhaps")) {
    ScoreRequest step;
    step.assistant_begin = before;
    step.continuations = {std::string(1, c)};
    absl::StatusOr<ScoreResult> result = test.engine->Score(*prefix, step);
    ASSERT_OK(result);
    sum += result->continuations[0].log_prob;
    before.push_back(c);
  }
  EXPECT_EQ(alone->continuations[0].log_prob, sum);
}

TEST(EmbeddedEngine, ComputesTwoLogitsWhereTwoWordsAreCompared) {
  TestEngine test;
  const std::unique_ptr<Prefix> prefix = test.Open("p");
  ScoreRequest request;
  request.continuations = {"y", "n"};
  absl::StatusOr<ScoreResult> normal = test.engine->Score(*prefix, request);
  ASSERT_OK(normal);
  EXPECT_EQ(test.model->steps().back().words, 0);
  request.relative_only = true;
  absl::StatusOr<ScoreResult> compared = test.engine->Score(*prefix, request);
  ASSERT_OK(compared);
  EXPECT_EQ(test.model->steps().back().words, 2);
  ASSERT_EQ(compared->continuations.size(), 2u);
  EXPECT_NEAR(compared->continuations[0].log_prob - compared->continuations[1].log_prob,
              normal->continuations[0].log_prob - normal->continuations[1].log_prob, 1e-12);
  EXPECT_EQ(compared->continuations[0].num_tokens, 1);

  // A longer one needs its full probabilities.
  request.continuations = {"y", "not"};
  compared = test.engine->Score(*prefix, request);
  request.relative_only = false;
  EXPECT_EQ(ToString(test.engine->Score(*prefix, request)), ToString(compared));
}

TEST(EmbeddedEngine, CompletionAgreesWithTheScoreOfItsText) {
  TestEngine test;
  const std::unique_ptr<Prefix> prefix = test.Open("p");
  CompleteRequest request;
  request.user_rest = "go";
  request.reply_template = {Slot::Free("text", 8, 8, "")};
  request.sampling = {1.0, 3, 1.0, 0.0};
  absl::StatusOr<Completion> completion = test.engine->Complete(*prefix, request);
  ASSERT_OK(completion);
  const CompletedPart& part = completion->parts[0];
  ScoreRequest score;
  score.user_rest = "go";
  score.continuations = {part.text};
  absl::StatusOr<ScoreResult> result = test.engine->Score(*prefix, score);
  ASSERT_OK(result);
  // Only if sampling spelled the text as the tokenizer does.
  if (result->continuations[0].num_tokens == part.num_tokens) {
    EXPECT_EQ(result->continuations[0].log_prob, part.log_prob);
  }
}

TEST(EmbeddedEngine, RefusesWhatCanNeverFit) {
  TestEngine test(/*pages=*/10, 64, 1, /*context_tokens=*/256);
  EXPECT_EQ(test.engine->info().context_tokens, 256);
  EXPECT_THAT(test.engine->OpenPrefix({"", std::string(300, 'x')}),
              StatusIs(absl::StatusCode::kResourceExhausted, "tokens; it and its continuation"));

  const std::unique_ptr<Prefix> prefix = test.Open(std::string(100, 'x'));
  EXPECT_THAT(test.engine->Complete(*prefix, Request(1, 100)),
              StatusIs(absl::StatusCode::kResourceExhausted, "the context has 256"));
  ScoreRequest score;
  score.continuations.assign(20, "some words");
  EXPECT_THAT(test.engine->Score(*prefix, score),
              StatusIs(absl::StatusCode::kFailedPrecondition, "the cache has 10"));
  EXPECT_OK(test.engine->Complete(*prefix, Request(1)));
}

TEST(EmbeddedEngine, RefusesMalformedRequestsAndForeignPrefixes) {
  TestEngine test;
  TestEngine other;
  const std::unique_ptr<Prefix> prefix = test.Open("x");
  CompleteRequest malformed = Request(1);
  malformed.reply_template.pop_back();
  EXPECT_THAT(test.engine->Complete(*prefix, malformed),
              StatusIs(absl::StatusCode::kInvalidArgument, "last part"));
  EXPECT_THAT(test.engine->Score(*prefix, ScoreRequest()),
              StatusIs(absl::StatusCode::kInvalidArgument, "no continuation"));
  EXPECT_THAT(other.engine->Complete(*prefix, Request(1)),
              StatusIs(absl::StatusCode::kInvalidArgument, "another engine"));
}

TEST(EmbeddedEngine, RefusesTooLittleMemory) {
  EngineParts parts{nullptr, std::make_unique<FakeModel>(300), CreateByteTokenizer(),
                    *ChatTemplate::FromName("chatml"), EngineInfo()};
  EmbeddedEngineOptions options;
  options.kv_type = KvType::kF32;
  options.kv_bytes = kPageBytes;
  EXPECT_THAT(CreateEmbeddedEngine(std::move(parts), options),
              StatusIs(absl::StatusCode::kResourceExhausted, "at least 2 pages"));
}

// One thread opens more than fits and then uses all of it: prefixes are evicted
// and computed again, and only the count shows it.
TEST(EmbeddedEngine, EvictsIdlePrefixesRatherThanStandStill) {
  TestEngine roomy;
  TestEngine tight(/*pages=*/20);
  std::vector<std::unique_ptr<Prefix>> roomy_prefixes;
  std::vector<std::unique_ptr<Prefix>> tight_prefixes;
  for (int i = 0; i < 12; ++i) {
    roomy_prefixes.push_back(roomy.Open(Chunk(i)));
    tight_prefixes.push_back(tight.Open(Chunk(i)));
  }
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 12; ++i) {
      EXPECT_EQ(ToString(tight.engine->Complete(*tight_prefixes[i], Request(i))),
                ToString(roomy.engine->Complete(*roomy_prefixes[i], Request(i))));
    }
  }
  EXPECT_GT(tight.engine->stats().prompt_tokens_computed,
            tight.engine->stats().prompt_tokens_needed);
  EXPECT_EQ(roomy.engine->stats().prompt_tokens_computed,
            roomy.engine->stats().prompt_tokens_needed);
  EXPECT_EQ(roomy.engine->stats().prompt_tokens_needed, tight.engine->stats().prompt_tokens_needed);
}

// Many threads, memory for little more than one request at a time, prefixes
// held across calls, some shared: everything ends, with the right bytes.
TEST(EmbeddedEngine, NeverLocksUpWithTinyMemoryAndManyThreads) {
  constexpr int kThreads = 24;
  const uint64_t seed = TestSeed();
  TestEngine roomy;
  TestEngine tight(/*pages=*/11, /*max_step_tokens=*/32);
  std::vector<std::thread> callers;
  for (int t = 0; t < kThreads; ++t) {
    callers.emplace_back([&, t] {
      Rng rng(FingerprintOf(absl::StrCat(seed, " ", t)), "calls");
      std::vector<std::pair<int, std::unique_ptr<Prefix>>> held;
      for (int i = 0; i < 12; ++i) {
        if (held.empty() || rng.Below(3) == 0) {
          const int chunk = static_cast<int>(rng.Below(8));
          held.emplace_back(chunk, tight.Open(Chunk(chunk)));
          if (held.back().second == nullptr) return;
        }
        const auto& [chunk, prefix] = held[rng.Below(held.size())];
        const int number = static_cast<int>(rng.Below(4));
        const std::unique_ptr<Prefix> same = roomy.Open(Chunk(chunk));
        if (rng.Below(2) == 0) {
          EXPECT_EQ(ToString(tight.engine->Complete(*prefix, Request(number))),
                    ToString(roomy.engine->Complete(*same, Request(number))));
        } else {
          EXPECT_EQ(ToString(tight.engine->Score(*prefix, Verdict(number))),
                    ToString(roomy.engine->Score(*same, Verdict(number))));
        }
        if (held.size() > 3) held.erase(held.begin());
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

TEST(EmbeddedEngine, FailsOnlyWhatWasInAFailedStep) {
  TestEngine test;
  const std::unique_ptr<Prefix> prefix = test.Open("x");
  const std::string expected = ToString(test.engine->Complete(*prefix, Request(1)));

  test.model->FailAfter(3, absl::InternalError("broken"));
  EXPECT_THAT(test.engine->Complete(*prefix, Request(1)),
              StatusIs(absl::StatusCode::kInternal, "broken"));
  EXPECT_EQ(ToString(test.engine->Complete(*prefix, Request(1))), expected);

  test.model->FailAfter(0, absl::InternalError("broken"));
  EXPECT_THAT(test.engine->OpenPrefix({"", "y"}), StatusIs(absl::StatusCode::kInternal, "broken"));
  EXPECT_OK(test.engine->OpenPrefix({"", "y"}));
}

// Numbers that grow too large in one text are no fault of the calls beside it.
TEST(EmbeddedEngine, FailsOnlyTheTextWhoseLogitsAreNotFinite) {
  std::atomic<TokenId> broken{-1};
  TestEngine test(1000, 64, 1, 4096, 32,
                  [&broken](absl::Span<const TokenId> history, absl::Span<float> logits) {
                    for (size_t i = 0; i < logits.size(); ++i) {
                      logits[i] = static_cast<float>((7 * i + history.size()) % 13);
                    }
                    const TokenId last = broken;
                    if (std::count(history.begin(), history.end(), last) > 0) {
                      logits[5] = std::numeric_limits<float>::quiet_NaN();
                    }
                  });
  const std::unique_ptr<Prefix> good = test.Open("x");
  const std::unique_ptr<Prefix> bad = test.Open("#");
  const std::string expected = ToString(test.engine->Complete(*good, Request(1)));
  broken = test.engine->tokenizer()->Encode("#", /*fragment_start=*/false)[0];
  test.model->Hold();
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back(
        [&] { EXPECT_EQ(ToString(test.engine->Complete(*good, Request(1))), expected); });
    callers.emplace_back([&] {
      EXPECT_THAT(test.engine->Complete(*bad, Request(1)),
                  StatusIs(absl::StatusCode::kInternal, "a logit is not finite"));
    });
  }
  test.model->AwaitHeld();
  test.model->Release();
  for (std::thread& caller : callers) caller.join();
  EXPECT_OK(test.engine->OpenPrefix({"", "y"}));
}

TEST(EmbeddedEngine, EndsCallsInProgressOnShutdown) {
  TestEngine test(/*pages=*/20);
  const std::unique_ptr<Prefix> prefix = test.Open(std::string(100, 'x'));
  test.model->Hold();
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {  // More than memory can hold.
    callers.emplace_back([&, i] {
      EXPECT_THAT(test.engine->Complete(*prefix, Request(i, 40)),
                  StatusIs(absl::StatusCode::kCancelled, "shut down"));
    });
    callers.emplace_back([&, i] {
      EXPECT_THAT(test.engine->OpenPrefix({"", Chunk(i)}),
                  StatusIs(absl::StatusCode::kCancelled, "shut down"));
    });
  }
  test.model->AwaitHeld();
  test.engine->Shutdown();
  test.model->Release();
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(test.engine->Score(*prefix, Verdict(1)),
              StatusIs(absl::StatusCode::kCancelled, "shut down"));
}

}  // namespace
}  // namespace quipu::inference
