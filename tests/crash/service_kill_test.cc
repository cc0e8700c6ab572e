// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Kills the processes of a service, the coordinator or its workers, with
// SIGKILL at random moments, and restarts them: every task gets one result, and
// the dataset has the bytes of an undisturbed build.
//
// QUIPU_KILLS sets how many kills each test gets (tests/soak/kill.sh: 200).
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/crash/run_directory.h"
#include "tests/crash/service_run.h"
#include "tests/support/random.h"

namespace quipu {
namespace {

using testing::DigestLeftAlone;
using testing::DoneOf;
using testing::Kills;
using testing::ServiceRun;
using testing::StatusOf;
using testing::Workload;

// How many more runs than kills a test may need.
constexpr int kMoreRuns = 20;

// About 120 chunks of about 0.3 s each, two at once in each worker.
Workload ServedRun() {
  Workload workload;
  workload.engine = "kind: SCRIPTED";
  workload.documents = 24;
  workload.sentences = 160;
  workload.performance = "scripted_latency_ms: 60 chunks_in_flight: 2";
  workload.rest =
      "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 2000 }\n"
      "service { lease_ttl_s: 1 max_lost_attempts: 100 audit_share: 0.1 }\n";
  return workload;
}

class ServiceKill : public ::testing::Test {
 protected:
  // A run with its coordinator and workers.
  std::unique_ptr<ServiceRun> NewRun(int workers) {
    auto run = std::make_unique<ServiceRun>(ServedRun(), seed_);
    run->StartCoordinator();
    for (int i = 0; i < workers; ++i) run->StartWorker(absl::StrCat("worker-", i));
    return run;
  }

  void Pause(absl::Duration most) { absl::SleepFor(rng_.Uniform() * most); }

  const Fingerprint seed_ = testing::TestFingerprint();
  Rng rng_{seed_, "kill-moments"};
  const std::string wanted_ = DigestLeftAlone(ServedRun(), seed_);
};

TEST_F(ServiceKill, OfTheCoordinatorLosesNothingAndStoresNothingTwice) {
  const int kills = Kills(10);
  int hit = 0;
  int at_work = 0;  // Kills of a coordinator after it stored results.
  int runs = 0;
  while (hit < kills && runs < kills + kMoreRuns) {
    const auto run = NewRun(2);
    while (hit < kills) {
      // One kill in three comes at any moment of the start, the others during
      // work.
      if (rng_.Below(3) == 0) {
        Pause(absl::Milliseconds(300));
      } else {
        uint64_t before = ~uint64_t{0};
        if (!run->AwaitStatus([&](const v1::StatusReply& status) {
              before = std::min(before, DoneOf(status));
              return DoneOf(status) > before;
            })) {
          break;
        }
        ++at_work;
        Pause(absl::Milliseconds(200));
      }
      if (run->Ended()) break;
      run->coordinator()->Kill();
      ++hit;
      run->StartCoordinator();
    }
    run->Finish(wanted_);
    ++runs;
    if (HasFailure()) return;
  }
  std::cout << "killed the coordinator " << hit << " times, " << at_work << " of them at work, in "
            << runs << " runs\n";
  EXPECT_EQ(hit, kills) << "too many runs ended before their coordinator was killed";
}

TEST_F(ServiceKill, OfWorkersLeavesEveryTaskWithOneResult) {
  constexpr int kWorkers = 3;
  const int kills = Kills(10);
  int hit = 0;
  int with_leases = 0;
  int runs = 0;
  while (hit < kills && runs < kills + kMoreRuns) {
    const auto run = NewRun(kWorkers);
    while (hit < kills) {
      const std::string name = absl::StrCat("worker-", rng_.Below(kWorkers));
      // One kill in three comes at any moment, the others hit a worker with
      // leases.
      const bool any_moment = rng_.Below(3) == 0;
      if (!any_moment && !run->AwaitStatus([&](const v1::StatusReply& status) {
            return StatusOf(status, name).leases() > 0;
          })) {
        break;
      }
      Pause(absl::Milliseconds(any_moment ? 300 : 200));
      if (run->Ended()) break;
      if (!any_moment) ++with_leases;
      run->worker(name)->Kill();
      ++hit;
      run->StartWorker(name);
    }
    run->Finish(wanted_);
    ++runs;
    if (HasFailure()) return;
  }
  std::cout << "killed workers " << hit << " times, " << with_leases << " of them with leases, in "
            << runs << " runs\n";
  EXPECT_EQ(hit, kills) << "too many runs ended before a worker was killed";
}

}  // namespace
}  // namespace quipu
