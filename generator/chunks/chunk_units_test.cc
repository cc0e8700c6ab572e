// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunks/chunk_units.h"

#include <string>
#include <vector>

#include "generator/chunks/document_tokens.h"
#include "gtest/gtest.h"
#include "tests/support/fake_engine.h"

namespace quipu::generator {
namespace {

std::vector<Unit> Read(const std::string& text, uint32_t min_tokens = 16) {
  const testing::FakeTokenizer tokenizer;
  v1::ChunkSpec spec;
  spec.set_min_tokens(min_tokens);
  spec.set_max_tokens(4 * min_tokens);
  return ReadUnits(text, DocumentTokenizer(tokenizer)(text).begins, spec);
}

TEST(ChunkUnits, RankParagraphsAboveTheirSentences) {
  const std::vector<Unit> units =
      Read("The first sentence is here. The second one follows it.\n\nAnother one ends here.", 64);
  ASSERT_EQ(units.size(), 3u);
  EXPECT_EQ(units[0].start, Place::kGood);
  EXPECT_EQ(units[1].start, Place::kFair);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(units[i].stop, Place::kGood);
  EXPECT_TRUE(units[1].block_end);
}

TEST(ChunkUnits, RankNumberedParagraphsAsParagraphs) {
  for (const char* number : {"[0012]", "12.", "(a)", "\u00a7 3", "-"}) {
    const std::vector<Unit> units =
        Read(std::string(number) + " The court heard both sides. It gave judgment the next day.");
    ASSERT_GE(units.size(), 2u) << number;
    EXPECT_EQ(units[0].start, Place::kGood) << number;
    EXPECT_EQ(units.back().stop, Place::kGood) << number;
  }
  EXPECT_NE(Read("- A short item of the list.")[0].start, Place::kGood);
}

TEST(ChunkUnits, CutSpeechAtSpaces) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "so what we do is ";
  const std::vector<Unit> units = Read(text);
  ASSERT_GT(units.size(), 10u);
  for (size_t i = 0; i < units.size(); ++i) {
    EXPECT_LE(units[i].last_token - units[i].first_token, 16u);
    if (i > 0) {
      EXPECT_EQ(text[units[i].begin - 1], ' ');
      EXPECT_EQ(units[i].start, Place::kCut);
    }
  }
  EXPECT_EQ(units[0].start, Place::kFair);
}

TEST(ChunkUnits, LeaveNoPlaceInTablesAndCode) {
  for (const char* text :
       {"a    b    c\nd    e    f\ng    h    i", "$ dpkg -L vim\n$ apt update"}) {
    for (const Unit& unit : Read(text)) {
      EXPECT_TRUE(unit.start == Place::kNone && unit.stop == Place::kNone) << text;
      EXPECT_EQ(unit.word_bytes, 0u) << text;
    }
  }
}

TEST(ChunkUnits, EndAtNoHeadingAndNoAnnouncement) {
  const std::vector<Unit> units =
      Read("A heading of several words\n\nThe following commands show what the system does:", 64);
  ASSERT_EQ(units.size(), 2u);
  for (const Unit& unit : units) EXPECT_EQ(unit.stop, Place::kCut);
}

}  // namespace
}  // namespace quipu::generator
