// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words.h"

#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(Words, AreFoldedAndWithoutPunctuation) {
  EXPECT_THAT(FoldedWords("The \u00c9cole's list, (GNU/Linux)!"),
              ElementsAre("the", "\u00e9cole's", "list", "gnu", "linux"));
  EXPECT_THAT(FoldedWords("  -- ... "), IsEmpty());
  EXPECT_THAT(FoldedWords(""), IsEmpty());
}

TEST(Words, KnowWhereSentencesBegin) {
  const std::vector<Word> words = SplitWords("Use apt. It works: Yes\nNo");
  std::vector<std::string> starts;
  for (const Word& word : words) {
    if (word.starts_sentence) starts.emplace_back(word.text);
  }
  EXPECT_THAT(starts, ElementsAre("Use", "It", "Yes", "No"));
}

TEST(Words, MeetAcrossEnglishEndings) {
  for (const auto& [a, b] : std::vector<std::pair<const char*, const char*>>{
           {"package", "packages"},
           {"package", "packaged"},
           {"install", "installed"},
           {"install", "installing"},
           {"installed", "installation"},
           {"stop", "stopped"},
           {"directory", "directories"},
           {"maintainer", "maintainers"},
           {"maintainer", "maintainer's"},
           {"upload", "uploader"},
           {"verify", "verified"},
           {"class", "classes"},
       }) {
    EXPECT_EQ(FoldSuffix(a), FoldSuffix(b)) << a << " " << b;
  }
}

TEST(Words, StayApartWhenTheyAreNotTheSame) {
  for (const auto& [a, b] :
       std::vector<std::pair<const char*, const char*>>{{"install", "instance"},
                                                        {"stable", "unstable"},
                                                        {"dpkg", "apt"},
                                                        {"class", "clash"},
                                                        {"user", "group"},
                                                        {"bus", "bug"}}) {
    EXPECT_NE(FoldSuffix(a), FoldSuffix(b)) << a << " " << b;
  }
  EXPECT_EQ(FoldSuffix("is"), "is");
  EXPECT_EQ(FoldSuffix(""), "");
}

TEST(Words, OfContentLeaveStopWordsOutAndKeepNumbers) {
  EXPECT_THAT(ContentWords("What are the three packages, and which of 16,384 is it?"),
              UnorderedElementsAre("3", FoldSuffix("packages"), "16384"));
  EXPECT_THAT(ContentWords("what is it"), IsEmpty());
  EXPECT_THAT(ContentWords("It doesn\u2019t"), IsEmpty());
}

TEST(Words, OfOtherScriptsAreWords) {
  EXPECT_THAT(ContentWords("Ядро Linux"), UnorderedElementsAre("ядро", "linux"));
  EXPECT_FALSE(ContentWords("結縄は記録である").empty());
}

TEST(Numbers, AreCanonical) {
  EXPECT_THAT(Numbers("16,384 and 3.5 in 1999, or 1,2; two", false),
              ElementsAre("16384", "3.5", "1999", "1,2"));
  EXPECT_THAT(Numbers("two of 20", true), ElementsAre("2", "20"));
}

TEST(Numbers, LeaveOutThoseInFrontOfItems) {
  EXPECT_THAT(Numbers("1. Start it.\n2) Wait 30 seconds.\n3. Stop", false), ElementsAre("30"));
  EXPECT_THAT(Numbers("20.", false), ElementsAre("20"));
  EXPECT_THAT(Numbers("7 (seven) of them", false), ElementsAre("7"));
}

TEST(Names, AreCapitalisedInsideSentences) {
  std::vector<std::string> spellings;
  for (const Name& name : Names("The editor Vim is by Bram Moolenaar. Debian ships APT.")) {
    spellings.push_back(name.spelling);
  }
  EXPECT_THAT(spellings, ElementsAre("Vim", "Bram", "Moolenaar", "APT"));
}

// A thread remembers some texts; which ones must not show.
TEST(Words, AreTheSameInWhateverOrderTextsAreAskedFor) {
  const auto text = [](int i) {
    return "1. Item " + std::to_string(i) + ". The Nile flooded " + std::to_string(i * 7 + 100) +
           " fields of Thebes" + std::string(i % 5 == 4 ? 20000 : 3, ' ') + "twice.";
  };
  for (int round = 0; round < 3; ++round) {
    for (int step = 0; step < 40; ++step) {
      const int i = (step * 7 + round) % 10;
      // Other bytes at the same address, or the same ones elsewhere.
      const std::string now = text(i);
      EXPECT_THAT(ContentWords(now),
                  UnorderedElementsAre("item", std::to_string(i), "nil", "flood",
                                       std::to_string(i * 7 + 100), "field", "theb", "twic"))
          << i;
      EXPECT_EQ(FoldedWords(now).size(), 11u) << i;
      ASSERT_EQ(Names(now).size(), 2u) << i;
      EXPECT_EQ(Names(now)[1].spelling, "Thebes");
    }
  }
}

TEST(Containment, IsTheShareOfTheSmallerSet) {
  EXPECT_EQ(Containment({"a", "b"}, {"b", "c", "d"}), 0.5);
  EXPECT_EQ(Containment({"a", "b", "c"}, {"b"}), 1);
  EXPECT_EQ(Containment({}, {"b"}), 0);
}

TEST(Jaccard, IsTheShareOfCommonWords) {
  EXPECT_EQ(Jaccard({"a", "b"}, {"b", "c"}), 1.0 / 3);
  EXPECT_EQ(Jaccard({"a"}, {"a"}), 1.0);
  EXPECT_EQ(Jaccard({}, {}), 0.0);
}

}  // namespace
}  // namespace quipu::generator
