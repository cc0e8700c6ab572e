// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/descriptor.h>

#include <cmath>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "generator/judge/judge.h"
#include "generator/pairs/generate.h"
#include "generator/prompts/prompts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/fake_engine.h"
#include "tests/support/run_task_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using inference::ScoreRequest;
using ::quipu::testing::FakePrefix;
using ::testing::HasSubstr;

TEST_F(RunTaskTest, JudgesInOnePassWithTheChunkAndMeasuresTheGainWithout) {
  std::vector<bool> with_chunk;
  auto score = engine_.on_score;
  engine_.on_score = [&](const FakePrefix& prefix, const ScoreRequest& request) {
    with_chunk.push_back(absl::StrContains(prefix.request.user_begin, kChunk));
    return score(prefix, request);
  };
  Run();
  ASSERT_EQ(engine_.scored.size(), 2u);
  for (const ScoreRequest& request : engine_.scored) {
    EXPECT_EQ(
        request.user_rest,
        "Is the answer to the question below stated in the text above? Reply with yes or no.\n"
        "Question: Who wrote Midnight Commander?\nAnswer: Miguel de Icaza wrote it in 1994.");
    EXPECT_EQ(request.continuations, (std::vector<std::string>{"yes", "no"}));
    EXPECT_TRUE(request.relative_only);
    EXPECT_EQ(request.user_rest.substr(request.span_begin, request.span_end - request.span_begin),
              "Miguel de Icaza wrote it in 1994.");
    EXPECT_OK(inference::ValidateRequest(request));
  }
  EXPECT_EQ(with_chunk, (std::vector<bool>{true, false}));
  EXPECT_EQ(engine_.scored[0].phase, inference::Phase::kVerify);
  EXPECT_EQ(engine_.scored[1].phase, inference::Phase::kClosedBook);
  EXPECT_EQ(engine_.completed[0].phase, inference::Phase::kGenerate);
}

TEST_F(RunTaskTest, FindsTheAnswerInAPromptThatGoesOnAfterIt) {
  spec_.mutable_verification()->set_verdict_prompt("A: {answer} (of {question}) Right?");
  Run();
  const ScoreRequest& request = engine_.scored[0];
  EXPECT_EQ(request.user_rest,
            "A: Miguel de Icaza wrote it in 1994. (of Who wrote Midnight Commander?) Right?");
  EXPECT_EQ(request.span_begin, 3u);
  EXPECT_EQ(request.span_end, 3u + 33u);
}

TEST_F(RunTaskTest, StopsAtAVerdictThatRefuses) {
  Score(-0.5, -4, -8);
  const v1::Result result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_VERDICT);
  EXPECT_THAT(result.reject().detail(), HasSubstr("-0.5000, least 0.0000"));
  EXPECT_TRUE(result.scores().scored());
  EXPECT_EQ(result.scores().verdict_margin(), -0.5);
  EXPECT_EQ(result.scores().answer_tokens(), 4u);
  EXPECT_FALSE(result.scores().closed_book());
  EXPECT_EQ(result.scores().probability(), 0);
  EXPECT_EQ(engine_.scored.size(), 1u);
}

TEST_F(RunTaskTest, StopsAtALikelihoodUnderTheFloor) {
  Score(3, -13, -40);
  const v1::Result result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_LIKELIHOOD);
  EXPECT_EQ(result.scores().probability(), 0);
  EXPECT_EQ(engine_.scored.size(), 1u);
  // Short answers may be less likely.
  task_.set_form(v1::ANSWER_FORM_SHORT);
  spec_.mutable_verification()->set_target_precision(0);
  EXPECT_FALSE(Run().has_reject());
}

TEST_F(RunTaskTest, DoesNotMeasureAGainThatCouldNotHelp) {
  Score(0.5, -8, -40, -15);
  const v1::Result result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_PROBABILITY);
  EXPECT_FALSE(result.scores().closed_book());
  EXPECT_EQ(result.scores().gain(), 0);
  EXPECT_EQ(result.scores().probability(),
            MostProbable(WeightsOf(spec_.verification(), task_.form()), result.scores()));
  EXPECT_EQ(engine_.scored.size(), 1u);
}

TEST_F(RunTaskTest, RefusesWhatTheGainLeavesImprobable) {
  v1::JudgeWeights& judge = *spec_.mutable_verification()->mutable_judge()->mutable_long_form();
  judge = v1::JudgeWeights();
  judge.set_gain(2);
  judge.set_bias(0.5);
  Score(3, -4, -4.4);
  const v1::Result result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_PROBABILITY);
  EXPECT_TRUE(result.scores().closed_book());
  EXPECT_NEAR(result.scores().gain(), 0.1, 1e-9);
  EXPECT_NEAR(result.scores().probability(), 1 / (1 + std::exp(-0.7)), 1e-9);
  Score(3, -4, -8);
  EXPECT_FALSE(Run().has_reject());
}

