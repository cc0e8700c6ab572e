// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/metrics/metrics.h"

#include <prometheus/text_serializer.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

using ::testing::IsSupersetOf;

// Values by name and labels, as they are shown.
std::map<std::string, std::string> Shown(const std::vector<prometheus::MetricFamily>& families) {
  std::map<std::string, std::string> values;
  for (const absl::string_view line :
       absl::StrSplit(prometheus::TextSerializer().Serialize(families), '\n', absl::SkipEmpty())) {
    if (absl::StartsWith(line, "#")) continue;
    const size_t space = line.rfind(' ');
    const bool added =
        values.emplace(std::string(line.substr(0, space)), std::string(line.substr(space + 1)))
            .second;
    EXPECT_TRUE(added) << "twice: " << line;
  }
  return values;
}

v1::StatusReply SomeStatus() {
  v1::StatusReply status;
  status.set_run_id(std::string("\x01\xab", 2) + std::string(14, '\0'));
  status.set_build("0.1.0");
  status.set_epoch(3);
  status.set_stage(v1::STAGE_GENERATE);
  status.mutable_tasks()->set_planned(100);
  status.mutable_tasks()->set_accepted(40);
  status.mutable_tasks()->set_rejected(10);
  status.mutable_tasks()->set_leased(20);
  status.mutable_tasks()->set_pending(30);
  status.mutable_tasks()->set_quarantined(4);
  (*status.mutable_rejects_by_reason())["VERDICT"] = 6;
  (*status.mutable_rejects_by_reason())["QUARANTINED"] = 4;
  for (int i = 0; i < 3; ++i) {
    v1::WorkerStatus* worker = status.add_workers();
    worker->set_leases(2);
    worker->set_connected(i != 1);
    if (i == 2) worker->set_quarantined("lied");
  }
  status.mutable_work()->set_prompt_tokens_computed(5000);
  status.mutable_work()->set_sampled_tokens(700);
  status.mutable_work()->set_busy_microseconds(2500000);
  status.set_uptime_ms(1500);
  status.set_results_per_s(12.5);
  status.set_granted(21);
  status.set_expired(2);
  status.set_stale_submits(1);
  status.set_invalid_results(5);
  status.set_duplicates(7);
  status.set_conflicts(8);
  status.set_audits_passed(9);
  status.set_audits_failed(1);
  status.set_audits_open(2);
  return status;
}

TEST(CoordinatorFamilies, ShowEveryFigureOfTheStatus) {
  CommitMetrics commits;
  commits.Observe(absl::Milliseconds(4), 30);
  commits.Observe(absl::Milliseconds(40), 12);

  const std::map<std::string, std::string> shown =
      Shown(CoordinatorFamilies(SomeStatus(), commits));

  EXPECT_THAT(shown, IsSupersetOf(std::vector<std::pair<const std::string, std::string>>{
                         {"quipu_build_info{version=\"0.1.0\",role=\"coordinator\"}", "1"},
                         {"quipu_run_info{run=\"01ab0000000000000000000000000000\",stage="
                          "\"generate\"}",
                          "1"},
                         {"quipu_epoch", "3"},
                         {"quipu_uptime_seconds", "1.5"},
                         {"quipu_paused", "0"},
                         {"quipu_tasks{state=\"accepted\"}", "40"},
                         {"quipu_tasks{state=\"rejected\"}", "10"},
                         {"quipu_tasks{state=\"leased\"}", "20"},
                         {"quipu_tasks{state=\"pending\"}", "30"},
                         {"quipu_tasks_planned", "100"},
                         {"quipu_tasks_quarantined", "4"},
                         {"quipu_rejects{reason=\"verdict\"}", "6"},
                         {"quipu_rejects{reason=\"quarantined\"}", "4"},
                         {"quipu_results_total{outcome=\"stored\"}", "42"},
                         {"quipu_results_total{outcome=\"duplicate\"}", "7"},
                         {"quipu_results_total{outcome=\"conflict\"}", "8"},
                         {"quipu_results_total{outcome=\"invalid\"}", "5"},
                         {"quipu_results_per_second", "12.5"},
                         {"quipu_workers_known", "3"},
                         {"quipu_workers_connected", "2"},
                         {"quipu_workers_quarantined", "1"},
                         {"quipu_leases", "6"},
                         {"quipu_leases_granted_total", "21"},
                         {"quipu_leases_expired_total", "2"},
                         {"quipu_stale_submits_total", "1"},
                         {"quipu_audits_total{verdict=\"passed\"}", "9"},
                         {"quipu_audits_total{verdict=\"failed\"}", "1"},
                         {"quipu_audits_open", "2"},
                         {"quipu_engine_tokens_total{kind=\"prompt\"}", "5000"},
                         {"quipu_engine_tokens_total{kind=\"sampled\"}", "700"},
                         {"quipu_engine_busy_seconds_total", "2.5"},
                         {"quipu_commit_latency_seconds_count", "2"},
                         {"quipu_commit_latency_seconds_bucket{le=\"0.005\"}", "1"},
                         {"quipu_commit_latency_seconds_bucket{le=\"0.05\"}", "2"},
                         {"quipu_commit_latency_seconds_bucket{le=\"+Inf\"}", "2"},
                         {"quipu_commit_results_sum", "42"},
                         {"quipu_commit_results_bucket{le=\"16\"}", "1"},
                         {"quipu_commit_results_bucket{le=\"32\"}", "2"},
                     }));
}

