// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A whole run in one thread and virtual time: a real coordinator on a run store
// in memory, workers, a network, and all their faults, drawn from one seed.
// README.md lists the faults.
//
//   const Outcome outcome = Simulate({.seed = 7});
//   EXPECT_THAT(outcome.violations, IsEmpty());
#ifndef QUIPU_TESTS_SIMULATION_SIMULATION_H_
#define QUIPU_TESTS_SIMULATION_SIMULATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace quipu::simulation {

struct SimulationOptions {
  uint64_t seed = 0;
  int tasks = 200;
  bool keep_trace = false;
};

struct Outcome {
  std::vector<std::string> violations;
  uint64_t trace_hash = 0;
  std::string trace;
  absl::Duration virtual_time;
  uint64_t events = 0;
  int coordinator_starts = 0;
  // What was drawn.
  bool liar = false;
  bool poison = false;
  // The faults that took effect during the run.
  bool caught = false;              // The liar was quarantined.
  bool withdrawn = false;           // Its results were withdrawn.
  bool poison_quarantined = false;  // Tasks of the poison chunk were quarantined.
  bool restarted = false;           // The coordinator, before the run was done.
  bool power_lost = false;          // The coordinator's machine, before the run was done.
  bool commit_failed = false;       // With an error, written or not.
  bool commit_killed = false;       // The coordinator died in a commit.
};

Outcome Simulate(const SimulationOptions& options);

}  // namespace quipu::simulation

#endif  // QUIPU_TESTS_SIMULATION_SIMULATION_H_
