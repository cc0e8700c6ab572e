// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The metrics of a coordinator and a worker for Prometheus: names, types,
// values. docs/operations.md lists them; server.h serves them over HTTP.
//
//   CommitMetrics commits;
//   options.on_commit = [&](absl::Duration d, int n) { commits.Observe(d, n); };
//   const std::vector<prometheus::MetricFamily> families =
//       CoordinatorFamilies(coordinator->Status(), commits);
//
// Counters begin at 0 with the process, except the engine's counters of a run,
// which the store keeps. A value that may decrease is a gauge: withdrawing a
// result after an audit makes its task pending again. A coordinator's metrics
// have no label with a worker's name, so ten thousand workers take no more
// lines than one. Functions are pure.
#ifndef QUIPU_PIPELINES_METRICS_METRICS_H_
#define QUIPU_PIPELINES_METRICS_METRICS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "inference/engine.h"
#include "prometheus/metric_family.h"
#include "protos/coordinator.pb.h"

namespace quipu::pipelines {

// Latencies of commits and their numbers of results. Thread-safe.
class CommitMetrics {
 public:
  CommitMetrics();
  ~CommitMetrics();

  void Observe(absl::Duration latency, int results);
  // quipu_commit_latency_seconds and quipu_commit_results.
  std::vector<prometheus::MetricFamily> Collect() const;
  uint64_t results() const;

 private:
  struct Histograms;
  const std::unique_ptr<Histograms> histograms_;
};

std::vector<prometheus::MetricFamily> CoordinatorFamilies(const v1::StatusReply& status,
                                                          const CommitMetrics& commits);

// The figures of one worker since its start.
struct WorkerFigures {
  std::string run_id;  // 16 bytes, or empty.
  std::string worker;
  uint64_t chunks_held = 0;  // Leased now.
  uint64_t chunks_taken = 0;
  uint64_t leases_lost = 0;
  uint64_t stored = 0;
  uint64_t duplicate = 0;
  uint64_t conflict = 0;
  uint64_t stale = 0;
  uint64_t invalid = 0;
  inference::EngineStats engine;
};

std::vector<prometheus::MetricFamily> WorkerFamilies(const WorkerFigures& figures);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_METRICS_METRICS_H_
