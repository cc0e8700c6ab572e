// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What is left of the throughput of two honest workers beside one that calls as often as it can,
// over eight connections without a pause. Needs an idle machine, so it runs only when named.
//
//   bazel test --test_output=all //tests/crash:flood_test
//
// The flooding worker and the coordinator share the machine's processors.
#include <array>
#include <atomic>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/fingerprint.h"
#include "base/thread.h"
#include "gtest/gtest.h"
#include "tests/crash/hostile_worker.h"
#include "tests/crash/run_directory.h"
#include "tests/crash/service_run.h"
#include "tests/support/random.h"

namespace quipu {
namespace {

using testing::DigestLeftAlone;
using testing::HostileWorker;
using testing::ServiceRun;
using testing::Workload;

constexpr double kLeastThroughput = 0.9;
constexpr int kRounds = 3;  // Of each kind, in turns.

Workload FloodedRun() {
  Workload workload;
  workload.engine = "kind: SCRIPTED";
  workload.documents = 40;
  workload.sentences = 160;
  workload.performance = "scripted_latency_ms: 60 chunks_in_flight: 3";
  // Results come from honest workers alone: with forged ones there would be less to do.
  workload.rest =
      "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 2000 }\n"
      "service { lease_ttl_s: 5 audit_share: 0 }\n";
  return workload;
}

// One worker's eight connections.
class Flood {
 public:
  explicit Flood(const std::string& address) {
    for (size_t i = 0; i < kCalls.size(); ++i) {
      absl::StatusOr<Thread> thread = Thread::Start("flood", [this, address, i] {
        HostileWorker worker(address, "flood", absl::Seconds(5), &stop_);
        while (!stop_.HasBeenNotified()) {
          kCalls[i](&worker);
          ++calls_;
        }
      });
      EXPECT_TRUE(thread.ok());
      if (thread.ok()) threads_.push_back(*std::move(thread));
    }
  }
  int Stop() {
    stop_.Notify();
    threads_.clear();  // Joins.
    return calls_;
  }

 private:
  using Call = bool (*)(HostileWorker* worker);
  static constexpr Call kForge = [](HostileWorker* w) { return w->ForgeTickets(); };
  static constexpr Call kRelease = [](HostileWorker* w) { return w->TakeAndRelease(); };
  static constexpr Call kHuge = [](HostileWorker* w) { return w->SubmitHugeMessages(); };
  static constexpr Call kStatus = [](HostileWorker* w) { return w->AskStatus(); };
  static constexpr Call kSessions = [](HostileWorker* w) { return w->OpenSessions(); };
  static constexpr std::array<Call, 8> kCalls = {kForge,   kForge,  kRelease, kRelease,
                                                 kRelease, kStatus, kHuge,    kSessions};

  absl::Notification stop_;
  std::atomic<int> calls_{0};
  std::vector<Thread> threads_;
};

absl::Duration TimeOfRun(const Workload& workload, const Fingerprint& seed,
                         const std::string& wanted, bool flooded) {
  ServiceRun run(workload, seed);
  run.StartCoordinator();
  EXPECT_TRUE(run.AwaitStatus([](const v1::StatusReply&) { return true; })) << run.Logs();
  std::optional<Flood> flood;
  if (flooded) flood.emplace(run.address());
  const absl::Time began = absl::Now();
  run.StartWorker("ann");
  run.StartWorker("bob");
  EXPECT_EQ(run.coordinator()->Wait(testing::kRunLimit), 0) << run.Logs();
  const absl::Duration took = absl::Now() - began;
  std::cout << (flooded ? "flooded: " : "alone: ") << took;
  if (flooded) std::cout << ", " << flood->Stop() << " rounds of calls";
  std::cout << std::endl;
  run.Finish(wanted);
  return took;
}

TEST(Flood, LeavesNineTenthsOfTheThroughput) {
  const Fingerprint seed = testing::TestFingerprint();
  const Workload workload = FloodedRun();
  const std::string wanted = DigestLeftAlone(workload, seed);
  absl::Duration alone, flooded;
  for (int i = 0; i < kRounds && !HasFailure(); ++i) {
    alone += TimeOfRun(workload, seed, wanted, false);
    flooded += TimeOfRun(workload, seed, wanted, true);
  }
  const double left = absl::FDivDuration(alone, flooded);
  std::cout << "throughput beside the flood: " << left << "\n";
  EXPECT_GE(left, kLeastThroughput);
}

}  // namespace
}  // namespace quipu
