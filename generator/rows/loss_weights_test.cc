// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/loss_weights.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

constexpr auto kTokens = v1::InstanceSpec::TOKENS;
constexpr auto kRows = v1::InstanceSpec::ROWS;

// The weights of a conversation's tokens; 'a' is a token of an answer, 'x' of one without loss.
std::vector<double> Weights(const std::string& tokens, double prompt_weight,
                            v1::InstanceSpec::RowWeight row_weight) {
  std::vector<uint8_t> kinds;
  for (const char c : tokens) {
    kinds.push_back(c == 'a' ? kAnswerToken : c == 'x' ? kExcludedToken : kPromptToken);
  }
  v1::Segment segment;
  SetTrainedRanges(kinds, prompt_weight, row_weight, &segment);
  std::vector<double> weights(tokens.size(), 0);
  for (const v1::TokenRange& range : segment.trained()) {
    for (uint32_t i = range.begin(); i < range.end(); ++i) weights[i] = WeightOf(range);
  }
  return weights;
}

TEST(SetTrainedRanges, TrainsAnswersAlone) {
  EXPECT_EQ(Weights("pppaapa", 0, kTokens), (std::vector<double>{0, 0, 0, 1, 1, 0, 1}));
}

TEST(SetTrainedRanges, TrainsAllButTheFirstTokenAtWeightOneInOneRange) {
  v1::Segment segment;
  SetTrainedRanges({0, 0, 1, 1}, 1, kTokens, &segment);
  ASSERT_EQ(segment.trained_size(), 1);
  EXPECT_EQ(segment.trained(0).begin(), 1u);
  EXPECT_EQ(segment.trained(0).end(), 4u);
  EXPECT_FALSE(segment.trained(0).has_weight());
}

TEST(SetTrainedRanges, WeighsPrompts) {
  EXPECT_EQ(Weights("ppaap", 0.1, kTokens), (std::vector<double>{0, 0.1, 1, 1, 0.1}));
}

TEST(SetTrainedRanges, LeavesOutAnswersThatTakeNoLoss) {
  EXPECT_EQ(Weights("pxxpaa", 0, kTokens), (std::vector<double>{0, 0, 0, 0, 1, 1}));
  EXPECT_EQ(Weights("ppxxpa", 0.5, kTokens), (std::vector<double>{0, 0.5, 0, 0, 0.5, 1}));
  EXPECT_EQ(Weights("pxxpaa", 0, kRows), (std::vector<double>{0, 0, 0, 0, 0.5, 0.5}));
  EXPECT_EQ(Weights("ppxpaa", 1, kRows), (std::vector<double>{0, 0.25, 0, 0.25, 0.25, 0.25}));
  EXPECT_EQ(Weights("pxx", 1, kTokens), (std::vector<double>{0, 0, 0}));
}

google::protobuf::RepeatedPtrField<v1::ChatMessage> Conversation(const std::string& answers) {
  google::protobuf::RepeatedPtrField<v1::ChatMessage> messages;
  for (const char c : answers) {
    messages.Add()->set_role("user");
    v1::ChatMessage& answer = *messages.Add();
    answer.set_role("assistant");
    answer.set_not_trained(c == 'x');
  }
  return messages;
}

TEST(ExcludeAnswers, MarksTheTokensOfTheTurns) {
  std::vector<uint8_t> tokens = {0, 1, 1, 0, 0, 1, 0, 1, 1, 1};
  EXPECT_OK(ExcludeAnswers(Conversation("axx"), &tokens));
  EXPECT_EQ(tokens, (std::vector<uint8_t>{0, 1, 1, 0, 0, 2, 0, 2, 2, 2}));
}

TEST(ExcludeAnswers, NoticesAMissingAnswer) {
  std::vector<uint8_t> tokens = {0, 1, 1, 0};
  EXPECT_THAT(ExcludeAnswers(Conversation("ax"), &tokens),
              ::quipu::testing::StatusIs(absl::StatusCode::kInternal));
}

TEST(SetTrainedRanges, GivesEachRowTheSameWeight) {
  EXPECT_EQ(Weights("ppaa", 0, kRows), (std::vector<double>{0, 0, 0.5, 0.5}));
  // 6 digits.
  EXPECT_EQ(Weights("paaa", 0, kRows), (std::vector<double>{0, 0.333333, 0.333333, 0.333333}));
  EXPECT_EQ(Weights("ppaa", 0.5, kRows), (std::vector<double>{0, 0.2, 0.4, 0.4}));
  for (const size_t answer : {1, 7, 160, 5000}) {
    for (const size_t prompt : {2, 100, 16000}) {
      double sum = 0;
      for (const double weight :
           Weights(std::string(prompt, 'p') + std::string(answer, 'a'), 0.05, kRows)) {
        sum += weight;
      }
      EXPECT_NEAR(sum, 1, 1e-5);
    }
  }
}

TEST(SetTrainedRanges, AddsNothingWithoutAnAnswer) {
  EXPECT_EQ(Weights("ppp", 1, kTokens), (std::vector<double>{0, 0, 0}));
  EXPECT_EQ(Weights("app", 1, kRows), (std::vector<double>{0, 0, 0}));
  EXPECT_EQ(Weights("", 1, kRows), std::vector<double>());
}

TEST(PromptLossWeight, IsOneInOldRowsWithPromptLoss) {
  v1::LongDetails details;
  EXPECT_EQ(PromptLossWeightOf(details), 0);
  details.set_prompt_loss(true);
  EXPECT_EQ(PromptLossWeightOf(details), 1);
  details.set_prompt_loss(false);
  details.set_prompt_loss_weight(0.1);
  EXPECT_EQ(PromptLossWeightOf(details), 0.1);
}

TEST(HasLossWeights, OnlyIfLabelsDoNotSayEverything) {
  v1::RunSpec spec;
  EXPECT_FALSE(HasLossWeights(spec));
  spec.mutable_instances()->set_prompt_loss_weight(1);
  spec.mutable_packing()->set_prompt_loss_weight(1);
  EXPECT_FALSE(HasLossWeights(spec));
  spec.mutable_packing()->set_prompt_loss_weight(0.5);
  EXPECT_TRUE(HasLossWeights(spec));
  spec.Clear();
  spec.mutable_instances()->set_row_weight(kRows);
  EXPECT_TRUE(HasLossWeights(spec));
}

}  // namespace
}  // namespace quipu::generator
