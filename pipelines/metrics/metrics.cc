// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/metrics/metrics.h"

#include <prometheus/histogram.h>

#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "pipelines/core/names.h"
#include "pipelines/core/version.h"

namespace quipu::pipelines {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// A synced write takes about 4 ms; the target for its 99th percentile is 50 ms.
const std::vector<double> kLatencyBounds = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
                                            0.2,   0.5,   1,     2,    5,    10};
// A group has at most 512.
const std::vector<double> kResultBounds = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

// Adds families to a list in the order in which they are shown.
class Families {
 public:
  // Sets the value of the newest family, with or without a label.
  Families& Value(double value) { return Labelled({}, value); }
  Families& Value(absl::string_view name, absl::string_view label, double value) {
    return Labelled({{std::string(name), std::string(label)}}, value);
  }
  Families& Labelled(std::vector<ClientMetric::Label> labels, double value) {
    MetricFamily& family = list_.back();
    ClientMetric metric;
    metric.label = std::move(labels);
    if (family.type == MetricType::Counter) {
      metric.counter.value = value;
    } else {
      metric.gauge.value = value;
    }
    family.metric.push_back(std::move(metric));
    return *this;
  }
  Families& Gauge(absl::string_view name, absl::string_view help) {
    return Begin(MetricType::Gauge, name, help);
  }
  Families& Counter(absl::string_view name, absl::string_view help) {
    return Begin(MetricType::Counter, name, help);
  }
  void Append(std::vector<MetricFamily> more) {
    for (MetricFamily& family : more) list_.push_back(std::move(family));
  }
  std::vector<MetricFamily> Take() { return std::move(list_); }

 private:
  Families& Begin(MetricType type, absl::string_view name, absl::string_view help) {
    MetricFamily family;
    family.name = std::string(name);
    family.help = std::string(help);
    family.type = type;
    list_.push_back(std::move(family));
    return *this;
  }

  std::vector<MetricFamily> list_;
};

void AddBuild(absl::string_view role, absl::string_view version, Families* out) {
  out->Gauge("quipu_build_info", "Always 1; labels: the program's version and role")
      .Labelled({{"version", std::string(version)}, {"role", std::string(role)}}, 1);
}

void AddTasks(const v1::StatusReply& status, Families* out) {
  const v1::TaskCounts& tasks = status.tasks();
  out->Gauge("quipu_tasks", "Tasks by state; the states add up to quipu_tasks_planned")
      .Value("state", "accepted", tasks.accepted())
      .Value("state", "rejected", tasks.rejected())
      .Value("state", "leased", tasks.leased())
      .Value("state", "pending", tasks.pending());
  out->Gauge("quipu_tasks_planned", "Planned tasks of the run").Value(tasks.planned());
  out->Gauge("quipu_tasks_quarantined", "Tasks rejected because their chunk is quarantined")
      .Value(tasks.quarantined());
  out->Gauge("quipu_rejects", "Rejected tasks by reason");
  const std::map<std::string, uint64_t> by_reason(status.rejects_by_reason().begin(),
                                                  status.rejects_by_reason().end());
  for (const auto& [reason, count] : by_reason) {
    out->Value("reason", absl::AsciiStrToLower(reason), count);
  }
}

void AddLeases(const v1::StatusReply& status, Families* out) {
  uint64_t leases = 0, connected = 0, quarantined = 0;
  for (const v1::WorkerStatus& worker : status.workers()) {
    leases += worker.leases();
    connected += worker.connected() ? 1 : 0;
    quarantined += worker.quarantined().empty() ? 0 : 1;
  }
  out->Gauge("quipu_workers_known", "Workers seen since the start").Value(status.workers_size());
  out->Gauge("quipu_workers_connected", "Workers with a live session").Value(connected);
  out->Gauge("quipu_workers_quarantined", "Quarantined workers").Value(quarantined);
  out->Gauge("quipu_leases", "Open leases, audits included").Value(leases);
  out->Counter("quipu_leases_granted_total", "Leases granted").Value(status.granted());
  out->Counter("quipu_leases_expired_total", "Leases expired or lost").Value(status.expired());
  out->Counter("quipu_stale_submits_total",
               "Submits under a lease that was since granted to another worker")
      .Value(status.stale_submits());
  out->Counter("quipu_audits_total",
               "Finished audits (a second worker repeats a chunk), by verdict")
      .Value("verdict", "passed", status.audits_passed())
      .Value("verdict", "failed", status.audits_failed());
  out->Gauge("quipu_audits_open", "Open audits").Value(status.audits_open());
}

