// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/worker.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "base/failpoint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/thread.h"
#include "generator/pairs/generate.h"
#include "generator/spec/model_identity.h"
#include "pipelines/core/engine_counters.h"
#include "pipelines/core/engine_failures.h"
#include "pipelines/core/step_tokens.h"
#include "pipelines/core/version.h"
#include "pipelines/worker/active_leases.h"
#include "pipelines/worker/chunk_runner.h"

namespace quipu::pipelines {
namespace {

// Tokens that the model processes for a pair: two prompts, a reply, a verdict,
// and the answer twice.
constexpr int64_t kTokensOfPair = 400;

// Chunks worked on at once.
constexpr int64_t kMostInFlight = 128;

constexpr absl::Duration kLeaseWait = absl::Milliseconds(kMaxLeaseWaitMs);
constexpr absl::Duration kStopPeriod = absl::Milliseconds(50);
// After a stop or the end of the run, calls to the coordinator are abandoned
// after this long: the process has to exit within 5 s.
constexpr absl::Duration kDrainLimit = absl::Seconds(4);
// Sessions that one call may lose before the worker gives up on the
// coordinator.
constexpr int kMaxHellosOfCall = 10;

class WorkerRun {
 public:
  WorkerRun(CoordinatorClient* client, inference::Engine* engine, const v1::RunSpec& spec,
            const WorkerOptions& options, ActiveLeases* leases)
      : client_(client),
        engine_(engine),
        spec_(spec),
        options_(options),
        leases_(*leases),
        submitted_(CountersOf(engine->stats())) {}

  absl::Status Run() {
    RETURN_IF_ERROR(OpenSession());
    // Observe stops from here on: opening the first prefix may take a while.
    ASSIGN_OR_RETURN(Thread watcher, Thread::Start("stop-watcher", [this] { WatchForStop(); }));
    const absl::Status done = Work();
    ended_.Notify();
    watcher.Join();
    if (Draining() && done.ok()) return absl::CancelledError("stopped");
    return done;
  }

 private:
  absl::Status Work() {
    absl::StatusOr<std::shared_ptr<inference::Prefix>> without =
        generator::OpenWithoutChunk(*engine_, spec_);
    if (!without.ok()) return Draining() ? absl::OkStatus() : without.status();
    ASSIGN_OR_RETURN(std::unique_ptr<ChunkRunner> runner,
                     ChunkRunner::Create(engine_, spec_, *std::move(without), RunnerEvents()));
    Thread second, submitter, renewer, fetcher;
    const absl::Status started = StartLoops(&second, &submitter, &renewer, &fetcher);
    if (!started.ok()) EndWith(started);
    RunChunks(runner.get());
    fetcher.Join();
    leases_.EndOutbox();  // No more results will come.
    submitter.Join();
    renewer.Join();
    return leases_.status();
  }

  absl::Status StartLoops(Thread* second, Thread* submitter, Thread* renewer, Thread* fetcher) {
    // The submitter first: it also reports the end to the coordinator, after the second one,
    // whose requests are on their way while those of the first are written.
    absl::StatusOr<Thread> started = Thread::Start("submit-2", [this] { SubmitLoop(); });
    if (started.ok()) *second = *std::move(started);
    ASSIGN_OR_RETURN(*submitter, Thread::Start("submit", [this, second] { SubmitAll(second); }));
    RETURN_IF_ERROR(started.status());
    ASSIGN_OR_RETURN(*renewer, Thread::Start("renew", [this] { RenewLoop(); }));
    ASSIGN_OR_RETURN(*fetcher, Thread::Start("fetch", [this] { FetchLoop(); }));
    return absl::OkStatus();
  }

  ChunkRunner::Events RunnerEvents() {
    return {[this](const ChunkRunner::ChunkPtr& chunk, v1::Result result) {
              leases_.AddResult(chunk, std::move(result));
            },
            [this](const ChunkRunner::ChunkPtr& chunk, const absl::Status& status) {
              FailChunk(chunk, status);
            }};
  }

  // Ends the work with an error: nothing more is fetched or started.
  void EndWith(const absl::Status& status) {
    leases_.Fail(status);
    client_->CancelLeases();
    engine_->Shutdown();
  }

  // ---- The session.

  v1::HelloRequest HelloRequestLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(session_mutex_) {
    v1::HelloRequest request;
    request.mutable_version()->set_major(kProtocolMajor);
    request.mutable_version()->set_minor(kProtocolMinor);
    request.set_build(kQuipuVersion);
    request.set_worker(options_.name);
    request.set_incarnation(options_.incarnation);
    *request.mutable_model() = generator::IdentityOf(*engine_);
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
      RETURN_IF_ERROR(generator::CheckSameEngine(run.model(), generator::IdentityOf(*engine_)));
      run_id_ = run.run_id();
    }
    ASSIGN_OR_RETURN(const v1::HelloReply reply, client_->Hello(HelloRequestLocked()));
    session_ = reply.session();
    terms_.ttl = absl::Milliseconds(reply.lease_ttl_ms());
    terms_.max_leases = static_cast<int>(reply.max_leases());
    return absl::OkStatus();
  }

