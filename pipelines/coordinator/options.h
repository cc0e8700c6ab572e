// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How a coordinator runs: its clock, leases and secret, earlier counts from the
// store, and callbacks for what it stores.
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

// The results of a run and its engines' counters.
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
  // Whether workers of an earlier start may still be working, so that their
  // leases stay valid until they expire. A build's workers died with it.
  bool workers_outlive_it = true;
  // The spec that workers get: the current one, whose behaviour fields are the
  // run's. Default: the header's.
  std::optional<v1::RunSpec> spec;
  // The store's counts so far, for Status.
  RunFigures before;
  // What Status reports beside the coordinator's own counts: corpus, model,
  // stages.
  v1::StatusReply run;
  // Whether workers' results can be compared byte for byte, which is false for
  // a remote engine. If false, nothing is audited.
  bool reproducible = true;
  // Called for every stored result, without locks.
  std::function<void(bool accepted)> on_result;
  // Called for every stored result that is taken out again, because an audit
  // found that a worker lied, without locks. Its task gets another result.
  std::function<void(bool accepted)> on_removed;
  // Called after every written group, without locks, with the wait of its
  // oldest submit until it was durable, and the number of its results.
  std::function<void(absl::Duration latency, int results)> on_commit;
  // Returns this many random bytes, for session ids; the simulation replaces
  // it.
  std::function<std::string(size_t)> random_bytes;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_OPTIONS_H_
