// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Bugs that the simulation has found, one test each.
#include <memory>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "pipelines/coordinator/coordinator.h"
#include "tests/simulation/memory_run_store.h"
#include "tests/simulation/scripted_run.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"

namespace quipu::simulation {
namespace {

using ::quipu::testing::IsOk;

// One worker that calls a coordinator on a disk that may lose its power.
class RegressionTest : public ::testing::Test {
 protected:
  RegressionTest()
      : rng_(FingerprintOf("regression"), "plan"), disk_(ScriptedHeader(), ScriptedPlan(rng_, 20)) {
    Start();
  }

  void Start() {
    coordinator_.reset();
    run_store_ = std::make_unique<MemoryRunStore>(&disk_);
    pipelines::CoordinatorOptions options;
    options.clock = &clock_;
    options.secret = std::string(32, 's');
    options.leases.audit_share = audit_share_;
    options.random_bytes = [this](size_t size) {
      return std::string(size, static_cast<char>(rng_.Below(256)));
    };
    auto started = pipelines::Coordinator::Start(options, run_store_.get());
    ASSERT_THAT(started, IsOk());
    coordinator_ = *std::move(started);
  }

  absl::StatusOr<v1::HelloReply> Hello(absl::string_view worker = "ann",
                                       const v1::SubmitReply& seen = {}) {
    v1::HelloRequest request;
    request.mutable_version()->set_major(pipelines::kProtocolMajor);
    request.set_worker(worker.data(), worker.size());
    request.set_incarnation(std::string(16, 'i'));
    *request.mutable_model() = disk_.header().generating_model();
    request.set_run_id(disk_.header().run_id());
    request.set_seen_commit(seen.commit_number());
    request.set_seen_proof(seen.commit_proof());
    return coordinator_->Hello({}, request);
  }

  void CommitAll() {
    while (coordinator_->CommitSome() > 0) {
    }
  }

  v1::LeasedChunk LeaseOne(const std::string& session) {
    v1::LeaseRequest request;
    request.set_session(session);
    request.set_max_chunks(1);
    v1::LeasedChunk chunk;
    coordinator_->Lease({}, request, [&](const absl::StatusOr<v1::LeaseReply>& reply) {
      ASSERT_THAT(reply, IsOk());
      ASSERT_EQ(reply->chunks_size(), 1);
      chunk = reply->chunks(0);
    });
    CommitAll();
    return chunk;
  }

  // Results of the chunk's first task, or of all of them, correct or not.
  v1::SubmitReply Submit(const std::string& session, const v1::LeasedChunk& chunk, bool all = false,
                         bool lie = false) {
    v1::SubmitRequest request;
    request.set_session(session);
    v1::LeaseResults& lease = *request.add_leases();
    *lease.mutable_ticket() = chunk.ticket();
    const pipelines::ChunkContent& content =
        disk_.chunks()[disk_.ChunkOf(chunk.tasks(0).id())].content;
    for (int task = 0; task < (all ? chunk.tasks_size() : 1); ++task) {
      *lease.add_results() = lie ? LyingResult(content, task) : RightResult(content, task);
    }
    v1::SubmitReply submitted;
    coordinator_->Submit({}, std::move(request), [&](const absl::StatusOr<v1::SubmitReply>& reply) {
      ASSERT_THAT(reply, IsOk());
      submitted = *reply;
    });
    CommitAll();
    return submitted;
  }

  double audit_share_ = 0;
  Rng rng_;
  testing::FakeClock clock_;
  MemoryDisk disk_;
  std::unique_ptr<MemoryRunStore> run_store_;
  std::unique_ptr<pipelines::Coordinator> coordinator_;
};

// A reply to a submit that stored nothing new carried the number of the last
// write, an unsynced grant. When the machine had lost that, the worker reported
// the loss of data that was never durable, and so ended the run.
TEST_F(RegressionTest, GrantThatPowerLossTookIsNotTakenForLostData) {
  const std::string session = Hello()->session();
  const v1::LeasedChunk chunk = LeaseOne(session);
  Submit(session, chunk);
  LeaseOne(session);
  ASSERT_FALSE(disk_.synced());
  const v1::SubmitReply again = Submit(session, chunk);
  ASSERT_EQ(again.leases(0).results(0), v1::SUBMIT_OUTCOME_DUPLICATE);

  coordinator_.reset();
  disk_.LosePower(0);
  // Opening the store as many times as writes were lost would hide it.
  Start();

  EXPECT_LE(again.commit_number(), disk_.commit_number() - 1);
  EXPECT_THAT(Hello("ann", again), IsOk());
  EXPECT_THAT(coordinator_->Failed(), IsOk());
}

// The results of a liar were removed, with a sync, before its quarantine was in
// the journal. After a power loss in between it was no longer quarantined, and
// its audits were gone.
TEST_F(RegressionTest, LiarIsQuarantinedForGoodBeforeItsResultsAreWithdrawn) {
  audit_share_ = 1;
  Start();
  const std::string ann = Hello("ann")->session();
  const std::string bob = Hello("bob")->session();
  const std::string cid = Hello("cid")->session();
  int withdrawn = 0;
  bool quarantined = false;
  run_store_->SetCommitted([&](const pipelines::JournalBatch& batch, bool sync) {
    for (const v1::LeaseUpdate& update : batch.updates) {
      quarantined = quarantined || update.has_worker_quarantined();
    }
    if (batch.withdrawn.empty()) return;
    ++withdrawn;
    EXPECT_TRUE(sync);
    EXPECT_TRUE(quarantined);
  });

  const v1::LeasedChunk chunk = LeaseOne(ann);
  Submit(ann, chunk, /*all=*/true, /*lie=*/true);
  Submit(bob, LeaseOne(bob), /*all=*/true);
  Submit(cid, LeaseOne(cid), /*all=*/true);

  EXPECT_EQ(withdrawn, 1);
  EXPECT_EQ(disk_.Find(chunk.tasks(0).id()), nullptr);
  coordinator_.reset();
  disk_.LosePower(0);
  Start();
  EXPECT_EQ(Hello("ann").status().code(), absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace quipu::simulation
