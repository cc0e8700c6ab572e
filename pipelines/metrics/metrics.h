// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a coordinator and a worker show to Prometheus: names, types, values.
// docs/operations.md has the list; metrics_server shows it over HTTP.
//
//   CommitMetrics commits;
//   options.on_commit = [&](absl::Duration d, int n) { commits.Observe(d, n);
//   }; std::vector<prometheus::MetricFamily> families =
//       CoordinatorFamilies(coordinator->Status(), commits);
//
// A counter begins at 0 with the process, but those of the engine of a run,
// which the store remembers. What may go down is a gauge: results that were
// taken back are pending again. No label is a worker's name, so that ten
// thousand workers are as many lines as one. Functions are pure.
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

// How long commits took and how many results they had. Thread-safe.
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

// What one worker has done since it started.
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
