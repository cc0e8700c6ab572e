// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_scores.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "inference/text/byte_tokenizer.h"
#include "inference/text/chat_template.h"
#include "tests/support/models.h"
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

ReplyToken Chosen(int64_t id, double log_prob, int64_t likeliest) {
  ReplyToken token;
  token.chosen = {"x", log_prob, id};
  token.top = {{"y", -0.1, likeliest}};
  return token;
}

TEST(SumOfForced, SumsTheTokensAfterTheBeginning) {
  ChatReply reply;
  reply.tokens = {Chosen(1, -7, 9), Chosen(2, -0.5, 2), Chosen(3, -1.5, 9), Chosen(4, -9, 9)};
  ASSERT_OK_AND_ASSIGN(const ContinuationScore score, SumOfForced(reply, {1, 2, 3}, 1));
  EXPECT_EQ(score.num_tokens, 2);
  EXPECT_EQ(score.log_prob, -2);
  EXPECT_EQ(score.min_log_prob, -1.5);
  EXPECT_EQ(score.greedy_tokens, 1);
}

TEST(SumOfForced, RefusesARepliesOtherTokens) {
  ChatReply reply;
  reply.tokens = {Chosen(1, -7, 9), Chosen(2, -0.5, 2)};
  EXPECT_THAT(SumOfForced(reply, {1, 3}, 0).status(), StatusIs(kFailed, "where token 3"));
  EXPECT_THAT(SumOfForced(reply, {1, 2, 3}, 0).status(), StatusIs(kFailed, "2 log-probs"));
  reply.tokens[1].chosen.id.reset();
  EXPECT_THAT(SumOfForced(reply, {1, 2}, 0).status(), StatusIs(kFailed));
}

// llama-server has the least of all floats where the probability is 0.
TEST(SumOfForced, BoundsWhatIsImpossible) {
  ChatReply reply;
  reply.tokens = {Chosen(1, -3.4e38, 9)};
  ASSERT_OK_AND_ASSIGN(const ContinuationScore score, SumOfForced(reply, {1}, 0));
  EXPECT_GT(score.log_prob, -104);
}

class ForcedReplyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(const auto gguf, GgufFile::Open(SmallModelPath()));
    ASSERT_OK_AND_ASSIGN(tokenizer_, CreateTokenizer(*gguf));
  }
  std::shared_ptr<const Tokenizer> tokenizer_;
  const ChatTemplate chat_template_ = *ChatTemplate::FromName("chatml");
};

TEST_F(ForcedReplyTest, IsTheTextsTokensWithoutTheTemplates) {
  ASSERT_OK_AND_ASSIGN(const ForcedReply reply,
                       ForcedReplyOf(*tokenizer_, chat_template_, "Why?", "It", " is blue."));
  EXPECT_EQ(reply.tokens, tokenizer_->Encode("It is blue.", false));
  EXPECT_EQ(reply.begin_tokens, 1u);
}

// "\n\n" is one token, which the server's prompt would have to end in.
TEST_F(ForcedReplyTest, IsCutWhereTheAssistantsTurnBegins) {
  ASSERT_OK_AND_ASSIGN(const ForcedReply reply,
                       ForcedReplyOf(*tokenizer_, chat_template_, "Why?", "", "\nBlue"));
  EXPECT_EQ(reply.tokens, tokenizer_->Encode("\nBlue", false));
  EXPECT_EQ(reply.begin_tokens, 0u);
}

TEST_F(ForcedReplyTest, RefusesATextThatIsNoTokenByItself) {
  EXPECT_THAT(ForcedReplyOf(*tokenizer_, chat_template_, "Why?", "colou", "r").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "not a token by itself"));
}

}  // namespace
}  // namespace quipu::inference
