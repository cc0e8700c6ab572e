// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A coordinator and its workers in two processes, over real sockets: results per second
// with thousands of connections, and how workers come back after a restart.
//
//   sockets_bench serve DIR 127.0.0.1:7447 [--documents 6250]   # until it is stopped
//   sockets_bench swarm 127.0.0.1:7447 --workers 10000          # simulated, callbacks
//   sockets_bench clients 127.0.0.1:7447 --workers 200 --seconds 60
//
// `clients` are the clients of real workers: it reports how many came back in each second
// after they lost the coordinator. tests/bench/sockets.sh runs all of it.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/random_bytes.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/thread.h"
#include "grpcpp/grpcpp.h"
#include "pipelines/coordinator/runner.h"
#include "pipelines/rpc/coordinator_service.h"
#include "pipelines/rpc/grpc_coordinator_client.h"
#include "protos/coordinator.grpc.pb.h"
#include "tests/bench/bench_run.h"
#include "tests/bench/measure.h"

namespace quipu::bench {
namespace {

using pipelines::GrpcCoordinatorClient;

constexpr absl::Duration kPoll = absl::Milliseconds(100);

// ---- The coordinator.

absl::Status Serve(const std::string& dir, const std::string& address, int documents) {
  const std::string path = JoinPath(dir, "store");
  RETURN_IF_ERROR(MakeDirs(dir));
  if (!FileExists(path)) RETURN_IF_ERROR(MakeBenchStore(path, documents));
  ASSIGN_OR_RETURN(BenchRun run, OpenBenchRun(path));
  ASSIGN_OR_RETURN(const auto runner, pipelines::CoordinatorRunner::Start(run.coordinator.get()));
  pipelines::CoordinatorServiceOptions options;
  options.listen = address;
  ASSIGN_OR_RETURN(const auto service, pipelines::CoordinatorService::Create(options));
  RETURN_IF_ERROR(service->Listen());
  service->SetCoordinator(run.coordinator.get());
  std::printf("serving on %s, opened in %.2f s\n", service->address().c_str(), run.seconds);
  std::fflush(stdout);
  while (!StopRequested()) absl::SleepFor(kPoll);
  runner->Stop();
  service->Shutdown(absl::Seconds(1));
  RETURN_IF_ERROR(run.coordinator->Failed());
  run.coordinator.reset();
  return run.store->Close();
}

v1::HelloRequest HelloOf(int worker) {
  v1::HelloRequest request;
  request.mutable_version()->set_major(pipelines::kProtocolMajor);
  request.set_worker(absl::StrCat("worker-", worker));
  request.set_incarnation(RandomBytes(16));
  request.set_run_id(BenchHeader().run_id());
  *request.mutable_model() = BenchHeader().generating_model();
  return request;
}

v1::SubmitRequest SubmitOf(const std::string& session, const v1::LeaseReply& leases) {
  v1::SubmitRequest request;
  request.set_session(session);
  for (const v1::LeasedChunk& chunk : leases.chunks()) {
    *request.add_leases() = BenchResults(chunk, kUsualAnswer);
  }
  return request;
}

int StoredOf(const v1::SubmitReply& reply) {
  int stored = 0;
  for (const v1::LeaseOutcome& lease : reply.leases()) {
    stored += static_cast<int>(std::count(lease.results().begin(), lease.results().end(),
                                          static_cast<int>(v1::SUBMIT_OUTCOME_STORED)));
  }
  return stored;
}

// ---- Simulated workers: a connection each, no thread each.

class Swarm {
 public:
  Swarm(const std::string& address, int workers) : workers_(static_cast<size_t>(workers)) {
    grpc::ChannelArguments args;
    args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    for (Worker& worker : workers_) {
      worker.stub = v1::Coordinator::NewStub(
          grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), args));
    }
  }

  void Run() {
    const Stopwatch connecting;
    for (size_t i = 0; i < workers_.size(); ++i) Hello(i);
    AwaitCount(greeted_);
    std::printf("%zu workers said Hello in %.1f s, %d errors\n", workers_.size(),
                connecting.Seconds(), errors_.load());
    const Stopwatch working;
    for (size_t i = 0; i < workers_.size(); ++i) Lease(i);
    AwaitCount(ended_);
    Report(working.Seconds());
  }

