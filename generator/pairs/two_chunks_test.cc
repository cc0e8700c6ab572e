// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/two_chunks.h"

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "generator/pairs/task_kind.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/scripted/engine.h"
#include "tests/support/fake_engine.h"
#include "tests/support/prose.h"
#include "tests/support/run_task_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::FakePrefix;
using ::quipu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kFirst[] =
    "Midnight Commander is a file manager written by Miguel de Icaza in 1994.";
constexpr char kSecond[] = "Miguel de Icaza founded Ximian, a company in Boston.";

class TwoChunksTest : public RunTaskTest {
 protected:
  TwoChunksTest() {
    task_.set_kind(v1::TASK_KIND_TWO_CHUNKS);
    SetSpan(0, sizeof(kFirst) - 1, task_.mutable_chunk());
    SetSpan(500, 500 + sizeof(kSecond) - 1, task_.add_more_chunks());
    SetSpan(0, sizeof(kFirst) - 1, task_.mutable_target());
    SetSpan(500, 523, task_.add_more_targets());
    engine_.Reply("Which company did the author of Midnight Commander found?",
                  "Miguel de Icaza, who wrote it in 1994, founded Ximian in Boston.");
    Likelihoods(-1, -2.5, -2);
    auto complete = engine_.on_complete;
    engine_.on_complete = [=](const FakePrefix& prefix, const inference::CompleteRequest& request) {
      prefixes_.push_back(PassageOf(prefix));
      return complete(prefix, request);
    };
  }

  static void SetSpan(uint64_t begin, uint64_t end, v1::Span* span) {
    span->set_begin(begin);
    span->set_end(end);
  }

  static std::string PassageOf(const FakePrefix& prefix) {
    const std::string& begin = prefix.request.user_begin;
    const bool first = absl::StrContains(begin, kFirst);
    const bool second = absl::StrContains(begin, kSecond);
    return first && second ? "both" : first ? "first" : second ? "second" : "none";
  }

  // Per token, with both chunks and with each alone.
  void Likelihoods(double both, double first, double second) {
    engine_.on_score = [=](const FakePrefix& prefix, const inference::ScoreRequest& request) {
      const std::string passage = PassageOf(prefix);
      prefixes_.push_back(passage);
      const double per_token = passage == "both"     ? both
                               : passage == "first"  ? first
                               : passage == "second" ? second
                                                     : -4;
      const inference::ContinuationScore answer = {4 * per_token, 4, per_token - 0.5, 3};
      inference::ScoreResult result;
      if (request.continuations.size() == 2) {
        result.continuations = {{2.5, 1}, {0, 1}};
        if (request.span_end > request.span_begin) result.span = answer;
      } else {
        result.continuations = {answer};
      }
      return result;
    };
  }

  std::string Text() const { return absl::StrCat(kFirst, kSecond); }

  v1::Result Make() {
    absl::StatusOr<v1::Result> made = MakeResult(engine_, spec_, Text(), task_);
    EXPECT_OK(made.status());
    return made.value_or(v1::Result());
  }

  absl::Status Check(const v1::Result& result) {
    return CheckTwoChunkResult(RulesOf(spec_), task_, Text(), result);
  }

  std::vector<std::string> prefixes_;  // Of the calls, in order.
};

TEST_F(TwoChunksTest, AcceptsAPairThatNeedsBothWithAllFigures) {
  const v1::Result result = Make();

  EXPECT_FALSE(result.has_reject()) << result.reject().detail();
  EXPECT_THAT(prefixes_, ElementsAre("both", "both", "none", "first", "second"));
  EXPECT_EQ(result.scores().chunks_alone(), 2u);
  EXPECT_EQ(result.scores().answer_log_prob(), -1);
  EXPECT_EQ(result.scores().first_chunk_log_prob(), -2.5);
  EXPECT_EQ(result.scores().second_chunk_log_prob(), -2);
  EXPECT_OK(Check(result));
}