TEST(CoordinatorFamilies, ShowAPause) {
  v1::StatusReply status = SomeStatus();
  status.set_paused("99 % of the last 200 results are rejects");

  EXPECT_EQ(Shown(CoordinatorFamilies(status, CommitMetrics()))["quipu_paused"], "1");
}

TEST(CoordinatorFamilies, AreCompleteBeforeAnythingHappened) {
  const std::map<std::string, std::string> shown =
      Shown(CoordinatorFamilies(v1::StatusReply(), CommitMetrics()));

  EXPECT_EQ(shown.at("quipu_results_total{outcome=\"stored\"}"), "0");
  EXPECT_EQ(shown.at("quipu_commit_latency_seconds_count"), "0");
  EXPECT_EQ(shown.at("quipu_leases"), "0");
}

TEST(CoordinatorFamilies, NameNoWorker) {
  v1::StatusReply status;
  status.add_workers()->set_worker("gpu-7");

  for (const auto& [name, value] : Shown(CoordinatorFamilies(status, CommitMetrics()))) {
    EXPECT_FALSE(absl::StrContains(name, "gpu-7")) << name;
  }
}

TEST(WorkerFamilies, ShowEveryFigure) {
  WorkerFigures figures;
  figures.run_id = std::string(16, '\x11');
  figures.worker = "pool/gpu-7";
  figures.chunks_held = 4;
  figures.chunks_taken = 9;
  figures.leases_lost = 1;
  figures.stored = 30;
  figures.duplicate = 2;
  figures.conflict = 3;
  figures.stale = 4;
  figures.invalid = 5;
  figures.engine.prompt_tokens_computed = 1000;
  figures.engine.sampled_tokens = 200;
  figures.engine.steps = 50;
  figures.engine.step_tokens = 1200;
  figures.engine.busy_seconds = 0.5;

  EXPECT_THAT(
      Shown(WorkerFamilies(figures)),
      ::testing::UnorderedElementsAreArray(std::vector<std::pair<const std::string, std::string>>{
          {"quipu_build_info{version=\"0.1.0\",role=\"worker\"}", "1"},
          {"quipu_worker_info{run=\"11111111111111111111111111111111\","
           "worker=\"pool/gpu-7\"}",
           "1"},
          {"quipu_worker_chunks_held", "4"},
          {"quipu_worker_chunks_total", "9"},
          {"quipu_worker_leases_lost_total", "1"},
          {"quipu_worker_results_total{outcome=\"stored\"}", "30"},
          {"quipu_worker_results_total{outcome=\"duplicate\"}", "2"},
          {"quipu_worker_results_total{outcome=\"conflict\"}", "3"},
          {"quipu_worker_results_total{outcome=\"stale\"}", "4"},
          {"quipu_worker_results_total{outcome=\"invalid\"}", "5"},
          {"quipu_engine_tokens_total{kind=\"prompt\"}", "1000"},
          {"quipu_engine_tokens_total{kind=\"sampled\"}", "200"},
          {"quipu_engine_busy_seconds_total", "0.5"},
          {"quipu_engine_steps_total", "50"},
          {"quipu_engine_step_tokens_total", "1200"},
      }));
}

}  // namespace
}  // namespace quipu::pipelines
