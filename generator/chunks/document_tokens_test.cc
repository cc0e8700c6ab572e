// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunks/document_tokens.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/fake_engine.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::FakeTokenizer;
using ::testing::ElementsAre;

// Counts what it is asked for; may put a space in front of beginnings, as SentencePiece does.
class CountingTokenizer : public FakeTokenizer {
 public:
  explicit CountingTokenizer(bool adds_space) : adds_space_(adds_space) {}

  std::vector<inference::TokenId> Encode(absl::string_view text,
                                         bool fragment_start) const override {
    ++calls;
    std::vector<inference::TokenId> ids = FakeTokenizer::EncodeWithOffsets(text, false).ids;
    if (adds_space_ && fragment_start) ids.insert(ids.begin(), 1);
    return ids;
  }
  inference::Encoding EncodeWithOffsets(absl::string_view text, bool) const override {
    ++calls;
    return FakeTokenizer::EncodeWithOffsets(text, false);
  }

  mutable int calls = 0;

 private:
  const bool adds_space_;
};

TEST(DocumentTokenizer, CountsAndLocatesByOneTokenisation) {
  const CountingTokenizer tokenizer(/*adds_space=*/false);
  const DocumentTokenizer tokenize(tokenizer);
  tokenizer.calls = 0;

  const DocumentTokens tokens = tokenize("one two three");

  EXPECT_EQ(tokenizer.calls, 1);
  EXPECT_EQ(tokens.count, 3u);
  EXPECT_THAT(tokens.begins, ElementsAre(0, 3, 7));
}

TEST(DocumentTokenizer, CountsTheSpaceThatSomeTokenizersPutInFront) {
  const CountingTokenizer tokenizer(/*adds_space=*/true);

  const DocumentTokens tokens = DocumentTokenizer(tokenizer)("one two three");

  EXPECT_EQ(tokens.count, 4u);
  EXPECT_THAT(tokens.begins, ElementsAre(0, 3, 7));
}

TEST(DocumentTokenizer, TakesAnEmptyText) {
  const CountingTokenizer tokenizer(/*adds_space=*/false);
  const DocumentTokens tokens = DocumentTokenizer(tokenizer)("");
  EXPECT_EQ(tokens.count, 0u);
  EXPECT_TRUE(tokens.begins.empty());
}

}  // namespace
}  // namespace quipu::generator
