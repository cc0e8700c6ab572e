// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/lease/reject_window.h"

#include <deque>

#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu::pipelines {
namespace {

using Reasons = RejectWindow::Reasons;

constexpr v1::RejectReason kVerdict = v1::REJECT_REASON_VERDICT;
constexpr v1::RejectReason kEmpty = v1::REJECT_REASON_EMPTY;

TEST(RejectWindowTest, CountsTheLastResultsAlone) {
  RejectWindow window(3);
  window.Add(2, {kEmpty, kEmpty}, 1);
  EXPECT_FALSE(window.full());
  window.Add(2, {kVerdict}, 1);

  EXPECT_TRUE(window.full());
  EXPECT_EQ(window.rejects(), 2);  // One EMPTY has left.
  EXPECT_EQ(window.seen(), 4u);
}

TEST(RejectWindowTest, NamesTheCommonestReasonOfThoseStillInIt) {
  RejectWindow window(4);
  window.Add(3, {kEmpty, kEmpty, kEmpty}, 1);
  EXPECT_EQ(window.Commonest().reason, kEmpty);
  window.Add(3, {kVerdict, kVerdict, kVerdict}, 1);

  EXPECT_EQ(window.Commonest().reason, kVerdict);
  EXPECT_EQ(window.Commonest().rejects, 3);
}

TEST(RejectWindowTest, NamesTheSmallerOfTwoReasonsThatAreEquallyCommon) {
  RejectWindow window(4);
  window.Add(2, {kVerdict, kEmpty}, 1);

  EXPECT_EQ(window.Commonest().reason, kEmpty);
}

TEST(RejectWindowTest, HasNoReasonWithoutARejectAndForgetsAllWhenCleared) {
  RejectWindow window(2);
  window.Add(2, {}, 1);
  EXPECT_EQ(window.Commonest().rejects, 0);
  window.Add(2, {kEmpty, kEmpty}, 1);
  window.Clear();

  EXPECT_EQ(window.seen(), 0u);
  EXPECT_FALSE(window.full());
  EXPECT_EQ(window.rejects(), 0);
  EXPECT_EQ(window.Commonest().rejects, 0);
}

TEST(RejectWindowTest, OfSizeZeroIsNeverFull) {
  RejectWindow window(0);
  window.Add(5, {kEmpty}, 1);

  EXPECT_FALSE(window.full());
  EXPECT_EQ(window.RejectsAfter(5, 5), std::nullopt);
}

TEST(RejectWindowTest, TellsWhetherOneWorkerMadeTheRejectsThatAreStillInIt) {
  RejectWindow window(3);
  window.Add(1, {kEmpty}, 1);
  window.Add(1, {}, 2);
  EXPECT_TRUE(window.AllRejectsOf(1));
  window.Add(1, {kEmpty}, 2);
  EXPECT_FALSE(window.AllRejectsOf(1));
  EXPECT_FALSE(window.AllRejectsOf(2));
  window.Add(1, {}, 3);

  EXPECT_TRUE(window.AllRejectsOf(2)) << "the first one's has left";
}

// Against a queue that is counted from scratch.
TEST(RejectWindowTest, TellsBeforehandWhatAnAdditionWillMakeOfIt) {
  Rng rng(testing::TestFingerprint(), "reject window");
  for (int run = 0; run < 200; ++run) {
    const int size = 1 + static_cast<int>(rng.Below(12));
    RejectWindow window(size);
    std::deque<bool> last;
    for (int step = 0; step < 20; ++step) {
      const int results = 1 + static_cast<int>(rng.Below(2 * size));
      const int rejects = static_cast<int>(rng.Below(results + 1));
      const std::optional<int> before = window.RejectsAfter(results, rejects);
      window.Add(results, Reasons(static_cast<size_t>(rejects), kVerdict), 1);
      for (int k = 0; k < results; ++k) last.push_back(k >= results - rejects);
      while (last.size() > static_cast<size_t>(size)) last.pop_front();

      int expected = 0;
      for (const bool reject : last) expected += reject ? 1 : 0;
      ASSERT_EQ(window.rejects(), expected);
      ASSERT_EQ(window.full(), last.size() == static_cast<size_t>(size));
      ASSERT_EQ(before.has_value(), window.full());
      if (before.has_value()) {
        ASSERT_EQ(*before, expected);
      }
    }
  }
}

}  // namespace
}  // namespace quipu::pipelines
