// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/prompt_lookup.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LookUpDraft, CopiesWhatFollowedTheLastThreeTokens) {
  EXPECT_THAT(LookUpDraft({1, 2, 3, 4, 5, 6, 1, 2, 3}, 2, 0), ElementsAre(4, 5));
}

TEST(LookUpDraft, PrefersThreeTokensToALaterTwo) {
  EXPECT_THAT(LookUpDraft({1, 2, 3, 4, 9, 2, 3, 5, 1, 2, 3}, 1, 0), ElementsAre(4));
  EXPECT_THAT(LookUpDraft({7, 2, 3, 4, 9, 2, 3, 5, 1, 2, 3}, 1, 0), ElementsAre(5));
}

TEST(LookUpDraft, TakesTheLatestOccurrence) {
  EXPECT_THAT(LookUpDraft({1, 2, 3, 4, 1, 2, 3, 5, 1, 2, 3}, 1, 0), ElementsAre(5));
  EXPECT_THAT(LookUpDraft({2, 3, 4, 2, 3, 5, 2, 3}, 1, 0), ElementsAre(5));
}

TEST(LookUpDraft, GoesOnRepeating) {
  EXPECT_THAT(LookUpDraft({1, 2, 1, 2, 1, 2}, 5, 0), ElementsAre(1, 2, 1, 2, 1));
  EXPECT_THAT(LookUpDraft({6, 6, 6}, 3, 0), ElementsAre(6, 6, 6));
}

TEST(LookUpDraft, GuessesMoreWhereMoreAgrees) {
  const std::vector<TokenId> two = {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2};
  EXPECT_THAT(LookUpDraft(two, 8, 0.5), IsEmpty());
  EXPECT_THAT(LookUpDraft(two, 8, 0.3), ElementsAre(3));
  EXPECT_THAT(LookUpDraft(two, 8, 0.1), ElementsAre(3, 4, 5, 6));
  const std::vector<TokenId> seven = {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_THAT(LookUpDraft(seven, 8, 0.5), ElementsAre(8, 9, 0));
  EXPECT_THAT(LookUpDraft(seven, 8, 0.9), IsEmpty());
}

TEST(LookUpDraft, FindsNothingInWhatIsNew) {
  EXPECT_THAT(LookUpDraft({}, 4, 0), IsEmpty());
  EXPECT_THAT(LookUpDraft({1, 1}, 4, 0), IsEmpty());
  EXPECT_THAT(LookUpDraft({1, 2, 3, 4, 5}, 4, 0), IsEmpty());
  EXPECT_THAT(LookUpDraft({5, 2, 3, 5}, 4, 0),
              IsEmpty());  // One token is chance.
  EXPECT_THAT(LookUpDraft({1, 2, 1, 2}, 0, 0), IsEmpty());
}

}  // namespace
}  // namespace quipu::inference
