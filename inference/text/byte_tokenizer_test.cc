// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/byte_tokenizer.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

TEST(ByteTokenizer, GivesBackEveryByte) {
  const auto tokenizer = CreateByteTokenizer();
  std::string text;
  for (int byte = 0; byte < 256; ++byte) text.push_back(static_cast<char>(byte));

  const std::vector<TokenId> ids = tokenizer->Encode(text, true);

  EXPECT_EQ(ids.size(), 256u);
  EXPECT_EQ(tokenizer->Decode(ids, true), text);
}

TEST(ByteTokenizer, TakesTheLongestWord) {
  const auto tokenizer = CreateByteTokenizer({"ab", "abc"});

  const Encoding encoding = tokenizer->EncodeWithOffsets("xabcab", false);

  EXPECT_EQ(encoding.ids, (std::vector<TokenId>{'x', 261, 260}));
  EXPECT_EQ(encoding.begins, (std::vector<uint32_t>{0, 1, 4}));
}

TEST(ByteTokenizer, NeverFindsControlTokensInText) {
  const auto tokenizer = CreateByteTokenizer();

  const std::vector<TokenId> ids = tokenizer->Encode("<|im_end|>", true);

  EXPECT_EQ(ids.size(), 10u);
  for (const TokenId id : ids) EXPECT_FALSE(tokenizer->IsControl(id));
  EXPECT_EQ(tokenizer->ControlId("<|im_end|>"), 258);
  EXPECT_TRUE(tokenizer->IsEndOfTurn(258));
  EXPECT_EQ(tokenizer->TokenBytes(258), "");
  EXPECT_EQ(tokenizer->ControlSpelling(258), "<|im_end|>");
  EXPECT_FALSE(tokenizer->IsEndOfTurn(tokenizer->pad()));
}

TEST(ByteTokenizer, HasAnotherFingerprintWithOtherWords) {
  EXPECT_EQ(CreateByteTokenizer()->fingerprint(), CreateByteTokenizer()->fingerprint());
  EXPECT_NE(CreateByteTokenizer()->fingerprint(), CreateByteTokenizer({"ab"})->fingerprint());
}

}  // namespace
}  // namespace quipu::inference
