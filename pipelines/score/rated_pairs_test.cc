// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/rated_pairs.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::testing::ElementsAre;
using testing::StatusIs;

PairEntry Entry(const std::string& question, const std::string& rater, const std::string& label) {
  PairEntry entry;
  entry.pair.chunk = "The miller sold nine sacks.";
  entry.pair.question = question;
  entry.pair.answer = "Nine.";
  entry.pair.rater = rater;
  entry.pair.label = label;
  return entry;
}

class RatedPairsTest : public ::testing::Test {
 protected:
  // "question=label" of all pairs that come out.
  std::vector<std::string> Read(const std::vector<PairEntry>& entries) {
    size_t next = 0;
    RatedPairs rated([&]() -> absl::StatusOr<std::optional<PairEntry>> {
      if (next == entries.size()) return std::optional<PairEntry>();
      return std::optional<PairEntry>(entries[next++]);
    });
    std::vector<std::string> read;
    while (true) {
      const absl::StatusOr<std::optional<PairEntry>> entry = rated.Next();
      EXPECT_OK(entry);
      if (!entry.ok() || !entry->has_value()) break;
      read.push_back(absl::StrCat((*entry)->pair.question, "=", (*entry)->pair.label));
    }
    undecided_ = rated.undecided();
    shared_ = rated.shared();
    return read;
  }

  size_t undecided_ = 0;
  size_t shared_ = 0;
};

TEST_F(RatedPairsTest, APairOfSeveralRatersComesOnceAsMostOfThemSay) {
  EXPECT_THAT(Read({Entry("a", "ann", "good"), Entry("a", "bob", "bad"), Entry("b", "ann", "bad"),
                    Entry("a", "carol", "usable")}),
              ElementsAre("a=good", "b=bad"));
  EXPECT_EQ(shared_, 1u);
  EXPECT_EQ(undecided_, 0u);
}

TEST_F(RatedPairsTest, APairThatRatersDisagreeOnIsLeftOut) {
  EXPECT_THAT(
      Read({Entry("a", "ann", "good"), Entry("a", "bob", "bad"), Entry("b", "bob", "good")}),
      ElementsAre("b=good"));
  EXPECT_EQ(undecided_, 1u);
}

TEST_F(RatedPairsTest, PairsWithoutARaterPassAsTheyAre) {
  EXPECT_THAT(Read({Entry("b", "ann", "good"), Entry("a", "", "swapped"), Entry("a", "", "gold"),
                    Entry("c", "", "")}),
              ElementsAre("a=swapped", "a=gold", "c=", "b=good"));
}

TEST_F(RatedPairsTest, ErrorsOfTheSourceAreReturned) {
  RatedPairs rated([]() -> absl::StatusOr<std::optional<PairEntry>> {
    return absl::DataLossError("the file ends");
  });

  EXPECT_THAT(rated.Next().status(), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace quipu::pipelines
