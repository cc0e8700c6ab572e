// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/sentences.h"

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
