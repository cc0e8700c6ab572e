// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A coordinator on a real store: durable results per second and the latency of
// a submit with 1, 8 and 1,000 workers; the latency with 8 that make 10,000 results
// of 4 KiB a second and no more; 10,000 workers that all hold a lease
// and wait for another; and the time to start with 100,000 tasks. Workers are
// simulated in this process: they lease, and submit ready-made results of 4 KiB
// and of the usual size, which are checked like real ones.
//
//   bazel run -c opt //tests/bench:coordinator_bench -- --dir DIR
//
// Prints one line per part and, at the end, all figures as one line of JSON.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "base/status_macros.h"
#include "generator/pairs/result_check.h"
#include "pipelines/coordinator/coordinator.h"
#include "pipelines/coordinator/runner.h"
#include "tests/bench/bench_run.h"
#include "tests/bench/measure.h"
#include "tests/bench/swarm.h"

namespace quipu::bench {
namespace {

// What a sync of this disk costs: 4 KiB appended, the median of 100.
double SyncMs(const std::string& dir) {
  const std::string path = JoinPath(dir, "sync");
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
  if (fd < 0) return 0;
  const std::string bytes(4096, 'x');
  std::vector<double> times;
  for (int i = 0; i < 100; ++i) {
    const Stopwatch watch;
    if (write(fd, bytes.data(), bytes.size()) < 0 || fdatasync(fd) != 0) break;
    times.push_back(watch.Seconds());
  }
  close(fd);
  return 1000 * Percentile(times, 0.5);
}

// Processor time to check one result, of different chunks and with different answers.
absl::StatusOr<double> CheckMicros(size_t answer_bytes, int rounds) {
  const std::vector<v1::LeasedChunk> chunks = BenchChunks();
  std::vector<v1::LeaseResults> work;
  for (const v1::LeasedChunk& chunk : chunks) work.push_back(BenchResults(chunk, answer_bytes));
  const v1::RunHeader header = BenchHeader();
  std::optional<Stopwatch> watch;
  int checked = 0;
  for (int round = 0; round <= rounds; ++round) {
    for (size_t i = 0; i < chunks.size(); ++i) {
      for (int k = 0; k < chunks[i].tasks_size(); ++k, ++checked) {
        RETURN_IF_ERROR(generator::CheckResult(generator::RulesOf(header.spec()),
                                               chunks[i].tasks(k), chunks[i].text(),
                                               work[i].results(k)));
      }
    }
    // The first round compiles the patterns.
    if (round > 0) continue;
    checked = 0;
    watch.emplace();
  }
  return 1e6 * watch->CpuSeconds() / checked;
}

void Write(absl::string_view name, const Swarm::Report& report, JsonWriter* json) {
  std::printf(
      "%-18s %8.0f results/s, submits of %.0f, p50 %.1f ms, p99 %.1f ms, %.1f s of CPU in %.1f s, "
      "longest wait for a lease %.2f s, fewest chunks of a worker %d, errors %d\n",
      std::string(name).c_str(), static_cast<double>(report.results) / report.seconds,
      report.results_per_submit, report.p50_ms, report.p99_ms, report.cpu_seconds, report.seconds,
      report.longest_wait_s, static_cast<int>(report.least_chunks),
      static_cast<int>(report.errors));
  json->Key(name).BeginObject();
  json->Key("results_per_s").Double(static_cast<double>(report.results) / report.seconds);
  json->Key("results_per_submit").Double(report.results_per_submit);
  json->Key("p50_ms").Double(report.p50_ms);
  json->Key("p99_ms").Double(report.p99_ms);
  json->Key("cpu_s_per_s").Double(report.cpu_seconds / report.seconds);
  json->Key("longest_wait_s").Double(report.longest_wait_s);
  json->Key("least_chunks").Int(report.least_chunks);
  json->Key("errors").Int(report.errors);
  json->EndObject();
}

// Only the checks: for a profile, and for comparing two builds beside other load.
absl::Status RunChecks(int rounds) {
  ASSIGN_OR_RETURN(const double large_us, CheckMicros(kLargeAnswer, rounds));
  ASSIGN_OR_RETURN(const double usual_us, CheckMicros(kUsualAnswer, rounds));
  std::printf("{\"check_4k_us\":%.1f,\"check_usual_us\":%.1f}\n", large_us, usual_us);
  return absl::OkStatus();
}

absl::Status Run(const std::string& dir, int documents, double rate,
                 const std::vector<std::string>& only, storage::StoreMemory memory) {
  const std::string path = JoinPath(dir, "store");
  RETURN_IF_ERROR(MakeDirs(dir));
  RETURN_IF_ERROR(RemoveTree(path));
  RETURN_IF_ERROR(MakeBenchStore(path, documents, memory));
  const int64_t tasks = int64_t{documents} * kTasksPerDocument;
  std::string line;
  JsonWriter json(&line);
  json.BeginObject();
  json.Key("tasks").Int(tasks);
  json.Key("sync_ms").Double(SyncMs(dir));
  ASSIGN_OR_RETURN(const double large_us, CheckMicros(kLargeAnswer, 8));
  ASSIGN_OR_RETURN(const double usual_us, CheckMicros(kUsualAnswer, 8));
  json.Key("check_4k_us").Double(large_us);
  json.Key("check_usual_us").Double(usual_us);
  {
    ASSIGN_OR_RETURN(BenchRun opened, OpenBenchRun(path, memory));
    json.Key("start_empty_s").Double(opened.seconds);
    ASSIGN_OR_RETURN(const auto runner,
                     pipelines::CoordinatorRunner::Start(opened.coordinator.get()));
    const int64_t part = tasks / 20;  // The rest has a chunk for each of 10,000.
    const Swarm::Options parts[] = {{1, 32, 2, kLargeAnswer, part, "1"},
                                    {8, 8, 2, kLargeAnswer, part, "8"},
                                    {1000, 1, 2, kLargeAnswer, part, "1000"},
                                    {8, 8, 2, kLargeAnswer, 3 * part, "8_at_rate", rate},
                                    {1, 32, 2, kUsualAnswer, part, "1_usual"},
                                    {8, 8, 2, kUsualAnswer, part, "8_usual"},
                                    {1000, 1, 2, kUsualAnswer, part, "1000_usual"},
                                    {10000, 1, 2, kUsualAnswer, 0, "10000_usual"}};
    for (const Swarm::Options& options : parts) {
      if (!only.empty() && std::count(only.begin(), only.end(), options.name) == 0) continue;
      ASSIGN_OR_RETURN(const Swarm::Report report, Swarm(opened.coordinator.get(), options).Run());
      Write(absl::StrCat("workers_", options.name), report, &json);
      if (report.errors > 0) return absl::InternalError("a call or a result was refused");
    }
    runner->Stop();
    RETURN_IF_ERROR(opened.coordinator->Failed());
    json.Key("done").Bool(opened.coordinator->Done());
    opened.coordinator.reset();
    RETURN_IF_ERROR(opened.store->Close());
  }
  {
    ASSIGN_OR_RETURN(BenchRun opened, OpenBenchRun(path, memory));
    json.Key("start_full_s").Double(opened.seconds);
    opened.coordinator.reset();
    RETURN_IF_ERROR(opened.store->Close());
  }
  json.EndObject();
  RETURN_IF_ERROR(json.Finish());
  std::printf("%s\n", line.c_str());
  return RemoveTree(path);
}

}  // namespace
}  // namespace quipu::bench

int main(int argc, char** argv) {
  std::string dir = "coordinator_bench.tmp";
  int documents = 6250;
  int check_rounds = 0;
  double rate = 10000;
  std::vector<std::string> only;
  CLI::App app("Measures a coordinator on a real store.");
  app.add_option("--dir", dir, "where to make the store: on the disk to measure");
  app.add_option("--documents", documents, "number of documents, 16 tasks each");
  app.add_option("--rate", rate, "results a second of the part with a given rate");
  app.add_option("--part", only, "only the parts of these names, e.g. 8 8_at_rate 8_usual");
  bool small_store = false;
  app.add_flag("--small-store", small_store, "with the memory of a build's store");
  app.add_option("--check", check_rounds, "only checks results, this many times each");
  CLI11_PARSE(app, argc, argv);
  using quipu::storage::StoreMemory;
  const StoreMemory memory = small_store ? StoreMemory::kSmall : StoreMemory::kService;
  const absl::Status status = check_rounds > 0
                                  ? quipu::bench::RunChecks(check_rounds)
                                  : quipu::bench::Run(dir, documents, rate, only, memory);
  if (status.ok()) return 0;
  std::fprintf(stderr, "coordinator_bench: %s\n", status.ToString().c_str());
  return 1;
}
