// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/service_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "base/json_writer.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/core/engine_counters.h"

namespace quipu::pipelines {
namespace {

double Share(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string StageName(v1::Stage stage) {
  if (stage == v1::STAGE_UNSPECIFIED || !v1::Stage_IsValid(stage)) return "none";
  return absl::AsciiStrToLower(v1::Stage_Name(stage).substr(6));
}

std::string Time(uint64_t ms) {
  return absl::FormatDuration(absl::Trunc(absl::Milliseconds(ms), absl::Seconds(1)));
}

// "2h14m" for the tasks without a result at the rate of the last minute.
std::string TimeLeft(const v1::StatusReply& status) {
  const uint64_t left = status.tasks().pending() + status.tasks().leased();
  if (left == 0 || !(status.results_per_s() > 0)) return "";
  const double seconds = static_cast<double>(left) / status.results_per_s();
  return absl::StrCat(
      ", ", absl::FormatDuration(absl::Trunc(absl::Seconds(seconds), absl::Seconds(1))), " left");
}

// Commonest first.
std::vector<std::pair<uint64_t, std::string>> Reasons(const v1::StatusReply& status) {
  std::vector<std::pair<uint64_t, std::string>> reasons;
  for (const auto& [reason, count] : status.rejects_by_reason()) {
    reasons.push_back({count, absl::AsciiStrToLower(reason)});
  }
  std::sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  return reasons;
}

void AppendWorkers(const v1::StatusReply& status, int max_workers, std::string* text) {
  const auto connected = std::count_if(status.workers().begin(), status.workers().end(),
                                       [](const v1::WorkerStatus& w) { return w.connected(); });
  absl::StrAppendFormat(text, "workers    %d connected, %d known\n", connected,
                        status.workers_size());
  int shown = 0;
  for (const v1::WorkerStatus& worker : status.workers()) {
    if (shown++ == max_workers) {
      absl::StrAppend(text, "    ... and ", status.workers_size() - max_workers, " more\n");
      return;
    }
    absl::StrAppendFormat(text,
                          "    %-30s %d leases, %d results, %d rejected, %d lost, silent %s\n",
                          Snippet(worker.worker()), worker.leases(), worker.results(),
                          worker.rejected(), worker.lost_leases(), Time(worker.silent_ms()));
    if (!worker.quarantined().empty()) {
      absl::StrAppend(text, "        quarantined: ", Snippet(worker.quarantined(), 300), "\n");
    }
  }
}

void WriteCounts(const v1::StatusReply& status, JsonWriter* json) {
  const v1::TaskCounts& tasks = status.tasks();
  json->Key("pairs").Uint(tasks.planned());
  json->Key("accepted").Uint(tasks.accepted());
  json->Key("rejected").Uint(tasks.rejected());
  json->Key("leased").Uint(tasks.leased());
  json->Key("pending").Uint(tasks.pending());
  json->Key("quarantined").Uint(tasks.quarantined());
  json->Key("results_per_s").Double(status.results_per_s());
  json->Key("granted").Uint(status.granted());
  json->Key("expired").Uint(status.expired());
  json->Key("stale_submits").Uint(status.stale_submits());
  json->Key("invalid_results").Uint(status.invalid_results());
  json->Key("duplicates").Uint(status.duplicates());
  json->Key("conflicts").Uint(status.conflicts());
  json->Key("audits_passed").Uint(status.audits_passed());
  json->Key("audits_failed").Uint(status.audits_failed());
  json->Key("audits_open").Uint(status.audits_open());
  json->Key("rejects").BeginObject();
  for (const auto& [count, reason] : Reasons(status)) json->Key(reason).Uint(count);
  json->EndObject();
}

void WriteEngine(const v1::EngineCounters& work, JsonWriter* json) {
  json->Key("engine").BeginObject();
  json->Key("prompt_tokens_computed").Uint(work.prompt_tokens_computed());
  json->Key("prompt_tokens_needed").Uint(work.prompt_tokens_needed());
  json->Key("sampled_tokens").Uint(work.sampled_tokens());
  json->Key("steps").Uint(work.steps());
  json->Key("busy_seconds").Double(static_cast<double>(work.busy_microseconds()) / 1e6);
  json->EndObject();
}

}  // namespace

std::string ServiceText(const v1::StatusReply& status, absl::string_view address, int max_workers) {
  const v1::TaskCounts& tasks = status.tasks();
  const uint64_t done = tasks.accepted() + tasks.rejected();
  std::string text = absl::StrCat("run ", absl::BytesToHexString(status.run_id()), "  ", address,
                                  "  quipu ", Snippet(status.build()), "\n");
  absl::StrAppend(&text, "stage      ", StageName(status.stage()), ", up ",
                  Time(status.uptime_ms()), "\n");
  if (!status.paused().empty()) {
    absl::StrAppend(&text, "PAUSED     ", Snippet(status.paused(), 500), "\n");
  }
  absl::StrAppendFormat(
      &text,
      "pairs      %d planned, %d done (%.1f %%), %d accepted (%.1f %% of done), %d rejected\n",
      tasks.planned(), done, Share(done, tasks.planned()), tasks.accepted(),
      Share(tasks.accepted(), done), tasks.rejected());
  for (const auto& [count, reason] : Reasons(status)) {
    absl::StrAppendFormat(&text, "    %-22s %6d  %4.1f %%\n", Snippet(reason), count,
                          Share(count, tasks.rejected()));
  }
  absl::StrAppendFormat(&text, "now        %d leased, %d pending, %.2f results/s%s\n",
                        tasks.leased(), tasks.pending(), status.results_per_s(), TimeLeft(status));
  absl::StrAppendFormat(
      &text,
      "leases     %d granted, %d lost; %d stale submits, %d duplicates, %d conflicts, %d invalid\n",
      status.granted(), status.expired(), status.stale_submits(), status.duplicates(),
      status.conflicts(), status.invalid_results());
  absl::StrAppendFormat(&text, "audits     %d passed, %d failed, %d open\n", status.audits_passed(),
                        status.audits_failed(), status.audits_open());
  absl::StrAppend(&text, EngineWorkText(status.work()));
  AppendWorkers(status, max_workers, &text);
  return text;
}

absl::StatusOr<std::string> ServiceJson(const v1::StatusReply& status) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.Key("run_id").String(absl::BytesToHexString(status.run_id()));
  json.Key("build").String(status.build());
  json.Key("epoch").Uint(status.epoch());
  json.Key("stage").String(StageName(status.stage()));
  json.Key("uptime_ms").Uint(status.uptime_ms());
  json.Key("paused").String(status.paused());
  WriteCounts(status, &json);
  WriteEngine(status.work(), &json);
  json.Key("workers").BeginArray();
  for (const v1::WorkerStatus& worker : status.workers()) {
    json.BeginObject();
    json.Key("worker").String(worker.worker());
    json.Key("build").String(worker.build());
    json.Key("connected").Bool(worker.connected());
    json.Key("leases").Uint(worker.leases());
    json.Key("results").Uint(worker.results());
    json.Key("rejected").Uint(worker.rejected());
    json.Key("lost_leases").Uint(worker.lost_leases());
    json.Key("silent_ms").Uint(worker.silent_ms());
    json.Key("quarantined").String(worker.quarantined());
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  RETURN_IF_ERROR(json.Finish());
  return text + "\n";
}

}  // namespace quipu::pipelines
