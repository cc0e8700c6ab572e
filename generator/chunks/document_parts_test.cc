// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunks/document_parts.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/fake_engine.h"

namespace quipu::generator {
namespace {

struct Tokenized {
  std::string text;
  std::vector<uint32_t> begins;
};

Tokenized Tokenize(std::string text) {
  const testing::FakeTokenizer tokenizer;
  Tokenized tokenized;
  tokenized.begins = tokenizer.EncodeWithOffsets(text, /*fragment_start=*/false).begins;
  tokenized.text = std::move(text);
  return tokenized;
}

std::string Paragraphs(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text, "Paragraph ", i, " tells of knots, cords and the keepers of both.\n\n");
  }
  return text;
}

size_t TokensIn(const Tokenized& document, const TextRange& range) {
  size_t tokens = 0;
  for (const uint32_t begin : document.begins) {
    tokens += begin >= range.begin && begin < range.end ? 1 : 0;
  }
  return tokens;
}

TEST(DocumentParts, CoverADocumentWithEqualPartsThatMeetAtParagraphs) {
  const Tokenized document = Tokenize(Paragraphs(60));

  const std::vector<TextRange> parts = DivideDocument(document.text, document.begins, 200, 16);

  ASSERT_GE(parts.size(), 4u);
  EXPECT_EQ(parts.front().begin, 0u);
  EXPECT_EQ(parts.back().end, document.text.size() - 2);
  for (size_t i = 0; i < parts.size(); ++i) {
    EXPECT_LE(TokensIn(document, parts[i]), 200u + 25u);
    EXPECT_EQ(document.text.substr(parts[i].begin, 10), "Paragraph ");
    if (i == 0) continue;
    EXPECT_EQ(parts[i].begin, parts[i - 1].end + 2);
  }
}

TEST(DocumentParts, AShortDocumentIsOnePart) {
  const Tokenized document = Tokenize(Paragraphs(3));
  const std::vector<TextRange> parts = DivideDocument(document.text, document.begins, 200, 16);
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].begin, 0u);
  EXPECT_EQ(parts[0].end, document.text.size() - 2);
}

TEST(DocumentParts, ALongDocumentGivesPartsSpreadFromItsBeginningToItsEnd) {
  const Tokenized document = Tokenize(Paragraphs(400));

  const std::vector<TextRange> parts = DivideDocument(document.text, document.begins, 100, 5);

  ASSERT_EQ(parts.size(), 5u);
  EXPECT_EQ(parts.front().begin, 0u);
  EXPECT_EQ(parts.back().end, document.text.size() - 2);
  const size_t step = parts[1].begin - parts[0].begin;
  for (size_t i = 0; i < parts.size(); ++i) {
    EXPECT_LE(TokensIn(document, parts[i]), 113u);
    if (i == 0) continue;
    EXPECT_GT(parts[i].begin, parts[i - 1].end + 1000);
    EXPECT_NEAR(static_cast<double>(parts[i].begin - parts[i - 1].begin), static_cast<double>(step),
                0.1 * static_cast<double>(step));
  }
}

TEST(DocumentParts, NeverCutACharacterAndNeverAreBlank) {
  std::string text;
  for (int i = 0; i < 500; ++i) absl::StrAppend(&text, "\u7ed3\u7ef3");
  absl::StrAppend(&text, std::string(3000, ' '), "\u7ed3\u7ef3");
  Tokenized document;
  document.text = text;
  // Tokens that begin inside characters, as those of byte tokenizers do.
  for (uint32_t begin = 0; begin < text.size(); begin += 4) document.begins.push_back(begin);

  const std::vector<TextRange> parts = DivideDocument(document.text, document.begins, 70, 64);

  ASSERT_GE(parts.size(), 10u);
  for (const TextRange& part : parts) {
    const std::string piece = document.text.substr(part.begin, part.end - part.begin);
    EXPECT_FALSE(absl::StripAsciiWhitespace(piece).empty());
    EXPECT_NE(static_cast<unsigned char>(piece[0]) & 0xc0, 0x80);
    if (part.end < document.text.size()) {
      EXPECT_NE(static_cast<unsigned char>(document.text[part.end]) & 0xc0, 0x80);
    }
  }
}

TEST(DocumentParts, ABlankDocumentHasNone) {
  const Tokenized document = Tokenize("  \n \n");
  EXPECT_TRUE(DivideDocument(document.text, document.begins, 10, 4).empty());
  EXPECT_TRUE(DivideDocument("", {}, 10, 4).empty());
}

}  // namespace
}  // namespace quipu::generator
