// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_scores.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "inference/text/byte_tokenizer.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::StatusIs;

constexpr absl::StatusCode kFailed = absl::StatusCode::kFailedPrecondition;

TEST(FirstToken, IsTheTokenizersWithoutASpaceInFront) {
  const auto tokenizer = CreateByteTokenizer({"yes", " no"});
  EXPECT_EQ(FirstToken(*tokenizer, "yes"), "yes");
  EXPECT_EQ(FirstToken(*tokenizer, "yesterday"), "yes");
  EXPECT_EQ(FirstToken(*tokenizer, "maybe"), "m");
}

TEST(FirstTokens, MustDiffer) {
  const auto tokenizer = CreateByteTokenizer({"yes", " no"});
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> tokens,
                       FirstTokens(*tokenizer, {"yes", "no"}));
  EXPECT_EQ(tokens, (std::vector<std::string>{"yes", "n"}));
  EXPECT_THAT(FirstTokens(*tokenizer, {"maybe", "more"}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "the same token, \"m\""));
}

TEST(WordScores, AreOneTokenEach) {
  ASSERT_OK_AND_ASSIGN(const ScoreResult scores,
                       WordScores({{"no", -3}, {"yes", -2}}, {"yes", "no"}));
  ASSERT_EQ(scores.continuations.size(), 2u);
  EXPECT_EQ(scores.continuations[0].log_prob, -2);
  EXPECT_EQ(scores.continuations[1].log_prob, -3);
  EXPECT_EQ(scores.continuations[1].num_tokens, 1);
  EXPECT_THAT(WordScores({}, {"yes"}).status(), StatusIs(kFailed, "no top_logprobs"));
}

TEST(WordLogProb, TakesTheLikelierOfTheTwoSpellings) {
  const std::vector<TokenLogProb> top = {
      {"No", -0.1}, {" yes", -1}, {"yes", -2}, {"no", -3}, {"yes!", -4}};
  EXPECT_EQ(WordLogProb(top, "yes"), -1);
  EXPECT_EQ(WordLogProb(top, "no"), -3);
}

TEST(WordLogProb, BoundsAWordThatIsNotListedByTheLeast) {
  const std::vector<TokenLogProb> top = {{"a", -0.1}, {"b", -7}, {"c", -3}};
  EXPECT_EQ(WordLogProb(top, "yes"), -7);
}

EchoReply Echo() {
  EchoReply reply;
  reply.tokens = {"Who", "?", " It", " is", " blue", " sampled"};
  reply.log_probs = {std::nullopt, -1, -2, -3, -4, -100};
  reply.usage.completion_tokens = 1;
  return reply;
}

TEST(SumOfText, RefusesATextWithoutATokenOfItsOwn) {
  EXPECT_THAT(SumOfText(Echo(), 0, "It").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "not a token by itself"));
}

TEST(SumOfText, AddsTheLastTokensOfThePrompt) {
  ASSERT_OK_AND_ASSIGN(ContinuationScore score, SumOfText(Echo(), 3, "It is blue"));
  EXPECT_EQ(score.log_prob, -9);
  EXPECT_EQ(score.num_tokens, 3);
  ASSERT_OK_AND_ASSIGN(score, SumOfText(Echo(), 1, " blue"));
  EXPECT_EQ(score.log_prob, -4);
}

TEST(SumOfText, KnowsHowManyTokensWereSampled) {
  EchoReply reply = Echo();
  reply.usage.completion_tokens = 0;
  reply.tokens.pop_back();
  reply.log_probs.pop_back();
  ASSERT_OK_AND_ASSIGN(ContinuationScore score, SumOfText(reply, 2, "is blue"));
  EXPECT_EQ(score.log_prob, -7);
}

TEST(SumOfText, RefusesTokensThatSpellAnotherText) {
  EXPECT_THAT(SumOfText(Echo(), 2, "It is blue").status(),
              StatusIs(kFailed, "is it the same model?"));
  EXPECT_THAT(SumOfText(Echo(), 3, "It is red").status(),
              StatusIs(kFailed, "is it the same model?"));
}

TEST(SumOfText, TakesPartsOfCharactersOnTrust) {
  EchoReply reply = Echo();
  reply.tokens[3] = "\xef\xbf\xbd";
  EXPECT_OK(SumOfText(reply, 3, "It \xe2\x82\xac blue").status());
  reply.tokens[3] = "bytes:\\xe2\\x82";
  EXPECT_OK(SumOfText(reply, 3, "It \xe2\x82\xac blue").status());
}

TEST(SumOfText, RefusesTextsThatAreNotWholeOrNotScored) {
  EXPECT_THAT(SumOfText(Echo(), 5, "Who? It is blue").status(),
              StatusIs(kFailed, "6 tokens for a text that ends with 5"));
  EXPECT_THAT(SumOfText(EchoReply(), 1, "a").status(), StatusIs(kFailed));
  EchoReply reply = Echo();
  reply.log_probs[3] = std::nullopt;
  EXPECT_THAT(SumOfText(reply, 3, "It is blue").status(),
              StatusIs(kFailed, "no log-prob for token 3"));
  reply = Echo();
  reply.usage.completion_tokens = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(SumOfText(reply, 1, "a").status(), StatusIs(kFailed));
}

}  // namespace
}  // namespace quipu::inference
