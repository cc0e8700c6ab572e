// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Sends the same submit many times over many connections, to a real service,
// coordinator and store: it is committed once. Then other results under the same
// lease, likewise: each is a conflict, and the first result stays.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/random_bytes.h"
#include "base/stop.h"
#include "generator/spec/run_spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/coordinator/coordinator.h"
#include "pipelines/coordinator/run_store.h"
#include "pipelines/coordinator/runner.h"
#include "pipelines/core/engine_factory.h"
#include "pipelines/rpc/coordinator_service.h"
#include "pipelines/rpc/grpc_coordinator_client.h"
#include "pipelines/run/stages.h"
#include "pipelines/worker/worker.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::TempDir;

constexpr int kConnections = 8;
constexpr int kTimes = 100;

std::string Prose() {
  std::string text;
  for (int i = 0; i < 220; ++i) {
    absl::StrAppend(&text, "The miller of village ", i, " sold ", 3 * i + 2,
                    " sacks of flour in the year ", 1300 + i, i % 5 == 4 ? ".\n\n" : ". ");
  }
  return text;
}

// Outcomes of all results of all copies of one submit.
struct Outcomes {
  int results = 0;  // Of one copy.
  int stored = 0;
  int duplicate = 0;
  int conflict = 0;
  int other = 0;
};

// The same leases with another result of each task, which the checks let pass.
v1::SubmitRequest WithOtherResults(v1::SubmitRequest request) {
  for (v1::LeaseResults& lease : *request.mutable_leases()) {
    for (v1::Result& result : *lease.mutable_results()) {
      v1::Result other;
      *other.mutable_task() = result.task();
      other.mutable_reject()->set_reason(v1::REJECT_REASON_MALFORMED);
      other.mutable_reject()->set_detail("not what was submitted first");
      result = std::move(other);
    }
  }
  return request;
}

// A worker's client that submits its first results a hundred times, from eight
// threads with a connection each, then other results under the same leases a hundred
// times; it returns a reply of the first to the worker.
class RepeatingClient : public CoordinatorClient {
 public:
  explicit RepeatingClient(const GrpcClientOptions& options) {
    for (int i = 0; i < kConnections; ++i) {
      auto client = GrpcCoordinatorClient::Create(options);
      EXPECT_OK(client.status());
      clients_.push_back(*std::move(client));
    }
  }

  absl::StatusOr<v1::HelloReply> Hello(const v1::HelloRequest& request) override {
    return clients_[0]->Hello(request);
  }
  absl::StatusOr<v1::LeaseReply> Lease(const v1::LeaseRequest& request) override {
    return clients_[0]->Lease(request);
  }
  absl::StatusOr<v1::RenewReply> Renew(const v1::RenewRequest& request) override {
    return clients_[0]->Renew(request);
  }
  absl::StatusOr<v1::SubmitReply> Submit(const v1::SubmitRequest& request) override {
    int results = 0;
    for (const v1::LeaseResults& lease : request.leases()) results += lease.results_size();
    if (results == 0 || repeated_.exchange(true)) return clients_[0]->Submit(request);
    absl::StatusOr<v1::SubmitReply> reply = Repeat(request, results, &same_);
    Repeat(WithOtherResults(request), results, &others_).IgnoreError();
    absl::MutexLock lock(&mutex_);
    request_ = request;
    return reply;
  }
  void CancelLeases() override {
    for (const auto& client : clients_) client->CancelLeases();
  }
  void Cancel() override {
    for (const auto& client : clients_) client->Cancel();
  }

  // Of the hundred equal submits, and of the hundred with other results.
  Outcomes same() const {
    absl::MutexLock lock(&mutex_);
    return same_;
  }
  Outcomes others() const {
    absl::MutexLock lock(&mutex_);
    return others_;
  }
  v1::SubmitRequest first_request() const {
    absl::MutexLock lock(&mutex_);
    return request_;
  }

