// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/turn_groups.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using Groups = std::vector<std::vector<size_t>>;

std::vector<std::string> Ids(size_t count) {
  std::vector<std::string> ids;
  for (size_t i = 0; i < count; ++i) ids.push_back(FingerprintOf(absl::StrCat(i)).ToBytes());
  return ids;
}

bool Always(const std::vector<size_t>&) { return true; }

TEST(TurnGroups, AreSinglePairsInOrderWithOneTurn) {
  EXPECT_EQ(GroupTurns(Ids(3), 7, 1, Always), (Groups{{0}, {1}, {2}}));
  EXPECT_EQ(GroupTurns({}, 7, 8, Always), Groups());
}

TEST(TurnGroups, HaveEachPairOnceAndNoMoreTurnsThanAllowed) {
  for (size_t count = 1; count < 40; ++count) {
    for (const uint32_t most : {1u, 2u, 7u, 64u}) {
      std::set<size_t> seen;
      const Groups groups = GroupTurns(Ids(count), count, most, Always);
      for (const std::vector<size_t>& group : groups) {
        ASSERT_LE(group.size(), most);
        for (const size_t position : group) ASSERT_TRUE(seen.insert(position).second);
      }
      ASSERT_EQ(seen.size(), count);
      ASSERT_EQ(groups.size(), (count + most - 1) / most);
    }
  }
}

TEST(TurnGroups, FitTheirRows) {
  // Places in a document; pairs fit together if they are within 10 of each other.
  const std::vector<int> places = {0, 50, 3, 55, 9, 100, 12};
  const auto near = [&](const std::vector<size_t>& group) {
    const auto [least, most] = std::minmax_element(
        group.begin(), group.end(), [&](size_t a, size_t b) { return places[a] < places[b]; });
    return places[*most] - places[*least] <= 10;
  };
  size_t largest = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    for (const std::vector<size_t>& group : GroupTurns(Ids(7), seed, 8, near)) {
      EXPECT_TRUE(near(group));
      largest = std::max(largest, group.size());
    }
  }
  EXPECT_EQ(largest, 3u);
}

TEST(TurnGroups, DoNotTellThePlaceByTheOrder) {
  // How often the first turn is the earliest of four.
  int first = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const Groups groups = GroupTurns(Ids(4), seed, 4, Always);
    ASSERT_EQ(groups.size(), 1u);
    first += groups[0][0] == 0 ? 1 : 0;
  }
  EXPECT_GT(first, 70);
  EXPECT_LT(first, 130);
  EXPECT_EQ(GroupTurns(Ids(4), 5, 4, Always), GroupTurns(Ids(4), 5, 4, Always));
}

TEST(TurnGroups, AreTheSameWithoutAPairThatFitsNowhere) {
  const std::vector<std::string> ids = Ids(9);
  const auto fits = [](const std::vector<size_t>& group) {
    return std::find(group.begin(), group.end(), 8u) == group.end();
  };
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Groups with = GroupTurns(ids, seed, 3, fits);
    with.erase(std::find(with.begin(), with.end(), std::vector<size_t>{8}));
    const std::vector<std::string> others(ids.begin(), ids.end() - 1);
    EXPECT_EQ(with, GroupTurns(others, seed, 3, Always));
  }
}

}  // namespace
}  // namespace quipu::generator
