// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/draw.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

std::vector<int> Drawn(uint64_t seed, int first, int last, size_t size) {
  Draw<int> draw(seed, size);
  const int step = first <= last ? 1 : -1;
  for (int i = first; i != last + step; i += step) {
    const std::string id = absl::StrCat("id", i);
    if (draw.Wants(id)) draw.Add(id, i);
  }
  std::vector<int> numbers;
  for (const int* number : draw.Chosen()) numbers.push_back(*number);
  return numbers;
}

TEST(DrawTest, KeepsAllOfAShortStream) {
  EXPECT_THAT(Drawn(1, 1, 3, 5), ::testing::UnorderedElementsAre(1, 2, 3));
  EXPECT_THAT(Drawn(1, 1, 3, 0), ::testing::IsEmpty());
}

TEST(DrawTest, DoesNotDependOnTheOrderOfTheStream) {
  EXPECT_EQ(Drawn(1, 1, 1000, 10), Drawn(1, 1000, 1, 10));
  EXPECT_EQ(Drawn(1, 1, 1000, 10).size(), 10u);
}

TEST(DrawTest, AnotherSeedDrawsOthers) { EXPECT_NE(Drawn(1, 1, 1000, 10), Drawn(2, 1, 1000, 10)); }

TEST(DrawTest, DrawsFromAllOfTheStream) {
  int first_half = 0;
  for (const int number : Drawn(7, 1, 1000, 100)) first_half += number <= 500 ? 1 : 0;

  EXPECT_GT(first_half, 25);
  EXPECT_LT(first_half, 75);
}

}  // namespace
}  // namespace quipu::pipelines
