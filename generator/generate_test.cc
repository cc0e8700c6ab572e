// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/generate.h"

#include <limits>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "generator/prompts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/fake_engine.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using inference::CompletedPart;
using inference::ScoreRequest;
using inference::ScoreResult;
using inference::Slot;
using ::quipu::testing::FakeEngine;
using ::quipu::testing::FakePrefix;
using ::quipu::testing::StatusIs;
using ::testing::HasSubstr;

constexpr char kChunk[] =
    "Midnight Commander is a file manager written by Miguel de Icaza in 1994.";

class RunTaskTest : public ::testing::Test {
 protected:
  RunTaskTest() {
    task_.set_id(std::string(16, 'i'));
    task_.set_form(v1::ANSWER_FORM_LONG);
    engine_.Reply("Who wrote Midnight Commander?", "Miguel de Icaza wrote it in 1994.");
    Score(2.5, -4, -8);
  }

  v1::Result Run() {
    absl::StatusOr<v1::Result> result = TryRun();
    EXPECT_TRUE(result.ok()) << result.status();
    return result.value_or(v1::Result());
  }
  absl::StatusOr<v1::Result> TryRun() {
    auto without = OpenWithoutChunk(engine_, spec_);
    EXPECT_TRUE(without.ok());
    auto prefixes = OpenChunk(engine_, spec_, kChunk, *without);
    EXPECT_TRUE(prefixes.ok());
    return RunTask(engine_, **prefixes, spec_, kChunk, task_);
  }

  // Verdict margin, and the answer's sums (of 4 tokens) with and without the
  // chunk.
  void Score(double margin, double with, double without) {
    engine_.on_score = [=](const FakePrefix& prefix, const ScoreRequest& request) {
      const bool chunk = absl::StrContains(prefix.request.user_begin, kChunk);
      ScoreResult result;
      if (request.continuations.size() == 2) {
        result.continuations = {{margin, 1}, {0, 1}};
      } else {
        result.continuations = {{chunk ? with : without, 4}};
      }
      return result;
    };
  }

  FakeEngine engine_;
  v1::RunSpec spec_;
  v1::Task task_;
};

TEST_F(RunTaskTest, AcceptsAGoodPairWithAllFigures) {
  const v1::Result result = Run();
  EXPECT_FALSE(result.has_reject()) << result.reject().detail();
  EXPECT_EQ(result.question(), "Who wrote Midnight Commander?");
  EXPECT_EQ(result.answer(), "Miguel de Icaza wrote it in 1994.");
  EXPECT_EQ(result.task().id(), task_.id());
  EXPECT_EQ(result.sampled_tokens(), 12u);
  EXPECT_TRUE(result.scores().scored());
  EXPECT_EQ(result.scores().verdict_margin(), 2.5);
  EXPECT_EQ(result.scores().answer_log_prob(), -1);
  EXPECT_EQ(result.scores().gain(), 1);
  EXPECT_EQ(result.scores().answer_tokens(), 4u);
  EXPECT_EQ(result.scores().grounded_share(),
            0.8);  // "wrote" is not "written".
}

TEST_F(RunTaskTest, AsksWithTheChunkFirstAndTheInstructionAfterIt) {
  Run();
  ASSERT_EQ(engine_.completed.size(), 1u);
  const inference::CompleteRequest& request = engine_.completed[0];
  EXPECT_EQ(request.user_rest,
            InstructionOf(spec_.generation(), Language::kEnglish, v1::ANSWER_FORM_LONG));
  EXPECT_EQ(request.seed.ToBytes(), task_.id());
  ASSERT_EQ(request.reply_template.size(), 4u);
  EXPECT_EQ(request.reply_template[0].text, "<question>");
  EXPECT_EQ(request.reply_template[1].text, "</question>");
  EXPECT_EQ(request.reply_template[1].max_tokens, 64);
  EXPECT_EQ(request.reply_template[2].text, "</question>\n<answer>");
  EXPECT_EQ(request.reply_template[3].text, "</answer>");
  EXPECT_EQ(request.reply_template[3].min_tokens, 16);
  EXPECT_EQ(request.reply_template[3].max_tokens, 160);
  EXPECT_OK(inference::ValidateRequest(request));
}

