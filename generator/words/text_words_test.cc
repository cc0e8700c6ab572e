// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/text_words.h"

#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "generator/words/content_words.h"
#include "generator/words/stemmer.h"
#include "generator/words/stop_words.h"
#include "generator/words/word_meaning.h"
#include "generator/words/words.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu::generator {
namespace {

using ::testing::ElementsAre;

WordHashes HashesOf(const std::vector<std::string>& words) {
  WordHashes hashes;
  for (const std::string& word : words) hashes.push_back(HashOfWord(word));
  return hashes;
}

std::vector<std::string> FoldedBySplitting(absl::string_view text) {
  std::vector<std::string> folded;
  for (const Word& word : SplitWords(text)) folded.push_back(word.folded);
  return folded;
}

// Words, spaces and marks in any order, of several scripts.
std::string RandomText(Rng* rng) {
  const char* const parts[] = {"the",
                               "Mill",
                               "was",
                               "sold",
                               "3.5",
                               "1,200",
                               "2.",
                               "l\u2019eau",
                               "don't",
                               "\u00c9t\u00e9",
                               "x_1",
                               "\u6e2f\u53e3\u7684\u77f3\u5899",
                               "\u3002",
                               "\u0301",
                               "\u0e17\u0e48\u0e32",
                               "\u0645\u0631\u062d\u0628\u0627",
                               "\U0001f600",
                               "\u041c\u0438\u0440",
                               ".",
                               "!",
                               "?",
                               ":",
                               "'",
                               "\"",
                               " ",
                               " ",
                               " ",
                               "  ",
                               "\n",
                               "\t"};
  std::string text;
  for (uint64_t n = rng->Below(30); n > 0; --n) text += parts[rng->Below(std::size(parts))];
  return text;
}

TEST(TextWords, AreRememberedByTheirText) {
  const std::shared_ptr<const TextWords> first = WordsOf("The mill");
  const std::shared_ptr<const TextWords> again = WordsOf(std::string("The ") + "mill");

  EXPECT_EQ(first, again);
  EXPECT_EQ(first->folded, HashesOf({"the", "mill"}));
}

TEST(TextWords, OfAStretchAreThoseOfTheStretchAlone) {
  Rng rng(testing::TestFingerprint(), "stretches");
  for (int n = 0; n < 3000; ++n) {
    const std::string text = RandomText(&rng);
    const std::shared_ptr<const TextWords> words = WordsOf(text);
    std::vector<size_t> edges = {0, text.size()};
    for (size_t i = 1; i < text.size(); ++i) {
      if ((static_cast<uint8_t>(text[i]) & 0xc0) != 0x80) edges.push_back(i);
    }
    size_t begin = edges[rng.Below(edges.size())];
    size_t end = edges[rng.Below(edges.size())];
    if (begin > end) std::swap(begin, end);

    WordHashes storage;
    EXPECT_EQ(FoldedHashesIn(*words, begin, end, &storage),
              HashesOf(FoldedBySplitting(text.substr(begin, end - begin))))
        << text << " from " << begin << " to " << end;
  }
}

TEST(TextWords, AreThoseOfSplittingTheText) {
  Rng rng(testing::TestFingerprint(), "words");
  for (int n = 0; n < 2000; ++n) {
    const std::string text = RandomText(&rng) + RandomText(&rng);
    const std::vector<Word> words = SplitWords(text);

    const std::shared_ptr<const TextWords> split = WordsOf(text);

    ASSERT_EQ(split->words.size(), words.size()) << text;
    for (size_t i = 0; i < words.size(); ++i) {
      EXPECT_EQ(split->words[i].text, words[i].text);
      EXPECT_EQ(split->words[i].folded, words[i].folded);
      EXPECT_EQ(split->words[i].number, words[i].number);
      EXPECT_EQ(split->words[i].starts_sentence, words[i].starts_sentence);
      EXPECT_EQ(split->folded[i], HashOfWord(words[i].folded));
    }
  }
}

// Stored nowhere, but the same on every machine, and for every way to load a word's bytes.
TEST(HashOfWord, DependsOnEachByte) {
  EXPECT_EQ(HashOfWord("mill"), 0x3ee5bd85cd455439u);
  EXPECT_EQ(HashOfWord("harbourmaster"), 0x28d7aa4e0e8d8569u);
  const std::string word = "abcdefghijklmnopqrstuvwxyz";
  std::set<uint64_t> hashes;
  size_t made = 0;
  for (size_t size = 0; size <= word.size(); ++size) {
    hashes.insert(HashOfWord(word.substr(0, size)));
    ++made;
    for (size_t i = 0; i < size; ++i, ++made) {
      std::string changed = word.substr(0, size);
      changed[i] = '_';
      hashes.insert(HashOfWord(changed));
    }
  }

  EXPECT_EQ(hashes.size(), made);
}

TEST(SortedHashes, AreSortedWithoutRepetitions) {
  Rng rng(testing::TestFingerprint(), "sort");
  for (int n = 0; n < 300; ++n) {
    // Some have few distinct hashes, or all the same first bits.
    const uint64_t distinct = 1 + rng.Below(n % 3 == 0 ? 10 : 1000);
    const int shift = n % 2 == 0 ? 0 : 32;
    WordHashes hashes;
    for (uint64_t left = rng.Below(800); left > 0; --left) {
      hashes.push_back(HashOfWord(std::to_string(rng.Below(distinct))) >> shift);
    }
    const std::set<uint64_t> sorted(hashes.begin(), hashes.end());

    EXPECT_EQ(SortedHashes(hashes), WordHashes(sorted.begin(), sorted.end()));
  }
}

TEST(SeenHashes, AreNewOnce) {
  SeenHashes seen(100);
  int found = 0;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 100; ++i) found += seen.Add(HashOfWord(std::to_string(i))) ? 1 : 0;
  }

  EXPECT_GE(found, 100);
  EXPECT_LT(found, 110);  // A few are not found again.
}