 private:
  struct Worker {
    std::unique_ptr<v1::Coordinator::Stub> stub;
    std::unique_ptr<grpc::ClientContext> context;
    v1::HelloRequest hello;
    v1::HelloReply greeting;
    v1::LeaseRequest asking;
    v1::LeaseReply leases;
    v1::SubmitRequest submit;
    v1::SubmitReply outcome;
    Stopwatch sent;
    int chunks = 0;
  };

  void AwaitCount(const std::atomic<size_t>& count) const {
    while (count < workers_.size()) absl::SleepFor(absl::Milliseconds(1));
  }

  // A context for the worker's next call.
  grpc::ClientContext* Next(Worker& worker, absl::Duration deadline) {
    worker.context = std::make_unique<grpc::ClientContext>();
    worker.context->set_deadline(absl::ToChronoTime(absl::Now() + deadline));
    worker.context->set_wait_for_ready(true);
    worker.sent = Stopwatch();
    return worker.context.get();
  }

  void Hello(size_t i) {
    Worker& worker = workers_[i];
    worker.hello = HelloOf(static_cast<int>(i));
    worker.stub->async()->Hello(Next(worker, absl::Minutes(5)), &worker.hello, &worker.greeting,
                                [this](const grpc::Status& status) {
                                  if (!status.ok()) ++errors_;
                                  ++greeted_;
                                });
  }

  void Lease(size_t i) {
    Worker& worker = workers_[i];
    worker.asking.set_session(worker.greeting.session());
    worker.asking.set_max_chunks(1);
    worker.asking.set_wait_ms(kMaxLeaseWaitMs);
    worker.stub->async()->Lease(Next(worker, absl::Minutes(5)), &worker.asking, &worker.leases,
                                [this, i](const grpc::Status& status) { OnLease(i, status); });
  }

  void OnLease(size_t i, const grpc::Status& status) {
    Worker& worker = workers_[i];
    if (!status.ok()) ++errors_;
    if (!status.ok() || worker.leases.run_done()) {
      ++ended_;
    } else if (worker.leases.chunks_size() == 0) {
      Lease(i);
    } else {
      ++worker.chunks;
      worker.submit = SubmitOf(worker.greeting.session(), worker.leases);
      worker.stub->async()->Submit(Next(worker, absl::Minutes(5)), &worker.submit, &worker.outcome,
                                   [this, i](const grpc::Status& s) { OnSubmit(i, s); });
    }
  }

  void OnSubmit(size_t i, const grpc::Status& status) {
    Worker& worker = workers_[i];
    if (!status.ok()) {
      ++errors_;
      ++ended_;
      return;
    }
    stored_ += StoredOf(worker.outcome);
    {
      absl::MutexLock lock(&mutex_);
      latencies_.push_back(worker.sent.Seconds());
    }
    Lease(i);
  }

  void Report(double seconds) {
    absl::MutexLock lock(&mutex_);
    std::sort(latencies_.begin(), latencies_.end());
    const auto at = [&](double share) {
      return latencies_.empty() ? 0
                                : 1000 * latencies_[static_cast<size_t>(
                                             share * static_cast<double>(latencies_.size() - 1))];
    };
    int least = workers_[0].chunks;
    for (const Worker& worker : workers_) least = std::min(least, worker.chunks);
    std::printf(
        "%d results in %.1f s: %.0f per second, submit p50 %.1f ms, p99 %.1f ms, fewest "
        "chunks of a worker %d, errors %d\n",
        stored_.load(), seconds, stored_.load() / seconds, at(0.5), at(0.99), least,
        errors_.load());
  }

  std::vector<Worker> workers_;
  std::atomic<size_t> greeted_{0};
  std::atomic<size_t> ended_{0};
  std::atomic<int> stored_{0};
  std::atomic<int> errors_{0};
  absl::Mutex mutex_;
  std::vector<double> latencies_;
};

// ---- Clients of real workers, a thread each.

