// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/corpus/near_duplicates.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::StatusIs;

// Pairs in the order in which they come.
class Seen {
 public:
  explicit Seen(uint64_t expected = 0) : near_(0.8, expected) {}

  // The number of the pair that this one repeats; -1 if there is none.
  int Add(const std::string& question, const std::string& answer) {
    return Add(PairWordsOf(question, answer, Language::kEnglish));
  }
  int Add(PairWords words) {
    pairs_.push_back(std::move(words));
    const auto found = near_.FindOrAdd(
        pairs_.back(), static_cast<uint32_t>(pairs_.size() - 1),
        [this](uint32_t number) -> absl::StatusOr<PairWords> { return pairs_[number]; });
    EXPECT_OK(found);
    if (!found.ok() || !found->has_value()) return -1;
    return static_cast<int>((*found)->number);
  }

 private:
  NearDuplicates near_;
  std::vector<PairWords> pairs_;
};

constexpr char kQuestion[] = "Who may terminate the distribution agreement with Acme in writing?";
constexpr char kAnswer[] =
    "Either party may terminate the agreement with twenty days of written notice to the other.";

TEST(NearDuplicates, FindTheSamePairInOtherForms) {
  Seen seen;
  EXPECT_EQ(seen.Add(kQuestion, kAnswer), -1);

  EXPECT_EQ(seen.Add(kQuestion, kAnswer), 0);
  EXPECT_EQ(seen.Add("Who may, in writing, terminate the distribution agreements with Acme?",
                     "Either party may terminate this agreement, with 20 days of written notices "
                     "to the other."),
            0);
}

TEST(NearDuplicates, KeepPairsThatDifferOnlyInNumbers) {
  Seen seen;
  EXPECT_EQ(seen.Add("What was the revenue of Acme in 2001, in dollars?", "Nine million."), -1);

  EXPECT_EQ(seen.Add("What was the revenue of Acme in 2002, in dollars?", "Nine million."), -1);
  EXPECT_EQ(seen.Add("What was the revenue of Acme in 2001, in dollars?", "Ten million."), -1);
}

TEST(NearDuplicates, KeepTheSameQuestionWithAnotherAnswer) {
  Seen seen;
  EXPECT_EQ(seen.Add("What is the purpose of the agreement?", kAnswer), -1);

  EXPECT_EQ(seen.Add("What is the purpose of the agreement?",
                     "The supply of flour, rope and grain to the mills of the river."),
            -1);
}

TEST(NearDuplicates, NameTheEarliest) {
  Seen seen;
  EXPECT_EQ(seen.Add("What is a mill?", "A place where grain is ground."), -1);
  EXPECT_EQ(seen.Add(kQuestion, kAnswer), -1);

  EXPECT_EQ(seen.Add(kQuestion, kAnswer), 1);
  EXPECT_EQ(seen.Add(kQuestion, kAnswer), 1);
}

TEST(NearDuplicates, HaveNoWordsAndNoDuplicates) {
  Seen seen;
  EXPECT_EQ(seen.Add("What is it?", "It is."), -1);
  EXPECT_EQ(seen.Add("What is it?", "It is."), -1);
}

// Sets of 40 random words, and each once more with `changed` of its words replaced.
double FoundShare(int changed, uint64_t expected) {
  constexpr int kPairs = 2000;
  Rng rng(FingerprintOf("near duplicates"), "test");
  Seen seen(expected);
  std::vector<PairWords> pairs(kPairs);
  for (PairWords& pair : pairs) {
    for (int i = 0; i < 40; ++i) pair.words.push_back(rng.Below(uint64_t{1} << 60));
    std::sort(pair.words.begin(), pair.words.end());
    EXPECT_EQ(seen.Add(pair), -1);
  }
  int found = 0;
  for (int i = 0; i < kPairs; ++i) {
    for (int k = 0; k < changed; ++k) pairs[i].words[k] = rng.Below(uint64_t{1} << 60);
    std::sort(pairs[i].words.begin(), pairs[i].words.end());
    const int earlier = seen.Add(pairs[i]);
    EXPECT_TRUE(earlier == -1 || earlier == i);
    found += earlier == i ? 1 : 0;
  }
  return static_cast<double>(found) / kPairs;
}

TEST(NearDuplicates, AreFoundByHashingAsOftenAsPromised) {
  EXPECT_EQ(FoundShare(0, 4000), 1);
  EXPECT_GT(FoundShare(2, 4000), 0.995);  // Overlap 38 / 42.
  EXPECT_GT(FoundShare(4, 4000), 0.97);   // Overlap 36 / 44.
  EXPECT_EQ(FoundShare(8, 4000), 0);      // Overlap 32 / 48: not a duplicate.
}

TEST(NearDuplicates, AreFoundTheSameWhereMorePairsComeThanExpected) {
  EXPECT_EQ(FoundShare(4, 0), FoundShare(4, 4000));
}

TEST(NearDuplicates, ReturnTheReadersError) {
  NearDuplicates near(0.8, 10);
  const PairWords words = PairWordsOf(kQuestion, kAnswer, Language::kEnglish);
  const auto fail = [](uint32_t) -> absl::StatusOr<PairWords> {
    return absl::DataLossError("unreadable");
  };
  EXPECT_OK(near.FindOrAdd(words, 0, fail));

  EXPECT_THAT(near.FindOrAdd(words, 1, fail), StatusIs(absl::StatusCode::kDataLoss, "unreadable"));
}

}  // namespace
}  // namespace quipu::generator
