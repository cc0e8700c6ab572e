// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/generate.h"

#include <google/protobuf/descriptor.h>

#include <cmath>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "generator/checks/extracted_answer.h"
#include "generator/judge/judge.h"
#include "generator/prompts/prompts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/fake_engine.h"
#include "tests/support/run_task_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using inference::CompletedPart;
using inference::ScoreRequest;
using inference::ScoreResult;
using inference::Slot;
using ::quipu::testing::FakePrefix;
using ::quipu::testing::StatusIs;
using ::testing::HasSubstr;

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
  EXPECT_EQ(result.scores().min_log_prob(), -1.5);
  EXPECT_EQ(result.scores().greedy_share(), 0.75);
  EXPECT_TRUE(result.scores().closed_book());
  EXPECT_EQ(result.scores().closed_book_log_prob(), -2);
  EXPECT_EQ(result.scores().gain(), 1);
  EXPECT_EQ(result.scores().closed_book_margin(), 1.25);
  EXPECT_EQ(result.scores().probability(),
            Probability(WeightsOf(spec_.verification(), task_.form()), result.scores()));
  EXPECT_FALSE(result.scores().second_asked());
  EXPECT_EQ(result.scores().answer_tokens(), 4u);
  EXPECT_EQ(result.scores().grounded_share(),
            0.8);  // "wrote" is not "written".
}

TEST_F(RunTaskTest, AsksWithTheChunkFirstAndTheInstructionAfterIt) {
  Run();
  ASSERT_EQ(engine_.completed.size(), 1u);
  const inference::CompleteRequest& request = engine_.completed[0];
  EXPECT_EQ(request.user_rest,
            TaskInstruction(spec_.generation(), Language::kEnglish, v1::ANSWER_FORM_LONG, ""));
  EXPECT_EQ(request.seed.ToBytes(), task_.id());
  ASSERT_EQ(request.reply_template.size(), 4u);
  EXPECT_EQ(request.reply_template[0].text, "<question>");
  EXPECT_EQ(request.reply_template[1].text, "</question>");
  EXPECT_EQ(request.reply_template[1].max_tokens, 64);
  EXPECT_EQ(request.reply_template[2].text, "</question>\n<answer>");
  EXPECT_EQ(request.reply_template[3].text, "</answer>");
  EXPECT_EQ(request.reply_template[3].min_tokens, 12);
  EXPECT_EQ(request.reply_template[3].max_tokens, 96);
  EXPECT_OK(inference::ValidateRequest(request));
}

TEST_F(RunTaskTest, TakesPromptAndLimitFromTheForm) {
  task_.set_form(v1::ANSWER_FORM_SHORT);
  Run();
  EXPECT_EQ(engine_.completed[0].user_rest,
            TaskInstruction(spec_.generation(), Language::kEnglish, v1::ANSWER_FORM_SHORT, ""));
  EXPECT_EQ(engine_.completed[0].reply_template[3].min_tokens, 1);
  EXPECT_EQ(engine_.completed[0].reply_template[3].max_tokens, 48);
}

TEST_F(RunTaskTest, BeginsTheQuestionWithADrawnOpening) {
  spec_.mutable_generation()->add_question_openings("By whom was ");
  engine_.Reply(" Midnight Commander written?", "Miguel de Icaza wrote it.");
  const v1::Result result = Run();
  EXPECT_EQ(engine_.completed[0].reply_template[0].text, "<question>By whom was");
  EXPECT_EQ(result.question(), "By whom was Midnight Commander written?");
}

TEST_F(RunTaskTest, BeginsTheQuestionAsItsKindDoes) {
  spec_.mutable_generation()->mutable_question_kinds()->set_when(1);
  task_.set_form(v1::ANSWER_FORM_SHORT);
  engine_.Reply(" did Miguel de Icaza write Midnight Commander?", "In 1994");

  const v1::Result result = Run();

  const std::string begin = engine_.completed[0].reply_template[0].text;
  EXPECT_TRUE(begin == "<question>When" || begin == "<question>In which year") << begin;
  EXPECT_EQ(result.question_kind(), "when");
  EXPECT_TRUE(absl::EndsWith(result.question(), " did Miguel de Icaza write Midnight Commander?"));
}

TEST_F(RunTaskTest, BansTheSourcesNamesUnlessTheChunkHasThem) {
  Run();
  const Slot& question = engine_.completed[0].reply_template[1];
  EXPECT_EQ(question.banned, (std::vector<std::string>{"excerpt", "excerpts", "passage", "passages",
                                                       "sentence", "text"}));
  EXPECT_EQ(engine_.completed[0].reply_template[3].banned, question.banned);

  for (const char* word : {"chapter", "File", "hint"}) {
    spec_.mutable_generation()->add_banned_words(word);
  }
  Run();
  EXPECT_EQ(engine_.completed[1].reply_template[1].banned,
            (std::vector<std::string>{"chapter", "hint"}));

  spec_.mutable_generation()->clear_banned_words();
  spec_.mutable_generation()->add_banned_words("");
  Run();
  EXPECT_TRUE(engine_.completed[2].reply_template[1].banned.empty());
}

