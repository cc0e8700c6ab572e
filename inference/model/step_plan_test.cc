// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/step_plan.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int kVocabulary = 100;
constexpr int kPrefix = 2 * kPageTokens + 5;

// Three sequences that share a prefix of two whole pages, and one that does
// not.
class PlanStepTest : public ::testing::Test {
 protected:
  PlanStepTest() : cache_({1, 1, 2, KvType::kF16}, 40), tables_(4) {
    PageTable prefix;
    EXPECT_TRUE(cache_.Extend(&prefix, kPrefix).ok());
    for (int i = 0; i < 3; ++i) {
      tables_[i] = cache_.Fork(prefix, kPrefix).value();
      EXPECT_TRUE(cache_.Extend(&tables_[i], kPrefix + 40).ok());
    }
    EXPECT_TRUE(cache_.Extend(&tables_[3], kPrefix + 40).ok());
    for (int i = 0; i < 3; ++i) Add(i, kPrefix, 3, 5, 2);
    Add(3, 0, 4, -1, 0);
  }

  void Add(int sequence, int start, int count, int group, int shared_pages) {
    const int first = static_cast<int>(batch_.tokens.size());
    batch_.pieces.push_back({&tables_[sequence], start, first, count, group, shared_pages});
    for (int i = 0; i < count; ++i) batch_.tokens.push_back(first + i);
  }

  absl::StatusOr<StepPlan> Plan(int rows_per_block = 32) {
    return PlanStep(batch_, cache_, kVocabulary, rows_per_block);
  }

  KvCache cache_;
  std::vector<PageTable> tables_;
  Batch batch_;
};

// (first, count, shared pages) of each block.
std::vector<std::vector<int>> Blocks(const StepRows& rows) {
  std::vector<std::vector<int>> blocks;
  for (const AttentionBlock& b : rows.blocks) {
    blocks.push_back({b.first, b.count, b.shared_pages});
  }
  return blocks;
}

TEST_F(PlanStepTest, GivesEachTokenItsPlace) {
  const StepPlan plan = Plan().value();

  ASSERT_EQ(plan.places.size(), 13u);
  EXPECT_EQ(plan.places[4].pages, &tables_[1]);
  EXPECT_EQ(plan.places[4].position, kPrefix + 1);
  EXPECT_EQ(plan.places[4].page(), tables_[1][2]);
  EXPECT_EQ(plan.places[4].slot(), 6);
  EXPECT_EQ(plan.places[12].position, 3);
  EXPECT_EQ(plan.positions, kPrefix + 3);
}

TEST_F(PlanStepTest, PutsAGroupIntoOneBlock) {
  EXPECT_THAT(Blocks(Plan()->all), ElementsAre(ElementsAre(0, 9, 2), ElementsAre(9, 4, 0)));
}

TEST_F(PlanStepTest, CutsBlocksAtTheirLargestSize) {
  EXPECT_THAT(Blocks(Plan(4)->all), ElementsAre(ElementsAre(0, 4, 2), ElementsAre(4, 4, 2),
                                                ElementsAre(8, 1, 2), ElementsAre(9, 4, 0)));
}

TEST_F(PlanStepTest, SharesNoMoreThanTheLeastPieceDoes) {
  batch_.pieces[1].shared_pages = 1;
  EXPECT_THAT(Blocks(Plan()->all)[0], ElementsAre(0, 9, 1));
  // Pages that a piece writes to are not shared, whatever the batch says.
  batch_.pieces[1].shared_pages = 7;
  EXPECT_THAT(Blocks(Plan()->all)[0], ElementsAre(0, 9, 2));
}

TEST_F(PlanStepTest, RefusesAGroupWithoutCommonPages) {
  batch_.pieces[3].start = kPrefix;
  batch_.pieces[3].group = 5;
  batch_.pieces[3].shared_pages = 2;

  const absl::Status status = Plan().status();

  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("piece 3 does not share the first 2 pages"));
}

TEST_F(PlanStepTest, KeepsEachOutputOnceInOrder) {
  batch_.outputs = {11, 2, 5, 2};

  const StepPlan plan = Plan().value();

  EXPECT_THAT(plan.outputs.tokens, ElementsAre(2, 5, 11));
  EXPECT_THAT(plan.output_rows, ElementsAre(2, 0, 1, 0));
  EXPECT_THAT(Blocks(plan.outputs), ElementsAre(ElementsAre(0, 2, 2), ElementsAre(2, 1, 0)));
}

TEST_F(PlanStepTest, TellsWholeOutputsFromThoseOfWords) {
  batch_.outputs = {11, {2, {7, 8}}, 5, {5, {9}}, 11};

  const StepPlan plan = Plan().value();

  EXPECT_THAT(plan.outputs.tokens, ElementsAre(2, 5, 11));
  EXPECT_THAT(plan.output_rows, ElementsAre(2, 0, 1, 1, 2));
  EXPECT_THAT(plan.whole, ElementsAre(1, 2));
  EXPECT_THAT(plan.whole_of, ElementsAre(1, 0, 1));
}

TEST_F(PlanStepTest, RefusesWordsOutsideTheVocabulary) {
  batch_.outputs = {{2, {7, 1 << 20}}};
  const absl::Status status = Plan().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("wants word 1048576"));
}

TEST_F(PlanStepTest, RefusesTwoPiecesOfOneSequence) {
  batch_.pieces[1].pages = &tables_[0];
  EXPECT_EQ(Plan().status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(KeepRows, MovesTheKeptRowsToTheFront) {
  std::vector<float> x = {0, 1, 10, 11, 20, 21, 30, 31};
  KeepRows({1, 3}, 2, x.data());
  EXPECT_EQ(x, (std::vector<float>{10, 11, 30, 31, 20, 21, 30, 31}));
}

}  // namespace
}  // namespace quipu::inference
