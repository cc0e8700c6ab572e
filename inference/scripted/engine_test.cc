// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/scripted/engine.h"

#include <atomic>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/time/clock.h"
#include "base/fingerprint.h"
#include "base/utf8.h"
#include "gtest/gtest.h"
#include "inference/scripted/text.h"
#include "inference/text/byte_tokenizer.h"
#include "tests/support/models.h"
#include "tests/support/status_matchers.h"
#include "tests/support/thread_count.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::StatusIs;

constexpr char kText[] =
    "Excerpt:\n\nThe quipu was made of cotton or camelid fibre cords. Knots on "
    "these cords held "
    "numbers in a decimal system. Officials called keepers read them aloud for "
    "the governor! "
    "Some cords were dyed in colours whose meaning is still debated by "
    "scholars.\n\nThe end.";

CompleteRequest Request(int number) {
  CompleteRequest request;
  request.user_rest = "Write a question and its answer.";
  request.reply_template = {Slot::Literal("<q>"), Slot::Free("question", 4, 200, "</q>"),
                            Slot::Literal("</q>\n<a>"), Slot::Free("answer", 1, 300, "</a>")};
  request.seed = FingerprintOf(absl::StrCat(number));
  return request;
}

std::unique_ptr<Engine> Make(ScriptedEngineOptions options = {}) {
  absl::StatusOr<std::unique_ptr<Engine>> engine = CreateScriptedEngine(options);
  EXPECT_OK(engine);
  return *std::move(engine);
}

TEST(ScriptedText, CutsSentencesAndKnowsTheirWords) {
  const ScriptedSource source(kText);
  ASSERT_EQ(source.sentences().size(), 4u);
  EXPECT_EQ(source.sentences()[0].front(), "The");
  EXPECT_EQ(source.sentences()[2].back(), "governor!");
  EXPECT_TRUE(source.Has("GOVERNOR"));
  EXPECT_TRUE(source.Has("(cords)"));
  EXPECT_FALSE(source.Has("zebra"));
}

TEST(ScriptedText, HasItsFaultsAtTheirRates) {
  const ScriptedSource source(kText);
  const auto tokenizer = CreateByteTokenizer();
  std::map<std::string, int> counts;
  std::map<std::string, int> questions;
  constexpr int kReplies = 4000;
  for (int i = 0; i < kReplies; ++i) {
    const Completion reply = ScriptedCompletion(source, Request(i), *tokenizer);
    ASSERT_EQ(reply.parts.size(), 2u);
    const std::string& question = reply.parts[0].text;
    const std::string& answer = reply.parts[1].text;
    ++questions[question];
    counts["refusal"] += absl::StartsWith(answer, "I'm sorry");
    counts["mentions"] += absl::StartsWith(answer, "The text says that");
    counts["equal"] += question == answer;
    counts["cut"] += reply.parts[1].end == CompletedPart::End::kMaxTokens;
    counts["ungrounded"] += absl::StartsWith(answer, "Zebras");
    // min_tokens 1 asks for a word.
    counts["empty"] += !absl::StrContains(answer, " ");
  }
  const auto near = [&](const std::string& what, double rate) {
    const double mean = rate * kReplies;
    EXPECT_NEAR(counts[what], mean, 5 * std::sqrt(mean)) << what;
  };
  near("refusal", kScriptedRefusal);
  near("mentions", kScriptedMentionsText);
  near("equal", kScriptedEqual);
  near("cut", kScriptedCut);
  near("ungrounded", kScriptedUngrounded);
  near("empty", kScriptedEmpty);
  EXPECT_GT(questions.size(), 20u);
  // At least the duplicate comes at a known rate.
  int most = 0;
  for (const auto& [question, count] : questions) most = std::max(most, count);
  EXPECT_GT(most, kScriptedDuplicate * kReplies / 2);
}