TEST_F(RunTaskTest, RepairsMentionsOfTheSourceBeforeItFilters) {
  engine_.Reply("According to the text, who wrote Midnight Commander?",
                "The text states that Miguel de Icaza wrote it in 1994.");

  const v1::Result repaired = Run();

  EXPECT_FALSE(repaired.has_reject()) << repaired.reject().detail();
  EXPECT_TRUE(repaired.repaired());
  EXPECT_EQ(repaired.question(), "Who wrote Midnight Commander?");
  EXPECT_EQ(repaired.answer(), "Miguel de Icaza wrote it in 1994.");

  spec_.mutable_filters()->set_refuse_text_mentions(false);
  EXPECT_FALSE(Run().repaired());
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

// The engine's reply, with its answer's tokens used up.
void CutAnswer(testing::FakeEngine* engine) {
  const auto reply = engine->on_complete;
  engine->on_complete = [=](const FakePrefix& prefix, const inference::CompleteRequest& request) {
    auto completion = reply(prefix, request);
    completion->parts.back().end = CompletedPart::End::kMaxTokens;
    return completion;
  };
}

constexpr char kThreeSentences[] =
    "Miguel de Icaza wrote it in 1994. He was a student in Mexico. He lives in Boston.";

TEST_F(RunTaskTest, KeepsTheFirstSentencesOfALongAnswer) {
  engine_.Reply("Who wrote Midnight Commander?", kThreeSentences);
  EXPECT_EQ(Run().answer(), "Miguel de Icaza wrote it in 1994. He was a student in Mexico.");

  spec_.mutable_generation()->set_max_answer_sentences(0);
  EXPECT_EQ(Run().answer(), kThreeSentences);

  spec_.mutable_generation()->set_max_answer_sentences(1);
  task_.set_form(v1::ANSWER_FORM_SHORT);
  EXPECT_EQ(Run().answer(), kThreeSentences);
}

TEST_F(RunTaskTest, KeepsTheFinishedSentencesOfAnAnswerThatWasCut) {
  engine_.Reply("Who wrote Midnight Commander?", "Miguel de Icaza wrote it in 1994. He was");
  CutAnswer(&engine_);
  const v1::Result result = Run();
  EXPECT_NE(result.reject().reason(), v1::REJECT_REASON_TOO_LONG);
  EXPECT_EQ(result.answer(), "Miguel de Icaza wrote it in 1994.");

  spec_.mutable_generation()->set_max_answer_sentences(0);
  EXPECT_EQ(Run().reject().reason(), v1::REJECT_REASON_TOO_LONG);

  spec_.mutable_generation()->clear_max_answer_sentences();
  task_.set_form(v1::ANSWER_FORM_SHORT);
  EXPECT_EQ(Run().reject().reason(), v1::REJECT_REASON_TOO_LONG);
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

// A task whose reply has come.
class TaskRunTest : public ::testing::Test {
 protected:
  TaskRunTest() {
    task_.set_id(std::string(16, 'i'));
    pair_.parts.resize(2);
    pair_.parts[0].text = "Who wrote Midnight Commander?";
    pair_.parts[1].text = "Miguel de Icaza wrote it in 1994.";
  }

  const v1::RunSpec spec_ = JudgedSpec();
  v1::Task task_;
  inference::Completion pair_;
};

TEST_F(TaskRunTest, AsksForAPairAJudgementAndTheSameWithoutTheChunk) {
  TaskRun run(spec_, inference::EngineInfo(), kChunk, task_);
  ASSERT_EQ(run.next(), TaskRun::Next::kComplete);
  EXPECT_TRUE(run.completes());
  run.OnCompletion(pair_);

  ASSERT_EQ(run.next(), TaskRun::Next::kRead);
  EXPECT_FALSE(run.completes());
  run.OnScore(ScoreResult{{{2.5, 1}, {0, 1}}, {-4, 4, -2, 3}});

  ASSERT_EQ(run.next(), TaskRun::Next::kClosedBook);
  run.OnScore(ScoreResult{{{1, 1}, {0, 1}}, {-8, 4, -5, 1}});

  ASSERT_EQ(run.next(), TaskRun::Next::kEnd);
  const absl::StatusOr<v1::Result> result = run.TakeResult();
  ASSERT_OK(result);
  EXPECT_FALSE(result->has_reject()) << result->reject().detail();
  EXPECT_DOUBLE_EQ(result->scores().gain(), 1);
  EXPECT_EQ(result->scores().verdict_margin(), 2.5);
  EXPECT_EQ(result->scores().min_log_prob(), -2);
}

TEST_F(TaskRunTest, KeepsWhatWasMeasuredBeforeTheEnginesLimit) {
  TaskRun run(spec_, inference::EngineInfo(), kChunk, task_);
  run.OnCompletion(pair_);
  run.OnScore(ScoreResult{{{2.5, 1}, {0, 1}}, {-4, 4, -2, 3}});
  run.OnScore(absl::ResourceExhaustedError("no room"));
  const absl::StatusOr<v1::Result> result = run.TakeResult();
  ASSERT_OK(result);
  EXPECT_EQ(result->reject().reason(), v1::REJECT_REASON_ENGINE_LIMIT);
  EXPECT_EQ(result->scores().answer_tokens(), 4u);
  EXPECT_FALSE(result->scores().closed_book());
}

TEST_F(TaskRunTest, MeasuresAGivenPairToTheEnd) {
  TaskRun run =
      TaskRun::ForPair(spec_, inference::EngineInfo(), kChunk, v1::Task(), "Who wrote the text?",
                       "Federico did in 1994.", TaskRun::Extent::kAll);
  ASSERT_EQ(run.next(), TaskRun::Next::kRead);
  run.OnScore(ScoreResult{{{-2, 1}, {0, 1}}, {-40, 4, -15, 0}});
  ASSERT_EQ(run.next(), TaskRun::Next::kClosedBook);
  run.OnScore(ScoreResult{{{0, 1}, {0, 1}}, {-44, 4, -15, 0}});
  ASSERT_EQ(run.next(), TaskRun::Next::kEnd);
  const absl::StatusOr<v1::Result> result = run.TakeResult();
  ASSERT_OK(result);
  EXPECT_EQ(result->reject().reason(), v1::REJECT_REASON_MENTIONS_TEXT);
  EXPECT_EQ(result->scores().grounded_share(), 0.5);
  EXPECT_EQ(result->scores().gain(), 1);
  EXPECT_GT(result->scores().probability(), 0);
}

TEST_F(TaskRunTest, JudgesAGivenPairInItsLanguage) {
  v1::Task task;
  task.set_language("fr");
  TaskRun run = TaskRun::ForPair(
      spec_, inference::EngineInfo(),
      "Le port de Kelso fut construit en granit, parce que la pierre y est commune.", task,
      "De quelle pierre le port de Kelso est-il construit ?", "Il est construit en granit.",
      TaskRun::Extent::kUntilRefused);

  ASSERT_EQ(run.next(), TaskRun::Next::kRead);
  EXPECT_THAT(run.score().user_rest, HasSubstr("Réponds par oui ou non"));
}

TEST_F(TaskRunTest, RefusesAGivenPairAsItRefusesItsOwn) {
  TaskRun refused =
      TaskRun::ForPair(spec_, inference::EngineInfo(), kChunk, v1::Task(), "Who wrote the text?",
                       "Miguel.", TaskRun::Extent::kUntilRefused);
  EXPECT_EQ(refused.next(), TaskRun::Next::kEnd);
  TaskRun empty = TaskRun::ForPair(spec_, inference::EngineInfo(), kChunk, v1::Task(), "Who?", "",
                                   TaskRun::Extent::kAll);
  ASSERT_EQ(empty.next(), TaskRun::Next::kEnd);
  EXPECT_EQ(empty.TakeResult()->reject().reason(), v1::REJECT_REASON_EMPTY);
}

TEST_F(TaskRunTest, EndsWhereTheEngineFailsOrAnswersSomethingElse) {
  TaskRun failed(spec_, inference::EngineInfo(), kChunk, task_);
  failed.OnCompletion(absl::UnavailableError("the server is down"));
  ASSERT_EQ(failed.next(), TaskRun::Next::kEnd);
  EXPECT_THAT(failed.TakeResult().status(), StatusIs(absl::StatusCode::kUnavailable));

  TaskRun confused(spec_, inference::EngineInfo(), kChunk, task_);
  confused.OnCompletion(pair_);
  confused.OnScore(ScoreResult{{{1, 1}}, {}});
  ASSERT_EQ(confused.next(), TaskRun::Next::kEnd);
  EXPECT_THAT(confused.TakeResult().status(),
              StatusIs(absl::StatusCode::kInternal, "scored 1 texts, asked for 2"));

  TaskRun silent(spec_, inference::EngineInfo(), kChunk, task_);
  silent.OnCompletion(pair_);
  silent.OnScore(ScoreResult{{{1, 1}, {0, 1}}, {}});
  EXPECT_THAT(silent.TakeResult().status(),
              StatusIs(absl::StatusCode::kInternal, "scored no token of the answer"));
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
    result.span = {-1.0, 4};
    return result;
  };

  auto without = OpenWithoutChunk(engine_, spec_, Language::kFrench);
  ASSERT_TRUE(without.ok());
  auto prefixes = OpenChunk(engine_, spec_, chunk, *without, Language::kFrench);
  ASSERT_TRUE(prefixes.ok());
  const absl::StatusOr<v1::Result> result = RunTask(engine_, **prefixes, spec_, chunk, task_);

  ASSERT_TRUE(result.ok());
  EXPECT_THAT(static_cast<const FakePrefix&>(*(*prefixes)->with_chunk).request.user_begin,
              HasSubstr(chunk));
  EXPECT_THAT(engine_.completed[0].user_rest, HasSubstr("Pose en français une question"));
  ASSERT_GE(asked.size(), 2u);
  EXPECT_THAT(asked[0], HasSubstr("Réponds par oui ou non"));
  EXPECT_THAT(words, ::testing::ElementsAre("oui", "non"));
  EXPECT_EQ(asked[1], asked[0]);
}

TEST_F(RunTaskTest, RefusesAPairInAnotherLanguage) {
  task_.set_language("fr");
  const v1::Result result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_LANGUAGE);
  EXPECT_EQ(result.reject().detail(), "question is not French");
}

