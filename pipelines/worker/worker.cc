// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/worker.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/thread_pool.h"
#include "generator/generate.h"
#include "pipelines/core/components.h"
#include "pipelines/core/engine_counters.h"
#include "pipelines/worker/active_leases.h"

namespace quipu::pipelines {
namespace {

// Tokens that a pair runs through the model: two prompts, a reply, a verdict,
// and the answer twice.
constexpr int64_t kTokensOfPair = 400;

// Chunks worked on at once, each of which has a thread, and one for each task.
constexpr int64_t kMostInFlight = 128;

constexpr absl::Duration kLeaseWait = absl::Seconds(30);
constexpr absl::Duration kStopPeriod = absl::Milliseconds(50);
// After a stop, or the end of the run, calls to the coordinator that have not
// ended are given up: the process is to be gone in 5 s.
constexpr absl::Duration kDrainLimit = absl::Seconds(4);
// Chunks that the engine failed on, one after the other, before it is taken for
// broken.
constexpr int kMaxFailuresInARow = 5;
// Sessions that one call may lose before its coordinator is given up.
constexpr int kMaxHellosOfCall = 10;

class WorkerRun {
 public:
  WorkerRun(CoordinatorClient* client, inference::Engine* engine, const v1::RunSpec& spec,
            const WorkerOptions& options)
      : client_(client), engine_(engine), spec_(spec), options_(options), held_(options.clock) {}

  absl::Status Run() {
    RETURN_IF_ERROR(OpenSession());
    // From here on a stop is seen: opening the first prefix may take a while.
    std::thread watcher = Start("stop-watcher", [this] { WatchForStop(); });
    const absl::Status done = Work();
    ended_.Notify();
    watcher.join();
    if (Draining() && done.ok()) return absl::CancelledError("stopped");
    return done;
  }

 private:
  template <typename F>
  static std::thread Start(absl::string_view name, F body) {
    return std::thread([name = std::string(name), body = std::move(body)] {
      SetThreadName(name);
      body();
    });
  }

  absl::Status Work() {
    absl::StatusOr<std::shared_ptr<inference::Prefix>> without =
        generator::OpenWithoutChunk(*engine_, spec_);
    if (!without.ok()) return Draining() ? absl::OkStatus() : without.status();
    without_chunk_ = *std::move(without);
    std::thread submitter = Start("submit", [this] { SubmitLoop(); });
    std::thread renewer = Start("renew", [this] { RenewLoop(); });
    std::thread fetcher = Start("fetch", [this] { FetchLoop(); });
    std::vector<std::thread> workers;
    for (int i = 0; i < ChunksInFlight(spec_); ++i) {
      workers.push_back(Start(absl::StrCat("chunk-", i), [this] { ChunkLoop(); }));
    }
    fetcher.join();
    for (std::thread& worker : workers) worker.join();
    held_.EndOutbox();  // No more results will come.
    submitter.join();
    renewer.join();
    return held_.status();
  }

  // ---- The session.

  v1::HelloRequest HelloRequest() {
    v1::HelloRequest request;
    request.mutable_version()->set_major(kProtocolMajor);
    request.mutable_version()->set_minor(kProtocolMinor);
    request.set_build(kQuipuVersion);
    request.set_worker(options_.name);
    request.set_incarnation(options_.incarnation);
    *request.mutable_model() = IdentityOf(*engine_);
    request.set_run_id(run_id_);
    request.set_seen_commit(seen_commit_);
    request.set_seen_proof(seen_proof_);
    return request;
  }

  absl::Status OpenSession() {
    absl::MutexLock lock(&session_mutex_);
    return HelloLocked();
  }

  absl::Status HelloLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(session_mutex_) {
    if (run_id_.empty()) {
      ASSIGN_OR_RETURN(const v1::HelloReply run, Introduce(client_, options_));
      RETURN_IF_ERROR(CheckSameEngine(run.model(), IdentityOf(*engine_)));
      run_id_ = run.run_id();
    }
    ASSIGN_OR_RETURN(const v1::HelloReply reply, client_->Hello(HelloRequest()));
    session_ = reply.session();
    ttl_ = absl::Milliseconds(reply.lease_ttl_ms());
    max_leases_ = static_cast<int>(reply.max_leases());
    return absl::OkStatus();
  }

  std::string Session() {
    absl::MutexLock lock(&session_mutex_);
    return session_;
  }

