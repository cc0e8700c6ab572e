// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/served_model.h"

#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "tests/support/models.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

class ServedModelTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(const auto gguf, GgufFile::Open(SmallModelPath()));
    ASSERT_OK_AND_ASSIGN(tokenizer_, CreateTokenizer(*gguf));
    ASSERT_OK_AND_ASSIGN(const int64_t short_prompt,
                         PromptTokens(*tokenizer_, chat_template_, ShortProbe()));
    ASSERT_OK_AND_ASSIGN(const int64_t long_prompt,
                         PromptTokens(*tokenizer_, chat_template_, LongProbe()));
    facts_ = {tokenizer_->vocab_size(), short_prompt, long_prompt};
  }
  absl::Status Check() const { return CheckServedModel(*tokenizer_, chat_template_, facts_); }

  std::shared_ptr<const Tokenizer> tokenizer_;
  ChatTemplate chat_template_ = *ChatTemplate::FromName("chatml");
  ServedModelFacts facts_;
};

TEST_F(ServedModelTest, AcceptsTheSameModelAndWhatTheServerDoesNotTell) {
  EXPECT_OK(Check());
  facts_.short_prompt = *facts_.short_prompt + 1;  // A second BOS.
  facts_.long_prompt = *facts_.long_prompt + 1;
  EXPECT_OK(Check());
  facts_ = {};
  EXPECT_OK(Check());
}

TEST_F(ServedModelTest, RefusesAnotherVocabularyWithBothSizes) {
  facts_.vocab_size = 151936;
  EXPECT_THAT(Check(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                AllOf(HasSubstr("has 151936 tokens"), HasSubstr("49152"))));
}

TEST_F(ServedModelTest, RefusesAnotherTokenizerByTheTextsTokens) {
  const int64_t ours = *facts_.long_prompt;
  facts_.vocab_size = 0;
  facts_.long_prompt = ours - 40;
  EXPECT_THAT(Check(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                AllOf(HasSubstr("tokenizer"), HasSubstr(absl::StrCat(ours - 40)),
                                      HasSubstr(absl::StrCat("makes ", ours)))));
}

TEST_F(ServedModelTest, RefusesAnotherTemplateByWhatItAdds) {
  const int64_t ours = *facts_.short_prompt;
  facts_.short_prompt = ours + 20;  // A default system message, say.
  facts_.long_prompt = *facts_.long_prompt + 20;
  EXPECT_THAT(Check(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                AllOf(HasSubstr("chat template"), HasSubstr("(chatml)"),
                                      HasSubstr(absl::StrCat(ours + 20)),
                                      HasSubstr(absl::StrCat("one of ", ours)))));
}

}  // namespace
}  // namespace quipu::inference
