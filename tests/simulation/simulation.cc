// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/simulation.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "tests/simulation/event_queue.h"
#include "tests/simulation/host.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/memory_run_store.h"
#include "tests/simulation/network.h"
#include "tests/simulation/scripted_run.h"
#include "tests/simulation/sim_worker.h"
#include "tests/simulation/trace.h"

namespace quipu::simulation {
namespace {

// Time within which a run has to end after faults have stopped.
constexpr absl::Duration kMostCalmTime = absl::Minutes(8);
constexpr uint64_t kMostEvents = 3'000'000;
constexpr int kLeastWorkers = 4;

class Simulation {
 public:
  explicit Simulation(const SimulationOptions& options)
      : options_(options),
        key_(FingerprintBuilder("simulation").Add(options.seed).Build()),
        rng_(key_, "world"),
        trace_(&queue_, options.keep_trace),
        network_(&queue_, Rng(key_, "network")) {
    Rng plan(key_, "plan");
    disk_.emplace(ScriptedHeader(), ScriptedPlan(plan, options.tasks));
    const int workers = kLeastWorkers + static_cast<int>(rng_.Below(3));
    if (rng_.Below(3) == 0) poison_ = static_cast<int>(rng_.Below(disk_->chunks().size()));
    if (rng_.Below(3) == 0) liar_ = static_cast<int>(rng_.Below(workers));
    const pipelines::CoordinatorOptions coordinator = DrawCoordinator();
    judge_.emplace(&*disk_, coordinator.leases, liar_ < 0 ? "" : NameOf(liar_), poison_);
    host_.emplace(&queue_, &network_, &trace_, &*judge_, &*disk_, Rng(key_, "host"), coordinator);
    for (int number = 0; number < workers; ++number) AddWorker(number);
    DrawFaults();
  }

  Outcome Run() {
    host_->Boot();
    for (const auto& worker : workers_) worker->Boot();
    RunUntilDone();
    host_->Count();
    Outcome outcome;
    outcome.restarted = host_->starts() > 1;
    outcome.power_lost = host_->power_losses() > 0;
    if (host_->Done()) CheckDoneAfterPowerLoss();
    outcome.violations = judge_->violations();
    outcome.trace_hash = trace_.hash();
    outcome.trace = trace_.text();
    outcome.virtual_time = queue_.now();
    outcome.events = queue_.events();
    outcome.coordinator_starts = host_->starts();
    outcome.liar = liar_ >= 0;
    outcome.caught = judge_->caught();
    outcome.poison = poison_ >= 0;
    outcome.withdrawn = judge_->withdrawn();
    outcome.poison_quarantined = judge_->poison_quarantined();
    outcome.commit_failed = host_->commits_failed() > 0;
    outcome.commit_killed = host_->commits_killed() > 0;
    return outcome;
  }

 private:
  static std::string NameOf(int worker) { return absl::StrCat("worker-", worker); }

  absl::Duration Moment(absl::Duration most) { return most * rng_.Uniform(); }

  pipelines::CoordinatorOptions DrawCoordinator() {
    pipelines::CoordinatorOptions options;
    options.secret = std::string(32, 's');
    options.leases.key = key_;
    options.leases.ttl = absl::Seconds(4 + rng_.Below(8));
    options.leases.max_attempt = absl::Seconds(40);
    options.leases.backoff_first = absl::Milliseconds(500);
    options.leases.backoff_most = absl::Seconds(8);
    options.leases.max_lost_attempts = 3;
    options.leases.max_failed_attempts = 6;
    options.leases.pause_window = 50;
    options.leases.pause_reject_share = 1.5;  // Never: three of four are rejects here.
    options.leases.max_leases_per_worker = 1 + static_cast<int>(rng_.Below(16));
    constexpr double kShares[] = {0, 0.3, 1};
    options.leases.audit_share = liar_ >= 0 && rng_.Below(2) == 0 ? 1 : kShares[rng_.Below(3)];
    return options;
  }

