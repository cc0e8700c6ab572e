// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The tokenizer and template of the large model, which not every machine has.
#include <memory>
#include <string>

#include "absl/strings/str_join.h"
#include "base/strings.h"
#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"
#include "inference/text/tokenizer_vectors.h"
#include "tests/support/models.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

TEST(LargeModel, TokenisesAsThePublishersTokenizer) {
  ASSERT_OK_AND_ASSIGN(const auto gguf, GgufFile::Open(LargeModelPath()));
  ASSERT_OK_AND_ASSIGN(const auto t, CreateTokenizer(*gguf));

  for (size_t i = 0; i < kNumVectors; ++i) {
    EXPECT_EQ(absl::StrJoin(t->Encode(kTexts[i], true), " "), kQwen2Ids[i])
        << "text " << i << ": " << Snippet(kTexts[i]);
    EXPECT_EQ(t->Decode(t->Encode(kTexts[i], true), true), kTexts[i]);
  }
  EXPECT_EQ(t->vocab_size(), 151936);
  EXPECT_EQ(t->ControlId("<|im_end|>"), 151645);
  EXPECT_EQ(t->ControlId("<tool_call>"), 151657);
  EXPECT_EQ(t->pad(), 151643);
  EXPECT_EQ(t->eos(), 151645);
  EXPECT_FALSE(t->adds_bos());
  EXPECT_TRUE(t->IsEndOfTurn(151643));
  EXPECT_TRUE(t->IsEndOfTurn(151645));
  EXPECT_EQ(t->description(), "bpe/qwen2");
}

TEST(LargeModel, HasTheChatTemplateOfQwen) {
  ASSERT_OK_AND_ASSIGN(const auto gguf, GgufFile::Open(LargeModelPath()));
  ASSERT_OK_AND_ASSIGN(const auto t, CreateTokenizer(*gguf));
  ASSERT_OK_AND_ASSIGN(const ChatTemplate chat, ChatTemplate::FromGguf(*gguf, *t));

  EXPECT_EQ(chat.name(), "chatml");
  EXPECT_EQ(chat.default_system(),
            "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.");
}

}  // namespace
}  // namespace quipu::inference