// All in one slot: it may say that they are new, but it ends.
TEST(SeenHashes, TakeAlikeHashes) {
  SeenHashes seen(1000);
  for (uint64_t i = 0; i < 1000; ++i) {
    EXPECT_TRUE(seen.Add(i << 40));
  }
}

TEST(TextWords, HaveContentWordsAsHashes) {
  Rng rng(testing::TestFingerprint(), "content");
  for (int n = 0; n < 2000; ++n) {
    const std::string text = RandomText(&rng);
    for (const Language language :
         {Language::kEnglish, Language::kFrench, Language::kChinese, Language::kUnknown}) {
      const std::set<std::string> words = ContentWords(text, language);

      EXPECT_EQ(*ContentHashes(text, language),
                SortedHashes(HashesOf({words.begin(), words.end()})))
          << text;
    }
  }
}

TEST(WordHashes, OfDifferentWordsDiffer) {
  std::set<uint64_t> hashes;
  for (int i = 0; i < 100000; ++i) hashes.insert(HashOfWord(std::to_string(i)));
  for (size_t size = 0; size < 40; ++size) hashes.insert(HashOfWord(std::string(size, 'a')));

  EXPECT_EQ(hashes.size(), 100040u);
  EXPECT_EQ(HashOfWord("mill"), HashOfWord(std::string("mill")));
}

TEST(WordHashes, AreTheSameOnEveryMachine) {
  EXPECT_EQ(HashOfWord("mill"), 4532236982390445113u);
  EXPECT_EQ(HashOfWord("granite-walled"), 7467300543409600317u);
}

TEST(WordHashes, AreComparedAsSets) {
  const WordHashes a = {1, 3, 5, 7};
  const WordHashes b = {2, 3, 7, 9, 11};

  EXPECT_EQ(CountCommon(a, b), 2u);
  EXPECT_TRUE(Has(a, 5));
  EXPECT_FALSE(Has(a, 4));
  EXPECT_THAT(SortedHashes({5, 1, 5, 3}), ElementsAre(1, 3, 5));
}

TEST(WordMeaning, IsWhatTheLanguageMakesOfAWord) {
  EXPECT_TRUE(MeaningOf("the", Language::kEnglish).stop);
  EXPECT_EQ(MeaningOf("three", Language::kEnglish).content, "3");
  EXPECT_EQ(MeaningOf("l'eau", Language::kFrench).content, "eau");
  EXPECT_EQ(MeaningOf("packages", Language::kUnknown).content, "packages");
}

// More words than a thread remembers, each twice.
TEST(WordMeaning, IsTheSameWhenRemembered) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 9000; ++i) {
      const std::string word =
          std::string(1 + i % 70, static_cast<char>('a' + i % 26)) + std::to_string(i) + "ing";
      const WordMeaning& meaning = MeaningOf(word, Language::kEnglish);

      ASSERT_EQ(meaning.content, Stem(word, Language::kEnglish));
      ASSERT_EQ(meaning.hash, HashOfWord(meaning.content));
    }
  }
}

// A chunk of a megabyte is split once for a pair, and is no memory after it.
TEST(TextWords, KeepTheLastLargeTextWhileItIsUsed) {
  std::string text;
  while (text.size() <= 32 << 10) absl::StrAppend(&text, "word", text.size(), " ");
  std::string other = text;
  other.back() = '!';

  std::shared_ptr<const TextWords> words = WordsOf(text);
  EXPECT_EQ(WordsOf(std::string(text)), words);
  EXPECT_NE(WordsOf(other), words);
  EXPECT_EQ(WordsOf(other)->text, other);
  EXPECT_EQ(WordsOf(text)->folded, words->folded);

  words = WordsOf(text);
  const std::weak_ptr<const TextWords> last = words;
  words.reset();
  EXPECT_TRUE(last.expired());
}

}  // namespace
}  // namespace quipu::generator