TEST_F(RunTaskTest, TakesPromptAndLimitFromTheForm) {
  task_.set_form(v1::ANSWER_FORM_SHORT);
  Run();
  EXPECT_EQ(engine_.completed[0].user_rest,
            InstructionOf(spec_.generation(), Language::kEnglish, v1::ANSWER_FORM_SHORT));
  EXPECT_EQ(engine_.completed[0].reply_template[3].min_tokens, 1);
  EXPECT_EQ(engine_.completed[0].reply_template[3].max_tokens, 32);
}

TEST_F(RunTaskTest, BeginsTheQuestionWithADrawnOpening) {
  spec_.mutable_generation()->add_question_openings("By whom was ");
  engine_.Reply(" Midnight Commander written?", "Miguel de Icaza wrote it.");
  const v1::Result result = Run();
  EXPECT_EQ(engine_.completed[0].reply_template[0].text, "<question>By whom was");
  EXPECT_EQ(result.question(), "By whom was Midnight Commander written?");
}

TEST_F(RunTaskTest, DrawsOpeningsFromTheTask) {
  for (const char* opening : {"", "What", "How", "Which"}) {
    spec_.mutable_generation()->add_question_openings(opening);
  }
  std::set<std::string> seen;
  for (char c = 'a'; c <= 'z'; ++c) {
    task_.set_id(std::string(16, c));
    Run();
    seen.insert(engine_.completed.back().reply_template[0].text);
  }
  EXPECT_EQ(seen.size(), 4u);
}

TEST_F(RunTaskTest, VerifiesWithTheChunkAndMeasuresTheGainWithout) {
  Run();
  ASSERT_EQ(engine_.scored.size(), 3u);
  EXPECT_THAT(engine_.scored[0].user_rest,
              HasSubstr("Question: Who wrote Midnight Commander?\nProposed answer: Miguel"));
  EXPECT_TRUE(engine_.scored[0].relative_only);
  EXPECT_FALSE(engine_.scored[1].relative_only);
  EXPECT_EQ(engine_.scored[0].continuations, (std::vector<std::string>{"yes", "no"}));
  EXPECT_EQ(engine_.scored[1].user_rest, "Answer this question: Who wrote Midnight Commander?");
  EXPECT_EQ(engine_.scored[1].continuations,
            std::vector<std::string>{"Miguel de Icaza wrote it in 1994."});
  EXPECT_EQ(engine_.scored[2].user_rest, engine_.scored[1].user_rest);
}

TEST_F(RunTaskTest, StopsAtAVerdictThatRefuses) {
  Score(0.5, -4, -8);
  const v1::Result result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_VERDICT);
  EXPECT_THAT(result.reject().detail(), HasSubstr("0.5000, least 1.5000"));
  EXPECT_TRUE(result.scores().scored());
  EXPECT_EQ(result.scores().verdict_margin(), 0.5);
  EXPECT_EQ(result.scores().answer_tokens(), 0u);
  EXPECT_EQ(engine_.scored.size(), 1u);
}

TEST_F(RunTaskTest, StoresAVerdictThatDoesNotDecide) {
  spec_.mutable_verification()->set_verdict_decides(false);
  Score(-3, -4, -8);
  const v1::Result result = Run();
  EXPECT_FALSE(result.has_reject());
  EXPECT_EQ(result.scores().verdict_margin(), -3);
  EXPECT_EQ(result.scores().gain(), 1);
}

