// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Faults of a service's processes without random kills: a worker frozen past
// its leases, a chunk that kills its workers, requested stops, and connections
// that come and go.
//
// QUIPU_STOPS sets how many late submits the first test waits for.
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/rpc/grpc_coordinator_client.h"
#include "tests/crash/run_directory.h"
#include "tests/crash/service_run.h"
#include "tests/support/child_process.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using testing::ChildProcess;
using testing::DigestLeftAlone;
using testing::DoneOf;
using ::testing::HasSubstr;
using testing::RunDirectory;
using testing::ServiceRun;
using testing::StatusOf;
using testing::Workload;

constexpr int kPairsPerChunk = 6;

Workload ServedRun(int latency_ms, int chunks_in_flight, int documents) {
  Workload workload;
  workload.engine = "kind: SCRIPTED";
  workload.documents = documents;
  workload.sentences = 160;
  workload.performance =
      absl::StrCat("scripted_latency_ms: ", latency_ms, " chunks_in_flight: ", chunks_in_flight);
  workload.rest =
      "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 2000 }\n"
      "service { lease_ttl_s: 1 max_lost_attempts: 100 audit_share: 0 }\n";
  return workload;
}

uint64_t Refused(const v1::StatusReply& status) {
  return status.stale_submits() + status.duplicates();
}

int Stops(int usual) {
  const char* text = std::getenv("QUIPU_STOPS");
  int stops = usual;
  if (text != nullptr && !absl::SimpleAtoi(text, &stops)) stops = usual;
  return stops;
}

// Freezes `stopped` until its leases have been lost and other work has been
// done, then resumes it. False if the run ended meanwhile.
bool StandStillPastLeases(ServiceRun* run, const std::string& stopped, Rng* rng) {
  if (!run->AwaitStatus(
          [&](const v1::StatusReply& s) { return StatusOf(s, stopped).leases() > 0; })) {
    return false;
  }
  absl::SleepFor(absl::Milliseconds(300) * rng->Uniform());
  run->worker(stopped)->Signal(SIGSTOP);
  uint64_t done = ~uint64_t{0};
  const bool passed = run->AwaitStatus([&](const v1::StatusReply& s) {
    if (StatusOf(s, stopped).leases() > 0) return false;
    // Lost chunks wait at most a second, and are then granted first.
    done = std::min(done, DoneOf(s));
    return DoneOf(s) >= done + 10 * kPairsPerChunk;
  });
  run->worker(stopped)->Signal(SIGCONT);
  return passed;
}

TEST(ServiceFaults, AWorkerThatStoodStillPastItsLeasesIsRefused) {
  const Fingerprint seed = testing::TestFingerprint();
  Rng rng(seed, "stops");
  // Many chunks at once: each may be about to be submitted.
  const Workload workload = ServedRun(150, 6, 40);
  const std::string wanted = DigestLeftAlone(workload, seed);

  const uint64_t wanted_refusals = Stops(2);
  uint64_t refused = 0;
  int stops = 0;
  int runs = 0;
  while (refused < wanted_refusals && runs < 20) {
    ServiceRun run(workload, seed);
    run.StartCoordinator();
    run.StartWorker("still");
    run.StartWorker("busy");
    uint64_t in_this_run = 0;
    while (refused + in_this_run < wanted_refusals && StandStillPastLeases(&run, "still", &rng)) {
      ++stops;
      // Its pending submit arrives now, or it gave up by itself.
      const uint64_t before = in_this_run;
      run.AwaitStatus(
          [&](const v1::StatusReply& s) {
            in_this_run = Refused(s);
            return in_this_run > before;
          },
          absl::Seconds(1));
    }
    if (in_this_run > 0) {
      EXPECT_THAT(run.dir().ReadLog("still.log"), HasSubstr("leases were lost")) << run.Logs();
      const auto code = run.dir().Run({"status", run.address(), "--json"}, "status.json");
      if (code.ok() && *code == 0) {
        EXPECT_THAT(run.dir().ReadLog("status.json"), HasSubstr("\"stale_submits\":"));
      }
    }
    refused += in_this_run;
    run.Finish(wanted);
    ++runs;
    if (::testing::Test::HasFailure()) return;
  }
  std::cout << refused << " late submits refused, after " << stops << " stops in " << runs
            << " runs\n";
  EXPECT_GE(refused, wanted_refusals) << "no stop hit a worker that was about to submit";
}