class Clients {
 public:
  Clients(std::string address, int workers, absl::Duration time)
      : address_(std::move(address)), workers_(workers), end_(absl::Now() + time) {}

  absl::Status Run() {
    std::vector<Thread> threads;
    for (int i = 0; i < workers_; ++i) {
      ASSIGN_OR_RETURN(Thread thread, Thread::Start("client", [this, i] { Work(i); }));
      threads.push_back(std::move(thread));
    }
    threads.clear();  // Joins.
    Report();
    return absl::OkStatus();
  }

 private:
  // A worker's calls: a session, a chunk, its results; a pause, so that 200 of them leave
  // the machine idle.
  void Work(int i) {
    pipelines::GrpcClientOptions options;
    options.address = address_;
    auto client = GrpcCoordinatorClient::Create(options);
    if (!client.ok()) return;
    std::string session;
    bool lost = false;
    while (absl::Now() < end_) {
      if (session.empty()) {
        const absl::StatusOr<v1::HelloReply> hello = (*client)->Hello(HelloOf(i));
        if (hello.ok()) session = hello->session();
        if (hello.ok() && lost) CameBack();
        lost = true;
        continue;
      }
      v1::LeaseRequest request;
      request.set_session(session);
      request.set_max_chunks(1);
      request.set_wait_ms(1000);
      const absl::StatusOr<v1::LeaseReply> leases = (*client)->Lease(request);
      // The session was of the coordinator before: this one is back.
      if (!leases.ok()) {
        session.clear();
      } else if (leases->chunks_size() > 0) {
        (void)(*client)->Submit(SubmitOf(session, *leases));
      }
      absl::SleepFor(absl::Milliseconds(500));
    }
  }

  void CameBack() {
    absl::MutexLock lock(&mutex_);
    back_.push_back(absl::Now());
  }

  void Report() {
    absl::MutexLock lock(&mutex_);
    std::sort(back_.begin(), back_.end());
    size_t most = 0;
    for (size_t i = 0, j = 0; j < back_.size(); ++j) {
      while (back_[j] - back_[i] >= absl::Seconds(1)) ++i;
      most = std::max(most, j - i + 1);
    }
    const absl::Duration took = back_.empty() ? absl::ZeroDuration() : back_.back() - back_.front();
    std::printf("%d clients, %zu came back within %.1f s, at most %zu in a second\n", workers_,
                back_.size(), absl::ToDoubleSeconds(took), most);
  }

  const std::string address_;
  const int workers_;
  const absl::Time end_;
  absl::Mutex mutex_;
  std::vector<absl::Time> back_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace
}  // namespace quipu::bench

int main(int argc, char** argv) {
  std::string dir, address;
  int documents = 6250, workers = 1000, seconds = 60;
  CLI::App app("Measures a coordinator and its workers over real sockets.");
  app.require_subcommand(1);
  CLI::App* const serve = app.add_subcommand("serve", "the coordinator");
  serve->add_option("DIR", dir, "where its store is, or is made")->required();
  serve->add_option("ADDRESS", address)->required();
  serve->add_option("--documents", documents, "of a new store, 16 tasks each");
  CLI::App* const swarm = app.add_subcommand("swarm", "simulated workers");
  swarm->add_option("ADDRESS", address)->required();
  swarm->add_option("--workers", workers);
  CLI::App* const clients = app.add_subcommand("clients", "clients of real workers");
  clients->add_option("ADDRESS", address)->required();
  clients->add_option("--workers", workers);
  clients->add_option("--seconds", seconds);
  CLI11_PARSE(app, argc, argv);
  quipu::InstallStopHandlers();
  absl::Status status;
  if (serve->parsed()) status = quipu::bench::Serve(dir, address, documents);
  if (swarm->parsed()) quipu::bench::Swarm(address, workers).Run();
  if (clients->parsed()) {
    status = quipu::bench::Clients(address, workers, absl::Seconds(seconds)).Run();
  }
  if (status.ok()) return 0;
  std::fprintf(stderr, "sockets_bench: %s\n", status.ToString().c_str());
  return 1;
}