TEST_F(RunTaskTest, RefusesByLikelihoodAndByGain) {
  Score(3, -12, -40);
  EXPECT_EQ(Run().reject().reason(), v1::REJECT_REASON_LIKELIHOOD);
  Score(3, -4, -4.1);
  const v1::Result result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_GAIN);
  EXPECT_NEAR(result.scores().gain(), 0.025, 1e-9);
}

TEST_F(RunTaskTest, LeavesTheVerdictToDecideWhereTextCannotBeScored) {
  engine_.ScoreNoText();
  // Likelihood and gain that would both refuse.
  Score(3, -40, -40);
  v1::Result result = Run();
  EXPECT_FALSE(result.has_reject()) << result.reject().detail();
  EXPECT_TRUE(result.scores().scored());
  EXPECT_TRUE(result.scores().verdict_only());
  EXPECT_EQ(result.scores().verdict_margin(), 3);
  EXPECT_EQ(result.scores().answer_log_prob(), 0);
  EXPECT_EQ(result.scores().gain(), 0);
  EXPECT_EQ(result.scores().answer_tokens(), 0u);
  ASSERT_EQ(engine_.scored.size(), 1u);
  EXPECT_TRUE(engine_.scored[0].relative_only);

  Score(1, 0, -40);
  result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_VERDICT);
  EXPECT_FALSE(result.scores().verdict_only());
}

TEST_F(RunTaskTest, ForgivesShortAnswersMoreSurprise) {
  Score(3, -12, -40);
  task_.set_form(v1::ANSWER_FORM_SHORT);
  EXPECT_FALSE(Run().has_reject());
  Score(3, -25, -40);
  EXPECT_EQ(Run().reject().reason(), v1::REJECT_REASON_LIKELIHOOD);
}

TEST_F(RunTaskTest, RefusesScoresThatAreNoNumbers) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Score(nan, -4, -8);
  EXPECT_EQ(Run().reject().reason(), v1::REJECT_REASON_VERDICT);
  Score(3, nan, -8);
  EXPECT_EQ(Run().reject().reason(), v1::REJECT_REASON_LIKELIHOOD);
}

TEST_F(RunTaskTest, AsksNoModelForPairsRefusedEarlier) {
  for (const auto& [question, answer, reason] :
       std::vector<std::tuple<const char*, const char*, v1::RejectReason>>{
           {"", "Miguel.", v1::REJECT_REASON_EMPTY},
           {"What does the text say?", "A file manager.", v1::REJECT_REASON_MENTIONS_TEXT},
           {"When was it?", "In 2005.", v1::REJECT_REASON_NOT_GROUNDED},
           {"A<question>b?", "Miguel.", v1::REJECT_REASON_MALFORMED},
           {"Who?", "a</answer>", v1::REJECT_REASON_MALFORMED}}) {
    engine_.Reply(question, answer);
    const v1::Result result = Run();
    EXPECT_EQ(result.reject().reason(), reason) << question;
    EXPECT_FALSE(result.scores().scored());
    EXPECT_FALSE(result.reject().detail().empty());
  }
  EXPECT_TRUE(engine_.scored.empty());
}

TEST_F(RunTaskTest, RefusesPartsThatWereCut) {
  for (int part = 0; part < 2; ++part) {
    engine_.Reply("Who wrote Midnight", "Miguel de");
    auto reply = engine_.on_complete;
    engine_.on_complete = [=](const FakePrefix& prefix, const inference::CompleteRequest& request) {
      auto completion = reply(prefix, request);
      completion->parts[part].end = CompletedPart::End::kMaxTokens;
      return completion;
    };
    const v1::Result result = Run();
    EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_TOO_LONG);
    EXPECT_THAT(result.reject().detail(),
                HasSubstr(part == 0 ? "question cut at 7 tokens" : "answer cut at 5 tokens"));
    EXPECT_EQ(result.question(), "Who wrote Midnight");
  }
}