TEST(ScriptedText, KeepsToTheBoundsOfItsParts) {
  const auto tokenizer = CreateByteTokenizer();
  for (const std::string& text : {std::string(kText), std::string("too short"), std::string()}) {
    const ScriptedSource source(text);
    for (int i = 0; i < 300; ++i) {
      CompleteRequest request = Request(i);
      request.reply_template[1].min_tokens = i % 60;
      request.reply_template[1].max_tokens = 60 + i % 7;
      request.reply_template[3].min_tokens = i % 20;
      request.reply_template[3].max_tokens = 20 + i % 50;
      const Completion reply = ScriptedCompletion(source, request, *tokenizer);
      for (const size_t p : {0, 1}) {
        const CompletedPart& part = reply.parts[p];
        const Slot& free = request.reply_template[2 * p + 1];
        EXPECT_EQ(part.name, free.name);
        EXPECT_TRUE(IsValidUtf8(part.text));
        EXPECT_FALSE(absl::StrContains(part.text, free.text));
        EXPECT_GE(part.num_tokens, free.min_tokens);
        EXPECT_LE(part.num_tokens, free.max_tokens);
        EXPECT_LT(part.log_prob, 0);
      }
    }
  }
}

TEST(ScriptedText, PrefersGroundedTextsAndMostlyTheFirstChoice) {
  const ScriptedSource source(kText);
  const auto tokenizer = CreateByteTokenizer();
  ScoreRequest grounded;
  grounded.continuations = {"Knots held numbers in a decimal system."};
  ScoreRequest foreign;
  foreign.continuations = {"Zebras juggle umbrellas above Reykjavik."};
  EXPECT_GT(ScriptedScores(source, grounded, *tokenizer).continuations[0].log_prob / 39,
            ScriptedScores(source, foreign, *tokenizer).continuations[0].log_prob / 40);

  int negative = 0;
  constexpr int kVerdicts = 2000;
  for (int i = 0; i < kVerdicts; ++i) {
    ScoreRequest verdict;
    verdict.user_rest = absl::StrCat("Is answer ", i, " right?");
    verdict.continuations = {"yes", "no"};
    const ScoreResult scores = ScriptedScores(source, verdict, *tokenizer);
    const double yes = scores.continuations[0].log_prob;
    const double no = scores.continuations[1].log_prob;
    EXPECT_NEAR(std::exp(yes) + std::exp(no), 1.0, 1e-12);
    negative += yes < no;
  }
  const double mean = kScriptedNegative * kVerdicts;
  EXPECT_NEAR(negative, mean, 5 * std::sqrt(mean));
}

TEST(ScriptedEngine, DependsOnTheRequestAlone) {
  const auto one = Make();
  const auto other = Make();
  absl::StatusOr<std::unique_ptr<Prefix>> prefix = one->OpenPrefix({"", kText});
  absl::StatusOr<std::unique_ptr<Prefix>> same = other->OpenPrefix({"", kText});
  ASSERT_OK(prefix);
  ASSERT_OK(same);
  std::vector<std::string> replies(8);
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&, i] {
      absl::StatusOr<Completion> reply = one->Complete(**prefix, Request(i));
      ASSERT_OK(reply);
      replies[i] = reply->parts[0].text + "|" + reply->parts[1].text;
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (int i = 7; i >= 0; --i) {
    absl::StatusOr<Completion> reply = other->Complete(**same, Request(i));
    ASSERT_OK(reply);
    EXPECT_EQ(reply->parts[0].text + "|" + reply->parts[1].text, replies[i]);
  }
  EXPECT_GT(one->stats().sampled_tokens, 0);
}

TEST(ScriptedEngine, CountsTheTokensOfEachPhase) {
  const auto engine = Make({"", 1200});
  const auto prefix = engine->OpenPrefix({"", std::string(100, 'x'), Phase::kPrefix});
  ASSERT_OK(prefix);
  CompleteRequest request = Request(1);
  request.phase = Phase::kSecondAnswer;
  ASSERT_OK(engine->Complete(**prefix, request));
  const EngineStats stats = engine->stats();
  EXPECT_EQ(stats.of(Phase::kPrefix).prompt, (*prefix)->num_tokens());
  EXPECT_EQ(stats.of(Phase::kSecondAnswer).prompt,
            stats.prompt_tokens_computed - (*prefix)->num_tokens());
  EXPECT_EQ(stats.of(Phase::kSecondAnswer).sampled, stats.sampled_tokens);
}

