// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Bad networks between the workers of a run and its coordinator: each fault of
// tests/support/tcp_proxy in turn, during the work. After a fault, work resumes
// within seconds. Every task has one result, and the dataset has the bytes of
// an undisturbed build.
//
// QUIPU_PARTITION_ROUNDS sets the number of rounds over all faults
// (tests/soak/partitions.sh: 20).
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/crash/run_directory.h"
#include "tests/crash/service_run.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/tcp_proxy.h"

namespace quipu {
namespace {

using testing::DigestLeftAlone;
using testing::DoneOf;
using testing::ServiceRun;
using testing::TcpProxy;
using testing::Workload;
using Mode = testing::TcpProxy::Mode;

constexpr absl::Duration kTtl = absl::Seconds(1);
// From the end of a fault to the next result takes a lease's lifetime, a
// waiting retry (backoff, reconnection) and the work itself: a second or two. A
// stalled disk adds its delay.
constexpr absl::Duration kBackLimit = absl::Minutes(1);

struct Fault {
  std::string name;
  TcpProxy::Behaviour behaviour;
  absl::Duration lasts;
};

TcpProxy::Behaviour Delay(absl::Duration delay) {
  TcpProxy::Behaviour behaviour{Mode::kDelay};
  behaviour.delay = delay;
  return behaviour;
}

TcpProxy::Behaviour Trickle(int64_t bytes_per_second) {
  TcpProxy::Behaviour behaviour{Mode::kTrickle};
  behaviour.bytes_per_second = bytes_per_second;
  return behaviour;
}

TcpProxy::Behaviour Cut(int64_t after) {
  TcpProxy::Behaviour behaviour{Mode::kCut};
  behaviour.cut_after = after;
  return behaviour;
}

// The shortest fault lasts longer than a poll of the status, the longest one
// longer than a lease.
std::vector<Fault> AllFaults(Rng* rng) {
  return {
      {"delay", Delay(absl::Milliseconds(700)), absl::Seconds(3)},
      {"trickle", Trickle(2000), absl::Seconds(2)},
      {"black hole", {Mode::kBlackhole}, absl::Seconds(2.5)},
      {"drop", {Mode::kDrop}, absl::Seconds(1)},
      {"cut", Cut(static_cast<int64_t>(rng->Below(3000)) + 1), absl::Seconds(1)},
      {"half-close to the client", {Mode::kHalfCloseToClient}, absl::Seconds(1)},
      {"half-close to the server", {Mode::kHalfCloseToServer}, absl::Seconds(1)},
      {"drop, then refuse", {Mode::kRefuse}, absl::Seconds(1)},
  };
}

int Rounds() {
  const char* text = std::getenv("QUIPU_PARTITION_ROUNDS");
  int rounds = 1;
  if (text != nullptr && !absl::SimpleAtoi(text, &rounds)) rounds = 1;
  return rounds;
}

Workload ServedRun() {
  Workload workload;
  workload.engine = "kind: SCRIPTED";
  workload.documents = 24;
  workload.sentences = 160;
  workload.performance = "scripted_latency_ms: 150 chunks_in_flight: 2";
  workload.rest = absl::StrCat(
      "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 2000 }\n"
      "service { lease_ttl_s: ",
      absl::ToInt64Seconds(kTtl), " max_lost_attempts: 100 audit_share: 0 }\n");
  return workload;
}

// A run whose workers reach their coordinator through a proxy.
struct FarRun {
  FarRun(const Workload& workload, const Fingerprint& seed) : run(workload, seed) {
    auto started = TcpProxy::Start(run.address());
    EXPECT_OK(started.status());
    if (!started.ok()) return;
    proxy = *std::move(started);
    run.StartCoordinator();
    run.StartWorker("ann", proxy->address());
    run.StartWorker("bob", proxy->address());
  }

  // Waits for one more result; false if the run ended instead.
  bool AwaitProgress(absl::Duration limit) {
    uint64_t before = ~uint64_t{0};
    return run.AwaitStatus(
        [&](const v1::StatusReply& status) {
          before = std::min(before, DoneOf(status));
          return DoneOf(status) > before;
        },
        limit);
  }