// The task is about the chunk's only sentence, which has a name, and a year.
class ExtractedAnswerTest : public RunTaskTest {
 protected:
  ExtractedAnswerTest() {
    spec_.mutable_generation()->set_short_answers(v1::GenerationSpec::EXTRACTED);
    task_.set_form(v1::ANSWER_FORM_SHORT);
    task_.mutable_chunk()->set_end(sizeof(kChunk) - 1);
    task_.mutable_target()->set_end(sizeof(kChunk) - 1);
    // A task that draws the year.
    for (char c = 'a'; ExtractedAnswerOf(spec_.generation(), task_, kChunk)->text != "1994"; ++c) {
      task_.set_id(std::string(16, c));
    }
    engine_.on_complete = [this](const FakePrefix&, const inference::CompleteRequest& request) {
      inference::Completion completion;
      completion.parts = {{request.phase == inference::Phase::kSecondAnswer ? "answer" : "question",
                           request.phase == inference::Phase::kSecondAnswer ? second_ : reply_, 7}};
      return completion;
    };
  }
  std::string reply_ = " was Midnight Commander written?";
  std::string second_ = "1994";
};

TEST_F(ExtractedAnswerTest, AsksForAQuestionAndKeepsTheAnswer) {
  const v1::Result result = Run();
  ASSERT_FALSE(engine_.completed.empty());
  const inference::CompleteRequest& request = engine_.completed[0];
  ASSERT_EQ(request.reply_template.size(), 2u);
  EXPECT_THAT(request.user_rest, HasSubstr("\nAnswer: 1994"));
  EXPECT_EQ(request.reply_template[0].text, "<question>In which year");
  EXPECT_EQ(result.question(), "In which year was Midnight Commander written?");
  EXPECT_EQ(result.answer(), "1994");
  EXPECT_EQ(result.question_kind(), "when");
  EXPECT_TRUE(result.extracted());
  EXPECT_FALSE(result.has_reject()) << result.reject().detail();
}