TEST(ScriptedEngine, RefusesWhatTheOthersRefuse) {
  const auto engine = Make({"", 600});
  EXPECT_THAT(engine->OpenPrefix({"", std::string(700, 'x')}),
              StatusIs(absl::StatusCode::kResourceExhausted, "the context has 600"));
  absl::StatusOr<std::unique_ptr<Prefix>> prefix = engine->OpenPrefix({"", std::string(100, 'x')});
  ASSERT_OK(prefix);
  EXPECT_THAT(engine->Complete(**prefix, Request(1)),
              StatusIs(absl::StatusCode::kResourceExhausted, "the context has 600"));
  EXPECT_THAT(engine->Score(**prefix, ScoreRequest()),
              StatusIs(absl::StatusCode::kInvalidArgument, "no continuation"));
  EXPECT_THAT(Make()->Score(**prefix, {"", "", {"yes"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, "another engine"));
  EXPECT_THAT(CreateScriptedEngine({"", 0}),
              StatusIs(absl::StatusCode::kInvalidArgument, "context_tokens is 0"));
  EXPECT_THAT(CreateScriptedEngine({"/no/such/file.gguf"}), StatusIs(absl::StatusCode::kNotFound));
}

TEST(ScriptedEngine, StopsWaitingOnShutdown) {
  ScriptedEngineOptions options;
  options.latency = absl::Hours(1);
  const auto engine = Make(options);
  std::thread caller([&] {
    EXPECT_THAT(engine->OpenPrefix({"", kText}),
                StatusIs(absl::StatusCode::kCancelled, "shut down"));
  });
  engine->Shutdown();
  caller.join();
}

TEST(ScriptedEngine, KeepsNoThreadForACallThatTakesTime) {
  ScriptedEngineOptions options;
  options.latency = absl::Hours(1);
  const auto engine = Make(options);
  const int before = quipu::testing::ThreadCount();
  std::atomic<int> cancelled = 0;
  absl::BlockingCounter all(300);

  for (int i = 0; i < 300; ++i) {
    engine->OpenPrefixAsync({"", kText}, [&](absl::StatusOr<std::unique_ptr<Prefix>> opened) {
      if (absl::IsCancelled(opened.status())) ++cancelled;
      all.DecrementCount();
    });
  }
  const int during = quipu::testing::ThreadCount();
  engine->Shutdown();
  all.Wait();

  EXPECT_EQ(during, before);
  EXPECT_EQ(cancelled, 300);
}

TEST(ScriptedEngine, TakesItsTimeForEachCall) {
  ScriptedEngineOptions options;
  options.latency = absl::Milliseconds(20);
  const auto engine = Make(options);
  const absl::Time begin = absl::Now();

  EXPECT_OK(engine->OpenPrefix({"", kText}));

  EXPECT_GE(absl::Now() - begin, absl::Milliseconds(20));
}

TEST(ScriptedEngineDeathTest, EndsTheProcessOnATextOnWhichItIsToCrash) {
  ScriptedEngineOptions options;
  options.crash_on = "camelid";
  const std::unique_ptr<Engine> engine = Make(options);

  PrefixRequest harmless;
  harmless.user_begin = "Excerpt:\n\nThe quipu was made of cotton.";
  EXPECT_OK(engine->OpenPrefix(harmless).status());
  PrefixRequest deadly;
  deadly.user_begin = kText;
  EXPECT_DEATH(engine->OpenPrefix(deadly).status().IgnoreError(), "as configured");
}

TEST(ScriptedEngine, TakesTokenizerAndTemplateOfAModel) {
  ScriptedEngineOptions options;
  options.tokenizer_path = SmallModelPath();
  const auto engine = Make(options);
  EXPECT_EQ(engine->tokenizer()->vocab_size(), 49152);
  EXPECT_EQ(engine->chat_template().name(), "chatml");
  absl::StatusOr<std::unique_ptr<Prefix>> prefix = engine->OpenPrefix({"", kText});
  ASSERT_OK(prefix);
  EXPECT_LT((*prefix)->num_tokens(), 120);
  EXPECT_OK(engine->Complete(**prefix, Request(1)));
}

}  // namespace
}  // namespace quipu::inference