 private:
  absl::StatusOr<v1::SubmitReply> Repeat(const v1::SubmitRequest& request, int results,
                                         Outcomes* outcomes) {
    std::atomic<int> left{kTimes};
    absl::StatusOr<v1::SubmitReply> last;
    std::vector<std::thread> threads;
    for (const auto& client : clients_) {
      threads.emplace_back([&, client = client.get()] {
        while (left.fetch_sub(1) > 0) {
          absl::StatusOr<v1::SubmitReply> reply = client->Submit(request);
          EXPECT_OK(reply.status());
          absl::MutexLock lock(&mutex_);
          if (reply.ok()) Count(*reply, outcomes);
          last = std::move(reply);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    absl::MutexLock lock(&mutex_);
    outcomes->results = results;
    return last;
  }

  void Count(const v1::SubmitReply& reply, Outcomes* outcomes)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (const v1::LeaseOutcome& lease : reply.leases()) {
      for (const int outcome : lease.results()) {
        switch (outcome) {
          case v1::SUBMIT_OUTCOME_STORED:
            ++outcomes->stored;
            break;
          case v1::SUBMIT_OUTCOME_DUPLICATE:
            ++outcomes->duplicate;
            break;
          case v1::SUBMIT_OUTCOME_CONFLICT:
            ++outcomes->conflict;
            break;
          default:
            ++outcomes->other;
        }
      }
    }
  }

  std::vector<std::unique_ptr<GrpcCoordinatorClient>> clients_;
  std::atomic<bool> repeated_{false};
  mutable absl::Mutex mutex_;
  Outcomes same_ ABSL_GUARDED_BY(mutex_);
  Outcomes others_ ABSL_GUARDED_BY(mutex_);
  v1::SubmitRequest request_ ABSL_GUARDED_BY(mutex_);
};

class ServiceSubmitTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    ASSERT_OK(WriteFileAtomic(dir_.Path("corpus.txt"), Prose()));
    ASSERT_OK_AND_ASSIGN(
        spec_, generator::ParseRunSpec(
                   absl::StrCat("store: \"", dir_.Path("store"), "\" documents { path: \"",
                                dir_.Path("corpus.txt"),
                                "\" } engine { kind: SCRIPTED } chunks { min_tokens: 200"
                                " max_tokens: 400 tokens_per_chunk: 1000 }"
                                " service { audit_share: 0 }"),
                   "test"));
  }

  TempDir dir_{TempDir::Length::kShort};  // Has a socket.
  v1::RunSpec spec_;
};

TEST_F(ServiceSubmitTest, TheSameSubmitAHundredTimesOverEightConnectionsIsCommittedOnce) {
  const BuildOptions build;
  ASSERT_OK_AND_ASSIGN(const auto stages, RunStages::Open(spec_, build));
  ASSERT_OK(stages->ReadAndPlan());
  ASSERT_OK_AND_ASSIGN(const auto run_store, MakeRunStore(stages->store()));
  CoordinatorOptions options;
  options.leases = LeaseOptionsOf(spec_.service());
  options.secret = RandomBytes(32);
  std::atomic<int> on_result{0};
  options.on_result = [&](bool) { ++on_result; };
  ASSERT_OK_AND_ASSIGN(const auto coordinator, Coordinator::Start(options, run_store.get()));
  ASSERT_OK_AND_ASSIGN(const auto runner, CoordinatorRunner::Start(coordinator.get()));
  CoordinatorServiceOptions service_options;
  service_options.listen = absl::StrCat("unix:", dir_.Path("socket"));
  ASSERT_OK_AND_ASSIGN(const auto service, CoordinatorService::Create(service_options));
  ASSERT_OK(service->Listen());
  service->SetCoordinator(coordinator.get());
  GrpcClientOptions client_options;
  client_options.address = service->address();
  client_options.backoff_first = absl::Milliseconds(10);
  client_options.backoff_most = absl::Milliseconds(50);
  RepeatingClient client(client_options);
  WorkerOptions worker;
  worker.name = "repeater";
  worker.incarnation = RandomBytes(16);
  worker.stop = [] { return false; };
  ASSERT_OK_AND_ASSIGN(const auto engine, MakeEngine(spec_.engine(), spec_.performance()));

  ASSERT_OK(RunWorker(&client, engine.get(), spec_, worker));

  const Outcomes same = client.same();
  EXPECT_GT(same.results, 0);
  EXPECT_EQ(same.stored, same.results);
  EXPECT_EQ(same.duplicate, (kTimes - 1) * same.results);
  EXPECT_EQ(same.conflict + same.other, 0);
  const Outcomes others = client.others();
  EXPECT_EQ(others.conflict, kTimes * same.results);
  EXPECT_EQ(others.stored + others.duplicate + others.other, 0);
  const v1::StatusReply status = coordinator->Status();
  EXPECT_TRUE(coordinator->Done());
  EXPECT_EQ(status.tasks().accepted() + status.tasks().rejected(), status.tasks().planned());
  EXPECT_EQ(on_result, static_cast<int>(status.tasks().planned()));
  EXPECT_EQ(status.duplicates(), static_cast<uint64_t>(same.duplicate));
  EXPECT_EQ(status.conflicts(), static_cast<uint64_t>(others.conflict));
  const v1::SubmitRequest submitted = client.first_request();
  for (const v1::LeaseResults& lease : submitted.leases()) {
    for (const v1::Result& first : lease.results()) {
      ASSERT_OK_AND_ASSIGN(const v1::Result stored, run_store->GetResult(first.task().id()));
      EXPECT_TRUE(SameResult(stored, first)) << first.ShortDebugString();
    }
  }
  runner->Stop();
  service->Shutdown(absl::ZeroDuration());
  ASSERT_OK_AND_ASSIGN(const auto findings, stages->store()->CheckIntegrity());
  EXPECT_THAT(findings, ::testing::IsEmpty());
}

}  // namespace
}  // namespace quipu::pipelines
