// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/bpe_merges.h"

#include <map>
#include <string>
#include <vector>

#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/text/word_cache.h"
#include "tests/support/random.h"

namespace quipu::inference {
namespace {

using Symbols = std::vector<BpeMerges::Symbol>;

std::vector<TokenId> Ids(const Symbols& symbols) {
  std::vector<TokenId> ids;
  for (const BpeMerges::Symbol& symbol : symbols) ids.push_back(symbol.id);
  return ids;
}

TEST(BpeMerges, MergesByRankThenFromTheLeft) {
  BpeMerges merges;
  EXPECT_TRUE(merges.Add({1, 2}, {5, 10}));
  EXPECT_TRUE(merges.Add({2, 2}, {3, 11}));
  EXPECT_FALSE(merges.Add({1, 2}, {0, 12}));
  BpeMerges::Scratch scratch;
  Symbols word = {{1, 0}, {2, 1}, {2, 2}, {2, 3}, {1, 4}, {2, 5}};

  merges.Run(&word, &scratch);
  EXPECT_THAT(Ids(word), ::testing::ElementsAre(1, 11, 2, 10));
  EXPECT_EQ(word[1].begin, 1u);
  EXPECT_EQ(word[2].begin, 3u);
  EXPECT_EQ(word[3].begin, 4u);
}

// The definition, in quadratic time.
std::vector<TokenId> Slow(const std::map<BpeMerges::Pair, BpeMerges::Merge>& merges,
                          std::vector<TokenId> ids) {
  while (true) {
    size_t best = ids.size();
    uint32_t rank = ~uint32_t{0};
    for (size_t i = 0; i + 1 < ids.size(); ++i) {
      const auto it = merges.find({ids[i], ids[i + 1]});
      if (it == merges.end() || it->second.rank >= rank) continue;
      best = i;
      rank = it->second.rank;
    }
    if (best == ids.size()) return ids;
    ids[best] = merges.at({ids[best], ids[best + 1]}).result;
    ids.erase(ids.begin() + static_cast<ptrdiff_t>(best) + 1);
  }
}

TEST(BpeMerges, DoesWhatTheDefinitionSaysForShortAndLongWords) {
  Rng rng(testing::TestFingerprint(), "merges");
  for (int round = 0; round < 300; ++round) {
    std::map<BpeMerges::Pair, BpeMerges::Merge> map;
    BpeMerges merges;
    for (TokenId result = 4; result < 40; ++result) {
      const BpeMerges::Pair pair = {static_cast<TokenId>(rng.Below(static_cast<uint64_t>(result))),
                                    static_cast<TokenId>(rng.Below(static_cast<uint64_t>(result)))};
      const BpeMerges::Merge merge = {static_cast<uint32_t>(result), result};
      EXPECT_EQ(merges.Add(pair, merge), map.emplace(pair, merge).second);
    }
    EXPECT_EQ(merges.size(), map.size());
    Symbols word;
    const uint64_t length = 1 + rng.Below(round % 2 == 0 ? 40 : 200);
    for (uint64_t i = 0; i < length; ++i) {
      word.push_back({static_cast<TokenId>(rng.Below(4)), static_cast<uint32_t>(i)});
    }
    const std::vector<TokenId> want = Slow(map, Ids(word));
    BpeMerges::Scratch scratch;
    merges.Run(&word, &scratch);
    ASSERT_EQ(Ids(word), want) << "round " << round;
    for (size_t i = 1; i < word.size(); ++i) EXPECT_LT(word[i - 1].begin, word[i].begin);
  }
}

TEST(WordCache, FindsWhatWasPutAndNothingElse) {
  WordCache cache;
  cache.Put("quipu", 7, {{3, 7}, {4, 10}});
  const WordCache::Entry* const found = cache.Find("quipu");

  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->count, 2);
  EXPECT_EQ(found->ids[1], 4);
  EXPECT_EQ(found->begins[1], 3);
  EXPECT_EQ(cache.Find("quip"), nullptr);
  const std::string longest(WordCache::kMaxBytes, 'a');
  cache.Put(longest, 0, {{1, 0}});
  cache.Put(longest + "a", 0, {{1, 0}});
  EXPECT_NE(cache.Find(longest), nullptr);
  EXPECT_EQ(cache.Find(longest + "a"), nullptr);
  cache.Put("many", 0, Symbols(WordCache::kMaxTokens + 1));
  EXPECT_EQ(cache.Find("many"), nullptr);
}

}  // namespace
}  // namespace quipu::inference
