// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Many simulated runs, each from one seed. QUIPU_SIM_SEEDS is their number,
// QUIPU_TEST_SEED the first seed; with a single seed, a failure prints its
// trace.
#include "tests/simulation/simulation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/log.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu::simulation {
namespace {

// Takes about ten seconds on one core.
constexpr int kSeeds = 1000;
constexpr size_t kMostTraceBytes = 200'000;

int NumSeeds() {
  int seeds = kSeeds;
  const char* given = std::getenv("QUIPU_SIM_SEEDS");
  if (given == nullptr || *given == '\0') return seeds;
  EXPECT_TRUE(absl::SimpleAtoi(given, &seeds)) << "QUIPU_SIM_SEEDS is not a number: " << given;
  return seeds;
}

std::string HowToRepeat(uint64_t seed) {
  return absl::StrCat("seed=", seed, ": bazel test //tests/simulation:simulation_test",
                      " --test_env=QUIPU_SIM_SEEDS=1 --test_env=QUIPU_TEST_SEED=", seed,
                      " --test_output=all");
}

// The end of a trace shows the fault.
std::string Tail(const std::string& trace) {
  return trace.substr(trace.size() - std::min(trace.size(), kMostTraceBytes));
}

// Events that have to happen in some of many runs, or the runs prove nothing.
struct Sometimes {
  const char* what;
  bool Outcome::*happened;
  double measured;  // Share of the runs from seeds 1 to kMeasuredRuns.
};
constexpr int kMeasuredRuns = 4000;
// Beside each: its floor of 1,000 runs.
constexpr Sometimes kSometimes[] = {
    {"a liar drawn", &Outcome::liar, 0.328},                                 // 201
    {"the liar caught", &Outcome::caught, 0.272},                            // 153
    {"results of the liar withdrawn", &Outcome::withdrawn, 0.259},           // 143
    {"a poison chunk drawn", &Outcome::poison, 0.330},                       // 203
    {"the poison chunk quarantined", &Outcome::poison_quarantined, 0.330},   // 203
    {"the coordinator restarted", &Outcome::restarted, 0.758},               // 630
    {"power lost", &Outcome::power_lost, 0.604},                             // 462
    {"a commit failed", &Outcome::commit_failed, 0.155},                     // 64
    {"the coordinator killed in a commit", &Outcome::commit_killed, 0.300},  // 177
};
constexpr size_t kNumSometimes = sizeof(kSometimes) / sizeof(kSometimes[0]);
constexpr double kFalseAlarm = 1e-9;

// The greatest number that this many runs miss with a probability below
// kFalseAlarm: the lower tail of a binomial distribution with the measured
// share, less six standard errors of its measurement.
int FloorOf(int runs, double measured) {
  const double share = measured - 6 * std::sqrt(measured * (1 - measured) / kMeasuredRuns);
  if (share <= 0) return 0;
  double below = 0;
  for (int k = 0; k <= runs; ++k) {
    const double log_odds = std::lgamma(runs + 1.0) - std::lgamma(k + 1.0) -
                            std::lgamma(runs - k + 1.0) + k * std::log(share) +
                            (runs - k) * std::log1p(-share);
    below += std::exp(log_odds);
    if (below >= kFalseAlarm) return k;
  }
  return runs;
}

class SimulationTest : public ::testing::Test {
 protected:
  // Liars are caught a hundred times here.
  void SetUp() override { SetLogLevel(LogLevel::kError); }
};

TEST_F(SimulationTest, EveryTaskHasOneRightResultWhateverFails) {
  const uint64_t first = testing::TestSeed();
  const int seeds = NumSeeds();
  const absl::Time began = absl::Now();
  int failed = 0;
  int counts[kNumSometimes] = {};
  uint64_t events = 0;
  uint64_t starts = 0;
  uint64_t trace = 0;
  for (int k = 0; k < seeds && failed < 5; ++k) {
    const uint64_t seed = first + k;
    const Outcome outcome = Simulate({.seed = seed, .keep_trace = seeds == 1});
    for (size_t n = 0; n < kNumSometimes; ++n) counts[n] += outcome.*kSometimes[n].happened ? 1 : 0;
    events += outcome.events;
    starts += outcome.coordinator_starts;
    trace = trace * 31 + outcome.trace_hash;
    if (outcome.violations.empty()) continue;
    ++failed;
    ADD_FAILURE() << HowToRepeat(seed) << "\n"
                  << absl::StrJoin(outcome.violations, "\n") << "\n"
                  << Tail(outcome.trace);
  }
  const double took = absl::ToDoubleSeconds(absl::Now() - began);
  std::printf("%d runs in %.1f s: %llu events, %llu starts of coordinators, trace %016llx\n", seeds,
              took, static_cast<unsigned long long>(events),
              static_cast<unsigned long long>(starts), static_cast<unsigned long long>(trace));
  for (size_t n = 0; n < kNumSometimes && failed == 0; ++n) {
    const int least = FloorOf(seeds, kSometimes[n].measured);
    std::printf("%6d times %s, floor %d\n", counts[n], kSometimes[n].what, least);
    EXPECT_GE(counts[n], least) << "runs with " << kSometimes[n].what << ", of " << seeds
                                << " from seed " << first;
  }
}

TEST_F(SimulationTest, FloorsAreWhatABinomialHardlyEverMisses) {
  EXPECT_EQ(FloorOf(1, 0.5), 0);  // One run proves nothing.
  EXPECT_EQ(FloorOf(1000, 0), 0);
  // Six standard deviations of the runs and of the measurement under the mean.
  const int floor = FloorOf(1000, 0.5);
  EXPECT_GT(floor, 500 - 95 - 48 - 10);
  EXPECT_LT(floor, 500 - 95 - 48 + 10);
}

TEST_F(SimulationTest, SameSeedIsTheSameRun) {
  const uint64_t first = testing::TestSeed();
  for (uint64_t seed = first; seed < first + 10; ++seed) {
    const Outcome one = Simulate({.seed = seed, .keep_trace = true});
    const Outcome two = Simulate({.seed = seed, .keep_trace = true});
    ASSERT_EQ(one.trace, two.trace) << HowToRepeat(seed);
    ASSERT_EQ(one.trace_hash, two.trace_hash) << HowToRepeat(seed);
  }
}

TEST_F(SimulationTest, OtherSeedsAreOtherRuns) {
  const uint64_t first = testing::TestSeed();
  EXPECT_NE(Simulate({.seed = first}).trace_hash, Simulate({.seed = first + 1}).trace_hash);
}

}  // namespace
}  // namespace quipu::simulation
