// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A coordinator on a real store: durable results per second and the latency of
// a submit with 1, 8 and 1,000 workers; 10,000 workers that all hold a lease
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
#include <atomic>
#include <cstdio>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "base/random_bytes.h"
#include "base/status_macros.h"
#include "base/thread_name.h"
#include "generator/result_check.h"
#include "pipelines/coordinator/coordinator.h"
#include "pipelines/coordinator/runner.h"
#include "tests/bench/bench_run.h"
#include "tests/bench/measure.h"

namespace quipu::bench {
namespace {

using pipelines::Coordinator;

constexpr int kThreads = 2;  // Threads that act as workers.

// Threads that run queued work.
class Crew {
 public:
  explicit Crew(int threads) {
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([this, i] {
        SetThreadName(absl::StrCat("crew-", i));
        Loop();
      });
    }
  }
  ~Crew() {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    for (std::thread& thread : threads_) thread.join();
  }
  void Add(std::function<void()> work) {
    absl::MutexLock lock(&mutex_);
    queue_.push_back(std::move(work));
  }

 private:
  void Loop() {
    while (true) {
      std::function<void()> work;
      {
        absl::MutexLock lock(&mutex_);
        const auto ready = [this] { return stopping_ || !queue_.empty(); };
        mutex_.Await(absl::Condition(&ready));
        if (queue_.empty()) return;
        work = std::move(queue_.front());
        queue_.pop_front();
      }
      work();
    }
  }

  absl::Mutex mutex_;
  bool stopping_ = false;
  std::deque<std::function<void()>> queue_;
  std::vector<std::thread> threads_;
};

double Percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<size_t>(share * values.size()))];
}

// Many workers, each of which leases its next chunks while it submits the
// previous ones.
class Swarm {
 public:
  struct Options {
    int workers = 1;
    int chunks = 1;   // Per lease.
    int submits = 2;  // In progress, as of a real worker.
    size_t answer_bytes = 0;
    int64_t results = 0;  // Submitted by all workers until they stop; 0: until the end.
    std::string name;
  };
  struct Report {
    double seconds = 0;
    double cpu_seconds = 0;
    int64_t results = 0;
    double p50_ms = 0;
    double p99_ms = 0;
    double longest_wait_s = 0;  // For a lease, among the workers that got one.
    int64_t least_chunks = 0;   // Of any worker.
    int64_t errors = 0;
  };

  Swarm(Coordinator* coordinator, const Options& options)
      : coordinator_(coordinator), options_(options), workers_(options.workers), crew_(kThreads) {}

  Report Run() {
    for (int i = 0; i < options_.workers; ++i) SayHello(i);
    const Stopwatch watch;
    for (int i = 0; i < options_.workers; ++i) {
      crew_.Add([this, i] { Lease(i); });
    }
    Report report;
    {
      absl::MutexLock lock(&mutex_);
      const auto ended = [this] { return ended_ == options_.workers; };
      mutex_.Await(absl::Condition(&ended));
      report.seconds = watch.Seconds();
      report.cpu_seconds = watch.CpuSeconds();
      report.results = stored_;
      report.errors = errors_;
      report.p50_ms = 1000 * Percentile(latencies_, 0.5);
      report.p99_ms = 1000 * Percentile(latencies_, 0.99);
      report.longest_wait_s = longest_wait_;
      report.least_chunks = workers_[0].got;
      for (const Worker& worker : workers_) {
        report.least_chunks = std::min(report.least_chunks, worker.got);
      }
    }
    return report;
  }

 private:
  struct Worker {
    std::string session;
    bool leasing = false;
    int submitting = 0;  // Submits in progress.
    bool over = false;
    v1::LeaseReply next;
    int64_t got = 0;
    Stopwatch asked;
  };

  void SayHello(int i) {
    v1::HelloRequest request;
    request.mutable_version()->set_major(pipelines::kProtocolMajor);
    request.set_worker(absl::StrCat(options_.name, "-", i));
    request.set_incarnation(RandomBytes(16));
    request.set_run_id(BenchHeader().run_id());
    *request.mutable_model() = BenchHeader().generating_model();
    const absl::StatusOr<v1::HelloReply> reply = coordinator_->Hello({}, request);
    if (reply.ok()) workers_[i].session = reply->session();
  }

  void Lease(int i) {
    v1::LeaseRequest request;
    request.set_session(workers_[i].session);
    request.set_max_chunks(options_.chunks);
    request.set_wait_ms(30000);
    workers_[i].asked = Stopwatch();
    {
      absl::MutexLock lock(&mutex_);
      workers_[i].leasing = true;
    }
    coordinator_->Lease({}, request, [this, i](absl::StatusOr<v1::LeaseReply> reply) {
      absl::MutexLock lock(&mutex_);
      Worker& worker = workers_[i];
      worker.leasing = false;
      if (reply.ok()) {
        if (reply->chunks_size() > 0) {
          longest_wait_ = std::max(longest_wait_, worker.asked.Seconds());
        }
        worker.got += reply->chunks_size();
        worker.over = reply->run_done();
        worker.next = *std::move(reply);
      } else {
        worker.over = true;
        ++errors_;
      }
      GoOnLocked(i);
    });
  }

