// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How a coordinator runs: its clock, leases and secret, what its store has
// counted before, and who is told of what it stores.
//
//   CoordinatorOptions options;
//   options.secret = RandomBytes(32);
//   options.leases = LeaseOptionsOf(spec.service());
//
// Plain data, thread-compatible.
#ifndef QUIPU_PIPELINES_COORDINATOR_OPTIONS_H_
#define QUIPU_PIPELINES_COORDINATOR_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "base/clock.h"
#include "pipelines/lease/types.h"
#include "protos/coordinator.pb.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

// Results of a run and the work of its engines.
struct RunFigures {
  uint64_t accepted = 0;
  std::map<v1::RejectReason, uint64_t> rejects_by_reason;
  v1::EngineCounters work;
};

struct CoordinatorOptions {
  Clock* clock = Clock::Real();
  LeaseOptions leases;
  // Key of the tickets' HMAC, 32 bytes or more.
  std::string secret;
  int max_invalid_results = 10;
  // Whether workers of an earlier start may still be at work, so that its leases
  // are good until they end. Those of a build died with it.
  bool workers_outlive_it = true;
  // What workers are told: the spec as it is given now, whose behaviour is the
  // run's. Default: the header's.
  std::optional<v1::RunSpec> spec;
  // What the store has counted so far, for Status.
  RunFigures before;
  // What Status tells of the run beside what the coordinator counts: corpus, model,
  // stages.
  v1::StatusReply run;
  // Whether workers' results can be compared byte for byte: not those of a
  // remote engine. If they cannot, nothing is audited.
  bool reproducible = true;
  // Called for every result that was stored, without locks.
  std::function<void(bool accepted)> on_result;
  // Called after every group that was written, without locks: how long its
  // oldest submit had waited when it was durable, and its results.
  std::function<void(absl::Duration latency, int results)> on_commit;
  // Draws sessions; replaced by the simulation. Returns so many random bytes.
  std::function<std::string(size_t)> random_bytes;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_OPTIONS_H_
