// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/bench/swarm.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/random_bytes.h"
#include "base/status_macros.h"
#include "tests/bench/bench_run.h"

namespace quipu::bench {
namespace {

constexpr int kThreads = 2;

absl::Duration Now() { return Clock::Real()->Monotonic(); }

int ResultsIn(const v1::SubmitRequest& request) {
  int results = 0;
  for (const v1::LeaseResults& lease : request.leases()) results += lease.results_size();
  return results;
}

// What ActiveLeases needs to know about a request when it is answered: all but the texts.
v1::SubmitRequest OutlineOf(const v1::SubmitRequest& request) {
  v1::SubmitRequest outline;
  for (const v1::LeaseResults& lease : request.leases()) {
    v1::LeaseResults& added = *outline.add_leases();
    *added.mutable_ticket() = lease.ticket();
    for (int i = 0; i < lease.results_size(); ++i) added.add_results();
  }
  return outline;
}

}  // namespace

double Percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto at = static_cast<size_t>(share * static_cast<double>(values.size()));
  return values[std::min(values.size() - 1, at)];
}

Swarm::Swarm(pipelines::Coordinator* coordinator, const Options& options)
    : coordinator_(coordinator),
      options_(options),
      workers_(static_cast<size_t>(options.workers)) {}

absl::StatusOr<Swarm::Report> Swarm::Run() {
  ASSIGN_OR_RETURN(threads_, WorkQueue::Create(kThreads, "rpc"));
  for (int i = 0; i < options_.workers; ++i) RETURN_IF_ERROR(SayHello(i));
  const Stopwatch watch;
  absl::MutexLock lock(&mutex_);
  for (int i = 0; i < options_.workers; ++i) ContinueLocked(i);
  const auto ended = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return ended_ == options_.workers;
  };
  if (options_.rate > 0) PaceLocked(watch);
  mutex_.Await(absl::Condition(&ended));
  return ReportLocked(watch);
}

void Swarm::StartLocked(int i) {
  Worker& worker = workers_[static_cast<size_t>(i)];
  auto chunk = std::make_shared<v1::LeasedChunk>(std::move(worker.unstarted.front()));
  worker.unstarted.pop_front();
  ++worker.making;
  threads_->Post([this, i, chunk] {
    Make(i, *chunk);
    absl::MutexLock lock(&mutex_);
    --workers_[static_cast<size_t>(i)].making;
    ContinueLocked(i);
  });
}

void Swarm::PaceLocked(const Stopwatch& watch) {
  size_t next = 0;
  while (ended_ < options_.workers) {
    const double due = options_.rate * watch.Seconds();
    if (enough_stored_ == 0 && stored_ >= options_.results) {
      enough_seconds_ = watch.Seconds();
      enough_cpu_seconds_ = watch.CpuSeconds();
      enough_stored_ = stored_;
    }
    // A worker without a chunk misses its turn: then the rate is not reached.
    for (size_t missed = 0; static_cast<double>(started_) < due && missed < workers_.size();) {
      const size_t i = next++ % workers_.size();
      if (workers_[i].unstarted.empty()) {
        ++missed;
        continue;
      }
      started_ += workers_[i].unstarted.front().tasks_size();
      StartLocked(static_cast<int>(i));
    }
    const auto never = [] { return false; };
    mutex_.AwaitWithTimeout(absl::Condition(&never), absl::Milliseconds(1));
  }
}

Swarm::Report Swarm::ReportLocked(const Stopwatch& watch) const {
  Report report;
  report.seconds = watch.Seconds();
  report.cpu_seconds = watch.CpuSeconds();
  report.results = stored_;
  if (enough_stored_ > 0) {
    report.seconds = enough_seconds_;
    report.cpu_seconds = enough_cpu_seconds_;
    report.results = enough_stored_;
  }
  report.errors = errors_;
  report.p50_ms = 1000 * Percentile(latencies_, 0.5);
  report.p99_ms = 1000 * Percentile(latencies_, 0.99);
  report.results_per_submit = static_cast<double>(report.results) /
                              std::max<double>(1, static_cast<double>(latencies_.size()));
  report.longest_wait_s = longest_wait_;
  report.least_chunks = workers_[0].got;
  for (const Worker& worker : workers_) {
    report.least_chunks = std::min(report.least_chunks, worker.got);
  }
  return report;
}

absl::Status Swarm::SayHello(int i) {
  Worker& worker = workers_[static_cast<size_t>(i)];
  worker.leases = std::make_unique<pipelines::ActiveLeases>(Clock::Real());
  v1::HelloRequest request;
  request.mutable_version()->set_major(pipelines::kProtocolMajor);
  request.set_worker(absl::StrCat(options_.name, "-", i));
  request.set_incarnation(RandomBytes(16));
  request.set_run_id(BenchHeader().run_id());
  *request.mutable_model() = BenchHeader().generating_model();
  ASSIGN_OR_RETURN(const v1::HelloReply reply, coordinator_->Hello({}, request));
  worker.session = reply.session();
  return absl::OkStatus();
}