  // The next lease is asked for when the previous one's chunks have begun to be submitted.
  void GoOnLocked(int i) {
    Worker& worker = workers_[i];
    if (worker.leasing) return;
    const bool enough = options_.results > 0 && stored_ >= options_.results;
    if (worker.next.chunks_size() > 0) {
      if (worker.submitting >= options_.submits) return;
      auto chunks = std::make_shared<v1::LeaseReply>(std::move(worker.next));
      worker.next.Clear();
      ++worker.submitting;
      crew_.Add([this, i, chunks] { Submit(i, *chunks); });
    } else if (worker.over || enough) {
      if (worker.submitting == 0) ++ended_;
      return;
    }
    worker.leasing = !enough && !worker.over;
    if (worker.leasing) {
      crew_.Add([this, i] { Lease(i); });
    }
  }

  void Submit(int i, const v1::LeaseReply& chunks) {
    v1::SubmitRequest request;
    request.set_session(workers_[i].session);
    for (const v1::LeasedChunk& chunk : chunks.chunks()) {
      *request.add_leases() = BenchResults(chunk, options_.answer_bytes);
    }
    const Stopwatch watch;
    coordinator_->Submit({}, std::move(request),
                         [this, i, watch](absl::StatusOr<v1::SubmitReply> reply) {
                           absl::MutexLock lock(&mutex_);
                           latencies_.push_back(watch.Seconds());
                           Count(reply);
                           --workers_[i].submitting;
                           GoOnLocked(i);
                         });
  }

  void Count(const absl::StatusOr<v1::SubmitReply>& reply) {
    if (!reply.ok()) {
      ++errors_;
      return;
    }
    for (const v1::LeaseOutcome& lease : reply->leases()) {
      for (const int outcome : lease.results()) {
        ++(outcome == v1::SUBMIT_OUTCOME_STORED ? stored_ : errors_);
      }
    }
  }

  Coordinator* const coordinator_;
  const Options options_;
  absl::Mutex mutex_;
  std::vector<Worker> workers_;
  std::vector<double> latencies_;
  double longest_wait_ = 0;
  int64_t stored_ = 0;
  int64_t errors_ = 0;
  int ended_ = 0;
  Crew crew_;  // Last: its threads use the others.
};

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
      "%-18s %8.0f results/s, p50 %.1f ms, p99 %.1f ms, %.1f s of CPU in %.1f s, longest "
      "wait for a lease %.2f s, fewest chunks of a worker %d, errors %d\n",
      std::string(name).c_str(), static_cast<double>(report.results) / report.seconds,
      report.p50_ms, report.p99_ms, report.cpu_seconds, report.seconds, report.longest_wait_s,
      static_cast<int>(report.least_chunks), static_cast<int>(report.errors));
  json->Key(name).BeginObject();
  json->Key("results_per_s").Double(static_cast<double>(report.results) / report.seconds);
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

absl::Status Run(const std::string& dir, int documents) {
  const std::string path = JoinPath(dir, "store");
  RETURN_IF_ERROR(MakeDirs(dir));
  RETURN_IF_ERROR(RemoveTree(path));
  RETURN_IF_ERROR(MakeBenchStore(path, documents));
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
    ASSIGN_OR_RETURN(BenchRun opened, OpenBenchRun(path));
    json.Key("start_empty_s").Double(opened.seconds);
    ASSIGN_OR_RETURN(const auto runner,
                     pipelines::CoordinatorRunner::Start(opened.coordinator.get()));
    const int64_t part = tasks / 20;  // The rest has a chunk for each of 10,000.
    const Swarm::Options parts[] = {{1, 32, 2, kLargeAnswer, part, "1"},
                                    {8, 8, 2, kLargeAnswer, part, "8"},
                                    {1000, 1, 2, kLargeAnswer, part, "1000"},
                                    {1, 32, 2, kUsualAnswer, part, "1_usual"},
                                    {8, 8, 2, kUsualAnswer, part, "8_usual"},
                                    {1000, 1, 2, kUsualAnswer, part, "1000_usual"},
                                    {10000, 1, 2, kUsualAnswer, 0, "10000_usual"}};
    for (const Swarm::Options& options : parts) {
      const Swarm::Report report = Swarm(opened.coordinator.get(), options).Run();
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
    ASSIGN_OR_RETURN(BenchRun opened, OpenBenchRun(path));
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
  CLI::App app("Measures a coordinator on a real store.");
  app.add_option("--dir", dir, "where to make the store: on the disk to measure");
  app.add_option("--documents", documents, "number of documents, 16 tasks each");
  app.add_option("--check", check_rounds, "only checks results, this many times each");
  CLI11_PARSE(app, argc, argv);
  const absl::Status status =
      check_rounds > 0 ? quipu::bench::RunChecks(check_rounds) : quipu::bench::Run(dir, documents);
  if (status.ok()) return 0;
  std::fprintf(stderr, "coordinator_bench: %s\n", status.ToString().c_str());
  return 1;
}