TEST_F(TwoChunksTest, ShowsBothChunksAndASentenceOfEach) {
  Make();
  const inference::CompleteRequest& request = engine_.completed[0];
  EXPECT_THAT(request.user_rest, HasSubstr(absl::StrCat("Sentence 1: ", kFirst, "\n")));
  EXPECT_TRUE(absl::EndsWith(request.user_rest, "Sentence 2: Miguel de Icaza founded"))
      << request.user_rest;
  EXPECT_EQ(request.seed.ToBytes(), task_.id());
}

TEST_F(TwoChunksTest, RefusesAPairThatTheFirstChunkAnswersAndAsksNoFurther) {
  Likelihoods(-1, -1.05, -2);

  const v1::Result result = Make();

  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_ONE_CHUNK_SUFFICES);
  EXPECT_EQ(result.reject().detail(),
            "-1.0500 with the first chunk alone, -1.0000 with both: gain 0.0500, least 0.1000");
  EXPECT_EQ(result.scores().chunks_alone(), 1u);
  EXPECT_EQ(result.scores().second_chunk_log_prob(), 0);
  EXPECT_EQ(prefixes_.back(), "first");
  EXPECT_OK(Check(result));
}

TEST_F(TwoChunksTest, RefusesAPairThatTheSecondChunkAnswers) {
  Likelihoods(-1, -3, -0.9);

  const v1::Result result = Make();

  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_ONE_CHUNK_SUFFICES);
  EXPECT_THAT(result.reject().detail(), HasSubstr("with the second chunk alone"));
  EXPECT_EQ(result.scores().chunks_alone(), 2u);
  EXPECT_OK(Check(result));
}

TEST_F(TwoChunksTest, TheFloorIsTheSpecs) {
  spec_.mutable_generation()->set_min_two_chunk_gain(1.0);
  EXPECT_FALSE(Make().has_reject());  // The second chunk's gain is 1.
  spec_.mutable_generation()->set_min_two_chunk_gain(1.01);
  EXPECT_EQ(Make().reject().reason(), v1::REJECT_REASON_ONE_CHUNK_SUFFICES);
}

TEST_F(TwoChunksTest, MeasuresNothingMoreOfAPairThatIsRefused) {
  engine_.Reply("Who wrote Midnight Commander?", "Linus Torvalds wrote it in 1991.");

  const v1::Result result = Make();

  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_NOT_GROUNDED);
  EXPECT_EQ(result.scores().chunks_alone(), 0u);
  EXPECT_TRUE(engine_.scored.empty());
  EXPECT_OK(Check(result));
}

TEST_F(TwoChunksTest, AsksTheSecondTimeBeforeTheChunksAlone) {
  spec_.mutable_verification()->set_second_answer(v1::VerificationSpec::ALL);
  AnswerAgain("Linus Torvalds founded Transmeta.");

  const v1::Result result = Make();

  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_DISAGREES);
  EXPECT_EQ(result.scores().chunks_alone(), 0u);
  EXPECT_OK(Check(result));
}

TEST_F(TwoChunksTest, MeasuresAnEchoWhereNoSpansAreScored) {
  engine_.ScoreNoSpans();
  const v1::Result result = Make();
  EXPECT_FALSE(result.has_reject()) << result.reject().detail();
  EXPECT_THAT(prefixes_, ElementsAre("both", "both", "both", "none", "first", "second"));
}

TEST_F(TwoChunksTest, TheVerdictDecidesAloneWhereNoTextIsScored) {
  engine_.ScoreNoText();
  const v1::Result result = Make();
  EXPECT_FALSE(result.has_reject()) << result.reject().detail();
  EXPECT_EQ(result.scores().chunks_alone(), 0u);
}

TEST_F(TwoChunksTest, AnEngineThatFailsLeavesTheTaskPending) {
  auto score = engine_.on_score;
  engine_.on_score =
      [=](const FakePrefix& prefix,
          const inference::ScoreRequest& request) -> absl::StatusOr<inference::ScoreResult> {
    if (PassageOf(prefix) == "second") return absl::UnavailableError("gone");
    return score(prefix, request);
  };
  EXPECT_THAT(MakeResult(engine_, spec_, Text(), task_),
              StatusIs(absl::StatusCode::kUnavailable, "gone"));
}