// Whatever the worker can do now: submit, lease more, or end.
void Swarm::ContinueLocked(int i) {
  Worker& worker = workers_[static_cast<size_t>(i)];
  while (worker.results > 0 && worker.submitting < options_.submits) {
    // All results of a chunk are made at once, so this never waits.
    auto request = std::make_shared<v1::SubmitRequest>();
    worker.leases->AwaitOutbox(request.get());
    worker.results -= ResultsIn(*request);
    ++worker.submitting;
    const absl::Duration now = Now();
    const absl::Duration ready = options_.rate > 0 ? worker.oldest : now;
    threads_->Post([this, i, request, ready] { Submit(i, std::move(*request), ready); });
  }
  const bool enough = options_.results > 0 && stored_ >= options_.results;
  if (worker.leasing) return;
  if (worker.over || enough) {
    // What it has leased, the next part of the benchmark must not wait for.
    while (!worker.unstarted.empty()) StartLocked(i);
    if (worker.submitting > 0 || worker.making > 0 || worker.ended) return;
    worker.ended = true;
    ++ended_;
    return;
  }
  const int held = worker.leases->size() + static_cast<int>(worker.unstarted.size());
  if (held > 2 * options_.chunks) return;
  worker.leasing = true;
  worker.asked = Stopwatch();
  threads_->Post([this, i] { Lease(i); });
}

void Swarm::Lease(int i) {
  v1::LeaseRequest request;
  request.set_session(workers_[static_cast<size_t>(i)].session);
  request.set_max_chunks(static_cast<uint32_t>(options_.chunks));
  request.set_wait_ms(kMaxLeaseWaitMs);
  coordinator_->Lease({}, request, [this, i](absl::StatusOr<v1::LeaseReply> reply) {
    // Not in the coordinator's own thread, which answers others meanwhile.
    threads_->Post([this, i, reply = std::move(reply)] { OnLease(i, reply); });
  });
}

void Swarm::OnLease(int i, const absl::StatusOr<v1::LeaseReply>& reply) {
  Worker& worker = workers_[static_cast<size_t>(i)];
  const bool paced = options_.rate > 0;
  if (reply.ok() && !paced) {
    for (const v1::LeasedChunk& chunk : reply->chunks()) Make(i, chunk);
  }
  absl::MutexLock lock(&mutex_);
  worker.leasing = false;
  if (reply.ok()) {
    if (reply->chunks_size() > 0) {
      longest_wait_ = std::max(longest_wait_, worker.asked.Seconds());
    }
    if (paced) {
      for (const v1::LeasedChunk& chunk : reply->chunks()) worker.unstarted.push_back(chunk);
    }
    worker.got += reply->chunks_size();
    worker.over = reply->run_done();
  } else {
    worker.over = true;
    ++errors_;
  }
  ContinueLocked(i);
}

void Swarm::Make(int i, const v1::LeasedChunk& chunk) {
  Worker& worker = workers_[static_cast<size_t>(i)];
  worker.leases->Add(chunk, Now());
  // Perhaps another one, which another thread has added.
  const std::shared_ptr<pipelines::ActiveLease> lease = worker.leases->TakeWaiting();
  v1::LeaseResults results = BenchResults(lease->leased, options_.answer_bytes);
  for (v1::Result& result : *results.mutable_results()) {
    worker.leases->AddResult(lease, std::move(result));
  }
  absl::MutexLock lock(&mutex_);
  if (worker.results == 0) worker.oldest = Now();
  worker.results += results.results_size();
}

void Swarm::Submit(int i, v1::SubmitRequest request, absl::Duration ready) {
  request.set_session(workers_[static_cast<size_t>(i)].session);
  v1::SubmitRequest sent = OutlineOf(request);
  coordinator_->Submit(
      {}, std::move(request),
      [this, i, ready, sent = std::move(sent)](const absl::StatusOr<v1::SubmitReply>& reply) {
        OnSubmit(i, sent, ready, reply);
      });
}

void Swarm::OnSubmit(int i, const v1::SubmitRequest& sent, absl::Duration ready,
                     const absl::StatusOr<v1::SubmitReply>& reply) {
  Worker& worker = workers_[static_cast<size_t>(i)];
  const absl::Duration took = Now() - ready;
  if (reply.ok()) worker.leases->Answered(sent, *reply, took);
  absl::MutexLock lock(&mutex_);
  if (enough_stored_ == 0) latencies_.push_back(absl::ToDoubleSeconds(took));
  CountLocked(reply);
  --worker.submitting;
  if (!reply.ok()) worker.over = true;
  ContinueLocked(i);
}

void Swarm::CountLocked(const absl::StatusOr<v1::SubmitReply>& reply) {
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

}  // namespace quipu::bench
