// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How long processes of a service take to end after SIGTERM. Needs an idle
// machine, so it runs only when named; service_faults_test checks the same stops
// without a clock.
#include <signal.h>

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/crash/run_directory.h"
#include "tests/crash/service_run.h"
#include "tests/support/child_process.h"
#include "tests/support/random.h"

namespace quipu {
namespace {

using testing::ChildProcess;
using testing::ServiceRun;
using testing::StatusOf;
using testing::Workload;

// Promised: the time within which a process ends after a stop request.
constexpr absl::Duration kStopLimit = absl::Seconds(5);
// Shorter than any stop that waits.
constexpr absl::Duration kSecondSignalLimit = absl::Seconds(3);

class StopTimes : public ::testing::Test {
 protected:
  static Workload ServedRun() {
    Workload workload;
    workload.engine = "kind: SCRIPTED";
    workload.documents = 4;
    workload.sentences = 160;
    workload.performance = "scripted_latency_ms: 100 chunks_in_flight: 2";
    workload.rest =
        "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 2000 }\n"
        "service { lease_ttl_s: 60 max_lost_attempts: 100 audit_share: 0 }\n";
    return workload;
  }

  // A coordinator and a worker that has leases.
  StopTimes() {
    run_.StartCoordinator();
    run_.StartWorker("ann");
    EXPECT_TRUE(run_.AwaitStatus([](const v1::StatusReply& s) {
      return StatusOf(s, "ann").leases() > 0;
    })) << run_.Logs();
  }

  void ExpectEndsWithin(ChildProcess* process, int wanted_code, absl::Duration limit,
                        int signal = SIGTERM) {
    const absl::Time began = absl::Now();
    process->Signal(signal);
    const std::optional<int> code = process->Wait(testing::kRunLimit);
    EXPECT_EQ(code.value_or(-1), wanted_code) << run_.Logs();
    EXPECT_LT(absl::Now() - began, limit) << run_.Logs();
  }

  ServiceRun run_{ServedRun(), testing::TestFingerprint()};
};

TEST_F(StopTimes, OfAWorker) { ExpectEndsWithin(run_.worker("ann"), 0, kStopLimit); }

TEST_F(StopTimes, OfACoordinatorAndThenOfItsWorker) {
  ExpectEndsWithin(run_.coordinator(), 130, kStopLimit);
  ExpectEndsWithin(run_.worker("ann"), 0, kStopLimit);
}

TEST_F(StopTimes, OfAWorkerWhoseCoordinatorIsFrozen) {
  run_.coordinator()->Signal(SIGSTOP);
  ExpectEndsWithin(run_.worker("ann"), 0, kStopLimit);
}

TEST_F(StopTimes, AfterAnInterrupt) {
  run_.coordinator()->Signal(SIGSTOP);
  run_.worker("ann")->SignalAndAwaitReceipt(SIGTERM);
  // It waits, until the interrupt.
  EXPECT_EQ(run_.worker("ann")->Wait(absl::Milliseconds(500)), std::nullopt);
  ExpectEndsWithin(run_.worker("ann"), 130, kSecondSignalLimit, SIGINT);
  run_.coordinator()->Signal(SIGCONT);
  run_.coordinator()->SignalAndAwaitReceipt(SIGTERM);
  ExpectEndsWithin(run_.coordinator(), 130, kSecondSignalLimit, SIGINT);
}

}  // namespace
}  // namespace quipu