TEST_F(RunTaskTest, CanRefuseWhatTheVerdictGivesWithoutTheChunkToo) {
  v1::JudgeWeights& judge = *spec_.mutable_verification()->mutable_judge()->mutable_long_form();
  judge = v1::JudgeWeights();
  judge.set_margin_gain(1);
  Score(2, -4, -8);
  const v1::Result result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_PROBABILITY);
  EXPECT_EQ(result.scores().closed_book_margin(), 1);
  EXPECT_NEAR(result.scores().probability(), 1 / (1 + std::exp(-1.0)), 1e-9);
  EXPECT_EQ(engine_.scored.size(), 2u) << "the margin costs no call of its own";
  Score(6, -4, -8);
  EXPECT_FALSE(Run().has_reject());
}

TEST_F(RunTaskTest, RefusesAGainUnderTheFloor) {
  Score(3, -4, -3.9);
  const v1::Result result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_GAIN);
  EXPECT_NEAR(result.scores().gain(), -0.025, 1e-9);
  EXPECT_GT(result.scores().probability(), 0);
}

TEST_F(RunTaskTest, ScoresTheAnswerAsAReplyWhereSpansCannotBeScored) {
  engine_.ScoreNoSpans();
  const v1::Result result = Run();
  EXPECT_FALSE(result.has_reject()) << result.reject().detail();
  EXPECT_EQ(result.scores().verdict_margin(), 2.5);
  EXPECT_EQ(result.scores().answer_log_prob(), -1);
  EXPECT_EQ(result.scores().gain(), 1);
  EXPECT_EQ(result.scores().closed_book_margin(), 0);
  ASSERT_EQ(engine_.scored.size(), 3u);
  EXPECT_EQ(engine_.scored[0].span_end, 0u);
  for (const int i : {1, 2}) {
    EXPECT_EQ(engine_.scored[i].user_rest, "Answer this question: Who wrote Midnight Commander?");
    EXPECT_EQ(engine_.scored[i].continuations,
              std::vector<std::string>{"Miguel de Icaza wrote it in 1994."});
    EXPECT_FALSE(engine_.scored[i].relative_only);
  }
  Score(-1, -4, -8);
  const v1::Result refused = Run();
  EXPECT_EQ(refused.reject().reason(), v1::REJECT_REASON_VERDICT);
  EXPECT_EQ(refused.scores().answer_tokens(), 0u);
  EXPECT_EQ(engine_.scored.size(), 4u);
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
  EXPECT_EQ(result.scores().answer_tokens(), 0u);
  EXPECT_EQ(result.scores().probability(), 0);
  ASSERT_EQ(engine_.scored.size(), 1u);
  EXPECT_TRUE(engine_.scored[0].relative_only);

  Score(-1, 0, -40);
  result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_VERDICT);
  EXPECT_FALSE(result.scores().verdict_only());
}

TEST_F(RunTaskTest, AsksAgainLastAndRefusesAnotherAnswer) {
  spec_.mutable_verification()->set_second_answer(v1::VerificationSpec::ALL);
  AnswerAgain("Miguel de Icaza");
  v1::Result result = Run();
  EXPECT_FALSE(result.has_reject()) << result.reject().detail();
  EXPECT_TRUE(result.scores().second_asked());
  EXPECT_EQ(result.scores().second_overlap(), 1);
  EXPECT_EQ(engine_.completed.back().user_rest,
            "Question: Who wrote Midnight Commander?\n"
            "Answer it from the text above in as few words as possible.");
  EXPECT_EQ(engine_.completed.back().sampling.temperature, 0);
  EXPECT_EQ(result.sampled_tokens(), 12u);  // Of the pair alone.

  AnswerAgain("Federico Mena");
  result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_DISAGREES);
  EXPECT_EQ(result.scores().second_overlap(), 0);

  Score(-1, -4, -8);
  engine_.completed.clear();
  EXPECT_EQ(Run().reject().reason(), v1::REJECT_REASON_VERDICT);
  EXPECT_EQ(engine_.completed.size(), 1u);
}

TEST_F(RunTaskTest, AsksAServersModelAgainAfterTheVerdict) {
  engine_.ScoreNoText();
  spec_.mutable_verification()->set_second_answer(v1::VerificationSpec::ALL);
  AnswerAgain("Federico Mena");
  const v1::Result result = Run();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_DISAGREES);
  EXPECT_TRUE(result.scores().verdict_only());
}

TEST_F(RunTaskTest, RefusesScoresThatAreNoNumbers) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Score(nan, -4, -8);
  EXPECT_EQ(Run().reject().reason(), v1::REJECT_REASON_VERDICT);
  Score(3, nan, -8);
  EXPECT_EQ(Run().reject().reason(), v1::REJECT_REASON_LIKELIHOOD);
  Score(3, -4, -8, nan);
  EXPECT_EQ(Run().reject().reason(), v1::REJECT_REASON_PROBABILITY);
  Score(3, -4, nan);
  EXPECT_EQ(Run().reject().reason(), v1::REJECT_REASON_GAIN);
}

TEST_F(RunTaskTest, AsksNoModelForPairsRefusedEarlier) {
  for (const auto& [question, answer, reason] :
       std::vector<std::tuple<const char*, const char*, v1::RejectReason>>{
           {"", "Miguel.", v1::REJECT_REASON_EMPTY},
           {"What does the text say?", "A file manager.", v1::REJECT_REASON_MENTIONS_TEXT},
           {"When was mc written?", "In 2005.", v1::REJECT_REASON_NOT_GROUNDED},
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

}  // namespace
}  // namespace quipu::generator