TEST_F(ExtractedAnswerTest, ReadsTheWholeReplyOfAnEngineThatDoesNotConstrainIt) {
  reply_ = "Sure!";
  EXPECT_EQ(Run().answer(), "1994");  // A question all the same, and refused.
  reply_ = " <question>In which year was Midnight Commander written?</question> Done.";
  const v1::Result result = Run();
  EXPECT_EQ(result.question(), "In which year was Midnight Commander written?");
  EXPECT_EQ(result.answer(), "1994");
  reply_ = "<question>In which year";
  EXPECT_EQ(Run().reject().reason(), v1::REJECT_REASON_MALFORMED);
}

TEST_F(ExtractedAnswerTest, RefusesAPairWhoseSecondAnswerSaysMore) {
  spec_.mutable_verification()->set_second_answer(v1::VerificationSpec::ALL);
  EXPECT_FALSE(Run().has_reject());
  second_ = "1994 or 1996";
  EXPECT_EQ(Run().reject().reason(), v1::REJECT_REASON_DISAGREES);
}

TEST_F(ExtractedAnswerTest, LeavesBothToTheModelIfTheSpecSaysSo) {
  spec_.mutable_generation()->set_short_answers(v1::GenerationSpec::WRITTEN);
  Run();
  EXPECT_EQ(engine_.completed[0].reply_template.size(), 4u);
  spec_.mutable_generation()->set_short_answers(v1::GenerationSpec::EXTRACTED);
  task_.set_form(v1::ANSWER_FORM_LONG);
  Run();
  EXPECT_EQ(engine_.completed[1].reply_template.size(), 4u);
}

}  // namespace
}  // namespace quipu::generator
