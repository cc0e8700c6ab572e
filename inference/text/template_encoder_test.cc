// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// With a tokenizer of bytes and the words "ab" and "cd"; chat_template_test has
// real vocabularies.
#include "inference/text/template_encoder.h"

#include <memory>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/text/bpe_tokenizer.h"
#include "inference/text/byte_tokenizer.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::StatusIs;
using ::testing::ElementsAre;

class TemplateEncoderTest : public ::testing::Test {
 protected:
  RenderedTokens Encode(const std::vector<TemplatePart>& parts) {
    auto tokens = EncodeParts(*tokenizer_, parts);
    EXPECT_TRUE(tokens.ok()) << tokens.status();
    return tokens.ok() ? *std::move(tokens) : RenderedTokens();
  }

  const std::shared_ptr<const Tokenizer> tokenizer_ = CreateByteTokenizer({"ab", "cd"});
  const TokenId ab_ = tokenizer_->Encode("ab", true)[0];
  const TokenId cd_ = tokenizer_->Encode("cd", true)[0];
  const TokenId control_ = *tokenizer_->ControlId("<|im_end|>");
};

TEST_F(TemplateEncoderTest, JoinsNeighbouringTextsButNotAcrossAControlToken) {
  const RenderedTokens joined = Encode({{false, "xa"}, {false, "b"}});
  EXPECT_THAT(joined.ids, ElementsAre('x', ab_));
  const RenderedTokens apart = Encode({{false, "xa"}, {true, "<|im_end|>"}, {false, "b"}});
  EXPECT_THAT(apart.ids, ElementsAre('x', 'a', control_, 'b'));
}

TEST_F(TemplateEncoderTest, TrainsTokensThatSpanAnEdgeToTrainedText) {
  const RenderedTokens tokens =
      Encode({{false, "a"}, {false, "b", /*trained=*/true}, {false, "c"}, {false, "de"}});
  EXPECT_THAT(tokens.ids, ElementsAre(ab_, cd_, 'e'));
  EXPECT_THAT(tokens.trained, ElementsAre(1, 0, 0));
}

TEST_F(TemplateEncoderTest, TrainsControlTokensAsTheirPartsSay) {
  const RenderedTokens tokens =
      Encode({{true, "<|im_start|>"}, {false, "x"}, {true, "<|im_end|>", /*trained=*/true}});
  EXPECT_THAT(tokens.trained, ElementsAre(0, 0, 1));
}

// Control tokens of some vocabularies take the white space beside them.
TEST(EncodeParts, RemovesWhatControlTokensTakeWithThem) {
  BpeData data;
  data.vocabulary.source = "test";
  data.vocabulary.texts = {"a", "b", "\xC4\xA0", "<e>"};
  data.vocabulary.kinds = {TokenKind::kNormal, TokenKind::kNormal, TokenKind::kNormal,
                           TokenKind::kControl};
  data.rules.strips_before = {3};
  data.rules.strips_after = {3};
  data.splitter.AddKnown(PreTokenizer::kGpt2);
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, BpeTokenizer::Create(std::move(data)));
  const std::vector<TemplatePart> parts = {
      {false, "a "}, {true, "<e>"}, {false, " "}, {false, " b "}};
  ASSERT_OK_AND_ASSIGN(const RenderedTokens tokens, EncodeParts(*tokenizer, parts));
  EXPECT_THAT(tokens.ids, ElementsAre(0, 3, 1, 2));
  EXPECT_THAT(tokens.begins, ElementsAre(0, 2, 7, 8));
}

TEST_F(TemplateEncoderTest, SaysAtWhichByteEachTokenBegins) {
  const std::vector<TemplatePart> parts = {
      {false, "ab"}, {true, "<|im_end|>"}, {false, "x"}, {false, ""}, {false, "cdy"}};
  EXPECT_EQ(PartsToString(parts), "ab<|im_end|>xcdy");
  const RenderedTokens tokens = Encode(parts);
  EXPECT_THAT(tokens.ids, ElementsAre(ab_, control_, 'x', cd_, 'y'));
  EXPECT_THAT(tokens.begins, ElementsAre(0, 2, 12, 13, 15));
}

TEST_F(TemplateEncoderTest, NamesAControlTokenThatTheVocabularyLacks) {
  const std::vector<TemplatePart> parts = {{false, "x"}, {true, "<|eot_id|>"}};
  EXPECT_THAT(EncodeParts(*tokenizer_, parts),
              StatusIs(absl::StatusCode::kFailedPrecondition, "<|eot_id|>"));
}

TEST_F(TemplateEncoderTest, MakesNothingOfNothing) {
  EXPECT_THAT(Encode({}).ids, ElementsAre());
  EXPECT_THAT(Encode({{false, ""}}).ids, ElementsAre());
}

}  // namespace
}  // namespace quipu::inference
