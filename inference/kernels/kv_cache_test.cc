// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/kv_cache.h"

#include <cstring>

#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

constexpr KvShape kShape = {2, 3, 8, KvType::kF16};

TEST(KvCache, PageHoldsKeysAndValuesOfAllLayers) {
  EXPECT_EQ(kShape.page_bytes(), 2 * 2 * 3 * 8 * kPageTokens * 2);
  EXPECT_EQ((KvShape{2, 3, 8, KvType::kF32}.page_bytes()), 2 * kShape.page_bytes());
  // One byte each, and one scale for each position's key and value of a head.
  EXPECT_EQ((KvShape{2, 3, 8, KvType::kQ8}.page_bytes()), 2 * 2 * 3 * kPageTokens * (8 + 4));
}

TEST(KvCache, ExtendTakesAsManyPagesAsTokensNeed) {
  KvCache cache(kShape, 4);
  PageTable table;

  ASSERT_TRUE(cache.Extend(&table, 1).ok());
  EXPECT_EQ(table.size(), 1u);
  ASSERT_TRUE(cache.Extend(&table, kPageTokens).ok());
  EXPECT_EQ(table.size(), 1u);
  ASSERT_TRUE(cache.Extend(&table, kPageTokens + 1).ok());
  EXPECT_EQ(table.size(), 2u);
  // Fewer tokens than it has: a no-op.
  ASSERT_TRUE(cache.Extend(&table, 1).ok());
  EXPECT_EQ(table.size(), 2u);
  EXPECT_EQ(cache.num_free_pages(), 2);
}

TEST(KvCache, ExtendWithoutEnoughPagesChangesNothing) {
  KvCache cache(kShape, 2);
  PageTable table;
  ASSERT_TRUE(cache.Extend(&table, 1).ok());

  const absl::Status status = cache.Extend(&table, 3 * kPageTokens);

  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(cache.num_free_pages(), 1);
}

TEST(KvCache, ForkSharesWholePagesAndCopiesThePartialOne) {
  KvCache cache(kShape, 4);
  PageTable table;
  ASSERT_TRUE(cache.Extend(&table, 2 * kPageTokens).ok());
  std::memset(cache.Keys(table[1], 1, 2), 0x5a, 8 * kPageTokens * 2);

  auto fork = cache.Fork(table, kPageTokens + 3);

  ASSERT_TRUE(fork.ok()) << fork.status();
  ASSERT_EQ(fork->size(), 2u);
  EXPECT_EQ((*fork)[0], table[0]);
  EXPECT_NE((*fork)[1], table[1]);
  EXPECT_EQ(cache.References(table[0]), 2);
  EXPECT_EQ(cache.References(table[1]), 1);
  EXPECT_EQ(
      std::memcmp(cache.Keys((*fork)[1], 1, 2), cache.Keys(table[1], 1, 2), 8 * kPageTokens * 2),
      0);
}

TEST(KvCache, ForkAtAPageBoundaryNeedsNoPage) {
  KvCache cache(kShape, 1);
  PageTable table;
  ASSERT_TRUE(cache.Extend(&table, kPageTokens).ok());

  EXPECT_TRUE(cache.Fork(table, kPageTokens).ok());
  EXPECT_EQ(cache.Fork(table, 5).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(cache.References(table[0]), 2);
}

TEST(KvCache, ReleasedPagesAreFreeWhenTheLastTableGoes) {
  KvCache cache(kShape, 3);
  PageTable table;
  ASSERT_TRUE(cache.Extend(&table, kPageTokens).ok());
  PageTable fork = cache.Fork(table, kPageTokens).value();

  cache.Release(&table);
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(cache.num_free_pages(), 2);
  cache.Release(&fork);
  EXPECT_EQ(cache.num_free_pages(), 3);
}

TEST(KvCache, ForkCopiesScales) {
  KvCache cache({2, 3, 8, KvType::kQ8}, 4);
  PageTable table;
  ASSERT_TRUE(cache.Extend(&table, kPageTokens).ok());
  for (int t = 0; t < kPageTokens; ++t) {
    cache.Scales(cache.Keys(table[0], 1, 2))[t] = 1.5f + t;
    cache.Scales(cache.Values(table[0], 1, 2))[t] = 99.5f + t;
  }

  const PageTable fork = cache.Fork(table, 3).value();

  ASSERT_NE(fork[0], table[0]);
  for (int t = 0; t < kPageTokens; ++t) {
    EXPECT_EQ(cache.Scales(cache.Keys(fork[0], 1, 2))[t], 1.5f + t);
    EXPECT_EQ(cache.Scales(cache.Values(fork[0], 1, 2))[t], 99.5f + t);
  }
}

TEST(KvCache, ScalesAreBehindTheValuesOfTheirPart) {
  KvCache cache({2, 3, 8, KvType::kQ8}, 1);
  PageTable table;
  ASSERT_TRUE(cache.Extend(&table, 1).ok());
  uint8_t* keys = cache.Keys(table[0], 0, 1);
  uint8_t* values = cache.Values(table[0], 0, 1);

  EXPECT_EQ(reinterpret_cast<uint8_t*>(cache.Scales(keys)), keys + 8 * kPageTokens);
  EXPECT_EQ(reinterpret_cast<uint8_t*>(cache.Scales(keys) + kPageTokens), values);
  EXPECT_EQ(reinterpret_cast<uint8_t*>(cache.Scales(values) + kPageTokens),
            cache.Keys(table[0], 0, 2));
}

TEST(KvCache, PartsOfPagesDoNotOverlap) {
  KvCache cache(kShape, 2);
  PageTable table;
  ASSERT_TRUE(cache.Extend(&table, 2 * kPageTokens).ok());
  const int bytes = 8 * kPageTokens * 2;
  uint8_t mark = 0;
  const auto each = [&](auto visit) {
    mark = 0;
    for (const PageId page : table) {
      for (int layer = 0; layer < 2; ++layer) {
        for (int head = 0; head < 3; ++head) {
          visit(cache.Keys(page, layer, head));
          visit(cache.Values(page, layer, head));
        }
      }
    }
  };

  each([&](uint8_t* part) { std::memset(part, ++mark, bytes); });

  each([&](uint8_t* part) {
    ++mark;
    EXPECT_EQ(part[0], mark);
    EXPECT_EQ(part[bytes - 1], mark);
  });
}

}  // namespace
}  // namespace quipu::inference
