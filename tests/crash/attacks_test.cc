// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Every attack of docs/threat_model.md on a service, at once, beside two honest workers:
// the run ends, with the bytes of a build.
//
// QUIPU_ATTACKED_DOCUMENTS sets the size of the run (240 take two minutes without an
// attack); with it, the time is compared with that of a run without attacks
// (docs/robustness.md, "The cost of attacks").
#include <sys/resource.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/fingerprint.h"
#include "gtest/gtest.h"
#include "tests/crash/hostile_peers.h"
#include "tests/crash/run_directory.h"
#include "tests/crash/service_run.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using testing::DigestLeftAlone;
using testing::HostilePeers;
using testing::ServiceRun;
using testing::Workload;

constexpr double kMostTime = 1.25;

// Every chunk is audited, because forged results are among the attacks.
Workload AttackedRun(int documents) {
  Workload workload;
  workload.engine = "kind: SCRIPTED";
  workload.documents = documents;
  workload.sentences = 160;
  workload.performance = "scripted_latency_ms: 60 chunks_in_flight: 3";
  workload.rest =
      "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 2000 }\n"
      "service { lease_ttl_s: 1 audit_share: 1 }\n";
  return workload;
}

// 0: the size that the suite runs.
int Documents() {
  const char* text = std::getenv("QUIPU_ATTACKED_DOCUMENTS");
  int documents = 0;
  return text != nullptr && absl::SimpleAtoi(text, &documents) ? documents : 0;
}

// Of the processes that this one has started and that have ended.
absl::Duration ChildrensProcessorTime() {
  rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  return absl::DurationFromTimeval(usage.ru_utime) + absl::DurationFromTimeval(usage.ru_stime);
}

// A run with two honest workers; `attacked`: until it ends.
absl::Duration TimeOfRun(const Workload& workload, const Fingerprint& seed,
                         const std::string& wanted, bool attacked) {
  ServiceRun run(workload, seed);
  run.StartCoordinator();
  EXPECT_TRUE(run.AwaitStatus([](const v1::StatusReply&) { return true; })) << run.Logs();
  HostilePeers peers(run.address(), absl::Seconds(1));
  const absl::Duration used = ChildrensProcessorTime();
  const absl::Time began = absl::Now();
  if (attacked) {
    EXPECT_TRUE(peers.Start());
  }
  run.StartWorker("ann");
  run.StartWorker("bob");
  EXPECT_EQ(run.coordinator()->Wait(10 * testing::kRunLimit), 0) << run.Logs();
  const absl::Duration took = absl::Now() - began;
  peers.Stop();
  if (attacked) {
    std::cout << absl::StrJoin(peers.Counts(), "\n") << "\n";
    // In a short run not every one gets a lease.
    EXPECT_LE(peers.Idle().size(), Documents() > 0 ? 0 : 8) << absl::StrJoin(peers.Idle(), ", ");
  }
  run.Finish(wanted);
  std::cout << (attacked ? "attacked: " : "alone: ") << took << ", of the processors "
            << ChildrensProcessorTime() - used << "\n";
  return took;
}

TEST(Attacks, LeaveADatasetAsItIsWithoutThem) {
  const Fingerprint seed = testing::TestFingerprint();
  const int documents = Documents();
  const Workload workload = AttackedRun(documents > 0 ? documents : 3);
  const std::string wanted = DigestLeftAlone(workload, seed);

  const absl::Duration attacked = TimeOfRun(workload, seed, wanted, true);

  if (documents == 0) return;  // A busy machine changes times.
  const absl::Duration alone = TimeOfRun(workload, seed, wanted, false);
  std::cout << "attacked / alone: " << absl::FDivDuration(attacked, alone) << "\n";
  EXPECT_LE(absl::FDivDuration(attacked, alone), kMostTime);
}

}  // namespace
}  // namespace quipu