// The rows that do not contain `word`, in a fixed order.
std::vector<std::string> RowsWithout(const RunDirectory& dir, absl::string_view word) {
  std::vector<std::string> rows;
  for (std::string& row : dir.Rows()) {
    if (!absl::StrContains(row, word)) rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

TEST(ServiceFaults, AChunkThatKillsItsWorkersIsQuarantinedAndNothingElseIs) {
  const Fingerprint seed = testing::TestFingerprint();
  Rng rng(seed, "poison");
  Workload workload = ServedRun(20, 2, 12);
  absl::StrReplaceAll({{"tokens_per_chunk: 2000", "max_per_document: 1"}}, &workload.rest);
  // A text with at least one accepted pair; otherwise its absence proves
  // nothing.
  std::optional<RunDirectory> left_alone;
  size_t of_poison = 0;
  for (int i = 0; i < 20 && of_poison == 0; ++i) {
    workload.more_documents = {testing::MakeText(&rng, 60, "The fugu cook")};
    left_alone.emplace(workload, seed);
    left_alone->ExpectSucceeds({"build", "spec.textproto"});
    of_poison = left_alone->Rows().size() - RowsWithout(*left_alone, "fugu").size();
  }
  ASSERT_GT(of_poison, 0u);
  const RunDirectory& whole = *left_alone;
  absl::StrAppend(&workload.performance, " scripted_crash_on: \"fugu\"");
  absl::StrReplaceAll({{"max_lost_attempts: 100", "max_lost_attempts: 3"}}, &workload.rest);

  ServiceRun run(workload, seed);
  run.StartCoordinator();
  const std::vector<std::string> names = {"ann", "bob"};
  for (const std::string& name : names) run.StartWorker(name);
  int deaths = 0;
  v1::StatusReply last;
  while (!run.AwaitStatus(
             [&](const v1::StatusReply& status) {
               last = status;
               return status.tasks().quarantined() > 0;
             },
             absl::Milliseconds(200)) &&
         !run.Ended() && deaths < 20) {
    for (const std::string& name : names) {
      const std::optional<int> code = run.worker(name)->Wait(absl::ZeroDuration());
      if (!code.has_value()) continue;
      EXPECT_EQ(*code, 128 + SIGABRT) << run.Logs();
      ++deaths;
      run.StartWorker(name);
    }
  }

  // Fewer if a lease expired on a stalled machine.
  EXPECT_GE(deaths, 1) << last.ShortDebugString() << "\n" << run.Logs();
  // Deaths of a worker that has delivered nothing yet do not count; each of two starts with
  // some.
  EXPECT_LE(deaths, 12) << last.ShortDebugString() << "\n" << run.Logs();
  EXPECT_EQ(last.tasks().quarantined(), kPairsPerChunk) << run.Logs();
  // Also listed for people, while others are in progress or once all is done.
  const std::string store = run.Ended() ? "run/store" : run.address();
  (void)run.dir().Run({"status", store}, "status.txt");
  EXPECT_THAT(run.dir().ReadLog("status.txt"), HasSubstr("quarantined"));
  ASSERT_TRUE(run.coordinator()->Wait(testing::kRunLimit).has_value()) << run.Logs();
  // Quarantined pairs have an exit code of their own.
  run.Finish(run.dir().ExportDigest(), /*exit_code=*/4);
  EXPECT_EQ(RowsWithout(run.dir(), "fugu"), RowsWithout(whole, "fugu"));
  EXPECT_EQ(RowsWithout(run.dir(), "fugu").size(), run.dir().Rows().size());
  run.dir().ExpectSucceeds({"status", "run/store", "--json"});
  EXPECT_THAT(run.dir().ReadLog(), HasSubstr(absl::StrCat("\"quarantined\":", kPairsPerChunk)));
}

// Sends SIGTERM and returns the exit code. stop_times_test measures how long it
// takes.
int ExitCodeOnTerm(ChildProcess* process) {
  process->Signal(SIGTERM);
  return process->Wait(testing::kRunLimit).value_or(-1);
}

// Two signals, the second one after the first was received.
int ExitCodeOnTermAndInt(ChildProcess* process) {
  process->SignalAndAwaitReceipt(SIGTERM);
  process->Signal(SIGINT);
  return process->Wait(testing::kRunLimit).value_or(-1);
}

TEST(ServiceFaults, AStoppedWorkerReleasesItsLeases) {
  const Fingerprint seed = testing::TestFingerprint();
  Workload workload = ServedRun(100, 2, 4);
  // No lease expires because the machine is busy.
  absl::StrReplaceAll({{"lease_ttl_s: 1 ", "lease_ttl_s: 60 "}}, &workload.rest);
  const std::string wanted = DigestLeftAlone(workload, seed);
  ServiceRun run(workload, seed);
  run.StartCoordinator();
  run.StartWorker("ann");
  ASSERT_TRUE(run.AwaitStatus([](const v1::StatusReply& s) {
    return StatusOf(s, "ann").leases() > 0;
  })) << run.Logs();

  // Twice, as if by a scheduler and by a script under it.
  run.worker("ann")->SignalAndAwaitReceipt(SIGTERM);
  EXPECT_EQ(ExitCodeOnTerm(run.worker("ann")), 0) << run.Logs();

  ASSERT_OK_AND_ASSIGN(const v1::StatusReply returned, run.Status());
  EXPECT_EQ(returned.tasks().leased(), 0) << run.Logs();
  EXPECT_EQ(returned.expired(), 0);
  run.StartWorker("ann");
  run.Finish(wanted);
}

TEST(ServiceFaults, AStopIsCleanAndASecondOneDoesNotWait) {
  const Fingerprint seed = testing::TestFingerprint();
  const Workload workload = ServedRun(100, 2, 4);
  const std::string wanted = DigestLeftAlone(workload, seed);
  ServiceRun run(workload, seed);
  const auto has_leases = [](const v1::StatusReply& s) { return StatusOf(s, "ann").leases() > 0; };

  // The coordinator ends while a worker is working, and resumes later. A worker
  // whose coordinator is gone still ends.
  run.StartCoordinator();
  run.StartWorker("ann");
  ASSERT_TRUE(run.AwaitStatus(has_leases)) << run.Logs();
  EXPECT_EQ(ExitCodeOnTerm(run.coordinator()), 130) << run.Logs();
  EXPECT_EQ(ExitCodeOnTerm(run.worker("ann")), 0) << run.Logs();

  // A worker whose coordinator is frozen would wait, and end with 0; a SIGINT
  // ends it.
  run.StartCoordinator();
  run.StartWorker("ann");
  // Its own leases, not its predecessor's.
  ASSERT_TRUE(run.AwaitStatus([&](const v1::StatusReply& s) {
    return has_leases(s) && s.granted() > 0;
  })) << run.Logs();
  run.coordinator()->Signal(SIGSTOP);
  EXPECT_EQ(ExitCodeOnTermAndInt(run.worker("ann")), 130) << run.Logs();
  run.coordinator()->Signal(SIGCONT);

  EXPECT_EQ(ExitCodeOnTermAndInt(run.coordinator()), 130) << run.Logs();

  // Earlier work still counts.
  run.StartCoordinator();
  run.StartWorker("ann");
  EXPECT_TRUE(run.AwaitStatus([](const v1::StatusReply& s) {
    return s.tasks().planned() > 0 &&
           DoneOf(s) + s.tasks().leased() + s.tasks().pending() == s.tasks().planned();
  })) << run.Logs();
  run.Finish(wanted);
}

struct Footprint {
  int64_t files = 0;
  int64_t resident_kib = 0;
};

Footprint FootprintOf(pid_t pid) {
  Footprint footprint;
  const auto files = ExpandInputs(absl::StrCat("/proc/", pid, "/fd/*"));
  if (files.ok()) footprint.files = static_cast<int64_t>(files->size());
  const auto status = ReadFile(absl::StrCat("/proc/", pid, "/status"), 1 << 16);
  for (absl::string_view line : absl::StrSplit(status.value_or(""), '\n')) {
    if (!absl::ConsumePrefix(&line, "VmRSS:")) continue;
    line = absl::StripSuffix(absl::StripAsciiWhitespace(line), " kB");
    EXPECT_TRUE(absl::SimpleAtoi(absl::StripAsciiWhitespace(line), &footprint.resident_kib));
  }
  return footprint;
}

TEST(ServiceFaults, ACoordinatorHoldsNothingOfConnectionsThatHaveGone) {
  const Fingerprint seed = testing::TestFingerprint();
  const Workload workload = ServedRun(100, 2, 8);
  const std::string wanted = DigestLeftAlone(workload, seed);
  ServiceRun run(workload, seed);
  run.StartCoordinator();
  run.StartWorker("ann");
  ASSERT_TRUE(run.AwaitStatus([](const v1::StatusReply& s) { return DoneOf(s) > 0; }));
  const auto connect = [&](int times) {
    for (int i = 0; i < times; ++i) {
      pipelines::GrpcClientOptions options;
      options.address = run.address();
      options.give_up_after = absl::ZeroDuration();
      ASSERT_OK_AND_ASSIGN(auto client, pipelines::GrpcCoordinatorClient::Create(options));
      ASSERT_OK(client->Status().status());
    }
  };

  connect(100);
  const Footprint before = FootprintOf(run.coordinator()->pid());
  connect(900);
  // Connections are torn down a little after their clients have gone; two minutes
  // are for a busy machine.
  Footprint after;
  for (int i = 0; i < 6000; ++i) {
    after = FootprintOf(run.coordinator()->pid());
    if (after.files <= before.files + 5) break;
    absl::SleepFor(absl::Milliseconds(20));
  }

  EXPECT_GT(before.files, 5);
  EXPECT_LE(after.files, before.files + 5);
// The sanitizers keep freed memory, or shadows of it.
#if !defined(__SANITIZE_ADDRESS__) && !defined(QUIPU_UNDER_TSAN)
  EXPECT_LE(after.resident_kib, before.resident_kib + 16 * 1024);
#endif
  std::cout << "after 100 and 1,000 connections: " << before.files << " and " << after.files
            << " files, " << before.resident_kib << " and " << after.resident_kib << " KiB\n";
  run.Finish(wanted);
}

}  // namespace
}  // namespace quipu