  // Calls with the session; says Hello again where the coordinator does not know
  // it (any more: it was started anew, and perhaps again since that Hello).
  template <typename Request, typename Reply>
  absl::StatusOr<Reply> Call(absl::StatusOr<Reply> (CoordinatorClient::*verb)(const Request&),
                             Request* request) {
    for (int hellos = 0;; ++hellos) {
      const std::string session = Session();
      request->set_session(session);
      absl::StatusOr<Reply> reply = (client_->*verb)(*request);
      if (!absl::IsFailedPrecondition(reply.status()) || hellos == kMaxHellosOfCall) return reply;
      absl::MutexLock lock(&session_mutex_);
      if (session_ == session) RETURN_IF_ERROR(HelloLocked());
    }
  }

  // ---- Threads.

  void FetchLoop() {
    // A little more than is worked on, so that a chunk that ends has a next one.
    const int in_flight = ChunksInFlight(spec_);
    const int target = std::min(in_flight + std::max(1, in_flight / 4), max_leases_);
    std::string paused;
    while (!Draining() && held_.AwaitRoom(target)) {
      v1::LeaseRequest request;
      request.set_max_chunks(std::max(1, target - held_.size()));
      // A lease is counted from here, though it may be granted at the end of the
      // wait: enough of it must be left for the renewer to come by.
      request.set_wait_ms(
          static_cast<uint32_t>(absl::ToInt64Milliseconds(std::min(kLeaseWait, ttl_ / 3))));
      const absl::Duration asked = options_.clock->Monotonic();
      absl::StatusOr<v1::LeaseReply> reply = Call(&CoordinatorClient::Lease, &request);
      if (!reply.ok()) {
        if (!Draining()) held_.Fail(reply.status());
        break;
      }
      if (reply->paused() != paused) {
        paused = reply->paused();
        LogInfo(paused.empty() ? "the run goes on" : absl::StrCat("the run is paused: ", paused));
      }
      for (v1::LeasedChunk& chunk : *reply->mutable_chunks()) held_.Add(std::move(chunk), asked);
      if (reply->run_done()) {
        run_done_.Notify();
        break;
      }
    }
    held_.EndFetching();
  }

  void ChunkLoop() {
    while (const std::shared_ptr<ActiveLease> chunk = held_.TakeWaiting()) RunChunk(chunk);
  }

  void RunChunk(const std::shared_ptr<ActiveLease>& chunk) {
    const v1::LeasedChunk& leased = chunk->leased;
    const absl::StatusOr<std::unique_ptr<generator::ChunkPrefixes>> opened =
        generator::OpenChunk(*engine_, spec_, leased.text(), without_chunk_);
    if (absl::IsResourceExhausted(opened.status())) {
      // No task of a chunk that the engine cannot hold can be done.
      for (const v1::Task& task : leased.tasks()) {
        held_.AddResult(chunk, generator::EngineLimitResult(task, opened.status()));
      }
      return;
    }
    if (!opened.ok()) return FailChunk(chunk, opened.status());
    std::vector<std::thread> threads;
    for (const v1::Task& task : leased.tasks()) {
      threads.push_back(Start("task", [&] { RunOne(chunk, **opened, task); }));
    }
    for (std::thread& thread : threads) thread.join();
  }

  void RunOne(const std::shared_ptr<ActiveLease>& chunk, const generator::ChunkPrefixes& prefixes,
              const v1::Task& task) {
    absl::StatusOr<v1::Result> result =
        generator::RunTask(*engine_, prefixes, spec_, chunk->leased.text(), task);
    if (!result.ok()) return FailChunk(chunk, result.status());
    held_.AddResult(chunk, *std::move(result));
  }

  void FailChunk(const std::shared_ptr<ActiveLease>& chunk, const absl::Status& status) {
    if (Ending()) return;  // Given back when all calls have ended.
    held_.FailChunk(chunk, status.message());
    if (held_.failures_in_a_row() >= kMaxFailuresInARow) {
      held_.Fail(absl::Status(
          status.code(),
          absl::StrCat("the engine failed on ", kMaxFailuresInARow,
                       " chunks one after the other, the last time with: ", status.message())));
      client_->CancelLeases();
      engine_->Shutdown();
    }
  }

  void SubmitLoop() {
    bool more = true;
    while (more) {
      v1::SubmitRequest request;
      more = held_.AwaitOutbox(&request);
      // The last submit gives back what is left, and tells the last of the work.
      if (!more) {
        held_.ReturnAll(&request);
        request.set_leaving(true);
      }
      const v1::EngineCounters work = CountersOf(engine_->stats());
      *request.mutable_work() = WorkSince(work, answered_);
      const absl::StatusOr<v1::SubmitReply> reply = Call(&CoordinatorClient::Submit, &request);
      if (!reply.ok()) {
        // Of a run that is done the coordinator may be gone already.
        if (run_done_.HasBeenNotified()) return;
        held_.Fail(reply.status());
        client_->CancelLeases();
        if (!Draining()) engine_->Shutdown();
        return;
      }
      answered_ = work;
      {
        absl::MutexLock lock(&session_mutex_);
        if (reply->commit_number() > seen_commit_) {
          seen_commit_ = reply->commit_number();
          seen_proof_ = reply->commit_proof();
        }
      }
      held_.Answered(request, *reply);
    }
  }