void AddCounters(double prompt, double sampled, double busy_seconds, double steps,
                 double step_tokens, Families* out) {
  out->Counter("quipu_engine_tokens_total", "Tokens computed by engines, by kind")
      .Value("kind", "prompt", prompt)
      .Value("kind", "sampled", sampled);
  out->Counter("quipu_engine_busy_seconds_total",
               "Time spent in engine steps, summed over all engines")
      .Value(busy_seconds);
  out->Counter("quipu_engine_steps_total", "Engine steps").Value(steps);
  out->Counter("quipu_engine_step_tokens_total", "Tokens of all engine steps").Value(step_tokens);
}

MetricFamily HistogramFamily(absl::string_view name, absl::string_view help,
                             const prometheus::Histogram& histogram) {
  MetricFamily family;
  family.name = std::string(name);
  family.help = std::string(help);
  family.type = MetricType::Histogram;
  family.metric.push_back(histogram.Collect());
  return family;
}

}  // namespace

struct CommitMetrics::Histograms {
  prometheus::Histogram latency{kLatencyBounds};
  prometheus::Histogram results{kResultBounds};
};

CommitMetrics::CommitMetrics() : histograms_(std::make_unique<Histograms>()) {}
CommitMetrics::~CommitMetrics() = default;

void CommitMetrics::Observe(absl::Duration latency, int results) {
  histograms_->latency.Observe(absl::ToDoubleSeconds(latency));
  histograms_->results.Observe(results);
}

std::vector<MetricFamily> CommitMetrics::Collect() const {
  return {HistogramFamily("quipu_commit_latency_seconds",
                          "Time from the oldest submit of a commit until the commit is durable",
                          histograms_->latency),
          HistogramFamily("quipu_commit_results", "Results per commit", histograms_->results)};
}

uint64_t CommitMetrics::results() const {
  return static_cast<uint64_t>(histograms_->results.Collect().histogram.sample_sum);
}

std::vector<MetricFamily> CoordinatorFamilies(const v1::StatusReply& status,
                                              const CommitMetrics& commits) {
  Families out;
  AddBuild("coordinator", status.build(), &out);
  out.Gauge("quipu_run_info", "Always 1; labels: the run's id and its current stage")
      .Labelled(
          {{"run", absl::BytesToHexString(status.run_id())}, {"stage", StageName(status.stage())}},
          1);
  out.Gauge("quipu_epoch", "Store opens (coordinator starts)").Value(status.epoch());
  out.Gauge("quipu_uptime_seconds", "Seconds since the process started")
      .Value(status.uptime_ms() / 1e3);
  out.Gauge("quipu_paused", "1 while the run is paused, else 0")
      .Value(status.paused().empty() ? 0 : 1);
  AddTasks(status, &out);
  out.Counter("quipu_results_total", "Submitted results since the start, by outcome")
      .Value("outcome", "stored", commits.results())
      .Value("outcome", "duplicate", status.duplicates())
      .Value("outcome", "conflict", status.conflicts())
      .Value("outcome", "invalid", status.invalid_results());
  out.Gauge("quipu_results_per_second", "Results stored per second over the last minute")
      .Value(status.results_per_s());
  AddLeases(status, &out);
  const v1::EngineCounters& work = status.work();
  AddCounters(work.prompt_tokens_computed(), work.sampled_tokens(), work.busy_microseconds() / 1e6,
              work.steps(), work.step_tokens(), &out);
  out.Append(commits.Collect());
  return out.Take();
}

std::vector<MetricFamily> WorkerFamilies(const WorkerFigures& figures) {
  Families out;
  AddBuild("worker", kQuipuVersion, &out);
  out.Gauge("quipu_worker_info", "Always 1; labels: the run's id and the worker's name")
      .Labelled({{"run", absl::BytesToHexString(figures.run_id)}, {"worker", figures.worker}}, 1);
  out.Gauge("quipu_worker_chunks_held", "Chunks on lease").Value(figures.chunks_held);
  out.Counter("quipu_worker_chunks_total", "Chunks taken on lease since the start")
      .Value(figures.chunks_taken);
  out.Counter("quipu_worker_leases_lost_total", "Leases expired or revoked")
      .Value(figures.leases_lost);
  out.Counter("quipu_worker_results_total", "Submitted results, by outcome")
      .Value("outcome", "stored", figures.stored)
      .Value("outcome", "duplicate", figures.duplicate)
      .Value("outcome", "conflict", figures.conflict)
      .Value("outcome", "stale", figures.stale)
      .Value("outcome", "invalid", figures.invalid);
  const inference::EngineStats& engine = figures.engine;
  AddCounters(engine.prompt_tokens_computed, engine.sampled_tokens, engine.busy_seconds,
              engine.steps, engine.step_tokens, &out);
  return out.Take();
}

}  // namespace quipu::pipelines