  // What the coordinator said in its last Hello. One that restarts may have other options.
  struct Terms {
    absl::Duration ttl;
    int max_leases = 1;
  };
  Terms CurrentTerms() {
    absl::MutexLock lock(&session_mutex_);
    return terms_;
  }

  // Makes it a request in the current session, within its terms. Returns the session.
  template <typename Request>
  std::string Address(Request* request) {
    absl::MutexLock lock(&session_mutex_);
    request->set_session(session_);
    Fit(terms_, request);
    return session_;
  }
  template <typename Request>
  static void Fit(const Terms& /*terms*/, Request* /*request*/) {}
  static void Fit(const Terms& terms, v1::LeaseRequest* request) {
    const auto most = static_cast<uint32_t>(terms.max_leases);
    request->set_max_chunks(std::min(request->max_chunks(), most));
    // The lease counts from here, although it may be granted at the end of the wait: enough
    // of it has to be left for the renewer.
    request->set_wait_ms(
        static_cast<uint32_t>(absl::ToInt64Milliseconds(std::min(kLeaseWait, terms.ttl / 3))));
  }

  // Calls with the session. Sends Hello again if the coordinator does not know
  // the session (it has restarted, perhaps again since that Hello).
  template <typename Request, typename Reply>
  absl::StatusOr<Reply> Call(absl::StatusOr<Reply> (CoordinatorClient::*verb)(const Request&),
                             Request* request) {
    for (int hellos = 0;; ++hellos) {
      const std::string session = Address(request);
      absl::StatusOr<Reply> reply = (client_->*verb)(*request);
      if (!absl::IsFailedPrecondition(reply.status()) || hellos == kMaxHellosOfCall) return reply;
      absl::MutexLock lock(&session_mutex_);
      if (session_ == session) RETURN_IF_ERROR(HelloLocked());
    }
  }

  absl::StatusOr<v1::SubmitReply> SendSubmit(v1::SubmitRequest* request) {
    RETURN_IF_ERROR(Failpoint("worker.before_submit"));
    ASSIGN_OR_RETURN(v1::SubmitReply reply, Call(&CoordinatorClient::Submit, request));
    RETURN_IF_ERROR(Failpoint("worker.after_submit"));
    return reply;
  }

  // ---- The threads' loops.

  void FetchLoop() {
    // Leases slightly more chunks than are in flight, so that a finished chunk
    // has a successor.
    const int in_flight = ChunksInFlight(spec_);
    std::string paused;
    while (!Draining()) {
      const int target =
          std::min(in_flight + std::max(1, in_flight / 4), CurrentTerms().max_leases);
      if (!leases_.AwaitRoom(target)) break;
      v1::LeaseRequest request;
      request.set_max_chunks(std::max(1, target - leases_.size()));
      const absl::Duration asked = options_.clock->Monotonic();
      absl::StatusOr<v1::LeaseReply> reply = Call(&CoordinatorClient::Lease, &request);
      if (!reply.ok()) {
        if (!Draining()) leases_.Fail(reply.status());
        break;
      }
      if (reply->paused() != paused) {
        paused = reply->paused();
        LogInfo(paused.empty() ? "the run is resumed"
                               : absl::StrCat("the run is paused: ", paused));
      }
      for (v1::LeasedChunk& chunk : *reply->mutable_chunks()) leases_.Add(std::move(chunk), asked);
      if (reply->run_done()) {
        run_done_.Notify();
        break;
      }
    }
    leases_.EndFetching();
  }

  // The caller's thread: starts chunks as others end, until all have ended.
  void RunChunks(ChunkRunner* runner) {
    const int most = ChunksInFlight(spec_);
    while (true) {
      runner->AwaitFewerThan(most);
      std::shared_ptr<ActiveLease> chunk = leases_.TakeWaiting();
      if (chunk == nullptr) break;
      if (const absl::Status failed = Failpoint("worker.before_generate"); !failed.ok()) {
        FailChunk(chunk, failed);
        continue;
      }
      runner->Run(std::move(chunk));
    }
    runner->AwaitFewerThan(1);
  }

  void FailChunk(const std::shared_ptr<ActiveLease>& chunk, const absl::Status& status) {
    if (Ending()) return;  // Released when all calls have ended.
    leases_.FailChunk(chunk, status.message());
    if (leases_.failures_in_a_row() >= kMaxFailuresInARow) {
      EndWith(absl::Status(
          status.code(), absl::StrCat("the engine failed on ", kMaxFailuresInARow,
                                      " chunks in a row, most recently with: ", status.message())));
    }
  }

  // Two threads; false: the coordinator is gone.
  bool SubmitLoop() {
    for (bool more = true; more;) {
      v1::SubmitRequest request;
      more = leases_.AwaitOutbox(&request);
      if (request.leases_size() > 0 && !Submit(&request)) return false;
    }
    return true;
  }