  void RenewLoop() {
    while (held_.SleepUnlessEnded(ttl_ / 3)) {
      v1::RenewRequest request;
      held_.FillRenewal(&request);
      if (request.tickets().empty()) continue;
      const absl::Duration asked = options_.clock->Monotonic();
      const absl::StatusOr<v1::RenewReply> reply = Call(&CoordinatorClient::Renew, &request);
      // An error is no news of any lease: each one is given up in its own time.
      if (reply.ok()) {
        held_.Renewed(request, *reply, asked);
      } else if (!Draining()) {
        LogWarning(absl::StrCat("leases could not be renewed: ", reply.status().message()));
      }
    }
  }

  void WatchForStop() {
    while (!ended_.WaitForNotificationWithTimeout(kStopPeriod)) {
      if (options_.stop && options_.stop()) draining_.Notify();
      if (!Ending()) continue;
      held_.Drain();
      client_->CancelLeases();
      // What is worked on when the run is done, others have done.
      if (Draining() || held_.size() > 0) engine_->Shutdown();
      if (!ended_.WaitForNotificationWithTimeout(kDrainLimit)) client_->Cancel();
      ended_.WaitForNotification();
      return;
    }
  }

  bool Draining() const { return draining_.HasBeenNotified(); }
  bool Ending() const { return Draining() || run_done_.HasBeenNotified(); }

  CoordinatorClient* const client_;
  inference::Engine* const engine_;
  const v1::RunSpec& spec_;
  const WorkerOptions& options_;
  std::shared_ptr<inference::Prefix> without_chunk_;
  ActiveLeases held_;
  absl::Notification draining_;  // A stop was asked for.
  absl::Notification run_done_;
  absl::Notification ended_;
  v1::EngineCounters answered_;  // The submitter's.

  absl::Mutex session_mutex_;
  std::string run_id_ ABSL_GUARDED_BY(session_mutex_);
  std::string session_ ABSL_GUARDED_BY(session_mutex_);
  uint64_t seen_commit_ ABSL_GUARDED_BY(session_mutex_) = 0;
  std::string seen_proof_ ABSL_GUARDED_BY(session_mutex_);
  // Set by the first Hello, before there are threads; the same ever after.
  absl::Duration ttl_;
  int max_leases_ = 1;
};

}  // namespace

int ChunksInFlight(const v1::RunSpec& spec) {
  if (spec.performance().chunks_in_flight() > 0) {
    return static_cast<int>(spec.performance().chunks_in_flight());
  }
  const v1::GenerationSpec& generation = spec.generation();
  if (spec.engine().kind() == v1::EngineSpec::OPENAI) {
    // The server batches; what counts is how many requests it is given.
    const int64_t wanted = spec.performance().requests_in_flight() / generation.pairs_per_chunk();
    return static_cast<int>(std::clamp<int64_t>(wanted, 2, kMostInFlight));
  }
  // A chunk is in flight for about as many steps as its longest pair has
  // tokens, and brings its own tokens and its pairs' to fill them. Lengths are
  // counted at their most, which is about twice what is usual: steps are to be
  // full beside what ends early, and what is too many waits without harm.
  const int64_t steps =
      generation.max_question_tokens() +
      std::max(generation.max_long_answer_tokens(), generation.max_short_answer_tokens());
  const int64_t tokens = (spec.chunks().min_tokens() + spec.chunks().max_tokens()) / 2 +
                         kTokensOfPair * generation.pairs_per_chunk();
  const int64_t wanted = spec.performance().max_step_tokens() * steps / tokens + 1;
  return static_cast<int>(std::clamp<int64_t>(wanted, 2, kMostInFlight));
}

absl::StatusOr<v1::HelloReply> Introduce(CoordinatorClient* client, const WorkerOptions& options) {
  v1::HelloRequest request;
  request.mutable_version()->set_major(kProtocolMajor);
  request.mutable_version()->set_minor(kProtocolMinor);
  request.set_build(kQuipuVersion);
  request.set_worker(options.name);
  request.set_incarnation(options.incarnation);
  return client->Hello(request);
}

absl::Status RunWorker(CoordinatorClient* client, inference::Engine* engine,
                       const v1::RunSpec& spec, const WorkerOptions& options) {
  return WorkerRun(client, engine, spec, options).Run();
}

}  // namespace quipu::pipelines
