// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/packer.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::StatusIs;
using ::quipu::testing::TestFingerprint;

uint64_t Load(const std::vector<uint32_t>& bin, const std::vector<uint32_t>& lengths) {
  uint64_t load = 0;
  for (const uint32_t i : bin) load += lengths[i];
  return load;
}

// Best fit by looking at every bin. Which of equal bins is taken does not
// change what spaces there are, so the sorted loads are one answer.
std::vector<uint64_t> BruteForceLoads(std::vector<uint32_t> lengths, uint32_t capacity) {
  std::sort(lengths.rbegin(), lengths.rend());
  std::vector<uint64_t> loads;
  for (const uint32_t length : lengths) {
    if (length > capacity) continue;
    int best = -1;
    for (size_t b = 0; b < loads.size(); ++b) {
      if (loads[b] + length <= capacity && (best < 0 || loads[b] > loads[best])) {
        best = static_cast<int>(b);
      }
    }
    if (best < 0) {
      loads.push_back(length);
    } else {
      loads[best] += length;
    }
  }
  std::sort(loads.begin(), loads.end());
  return loads;
}

void CheckPacking(const Packing& packing, const std::vector<uint32_t>& lengths, uint32_t capacity) {
  std::vector<uint32_t> seen = packing.too_long;
  uint64_t tokens = 0;
  for (const std::vector<uint32_t>& bin : packing.bins) {
    ASSERT_FALSE(bin.empty());
    ASSERT_TRUE(std::is_sorted(bin.begin(), bin.end()));
    ASSERT_LE(Load(bin, lengths), capacity);
    tokens += Load(bin, lengths);
    seen.insert(seen.end(), bin.begin(), bin.end());
  }
  for (const uint32_t i : packing.too_long) ASSERT_GT(lengths[i], capacity);
  std::sort(seen.begin(), seen.end());
  std::vector<uint32_t> all(lengths.size());
  std::iota(all.begin(), all.end(), 0);
  ASSERT_EQ(seen, all);
  ASSERT_EQ(packing.packed_tokens, tokens);
  ASSERT_EQ(packing.lower_bound, (tokens + capacity - 1) / capacity);
  ASSERT_GE(packing.bins.size(), packing.lower_bound);
}

TEST(Packer, AgreesWithBruteForceBestFitOnRandomRows) {
  Rng rng(TestFingerprint(), "packer");
  for (int round = 0; round < 400; ++round) {
    // Capacities on and beside powers of two and of 64, where trees go wrong.
    static constexpr uint32_t kCapacities[] = {1,   2,   7,    63,   64,   65,
                                               100, 127, 1000, 4095, 4096, 4097};
    const uint32_t capacity = kCapacities[rng.Below(std::size(kCapacities))];
    std::vector<uint32_t> lengths(rng.Below(120));
    for (uint32_t& length : lengths) {
      length = static_cast<uint32_t>(1 + rng.Below(capacity + capacity / 8 + 1));
    }
    ASSERT_OK_AND_ASSIGN(const Packing packing, Pack(lengths, capacity, rng.Next()));
    CheckPacking(packing, lengths, capacity);
    std::vector<uint64_t> loads;
    for (const auto& bin : packing.bins) loads.push_back(Load(bin, lengths));
    std::sort(loads.begin(), loads.end());
    ASSERT_EQ(loads, BruteForceLoads(lengths, capacity)) << "capacity " << capacity;
  }
}

TEST(Packer, FillsPacksOfManyShortRowsToTheLowerBound) {
  Rng rng(TestFingerprint(), "fill");
  std::vector<uint32_t> lengths(20000);
  for (uint32_t& length : lengths) {
    // Mostly short, a few long: how instruction rows are.
    const double u = rng.Uniform();
    length = static_cast<uint32_t>(20 + 3000 * u * u * u * u);
  }
  ASSERT_OK_AND_ASSIGN(const Packing packing, Pack(lengths, 16384, 7));
  CheckPacking(packing, lengths, 16384);
  // Derived: 2,700 rows have 20 tokens and come last. So when the last pack is
  // opened, each of about 757 others has room for fewer: together less than a pack.
  EXPECT_LE(packing.bins.size(), packing.lower_bound + 1);
}

TEST(Packer, WorksForACapacityThatIsNoPowerOfTwo) {
  ASSERT_OK_AND_ASSIGN(const Packing packing, Pack({60, 40, 70, 30}, 100, 0));
  EXPECT_EQ(packing.bins.size(), 2u);
}

TEST(Packer, ListsRowsOverTheCapacityAndCutsNone) {
  ASSERT_OK_AND_ASSIGN(const Packing packing, Pack({101, 100, 5000}, 100, 0));
  EXPECT_EQ(packing.too_long, (std::vector<uint32_t>{0, 2}));
  EXPECT_EQ(packing.bins, (std::vector<std::vector<uint32_t>>{{1}}));
  EXPECT_EQ(packing.packed_tokens, 100u);
}

TEST(Packer, GivesNoBinForNoRows) {
  ASSERT_OK_AND_ASSIGN(const Packing packing, Pack({}, 16384, 0));
  EXPECT_TRUE(packing.bins.empty());
  EXPECT_EQ(packing.lower_bound, 0u);
}

TEST(Packer, IsTheSameForTheSameSeedAndMixesNeighboursForAnother) {
  const std::vector<uint32_t> lengths(1000, 10);
  ASSERT_OK_AND_ASSIGN(const Packing a, Pack(lengths, 100, 1));
  ASSERT_OK_AND_ASSIGN(const Packing b, Pack(lengths, 100, 1));
  ASSERT_OK_AND_ASSIGN(const Packing c, Pack(lengths, 100, 2));
  EXPECT_EQ(a.bins, b.bins);
  EXPECT_NE(a.bins, c.bins);
  int neighbours = 0;
  for (const auto& bin : a.bins) {
    for (size_t i = 1; i < bin.size(); ++i) neighbours += bin[i] == bin[i - 1] + 1;
  }
  EXPECT_LT(neighbours, 100);  // Of 900; about 9 by chance.
}

TEST(Packer, RefusesEmptyRowsAndBadCapacities) {
  EXPECT_THAT(Pack({3, 0}, 10, 0).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "row 1 has no token"));
  EXPECT_THAT(Pack({3}, 0, 0).status(), StatusIs(absl::StatusCode::kInvalidArgument, "capacity 0"));
  EXPECT_THAT(Pack({3}, 1u << 30, 0).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "want 1 to"));
}

}  // namespace
}  // namespace quipu::generator