  // The first of them. Its last submit releases the remaining leases and reports the last
  // engine counters.
  void SubmitAll(Thread* second) {
    const bool reached = SubmitLoop();
    second->Join();
    for (bool more = reached; more;) {
      v1::SubmitRequest request;
      more = leases_.AwaitOutbox(&request);  // Has ended: returns at once.
      if (!more) {
        leases_.ReturnAll(&request);
        request.set_leaving(true);
      }
      if (!Submit(&request)) return;
    }
  }

  bool Submit(v1::SubmitRequest* request) {
    AddEngineCounters(request);
    const absl::Duration sent = options_.clock->Monotonic();
    const absl::StatusOr<v1::SubmitReply> reply = SendSubmit(request);
    if (!reply.ok()) {
      // When the run is done, the coordinator may be gone already.
      if (run_done_.HasBeenNotified()) return false;
      leases_.Fail(reply.status());
      client_->CancelLeases();
      if (!Draining()) engine_->Shutdown();
      return false;
    }
    {
      absl::MutexLock lock(&session_mutex_);
      if (reply->commit_number() > seen_commit_) {
        seen_commit_ = reply->commit_number();
        seen_proof_ = reply->commit_proof();
      }
    }
    leases_.Answered(*request, *reply, options_.clock->Monotonic() - sent);
    return true;
  }

  // What the engine did since the last submit.
  void AddEngineCounters(v1::SubmitRequest* request) {
    absl::MutexLock lock(&session_mutex_);
    const v1::EngineCounters work = CountersOf(engine_->stats());
    *request->mutable_work() = CountersSince(work, submitted_);
    submitted_ = work;
  }

  void RenewLoop() {
    while (leases_.SleepUnlessEnded(CurrentTerms().ttl / 3)) {
      v1::RenewRequest request;
      leases_.FillRenewal(&request);
      if (request.tickets().empty()) continue;
      const absl::Duration asked = options_.clock->Monotonic();
      const absl::StatusOr<v1::RenewReply> reply = Call(&CoordinatorClient::Renew, &request);
      // An error says nothing about any lease: each one expires in its own
      // time.
      if (reply.ok()) {
        leases_.Renewed(request, *reply, asked);
      } else if (!Draining()) {
        LogWarning(absl::StrCat("leases could not be renewed: ", reply.status().message()));
      }
    }
  }

  void WatchForStop() {
    while (!ended_.WaitForNotificationWithTimeout(kStopPeriod)) {
      if (options_.stop && options_.stop()) draining_.Notify();
      if (!Ending()) continue;
      leases_.Drain();
      client_->CancelLeases();
      // Others have finished the chunks that are in flight when the run is
      // done.
      if (Draining() || leases_.size() > 0) engine_->Shutdown();
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
  ActiveLeases& leases_;
  absl::Notification draining_;  // A stop was requested.
  absl::Notification run_done_;
  absl::Notification ended_;
  absl::Mutex session_mutex_;
  std::string run_id_ ABSL_GUARDED_BY(session_mutex_);
  std::string session_ ABSL_GUARDED_BY(session_mutex_);
  uint64_t seen_commit_ ABSL_GUARDED_BY(session_mutex_) = 0;
  std::string seen_proof_ ABSL_GUARDED_BY(session_mutex_);
  // As of the last submit. What the engine did before this worker is not the run's work on
  // its pairs.
  v1::EngineCounters submitted_ ABSL_GUARDED_BY(session_mutex_);
  Terms terms_ ABSL_GUARDED_BY(session_mutex_);
};

}  // namespace

int ChunksInFlight(const v1::RunSpec& spec) {
  if (spec.performance().chunks_in_flight() > 0) {
    return static_cast<int>(spec.performance().chunks_in_flight());
  }
  const v1::GenerationSpec& generation = spec.generation();
  if (spec.engine().kind() == v1::EngineSpec::OPENAI) {
    // The server batches: what matters is the number of requests in flight.
    const int64_t wanted = spec.performance().requests_in_flight() / generation.pairs_per_chunk();
    return static_cast<int>(std::clamp<int64_t>(wanted, 2, kMostInFlight));
  }
  // A chunk is in flight for about as many steps as its longest pair has
  // tokens, and fills them with its own and its pairs' tokens. Uses the maximum
  // lengths, half as much again as the usual ones, and four chunks more: steps should
  // stay full when chunks end early, and surplus chunks just wait.
  const int64_t steps =
      generation.max_question_tokens() +
      std::max(generation.max_long_answer_tokens(), generation.max_short_answer_tokens());
  const int64_t tokens = (spec.chunks().min_tokens() + spec.chunks().max_tokens()) / 2 +
                         kTokensOfPair * generation.pairs_per_chunk();
  const int64_t wanted = StepTokens(spec.performance(), NumCores()) * steps / tokens + 4;
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
  ActiveLeases own(options.clock);
  ActiveLeases* const leases = options.leases != nullptr ? options.leases : &own;
  return WorkerRun(client, engine, spec, options, leases).Run();
}

}  // namespace quipu::pipelines