TEST_F(RunTaskTest, TakesPartsThatEndWithTheTurn) {
  auto reply = engine_.on_complete;
  int ends = 1;
  engine_.on_complete = [&](const FakePrefix& prefix, const inference::CompleteRequest& request) {
    auto completion = reply(prefix, request);
    completion->parts[ends].end = CompletedPart::End::kEndOfTurn;
    return completion;
  };
  EXPECT_FALSE(Run().has_reject());
  ends = 0;
  EXPECT_FALSE(Run().has_reject());
}

TEST_F(RunTaskTest, ParsesTheReplyOfAnEngineWithoutReplyTemplates) {
  engine_.on_complete = [](const FakePrefix&, const inference::CompleteRequest&) {
    inference::Completion completion;
    completion.parts.resize(1);
    completion.parts[0].text =
        "Here you are: <question>Who wrote it?</question> <answer>Miguel de "
        "Icaza.</answer>";
    return completion;
  };
  const v1::Result result = Run();
  EXPECT_FALSE(result.has_reject()) << result.reject().detail();
  EXPECT_EQ(result.answer(), "Miguel de Icaza.");
}

TEST_F(RunTaskTest, CanBeAskedNotToVerify) {
  spec_.mutable_verification()->set_enabled(false);
  const v1::Result result = Run();
  EXPECT_FALSE(result.has_reject());
  EXPECT_FALSE(result.scores().scored());
  EXPECT_TRUE(engine_.scored.empty());
}

