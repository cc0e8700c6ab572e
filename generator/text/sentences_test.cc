// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/sentences.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Split(const std::string& text) {
  std::vector<std::string> sentences;
  for (const Block& block : ReadOutline(text)) {
    for (const Sentence& sentence : SplitSentences(text, block)) {
      sentences.push_back(text.substr(sentence.begin, sentence.end - sentence.begin));
    }
  }
  return sentences;
}

TEST(Sentences, AreSplitAtFullStops) {
  EXPECT_THAT(Split("It works. Does it? Yes! \"Good.\" So be it."),
              ElementsAre("It works.", "Does it?", "Yes!", "\"Good.\"", "So be it."));
}

TEST(Sentences, GoOnOverWrappedLines) {
  EXPECT_THAT(Split("    When the screen goes berserk after doing some funny things "
                    "such\n"
                    "    as \"cat some-binary-file\", type \"reset\" at the command "
                    "prompt.\n"
                    "    You may not be able to see the command echoed as you type."),
              ElementsAre("When the screen goes berserk after doing some funny things such\n"
                          "    as \"cat some-binary-file\", type \"reset\" at the command "
                          "prompt.",
                          "You may not be able to see the command echoed as you type."));
}

TEST(Sentences, GoOnWhereAWrappedLineBeginsWithACapital) {
  EXPECT_EQ(Split("The powerful design of the system comes from the old and venerable\n"
                  "Unix operating system and what came before it in the laboratories.")
                .size(),
            1u);
}

TEST(Sentences, EndAtBlankLines) {
  EXPECT_THAT(Split("A heading without a stop\n\nThe first sentence of the "
                    "text is here."),
              ElementsAre("A heading without a stop", "The first sentence of the text is here."));
}

TEST(Sentences, DoNotEndWithAbbreviations) {
  EXPECT_THAT(Split("Use a tool, e.g. Midnight Commander, as Dr. Smith and J. "
                    "R. Jones do. Cf. "
                    "Appendix A for it. It came from IBM Inc. Then it left."),
              ElementsAre("Use a tool, e.g. Midnight Commander, as Dr. Smith "
                          "and J. R. Jones do.",
                          "Cf. Appendix A for it.", "It came from IBM Inc. Then it left."));
}

TEST(Sentences, DoNotEndWithAbbreviationsOfLaw) {
  EXPECT_THAT(Split("In Smith v. Jones the Court applied 15 U.S.C. Section 2 and Art. III. It held "
                    "that para. 4 of Sch. B was void, as FIGS. 1 and 2 show. The appeal failed."),
              ElementsAre("In Smith v. Jones the Court applied 15 U.S.C. Section 2 and Art. III.",
                          "It held that para. 4 of Sch. B was void, as FIGS. 1 and 2 show.",
                          "The appeal failed."));
}

TEST(Sentences, EndWithoutCapitals) {
  std::string text;
  for (int i = 0; i < 10; ++i)
    text += "every spring the keeper opens the second gate, e.g. at noon. ";
  EXPECT_EQ(Split(text).size(), 10u);
}

TEST(Sentences, EndInScriptsThatIcuDoesNotKnow) {
  EXPECT_EQ(Split("\u0f42\u0fb2\u0f74\u0f0b\u0f41\u0f0b\u0f60\u0f51\u0f72\u0f0d "
                  "\u0f42\u0fb2\u0f74\u0f0b\u0f41\u0f0b\u0f60\u0f51\u0f72\u0f0d")
                .size(),
            2u);
  EXPECT_EQ(Split("\u1780\u17c6\u1796\u1784\u17cb\u1795\u17c2\u1793\u17c1\u17c7\u17d4"
                  "\u1780\u17c6\u1796\u1784\u17cb\u1795\u17c2\u1793\u17c1\u17c7\u17d4")
                .size(),
            2u);
}

TEST(Sentences, DropTheMarksOfAQuotation) {
  const std::string text =
      "> The old ledger shows that timber was the most important cargo until\n"
      "> the railway came to the harbour, as the keeper of the lock wrote down.";
  EXPECT_EQ(Split(text).size(), 1u);
}

// The pieces of a text that is one sentence.
std::vector<std::string> Cut(const std::string& text, size_t max_bytes) {
  std::vector<std::string> pieces;
  for (const Sentence& piece : CutSentence(text, {0, text.size(), true}, max_bytes)) {
    EXPECT_LE(piece.end - piece.begin, max_bytes);
    pieces.push_back(text.substr(piece.begin, piece.end - piece.begin));
    EXPECT_EQ(piece.complete, piece.end == text.size());
  }
  return pieces;
}

TEST(CutSentence, PrefersLinesThenClausesThenSpaces) {
  EXPECT_THAT(Cut("so what we\ndo is to open", 16), ElementsAre("so what we", "do is to open"));
  EXPECT_THAT(Cut("well what we do, is open it", 20),
              ElementsAre("well what we do,", "is open it"));
  EXPECT_THAT(Cut("one two three four five six", 16),
              ElementsAre("one two three", "four five six"));
}

TEST(CutSentence, CutsBetweenCharactersAtLeast) {
  std::string thai;
  for (int i = 0; i < 40; ++i) thai += "\u0e19\u0e49\u0e33";
  std::string joined;
  for (const std::string& piece : Cut(thai, 32)) joined += piece;
  EXPECT_EQ(joined, thai);
  EXPECT_THAT(Cut(std::string(40, 'x'), 16),
              ElementsAre(std::string(16, 'x'), std::string(16, 'x'), std::string(8, 'x')));
}

TEST(Sentences, KeepListNumbers) {
  EXPECT_THAT(Split("1. Start it as root. Then wait.\n2. Stop."),
              ElementsAre("1. Start it as root.", "Then wait.", "2. Stop."));
}

TEST(Sentences, SayWhetherTheyAreComplete) {
  const std::string text = "This is a heading without end";
  const std::vector<Block> blocks = ReadOutline(text);
  EXPECT_FALSE(SplitSentences(text, blocks[0])[0].complete);
  for (const char* whole : {"He said \u201cno.\u201d", "Really?)", "結縄である。"}) {
    EXPECT_TRUE(SplitSentences(whole, ReadOutline(whole)[0]).back().complete) << whole;
  }
}

TEST(Sentences, HaveNoSpacesAround) {
  const std::string text = "  Some words start here.   And some there.  ";
  EXPECT_THAT(Split(text), ElementsAre("Some words start here.", "And some there."));
}

}  // namespace
}  // namespace quipu::generator
