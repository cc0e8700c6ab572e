// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/sentence_ends.h"

#include <string>

#include "absl/strings/string_view.h"
#include "base/utf8.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

TEST(EndsSentence, KnowsTheFullStopsOfManyScripts) {
  for (const char* text :
       {"It sank.", "Did it?", "Yes!", "यह डूब गया।", "এটি ডুবে গেছে।", "وہ ڈوب گیا۔", "هل غرق؟",
        "ሰመጠ።", "Այն խորտակվեց։", "它沉了。", "沈んだ．", "ជីវិត។", "བརྐོས་པ་རེད།", "မြုပ်သွားသည်။",
        "It sank\u2026", "Τι είναι; Βυθίστηκε."}) {
    EXPECT_TRUE(EndsSentence(text)) << text;
  }
  for (const char* text :
       {"", "   ", "It sank", "It sank,", "It sank;", "It sank:", "จมลง", "()"}) {
    EXPECT_FALSE(EndsSentence(text)) << text;
  }
}

TEST(EndsSentence, LooksPastWhatFollowsTheStop) {
  for (const char* text :
       {"He said \"no.\"", "He said \u201cno.\u201d", "(Really?)", "It sank.*", "It sank._ ",
        "It sank.[12]", "It sank.[3][4]", "It sank.</p>", "It sank. {vocalsound}",
        "It sank. [laughter]", "It sank.\u200b", "It sank.\ufeff", "It sank.\u00b2", "「沈んだ。」",
        "It sank. (See page 3)", "It sank.\u00bb"}) {
    EXPECT_TRUE(EndsSentence(text)) << text;
  }
  for (const char* text :
       {"It sank [12]", "It sank</p>", "It {sank.}x", "a <b>word</b>", "[", "]"}) {
    EXPECT_FALSE(EndsSentence(text)) << text;
  }
}

TEST(EndsSentence, ReadsOnlyTheEnd) {
  const std::string brackets(1 << 20, ']');
  EXPECT_FALSE(EndsSentence(brackets));
  EXPECT_FALSE(EndsSentence("It sank." + std::string(1 << 20, ' ') + "Then"));
}

int CountSentenceEnds(absl::string_view text) {
  SentenceEndCounter counter;
  for (size_t i = 0; i < text.size();) counter.Add(NextCodePoint(text, &i));
  return counter.count();
}

TEST(SentenceEndCounter, CountsThem) {
  EXPECT_EQ(CountSentenceEnds("One. Two? And three"), 2);
  EXPECT_EQ(CountSentenceEnds("One.\nTwo.[1] Three.\u201d Four.</p>"), 4);
  EXPECT_EQ(CountSentenceEnds("它沉了。它浮起来了！真的"), 2);
  EXPECT_EQ(CountSentenceEnds("བརྐོས་པ་རེད། བརྐོས་པ་རེད།"), 2);
}

TEST(SentenceEndCounter, CountsNoPointInsideAWord) {
  EXPECT_EQ(CountSentenceEnds("Version 3.5 of e.g example.com costs 1.50"), 0);
  EXPECT_EQ(CountSentenceEnds("Wait..."), 1);
}

TEST(SentenceEndCounter, SurvivesAnOpenBracket) {
  std::string text = "One.[" + std::string(200, 'x') + ". ";
  EXPECT_EQ(CountSentenceEnds(text), 1);
}

}  // namespace
}  // namespace quipu::generator
