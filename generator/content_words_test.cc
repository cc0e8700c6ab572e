// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/content_words.h"

#include <set>
#include <string>
#include <vector>

#include "generator/stemmer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(ContentWords, LeaveStopWordsOutAndKeepNumbers) {
  EXPECT_THAT(ContentWords("What are the three packages, and which of 16,384 is it?"),
              UnorderedElementsAre("3", Stem("packages", Language::kEnglish), "16384"));
  EXPECT_THAT(ContentWords("what is it"), IsEmpty());
  EXPECT_THAT(ContentWords("It doesn\u2019t"), IsEmpty());
}

TEST(ContentWords, MayBeOfOtherScripts) {
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
TEST(ContentWords, AreTheSameInWhateverOrderTextsAreAskedFor) {
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
                  UnorderedElementsAre("item", std::to_string(i), "nile", "flood",
                                       std::to_string(i * 7 + 100), "field", "thebe", "twice"))
          << i;
      EXPECT_EQ(FoldedWords(now).size(), 11u) << i;
      ASSERT_EQ(Names(now).size(), 2u) << i;
      EXPECT_EQ(Names(now)[1].spelling, "Thebes");
    }
  }
}

}  // namespace
}  // namespace quipu::generator