  // Starts and ends the fault; measures the time from then to the next result.
  // False if the run ended.
  bool Suffer(const Fault& fault, absl::Duration* back) {
    if (!AwaitProgress(kBackLimit)) return false;
    if (fault.behaviour.mode == Mode::kRefuse) proxy->Set({Mode::kDrop});
    proxy->Set(fault.behaviour);
    absl::SleepFor(fault.lasts);
    proxy->Set({Mode::kPass});
    const absl::Time over = absl::Now();
    const bool goes_on = AwaitProgress(kBackLimit);
    *back = absl::Now() - over;
    EXPECT_TRUE(goes_on || run.Ended())
        << "nothing came in the " << kBackLimit << " after: " << fault.name << "\n"
        << run.Logs();
    return goes_on;
  }

  ServiceRun run;
  std::unique_ptr<TcpProxy> proxy;
};

TEST(ServicePartition, EveryFaultIsGotOverWithTheSameBytes) {
  const Fingerprint seed = testing::TestFingerprint();
  Rng rng(seed, "faults");
  const std::string wanted = DigestLeftAlone(ServedRun(), seed);
  std::vector<Fault> left;
  for (int i = 0; i < Rounds(); ++i) {
    std::vector<Fault> faults = AllFaults(&rng);
    for (size_t at = faults.size(); at > 1; --at) std::swap(faults[at - 1], faults[rng.Below(at)]);
    left.insert(left.end(), faults.begin(), faults.end());
  }

  const size_t all = left.size();
  size_t runs = 0;
  absl::Duration longest;
  // A run that ends before all faults have been injected is compared, and
  // another one started.
  while (!left.empty() && runs < all + 5) {
    FarRun far(ServedRun(), seed);
    while (!left.empty()) {
      absl::Duration back;
      if (!far.Suffer(left.back(), &back)) break;
      std::cout << left.back().name << ": the next result came after "
                << absl::FormatDuration(absl::Trunc(back, absl::Milliseconds(1))) << "\n";
      longest = std::max(longest, back);
      left.pop_back();
    }
    far.run.Finish(wanted);
    ++runs;
    if (HasFailure()) return;
  }
  std::cout << all - left.size() << " faults in " << runs << " runs; the longest way back took "
            << absl::FormatDuration(longest) << "\n";
  EXPECT_TRUE(left.empty()) << "too many runs ended before a fault was injected";
}

// A submit sent into a black hole arrives after its chunk was granted to
// another worker.
TEST(ServicePartition, ASubmitThatArrivesAfterItsLeaseIsRefused) {
  const Fingerprint seed = testing::TestFingerprint();
  const std::string wanted = DigestLeftAlone(ServedRun(), seed);
  const auto have_leases = [](const v1::StatusReply& s) {
    return testing::StatusOf(s, "ann").leases() > 0 && testing::StatusOf(s, "bob").leases() > 0;
  };

  uint64_t refused = 0;
  // A worker may notice in time, and a run may end: then again.
  for (int runs = 0; runs < 5 && refused == 0; ++runs) {
    FarRun far(ServedRun(), seed);
    far.run.StartWorker("near");
    while (refused == 0 && far.run.AwaitStatus(have_leases)) {
      far.proxy->Set({Mode::kBlackhole});
      uint64_t done = ~uint64_t{0};
      const bool others_worked = far.run.AwaitStatus([&](const v1::StatusReply& s) {
        if (testing::StatusOf(s, "ann").leases() + testing::StatusOf(s, "bob").leases() > 0) {
          return false;
        }
        done = std::min(done, DoneOf(s));
        return DoneOf(s) >= done + 32;  // From the worker that is not cut off.
      });
      far.proxy->Set({Mode::kPass});
      if (!others_worked) break;
      far.run.AwaitStatus(
          [&](const v1::StatusReply& s) {
            refused = s.stale_submits() + s.duplicates();
            return refused > 0;
          },
          absl::Seconds(3));
    }
    far.run.Finish(wanted);
    if (HasFailure()) return;
  }

  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace quipu