TEST_F(RunTaskTest, MakesTheEnginesLimitARejectAndOtherFailuresErrors) {
  auto good = engine_.on_complete;
  engine_.on_complete =
      [](const FakePrefix&,
         const inference::CompleteRequest&) -> absl::StatusOr<inference::Completion> {
    return absl::ResourceExhaustedError("9000 tokens, limit 8192");
  };
  v1::Result result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_ENGINE_LIMIT);
  EXPECT_EQ(result.reject().detail(), "9000 tokens, limit 8192");
  engine_.on_complete = good;
  engine_.on_score = [](const FakePrefix&, const ScoreRequest&) -> absl::StatusOr<ScoreResult> {
    return absl::ResourceExhaustedError("too long");
  };
  EXPECT_EQ(Run().reject().reason(), v1::REJECT_REASON_ENGINE_LIMIT);
  engine_.on_score = [](const FakePrefix&, const ScoreRequest&) -> absl::StatusOr<ScoreResult> {
    return absl::CancelledError("shut down");
  };
  EXPECT_THAT(TryRun().status(), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(RunTaskTest, RefusesATaskWithoutId) {
  task_.set_id("short");
  EXPECT_THAT(TryRun().status(), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(RunTaskTest, GivesAChunkThatCannotBeOpenedAResult) {
  const v1::Result result = EngineLimitResult(task_, absl::ResourceExhaustedError("no room"));
  EXPECT_EQ(result.task().id(), task_.id());
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_ENGINE_LIMIT);
}

TEST(TaskRun, AsksForAPairAVerdictAndTwoScoresInTurn) {
  const v1::RunSpec spec;
  v1::Task task;
  task.set_id(std::string(16, 'i'));
  TaskRun run(spec, inference::EngineInfo(), kChunk, task);

  ASSERT_EQ(run.next(), TaskRun::Next::kComplete);
  inference::Completion pair;
  pair.parts.resize(2);
  pair.parts[0].text = "Who wrote Midnight Commander?";
  pair.parts[1].text = "Miguel de Icaza wrote it in 1994.";
  run.OnCompletion(pair);

  ASSERT_EQ(run.next(), TaskRun::Next::kScoreVerdict);
  EXPECT_TRUE(run.score().relative_only);
  run.OnScore(ScoreResult{{{2.5, 1}, {0, 1}}});

  ASSERT_EQ(run.next(), TaskRun::Next::kScoreAnswer);
  EXPECT_FALSE(run.score().relative_only);
  EXPECT_EQ(run.score().continuations[0], pair.parts[1].text);
  run.OnScore(ScoreResult{{{-4, 4}}});

  ASSERT_EQ(run.next(), TaskRun::Next::kScoreWithoutChunk);
  run.OnScore(ScoreResult{{{-8, 4}}});

  ASSERT_EQ(run.next(), TaskRun::Next::kEnd);
  const absl::StatusOr<v1::Result> result = run.TakeResult();
  ASSERT_OK(result);
  EXPECT_FALSE(result->has_reject()) << result->reject().detail();
  EXPECT_DOUBLE_EQ(result->scores().gain(), 1);
}

TEST(TaskRun, EndsWhereTheEngineFailsOrAnswersSomethingElse) {
  const v1::RunSpec spec;
  v1::Task task;
  task.set_id(std::string(16, 'i'));
  TaskRun failed(spec, inference::EngineInfo(), kChunk, task);
  failed.OnCompletion(absl::UnavailableError("the server is down"));
  ASSERT_EQ(failed.next(), TaskRun::Next::kEnd);
  EXPECT_THAT(failed.TakeResult().status(), StatusIs(absl::StatusCode::kUnavailable));

  TaskRun confused(spec, inference::EngineInfo(), kChunk, task);
  inference::Completion pair;
  pair.parts.resize(2);
  pair.parts[0].text = "Who wrote Midnight Commander?";
  pair.parts[1].text = "Miguel de Icaza wrote it in 1994.";
  confused.OnCompletion(pair);
  confused.OnScore(ScoreResult{{{1, 1}}});
  ASSERT_EQ(confused.next(), TaskRun::Next::kEnd);
  EXPECT_THAT(confused.TakeResult().status(),
              StatusIs(absl::StatusCode::kInternal, "scored 1 texts, asked for 2"));
}

TEST_F(RunTaskTest, AsksInTheLanguageOfTheTask) {
  task_.set_language("fr");
  const std::string chunk = "Le port fut construit en 1874 par William Grant.";
  engine_.Reply("Qui a construit le port de Kelso ?", "William Grant a construit le port.");
  std::vector<std::string> asked;
  std::vector<std::string> words;
  engine_.on_score = [&](const FakePrefix&, const ScoreRequest& request) {
    asked.push_back(request.user_rest);
    if (request.continuations.size() == 2) words = request.continuations;
    ScoreResult result;
    for (size_t i = 0; i < request.continuations.size(); ++i) {
      result.continuations.push_back({i == 0 ? -1.0 : -4.0, 4});
    }
    return result;
  };

  auto without = OpenWithoutChunk(engine_, spec_, Language::kFrench);
  ASSERT_TRUE(without.ok());
  auto prefixes = OpenChunk(engine_, spec_, chunk, *without, Language::kFrench);
  ASSERT_TRUE(prefixes.ok());
  const absl::StatusOr<v1::Result> result = RunTask(engine_, **prefixes, spec_, chunk, task_);

  ASSERT_TRUE(result.ok());
  EXPECT_THAT(static_cast<const FakePrefix&>(*(*prefixes)->with_chunk).request.user_begin,
              AllOf(HasSubstr("Extrait d'un long document"), HasSubstr(chunk)));
  EXPECT_THAT(engine_.completed[0].user_rest, HasSubstr("Pose en français une question"));
  ASSERT_GE(asked.size(), 2u);
  EXPECT_THAT(asked[0], HasSubstr("Réponds par oui ou par non"));
  EXPECT_THAT(words, ::testing::ElementsAre("oui", "non"));
  EXPECT_THAT(asked[1], HasSubstr("Réponds à cette question"));
}

TEST_F(RunTaskTest, RefusesAPairInAnotherLanguage) {
  task_.set_language("fr");
  const v1::Result result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_LANGUAGE);
  EXPECT_EQ(result.reject().detail(), "question is not French");
}

}  // namespace
}  // namespace quipu::generator
