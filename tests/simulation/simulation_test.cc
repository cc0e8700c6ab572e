// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Many simulated runs, each from one seed. QUIPU_SIM_SEEDS says how many,
// QUIPU_TEST_SEED which is the first; with one seed alone a failure comes with
// its trace.
#include "tests/simulation/simulation.h"

#include <algorithm>
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

// As many as take about ten seconds on one core.
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

// The end of a trace is where it went wrong.
std::string Tail(const std::string& trace) {
  return trace.substr(trace.size() - std::min(trace.size(), kMostTraceBytes));
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
  int liars = 0;
  int caught = 0;
  int poisoned = 0;
  uint64_t events = 0;
  uint64_t starts = 0;
  for (int k = 0; k < seeds && failed < 5; ++k) {
    const uint64_t seed = first + k;
    const Outcome outcome = Simulate({.seed = seed, .keep_trace = seeds == 1});
    liars += outcome.liar ? 1 : 0;
    caught += outcome.caught ? 1 : 0;
    poisoned += outcome.poison ? 1 : 0;
    events += outcome.events;
    starts += outcome.coordinator_starts;
    if (outcome.violations.empty()) continue;
    ++failed;
    ADD_FAILURE() << HowToRepeat(seed) << "\n"
                  << absl::StrJoin(outcome.violations, "\n") << "\n"
                  << Tail(outcome.trace);
  }
  const double took = absl::ToDoubleSeconds(absl::Now() - began);
  std::printf(
      "%d runs in %.1f s: %llu events, %llu starts of coordinators, %d liars (%d caught), "
      "%d with poison\n",
      seeds, took, static_cast<unsigned long long>(events), static_cast<unsigned long long>(starts),
      liars, caught, poisoned);
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