  void AddWorker(int number) {
    WorkerTraits traits;
    traits.name = NameOf(number);
    traits.capacity = 1 + static_cast<int>(rng_.Below(6));
    traits.lies = number == liar_;
    traits.stubborn = rng_.Below(3) == 0;
    traits.submit_early = rng_.Below(2) == 0 ? 0 : rng_.Uniform();
    traits.fails = rng_.Below(3) == 0 ? 0.1 * rng_.Uniform() : 0;
    traits.returns = rng_.Below(3) == 0 ? 0.1 * rng_.Uniform() : 0;
    traits.poison = poison_;
    workers_.push_back(std::make_unique<SimWorker>(number, traits, &queue_, &*host_, &trace_,
                                                   Rng(key_, absl::StrCat("worker ", number)),
                                                   &*disk_));
  }

  // All faults, and the time after which there are none.
  void DrawFaults() {
    const bool quiet = rng_.Below(8) == 0;
    faults_end_ = quiet ? absl::ZeroDuration() : absl::Seconds(10) + Moment(absl::Seconds(60));
    queue_.After(faults_end_, [this] { Calm(); });
    if (quiet) return;
    const bool rough = rng_.Below(2) == 0;
    network_.SetWeather({.lose = rough ? 0.1 * rng_.Uniform() : 0,
                         .duplicate = 0.2 * rng_.Uniform(),
                         .ghost = 0.05 * rng_.Uniform(),
                         .most_delay = Moment(absl::Milliseconds(rough ? 2000 : 50))});
    host_->SetTroubles({.fail = rng_.Below(3) == 0 ? 0.02 * rng_.Uniform() : 0,
                        .crash = rng_.Below(2) == 0 ? 0.03 * rng_.Uniform() : 0});
    for (uint64_t n = rng_.Below(6); n > 0; --n) {
      const bool power = rng_.Below(2) == 0;
      queue_.After(Moment(faults_end_), [this, power] { host_->Kill(power); });
    }
    for (uint64_t n = rng_.Below(10); n > 0; --n) DrawWorkerFault();
  }

  void DrawWorkerFault() {
    const int number = static_cast<int>(rng_.Below(workers_.size()));
    const absl::Duration length = Moment(absl::Seconds(30));
    const uint64_t kind = rng_.Below(3);
    queue_.After(Moment(faults_end_), [this, number, length, kind] {
      trace_.Note("worker fault", number, kind);
      if (kind == 0) workers_[number]->Crash();
      if (kind == 1) workers_[number]->Freeze(length);
      if (kind == 2) network_.Cut(number, length);
    });
  }

  void Calm() {
    trace_.Note("calm");
    host_->Count();
    network_.SetWeather({});
    network_.HealAll();
    host_->SetTroubles({});
    for (const auto& worker : workers_) {
      worker->Thaw();
      worker->Calm();
    }
  }

  void RunUntilDone() {
    while (!host_->Done()) {
      if (!queue_.RunOne()) return judge_->Violation("no events are left");
      if (queue_.events() > kMostEvents) return judge_->Violation("too many events");
      if (queue_.now() > faults_end_ + kMostCalmTime) {
        return judge_->Violation(absl::StrCat("not done ", absl::FormatDuration(kMostCalmTime),
                                              " after faults stopped"));
      }
    }
    trace_.Note("done");
  }

  // A run that is done stays done.
  void CheckDoneAfterPowerLoss() {
    judge_->Finish();
    host_->SetTroubles({});
    host_->Kill(true);
    host_->Boot();
    if (!host_->Done()) judge_->Violation("done, and not done after the power was lost");
    judge_->Finish();
    host_->Count();
  }

  const SimulationOptions options_;
  const Fingerprint key_;
  Rng rng_;
  EventQueue queue_;
  Trace trace_;
  Network network_;
  int poison_ = -1;
  int liar_ = -1;
  absl::Duration faults_end_;
  std::optional<MemoryDisk> disk_;
  std::optional<Judge> judge_;
  std::optional<Host> host_;
  std::vector<std::unique_ptr<SimWorker>> workers_;
};

}  // namespace

Outcome Simulate(const SimulationOptions& options) { return Simulation(options).Run(); }

}  // namespace quipu::simulation
