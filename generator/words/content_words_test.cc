// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/content_words.h"

#include <set>
#include <string>
#include <vector>

#include "generator/words/stemmer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(ContentWords, LeaveStopWordsOutAndKeepNumbers) {
  EXPECT_THAT(
      ContentWords("What are the three packages, and which of 16,384 is it?", Language::kEnglish),
      UnorderedElementsAre("3", Stem("packages", Language::kEnglish), "16384"));
  EXPECT_THAT(ContentWords("what is it", Language::kEnglish), IsEmpty());
  EXPECT_THAT(ContentWords("It doesn\u2019t", Language::kEnglish), IsEmpty());
}

TEST(ContentWords, AreTheSameOneByOne) {
  for (const char* text :
       {"The 3 packages, and the package of 16,384: 1. it", "", "三百二十 港口"}) {
    for (const Language language : {Language::kEnglish, Language::kChinese}) {
      std::set<std::string> words;
      ForEachContentWord(text, language, [&](absl::string_view word, uint64_t hash) {
        words.emplace(word);
        EXPECT_EQ(hash, HashOfWord(word)) << word;
      });
      EXPECT_EQ(words, ContentWords(text, language)) << text;
    }
  }
}

TEST(ContentWords, MayBeOfOtherLanguages) {
  EXPECT_THAT(ContentWords("Ядро Linux", Language::kEnglish),
              UnorderedElementsAre("ядро", "linux"));
  EXPECT_FALSE(ContentWords("結縄は記録である", Language::kJapanese).empty());
  EXPECT_THAT(ContentWords("L\u2019eau de la source", Language::kFrench),
              UnorderedElementsAre("eau", "sourc"));
  EXPECT_THAT(ContentWords("Das Wasser der drei Quellen", Language::kGerman),
              UnorderedElementsAre("wass", "3", "quell"));
}

// Words of Chinese are found by dictionary; 的 and 是 are in every text and say nothing.
TEST(ContentWords, LeaveStopWordsOutWithoutSpaces) {
  const std::set<std::string> words = ContentWords("港口的石墙是花岗岩。", Language::kChinese);
  EXPECT_EQ(words.count("港口"), 1u);
  EXPECT_EQ(words.count("花岗岩"), 1u);
  EXPECT_EQ(words.count("的"), 0u);
  EXPECT_EQ(words.count("是"), 0u);
}

TEST(ContentWords, OfUnknownLanguagesAreAllWords) {
  EXPECT_THAT(ContentWords("The three packages", Language::kUnknown),
              UnorderedElementsAre("the", "three", "packages"));
}

TEST(ContentWords, DependOnTheLanguageAskedFor) {
  const std::string text = "die house";
  EXPECT_THAT(ContentWords(text, Language::kEnglish), UnorderedElementsAre("die", "hous"));
  EXPECT_THAT(ContentWords(text, Language::kGerman), UnorderedElementsAre("hous"));
  EXPECT_THAT(ContentWords(text, Language::kEnglish), UnorderedElementsAre("die", "hous"));
}

TEST(Numbers, AreCanonical) {
  EXPECT_THAT(Numbers("16,384 and 3.5 in 1999, or 1,2; two", false, Language::kEnglish),
              ElementsAre("16384", "3.5", "1999", "1,2"));
  EXPECT_THAT(Numbers("two of 20", true, Language::kEnglish), ElementsAre("2", "20"));
}

TEST(Numbers, MayBeInDigitsOfOtherScripts) {
  EXPECT_THAT(Numbers("في عام ١٩٩٩ و ١٦٬٣٨٤ و ٣٫٥", false, Language::kArabic),
              ElementsAre("1999", "16384", "3.5"));
  EXPECT_THAT(Numbers("सन् १९९९ में", false, Language::kHindi), ElementsAre("1999"));
  EXPECT_THAT(Numbers("１９９９年", false, Language::kJapanese), ElementsAre("1999"));
  EXPECT_THAT(Numbers("1874年", false, Language::kUnknown), ElementsAre("1874"));
}

TEST(Numbers, MayBeWordsOfChinese) {
  EXPECT_THAT(Numbers("一八九一年长410米", false, Language::kChinese), ElementsAre("410", "1891"));
  EXPECT_EQ(ContentWords("铁路在一八九一年通车。", Language::kChinese).count("1891"), 1u);
  EXPECT_EQ(ContentWords("鉄道は一八九一年に開通した。", Language::kJapanese).count("1891"), 1u);
}

TEST(Numbers, LeaveOutThoseInFrontOfItems) {
  EXPECT_THAT(Numbers("1. Start it.\n2) Wait 30 seconds.\n3. Stop", false, Language::kEnglish),
              ElementsAre("30"));
  EXPECT_THAT(Numbers("20.", false, Language::kEnglish), ElementsAre("20"));
  EXPECT_THAT(Numbers("7 (seven) of them", false, Language::kEnglish), ElementsAre("7"));
}

TEST(Names, AreCapitalisedInsideSentences) {
  std::vector<std::string> spellings;
  for (const Name& name :
       Names("The editor Vim is by Bram Moolenaar. Debian ships APT.", Language::kEnglish)) {
    spellings.push_back(name.spelling);
  }
  EXPECT_THAT(spellings, ElementsAre("Vim", "Bram", "Moolenaar", "APT"));
}

TEST(Names, AreNotKnownByCapitalsInGerman) {
  EXPECT_THAT(Names("Die Mauer von Kelso ist aus Granit.", Language::kGerman), IsEmpty());
  EXPECT_THAT(Names("The wall of Kelso", Language::kUnknown), IsEmpty());
  const std::vector<Name> names = Names("¿Qué muro? El de Kelso.", Language::kSpanish);
  ASSERT_EQ(names.size(), 1u);
  EXPECT_EQ(names[0].spelling, "Kelso");
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
      EXPECT_THAT(ContentWords(now, Language::kEnglish),
                  UnorderedElementsAre("item", std::to_string(i), "nile", "flood",
                                       std::to_string(i * 7 + 100), "field", "thebe", "twice"))
          << i;
      EXPECT_EQ(FoldedWords(now).size(), 11u) << i;
      ASSERT_EQ(Names(now, Language::kEnglish).size(), 2u) << i;
      EXPECT_EQ(Names(now, Language::kEnglish)[1].spelling, "Thebes");
    }
  }
}

}  // namespace
}  // namespace quipu::generator