TEST_F(TwoChunksTest, RefusesATextThatIsNotThatOfItsChunks) {
  EXPECT_THAT(MakeResult(engine_, spec_, kFirst, task_),
              StatusIs(absl::StatusCode::kInvalidArgument));
  task_.clear_more_chunks();
  EXPECT_THAT(MakeResult(engine_, spec_, kFirst, task_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("has 1 of them")));
}

TEST_F(TwoChunksTest, ChecksRefuseWhatNoHonestWorkerSubmits) {
  struct Case {
    const char* name;
    void (*change)(v1::Result*);
  };
  const Case cases[] = {
      {"a wrong span",
       [](v1::Result* r) { r->mutable_task()->mutable_more_chunks(0)->set_end(9); }},
      {"not measured alone", [](v1::Result* r) { r->mutable_scores()->set_chunks_alone(0); }},
      {"one only", [](v1::Result* r) { r->mutable_scores()->set_chunks_alone(1); }},
      {"a third", [](v1::Result* r) { r->mutable_scores()->set_chunks_alone(3); }},
      {"a likelihood over 1",
       [](v1::Result* r) { r->mutable_scores()->set_second_chunk_log_prob(0.5); }},
      {"no number",
       [](v1::Result* r) {
         r->mutable_scores()->set_first_chunk_log_prob(std::numeric_limits<double>::quiet_NaN());
       }},
      {"infinite",
       [](v1::Result* r) {
         r->mutable_scores()->set_first_chunk_log_prob(-std::numeric_limits<double>::infinity());
       }},
      {"accepted, where one suffices",
       [](v1::Result* r) { r->mutable_scores()->set_second_chunk_log_prob(-1); }},
      {"refused, where none does",
       [](v1::Result* r) {
         r->mutable_reject()->set_reason(v1::REJECT_REASON_ONE_CHUNK_SUFFICES);
       }},
      {"refused for the first chunk, with the second's figure", [](v1::Result* r) {
         r->mutable_reject()->set_reason(v1::REJECT_REASON_ONE_CHUNK_SUFFICES);
         r->mutable_scores()->set_first_chunk_log_prob(-1);
       }}};
  const v1::Result good = Make();
  ASSERT_OK(Check(good));
  for (const Case& c : cases) {
    v1::Result changed = good;
    c.change(&changed);
    EXPECT_THAT(Check(changed), StatusIs(absl::StatusCode::kInvalidArgument)) << c.name;
  }
}

// Whatever the scripted engine replies, the check finds nothing wrong with it.
TEST(TwoChunks, EveryResultOfTheScriptedEnginePassesItsCheck) {
  ASSERT_OK_AND_ASSIGN(const auto engine, inference::CreateScriptedEngine({}));
  v1::RunSpec spec;
  const std::string first(testing::Prose()[0].substr(0, 900));
  const std::string second(testing::Prose()[1].substr(0, 900));
  std::set<v1::RejectReason> reasons;
  for (int i = 0; i < 200; ++i) {
    v1::Task task;
    task.set_id(FingerprintOf(absl::StrCat("task ", i)).ToBytes());
    task.set_kind(v1::TASK_KIND_TWO_CHUNKS);
    task.set_form(i % 2 == 0 ? v1::ANSWER_FORM_LONG : v1::ANSWER_FORM_SHORT);
    task.set_language("en");
    task.mutable_chunk()->set_end(first.size());
    v1::Span& more = *task.add_more_chunks();
    more.set_begin(5000);
    more.set_end(5000 + second.size());
    const std::string text = absl::StrCat(first, second);
    ASSERT_OK_AND_ASSIGN(const v1::Result result, MakeResult(*engine, spec, text, task));
    EXPECT_OK(CheckTwoChunkResult(RulesOf(spec), task, text, result)) << result.DebugString();
    reasons.insert(result.reject().reason());
  }
  EXPECT_GE(reasons.size(), 4u);
}

}  // namespace
}  // namespace quipu::generator
