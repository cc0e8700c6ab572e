// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/chunk_pairs.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

// A text of chunks, and where they are.
struct Chunked {
  std::string text;
  std::vector<TextRange> chunks;

  explicit Chunked(const std::vector<std::string>& of) {
    for (const std::string& chunk : of) {
      const size_t begin = text.size();
      absl::StrAppend(&text, chunk);
      chunks.push_back({begin, text.size()});
      absl::StrAppend(&text, "\n\nSomething else is between them.\n\n");
    }
  }
  std::string Of(const TextRange& range) const {
    return text.substr(range.begin, range.end - range.begin);
  }
};

const char kHarbour[] =
    "The harbour of Larnby was dredged in the spring of that year. Merchants complained about the "
    "long delay of their cargo ships.";
const char kMills[] =
    "Two water mills ground barley for the whole valley below. Farmers paid the miller with a "
    "tenth of the flour.";
const char kEngineer[] =
    "Engineers from the capital later measured how deep Larnby had become. They wrote a report "
    "about silt and tides.";

TEST(ChunkPairs, ChoosesThePairThatSharesARareNameAndTheSentencesThatHaveIt) {
  const Chunked document({kHarbour, kMills, kEngineer});

  const std::vector<ChunkPair> pairs =
      ChooseChunkPairs(document.text, document.chunks, Language::kEnglish, {1, 1});

  ASSERT_EQ(pairs.size(), 1u);
  EXPECT_EQ(pairs[0].first, 0u);
  EXPECT_EQ(pairs[0].second, 2u);
  ASSERT_EQ(pairs[0].targets.size(), 1u);
  EXPECT_EQ(document.Of(pairs[0].targets[0].first),
            "The harbour of Larnby was dredged in the spring of that year.");
  EXPECT_EQ(document.Of(pairs[0].targets[0].second),
            "Engineers from the capital later measured how deep Larnby had become.");
}

TEST(ChunkPairs, TakesNoChunksThatAreTooFarApartForARow) {
  const Chunked document({kHarbour, kMills, kEngineer});
  const size_t between = document.chunks[2].end - document.chunks[0].begin;
  const auto choose = [&](size_t max_bytes) {
    return ChooseChunkPairs(document.text, document.chunks, Language::kEnglish, {1, 1, max_bytes});
  };
  ASSERT_EQ(choose(between).size(), 1u);
  EXPECT_EQ(choose(between)[0].second, 2u);
  for (const ChunkPair& pair : choose(between - 1)) EXPECT_NE(pair.second - pair.first, 2u);
}

TEST(ChunkPairs, ChunksWithNothingInCommonAreNoPair) {
  const Chunked document({kHarbour, kMills});
  EXPECT_TRUE(ChooseChunkPairs(document.text, document.chunks, Language::kEnglish, {4, 2}).empty());
}

TEST(ChunkPairs, SentencesThatSayTheSameAreNoPair) {
  const Chunked document({kHarbour, kHarbour});
  for (const ChunkPair& pair :
       ChooseChunkPairs(document.text, document.chunks, Language::kEnglish, {4, 4})) {
    for (const SentencePair& target : pair.targets) {
      EXPECT_NE(document.Of(target.first), document.Of(target.second));
    }
  }
}

const char* const kFacts[] = {"sold twelve barrels of herring",  "repaired a broken bell tower",
                              "paid for the wedding of a baker", "burned old ledgers in public",
                              "welcomed singers from abroad",    "lost a lawsuit about timber",
                              "planted apple orchards outside",  "hired masons and carpenters",
                              "feared an outbreak of plague",    "borrowed silver at high interest",
                              "elected its youngest member",     "copied maps of distant rivers"};

// Chunks about the same people, each with its own facts.
Chunked Many(int chunks) {
  std::vector<std::string> texts;
  for (int i = 0; i < chunks; ++i) {
    std::string& text = texts.emplace_back();
    for (int j = 0; j < 6; ++j) {
      absl::StrAppend(&text, "In the year ", 1500 + 10 * i + j, " the guild of Vardo ",
                      kFacts[(5 * i + j) % 12], ". ");
    }
    text.pop_back();
  }
  return Chunked(texts);
}

TEST(ChunkPairs, UsesEachChunkOnceBeforeAnyTwiceAndNoSentenceTwiceInAPair) {
  const Chunked document = Many(6);

  const std::vector<ChunkPair> pairs =
      ChooseChunkPairs(document.text, document.chunks, Language::kEnglish, {6, 2});

  ASSERT_EQ(pairs.size(), 3u);
  std::set<size_t> chunks;
  size_t last = 0;
  for (const ChunkPair& pair : pairs) {
    EXPECT_LT(pair.first, pair.second);
    EXPECT_GE(pair.first, last);
    last = pair.first;
    chunks.insert(pair.first);
    chunks.insert(pair.second);
    ASSERT_EQ(pair.targets.size(), 2u);
    EXPECT_NE(pair.targets[0].first.begin, pair.targets[1].first.begin);
    EXPECT_NE(pair.targets[0].second.begin, pair.targets[1].second.begin);
    for (const SentencePair& target : pair.targets) {
      EXPECT_GE(target.first.begin, document.chunks[pair.first].begin);
      EXPECT_LE(target.first.end, document.chunks[pair.first].end);
      EXPECT_GE(target.second.begin, document.chunks[pair.second].begin);
      EXPECT_LE(target.second.end, document.chunks[pair.second].end);
    }
  }
  EXPECT_EQ(chunks.size(), 6u);
}

TEST(ChunkPairs, MakesNoMoreThanIsAskedFor) {
  const Chunked document = Many(4);
  for (const size_t tasks : {0, 1, 3, 5}) {
    size_t made = 0;
    for (const ChunkPair& pair :
         ChooseChunkPairs(document.text, document.chunks, Language::kEnglish, {tasks, 2})) {
      made += pair.targets.size();
    }
    EXPECT_EQ(made, tasks);
  }
}

TEST(ChunkPairs, AnUnknownLanguageHasPairsToo) {
  const Chunked document = Many(2);
  EXPECT_FALSE(
      ChooseChunkPairs(document.text, document.chunks, Language::kUnknown, {2, 2}).empty());
}

}  // namespace
}  // namespace quipu::generator
