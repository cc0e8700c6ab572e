// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A service whose time of day, the coordinator's and the workers', is set up to ten years ahead
// and back, ten times a second. No lease expires but those of a killed worker, those do, and the
// bytes are those of a build.
//
// QUIPU_CLOCK_RUNS sets how many runs each test has (1).
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "base/thread.h"
#include "gtest/gtest.h"
#include "tests/crash/run_directory.h"
#include "tests/crash/service_run.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using testing::DigestLeftAlone;
using testing::DoneOf;
using testing::ServiceRun;
using testing::StatusOf;
using testing::Workload;

constexpr absl::Duration kPeriod = absl::Milliseconds(100);
constexpr int64_t kMostSeconds = int64_t{10} * 365 * 86400;

Workload ServedRun(int lease_ttl_s) {
  Workload workload;
  workload.engine = "kind: SCRIPTED";
  workload.documents = 2;
  workload.sentences = 160;
  workload.performance = "scripted_latency_ms: 40 chunks_in_flight: 3";
  workload.rest = absl::StrCat(
      "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 2000 }\n"
      "service { audit_share: 0 lease_ttl_s: ",
      lease_ttl_s, " }\n");
  return workload;
}

int Runs() {
  const char* text = std::getenv("QUIPU_CLOCK_RUNS");
  int runs = 1;
  return text != nullptr && absl::SimpleAtoi(text, &runs) ? runs : 1;
}

// A time of day for programs, another one every tenth of a second.
class JumpingClock {
 public:
  // `path`: of a file for the shift.
  JumpingClock(std::string path, const Fingerprint& seed)
      : path_(std::move(path)), rng_(seed, "clock") {
    EXPECT_OK(WriteFileAtomic(path_, std::string(sizeof(int64_t), '\0')));
    shift_ = SharedFile(path_);
    auto thread = Thread::Start("clock", [this] { Run(); });
    EXPECT_OK(thread.status());
    if (thread.ok()) thread_ = *std::move(thread);
  }
  ~JumpingClock() {
    stop_.Notify();
    thread_.Join();
    munmap(shift_, sizeof(int64_t));
  }
  JumpingClock(const JumpingClock&) = delete;
  JumpingClock& operator=(const JumpingClock&) = delete;

  // Quipu with this time of day, for SetProgram.
  std::vector<std::string> Program() const {
    return {"/usr/bin/env", "QUIPU_CLOCK_SHIFT_FILE=" + path_,
            testing::TestProgram("tests/crash/quipu_with_shifted_clock")};
  }
  int jumps() const { return jumps_; }

 private:
  static int64_t* SharedFile(const std::string& path) {
    const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
    void* const map =
        mmap(nullptr, sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, /*offset=*/0);
    EXPECT_NE(map, MAP_FAILED);
    close(fd);
    return static_cast<int64_t*>(map);
  }

  void Run() {
    while (!stop_.WaitForNotificationWithTimeout(kPeriod)) {
      const int64_t shift = static_cast<int64_t>(rng_.Below(2 * kMostSeconds)) - kMostSeconds;
      __atomic_store_n(shift_, shift, __ATOMIC_RELAXED);
      ++jumps_;
    }
  }

  const std::string path_;
  Rng rng_;
  int64_t* shift_ = nullptr;
  std::atomic<int> jumps_{0};
  absl::Notification stop_;
  Thread thread_;
};

TEST(ClockJumps, ExpireNoLease) {
  const Fingerprint seed = testing::TestFingerprint();
  const Workload workload = ServedRun(60);
  const std::string wanted = DigestLeftAlone(workload, seed);
  int jumps = 0;
  for (int i = 0; i < Runs() && !HasFailure(); ++i) {
    ServiceRun run(workload, seed);
    const JumpingClock clock(run.dir().Path("shift"), seed);
    run.SetProgram(clock.Program());
    run.StartCoordinator();
    run.StartWorker("ann");
    run.StartWorker("bob");
    ASSERT_TRUE(run.AwaitStatus([](const v1::StatusReply& s) { return DoneOf(s) > 0; }))
        << run.Logs();
    run.coordinator()->Kill();
    run.StartCoordinator();
    uint64_t expired = 0;
    // Until the run is done and the coordinator ends.
    EXPECT_FALSE(run.AwaitStatus([&](const v1::StatusReply& status) {
      expired = std::max(expired, status.expired());
      return false;
    }));
    run.Finish(wanted);
    EXPECT_EQ(expired, 0u) << run.Logs();
    jumps += clock.jumps();
  }
  std::cout << Runs() << " runs, the clock was set " << jumps << " times\n";
}

TEST(ClockJumps, KeepNoLeaseOfADeadWorker) {
  const Fingerprint seed = testing::TestFingerprint();
  const Workload workload = ServedRun(2);
  const std::string wanted = DigestLeftAlone(workload, seed);
  for (int i = 0; i < Runs() && !HasFailure(); ++i) {
    ServiceRun run(workload, seed);
    const JumpingClock clock(run.dir().Path("shift"), seed);
    run.SetProgram(clock.Program());
    run.StartCoordinator();
    run.StartWorker("bob");
    ASSERT_TRUE(run.AwaitStatus([](const v1::StatusReply& s) {
      return StatusOf(s, "bob").leases() > 0;
    })) << run.Logs();
    run.worker("bob")->Kill();
    EXPECT_TRUE(run.AwaitStatus([](const v1::StatusReply& s) { return s.expired() > 0; }))
        << run.Logs();
    run.StartWorker("ann");
    run.StartWorker("bob");
    run.Finish(wanted);
  }
}

}  // namespace
}  // namespace quipu
