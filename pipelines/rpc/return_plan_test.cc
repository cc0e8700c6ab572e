// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/return_plan.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "pipelines/coordinator/return_time.h"

namespace quipu::pipelines {
namespace {

constexpr absl::Duration kLeast = absl::Seconds(4);
constexpr absl::Duration kTtl = absl::Minutes(1);

absl::Duration At(double seconds) { return absl::Seconds(seconds); }

TEST(ReturnTimeTest, GrowsWithTheWorkersUpToHalfALease) {
  EXPECT_EQ(ReturnWithinMs(0, kTtl), 0u);
  EXPECT_EQ(ReturnWithinMs(1, kTtl), 50u);
  EXPECT_EQ(ReturnWithinMs(200, kTtl), 10000u);
  EXPECT_EQ(ReturnWithinMs(599, kTtl), 29950u);
  EXPECT_EQ(ReturnWithinMs(601, kTtl), 30000u);
  EXPECT_EQ(ReturnWithinMs(std::numeric_limits<uint32_t>::max(), kTtl), 30000u);
  EXPECT_EQ(ReturnWithinMs(200, absl::Seconds(2)), 1000u);
  EXPECT_EQ(ReturnWithinMs(20000, absl::Hours(1)), 60000u);
}

TEST(ReturnPlanTest, IsTheShareThatWasDrawn) {
  ReturnPlan plan(kLeast, kLongestReturn);
  EXPECT_LT(plan.at(), At(0));
  EXPECT_EQ(plan.Lose(At(10), 0), At(10));
  EXPECT_EQ(plan.Lose(At(10), 0.5), At(12));
  plan.Hear(absl::Seconds(8), At(20));
  EXPECT_EQ(plan.Lose(At(30), 0.5), At(34));
  EXPECT_EQ(plan.at(), At(34));
}

TEST(ReturnPlanTest, BelievesNoTimeBeyondItsBounds) {
  ReturnPlan plan(kLeast, kLongestReturn);
  plan.Hear(absl::Milliseconds(std::numeric_limits<uint32_t>::max()), At(0));
  EXPECT_EQ(plan.within(), kLongestReturn);
  plan.Hear(absl::Milliseconds(1), At(0));
  EXPECT_EQ(plan.within(), kLeast);
  plan.Hear(absl::ZeroDuration(), At(0));  // From a coordinator that says none.
  EXPECT_EQ(plan.within(), kLeast);
  ReturnPlan impatient(kLeast, absl::Seconds(1));
  impatient.Hear(absl::Seconds(30), At(0));
  EXPECT_EQ(impatient.within(), kLeast);
}

// A coordinator that was started again knows only those that are back.
TEST(ReturnPlanTest, AShorterTimeCountsWhenAllAreBack) {
  ReturnPlan plan(kLeast, kLongestReturn);
  plan.Hear(absl::Seconds(20), At(0));
  plan.Lose(At(100), 0.1);
  plan.Return(At(103));
  plan.Hear(absl::Seconds(5), At(104));
  EXPECT_EQ(plan.within(), absl::Seconds(20));
  plan.Hear(absl::Seconds(25), At(105));  // A longer one counts at once.
  EXPECT_EQ(plan.within(), absl::Seconds(25));
  plan.Hear(absl::Seconds(20), At(127));
  EXPECT_EQ(plan.within(), absl::Seconds(25));
  plan.Hear(absl::Seconds(5), At(128));
  EXPECT_EQ(plan.within(), absl::Seconds(5));
}

// The most that fall into one second.
size_t MostInASecond(std::vector<absl::Duration> times) {
  std::sort(times.begin(), times.end());
  size_t most = 0;
  for (size_t i = 0, j = 0; j < times.size(); ++j) {
    while (times[j] - times[i] >= absl::Seconds(1)) ++i;
    most = std::max(most, j - i + 1);
  }
  return most;
}

// When `workers` are back that lost a coordinator within half a second from 0, if it listens
// again after `outage`.
std::vector<absl::Duration> Returns(size_t workers, absl::Duration outage, Rng* rng) {
  std::vector<absl::Duration> back;
  for (size_t i = 0; i < workers; ++i) {
    ReturnPlan plan(kLeast, kLongestReturn);
    plan.Hear(absl::Milliseconds(ReturnWithinMs(workers, kTtl)), At(0));
    absl::Duration at = plan.Lose(At(0.5 * rng->Uniform()), rng->Uniform());
    // As gRPC does it: a fifth more or less.
    while (at < outage) at += plan.within() * (0.8 + 0.4 * rng->Uniform());
    back.push_back(at);
  }
  return back;
}

TEST(ReturnPlanTest, TwoHundredWorkersComeBackAtMostFiftyASecond) {
  for (const double outage : {0.1, 1.0, 2.0, 3.0, 5.0, 8.0, 15.0, 60.0, 600.0}) {
    SCOPED_TRACE(outage);
    for (int round = 0; round < 100; ++round) {
      Rng rng(FingerprintOf(absl::StrCat(outage, "/", round)), "returns");
      const std::vector<absl::Duration> back = Returns(200, At(outage), &rng);
      EXPECT_LE(MostInASecond(back), 50u);
      EXPECT_LE(*std::max_element(back.begin(), back.end()), At(outage + 1.2 * 10 + 0.5));
    }
  }
}

TEST(ReturnPlanTest, AFewWorkersComeBackWithinSeconds) {
  Rng rng(FingerprintOf("a few"), "returns");
  absl::Duration sum;
  for (int round = 0; round < 1000; ++round) {
    for (const absl::Duration at : Returns(2, At(0.1), &rng)) sum += at;
  }
  EXPECT_LT(sum / 2000, absl::Seconds(2.6));
}

}  // namespace
}  // namespace quipu::pipelines
