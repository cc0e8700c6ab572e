// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/commit_group.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/simulation/memory_run_store.h"
#include "tests/simulation/scripted_run.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines::internal {
namespace {

using ::quipu::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Leases of one worker on the first chunk of a scripted run.
class CommitGroupTest : public ::testing::Test {
 protected:
  CommitGroupTest()
      : rng_(FingerprintOf("commit group"), "plan"),
        disk_(simulation::ScriptedHeader(), simulation::ScriptedPlan(rng_, 20)),
        run_store_(&disk_) {}

  const ChunkContent& content() const { return disk_.chunks()[0].content; }

  CheckedLease Lease(TicketValidity validity = TicketValidity::kCurrent) const {
    CheckedLease lease;
    lease.chunk = disk_.chunks()[0].id;
    lease.token = 7;
    lease.validity = validity;
    return lease;
  }

  static void Add(v1::Result result, int task, CheckedLease* lease) {
    CheckedResult& checked = lease->results.emplace_back();
    checked.result = std::move(result);
    checked.task = task;
  }

  v1::Result Right(int task) const { return simulation::RightResult(content(), task); }
  v1::Result Lie(int task) const { return simulation::LyingResult(content(), task); }

  // Stores a result as another worker's.
  void Store(const v1::Result& result) {
    JournalBatch batch;
    batch.results.emplace_back().result = result;
    ASSERT_THAT(run_store_.Commit(batch, /*sync=*/true), IsOk());
  }

  // Decides on the lease alone.
  CheckedLease Decide(CheckedLease lease) {
    group_ = {};
    group_.submissions.emplace_back().worker = "ann";
    group_.submissions[0].leases.push_back(std::move(lease));
    EXPECT_THAT(DecideGroup(run_store_, &group_), IsOk());
    return group_.submissions[0].leases[0];
  }

  Rng rng_;
  simulation::MemoryDisk disk_;
  simulation::MemoryRunStore run_store_;
  CommitGroup group_;
};

TEST_F(CommitGroupTest, StoresNewResultsOfACurrentLease) {
  CheckedLease lease = Lease();
  Add(Right(0), 0, &lease);

  const CheckedLease decided = Decide(lease);

  EXPECT_THAT(decided.outcome.results(), ElementsAre(v1::SUBMIT_OUTCOME_STORED));
  EXPECT_EQ(decided.outcome.ticket(), v1::SUBMIT_OUTCOME_STORED);
  EXPECT_EQ(decided.stored, 1u);
  ASSERT_THAT(group_.batch.results, SizeIs(1));
  EXPECT_EQ(group_.batch.results[0].by.worker(), "ann");
  EXPECT_EQ(group_.batch.results[0].by.token(), 7u);
  EXPECT_TRUE(MustBeDurable(group_.batch));
}

TEST_F(CommitGroupTest, TellsADuplicateFromAConflictWithWhatIsStored) {
  Store(Right(0));
  CheckedLease same = Lease();
  same.done = 1;
  Add(Right(0), 0, &same);
  CheckedLease other = Lease();
  other.done = 1;
  Add(Lie(0), 0, &other);

  EXPECT_THAT(Decide(same).outcome.results(), ElementsAre(v1::SUBMIT_OUTCOME_DUPLICATE));
  const CheckedLease conflict = Decide(other);

  EXPECT_THAT(conflict.outcome.results(), ElementsAre(v1::SUBMIT_OUTCOME_CONFLICT));
  EXPECT_THAT(conflict.outcome.message(), HasSubstr("another result"));
  EXPECT_THAT(group_.batch.results, IsEmpty());
}

TEST_F(CommitGroupTest, TellsThemApartWithinOneGroupAsWell) {
  CheckedLease lease = Lease();
  Add(Right(0), 0, &lease);
  Add(Right(0), 0, &lease);
  Add(Lie(0), 0, &lease);

  EXPECT_THAT(Decide(lease).outcome.results(),
              ElementsAre(v1::SUBMIT_OUTCOME_STORED, v1::SUBMIT_OUTCOME_DUPLICATE,
                          v1::SUBMIT_OUTCOME_CONFLICT));
  EXPECT_THAT(group_.batch.results, SizeIs(1));
}

TEST_F(CommitGroupTest, StoresNothingOfAStaleLeaseButRecognisesDuplicates) {
  Store(Right(0));
  CheckedLease lease = Lease(TicketValidity::kStale);
  lease.done = 1;
  Add(Right(0), 0, &lease);
  Add(Right(1), 1, &lease);

  const CheckedLease decided = Decide(lease);

  EXPECT_THAT(decided.outcome.results(),
              ElementsAre(v1::SUBMIT_OUTCOME_DUPLICATE, v1::SUBMIT_OUTCOME_STALE));
  EXPECT_EQ(decided.outcome.ticket(), v1::SUBMIT_OUTCOME_STALE);
  EXPECT_THAT(decided.outcome.message(), HasSubstr("stale"));
  EXPECT_THAT(group_.batch.results, IsEmpty());
}

TEST_F(CommitGroupTest, CountsAForgedTicketOnceHoweverMuchCameWithIt) {
  CheckedLease lease = Lease();
  lease.ticket = absl::InvalidArgumentError("forged");
  Add(Right(0), 0, &lease);
  Add(Right(1), 1, &lease);

  const CheckedLease decided = Decide(lease);

  EXPECT_THAT(decided.outcome.results(),
              ElementsAre(v1::SUBMIT_OUTCOME_INVALID, v1::SUBMIT_OUTCOME_INVALID));
  EXPECT_EQ(decided.outcome.message(), "forged");
  EXPECT_EQ(decided.invalid, 1);
}

TEST_F(CommitGroupTest, TellsAnAuditorThatItsResultsAreStoredAndStoresNone) {
  Store(Right(0));
  CheckedLease lease = Lease();
  lease.done = 1;
  lease.audited = 1;
  Add(Lie(0), 0, &lease);

  const CheckedLease decided = Decide(lease);

  EXPECT_THAT(decided.outcome.results(), ElementsAre(v1::SUBMIT_OUTCOME_STORED));
  EXPECT_EQ(decided.stored, 0u);
  EXPECT_THAT(group_.batch.results, IsEmpty());
}

TEST_F(CommitGroupTest, LeavesARefusedSubmissionAlone) {
  group_.submissions.emplace_back().refused = absl::PermissionDeniedError("quarantined");
  group_.submissions[0].work.set_steps(5);
  group_.submissions[0].leases.push_back(Lease());
  Add(Right(0), 0, &group_.submissions[0].leases[0]);

  EXPECT_THAT(DecideGroup(run_store_, &group_), IsOk());

  EXPECT_THAT(group_.batch.results, IsEmpty());
  EXPECT_FALSE(group_.worked);
}

TEST_F(CommitGroupTest, SyncsResultsAndVerdictsAndNothingElse) {
  JournalBatch batch;
  batch.updates.emplace_back().mutable_granted();
  batch.updates.emplace_back().mutable_paused();
  EXPECT_FALSE(MustBeDurable(batch));
  batch.updates.emplace_back().mutable_audit_verdict();
  EXPECT_TRUE(MustBeDurable(batch));
}

}  // namespace
}  // namespace quipu::pipelines::internal
