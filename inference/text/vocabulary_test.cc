// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/vocabulary.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::GgufWriter;
using ::quipu::testing::StatusIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

absl::StatusOr<Vocabulary> Read(const GgufWriter& writer) {
  const std::string bytes = writer.Build();
  const auto gguf = GgufFile::Parse(bytes, "test.gguf");
  if (!gguf.ok()) return gguf.status();
  const absl::StatusOr<VocabularyData> data = VocabularyFromGguf(**gguf);
  if (!data.ok()) return data.status();
  return Vocabulary::Create(*data);
}

GgufWriter Tokens(const std::vector<std::string>& tokens, const std::vector<int32_t>& kinds) {
  GgufWriter writer;
  writer.AddStringArray("tokenizer.ggml.tokens", tokens)
      .AddInt32Array("tokenizer.ggml.token_type", kinds);
  return writer;
}

TEST(StringTable, KeepsStringsApart) {
  StringTable table;
  table.Add("ab");
  table.Add("");
  table.Add(absl::string_view("c\0d", 3));

  EXPECT_EQ(table.size(), 3u);
  EXPECT_EQ(table[0], "ab");
  EXPECT_EQ(table[1], "");
  EXPECT_EQ(table[2], absl::string_view("c\0d", 3));
}

TEST(Vocabulary, ReadsTextsAndKinds) {
  ASSERT_OK_AND_ASSIGN(
      const Vocabulary v,
      Read(Tokens({"a", "<unk>", "<s>", "<x>", "[PAD]", "<0x41>"}, {1, 2, 3, 4, 5, 6})));

  EXPECT_EQ(v.size(), 6);
  EXPECT_EQ(v.text(0), "a");
  EXPECT_EQ(v.Find("<s>"), 2);
  EXPECT_EQ(v.Find("b"), std::nullopt);
  EXPECT_EQ(v.kind(4), TokenKind::kUnused);
  EXPECT_FALSE(v.IsSpecial(0));
  EXPECT_TRUE(v.IsSpecial(1));
  EXPECT_TRUE(v.IsSpecial(3));
  EXPECT_FALSE(v.IsSpecial(5));
  EXPECT_EQ(v.bos(), std::nullopt);
  EXPECT_EQ(v.add_bos(), std::nullopt);
}

TEST(Vocabulary, RefusesMalformedLists) {
  EXPECT_THAT(Read(GgufWriter()), StatusIs(absl::StatusCode::kNotFound, "tokenizer.ggml.tokens"));
  EXPECT_THAT(Read(GgufWriter().AddStringArray("tokenizer.ggml.tokens", {"a"})),
              StatusIs(absl::StatusCode::kNotFound, "token_type"));
  EXPECT_THAT(Read(GgufWriter().AddString("tokenizer.ggml.tokens", "a")),
              StatusIs(kInvalid, "array of string"));
  EXPECT_THAT(Read(Tokens({}, {})), StatusIs(kInvalid, "0 tokens"));
  EXPECT_THAT(Read(Tokens({"a", "b"}, {1})), StatusIs(kInvalid, "2 tokens but 1 token types"));
  EXPECT_THAT(Read(Tokens({"a"}, {0})), StatusIs(kInvalid, "unknown type 0"));
  EXPECT_THAT(Read(Tokens({"a"}, {7})), StatusIs(kInvalid, "unknown type 7"));
  EXPECT_THAT(Read(Tokens({"a", "b", "a"}, {1, 1, 1})), StatusIs(kInvalid, "tokens 0 and 2"));
}

TEST(Vocabulary, AllowsHoles) {
  ASSERT_OK_AND_ASSIGN(const Vocabulary v, Read(Tokens({"", "a", ""}, {1, 1, 1})));
  EXPECT_EQ(v.Find(""), std::nullopt);
  EXPECT_EQ(v.Find("a"), 1);
}

TEST(Vocabulary, RefusesSpecialIdsOutOfRange) {
  for (const char* key : {"tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id",
                          "tokenizer.ggml.padding_token_id", "tokenizer.ggml.eot_token_id",
                          "tokenizer.ggml.unknown_token_id"}) {
    EXPECT_THAT(Read(Tokens({"a", "b"}, {1, 3}).AddUint32(key, 2)), StatusIs(kInvalid, key));
    EXPECT_THAT(Read(Tokens({"a", "b"}, {1, 3}).AddInt32(key, -1)), StatusIs(kInvalid, key));
    EXPECT_OK(Read(Tokens({"a", "b"}, {1, 3}).AddUint32(key, 1)));
    EXPECT_OK(Read(Tokens({"a", "b"}, {1, 3}).AddUint32(key, 0xFFFFFFFFu)));
  }
  EXPECT_THAT(Read(Tokens({"a"}, {1}).AddUint32("tokenizer.ggml.add_bos_token", 1)),
              StatusIs(kInvalid, "want bool"));
}

TEST(Vocabulary, KnowsWhatEndsATurn) {
  ASSERT_OK_AND_ASSIGN(
      const Vocabulary v,
      Read(Tokens({"a", "<|eot_id|>", "<|im_end|>", "<|im_start|>", "<stop>", "</s>", "<halt>"},
                  {1, 1, 3, 3, 3, 1, 3})
               .AddUint32("tokenizer.ggml.eos_token_id", 4)
               .AddUint32("tokenizer.ggml.eot_token_id", 6)));

  EXPECT_FALSE(v.IsEndOfTurn(0));
  EXPECT_TRUE(v.IsEndOfTurn(1));  // Marked as text by mistake: treated as control.
  EXPECT_TRUE(v.IsSpecial(1));
  EXPECT_TRUE(v.IsEndOfTurn(2));
  EXPECT_FALSE(v.IsEndOfTurn(3));
  EXPECT_TRUE(v.IsEndOfTurn(4));
  EXPECT_FALSE(v.IsEndOfTurn(5));  // Text that happens to have this spelling.
  EXPECT_TRUE(v.IsEndOfTurn(6));
}

TEST(Vocabulary, ChoosesPadding) {
  const auto pad = [](const GgufWriter& writer) {
    const auto v = Read(writer);
    return v.ok() ? v->pad() : -1;
  };
  // The file's own, whatever it is.
  EXPECT_EQ(pad(Tokens({"a", "</s>", "<pad>"}, {1, 3, 3})
                    .AddUint32("tokenizer.ggml.padding_token_id", 1)),
            1);
  EXPECT_EQ(pad(Tokens({"a", "<s>", "</s>", "[X]", "<|right_pad|>"}, {1, 3, 3, 5, 3})), 4);
  EXPECT_EQ(pad(Tokens({"a", "<s>", "</s>", "[X]", "<r>"}, {1, 3, 3, 5, 3})), 3);
  EXPECT_EQ(pad(Tokens({"<unk>", "<s>", "</s>", "a"}, {2, 3, 3, 1})
                    .AddUint32("tokenizer.ggml.bos_token_id", 1)),
            0);
  EXPECT_EQ(pad(Tokens({"a", "<s>", "</s>", "<r>"}, {1, 3, 3, 3})
                    .AddUint32("tokenizer.ggml.bos_token_id", 1)),
            3);
  EXPECT_EQ(pad(Tokens({"a", "b", "</s>"}, {1, 1, 3}).AddUint32("tokenizer.ggml.eos_token_id", 2)),
            2);
  EXPECT_EQ(pad(Tokens({"a", "b"}, {1, 1})), 0);
}

}  // namespace
}  // namespace quipu::inference
