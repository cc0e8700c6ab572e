// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/memory_run_store.h"

#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/simulation/scripted_run.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::simulation {
namespace {

using ::quipu::testing::IsOk;
using ::quipu::testing::StatusIs;

class MemoryRunStoreTest : public ::testing::Test {
 protected:
  MemoryRunStoreTest()
      : rng_(testing::TestFingerprint(), "plan"),
        disk_(ScriptedHeader(), ScriptedPlan(rng_, 20)),
        run_store_(&disk_) {}

  pipelines::JournalBatch ResultOf(int chunk, absl::string_view worker = "ann") {
    pipelines::JournalBatch batch;
    MemoryDisk::Made& made = batch.results.emplace_back();
    made.result = RightResult(disk_.chunks()[chunk].content, 0);
    made.by.set_worker(worker.data(), worker.size());
    return batch;
  }
  std::string TaskOf(int chunk) const { return disk_.chunks()[chunk].content.tasks[0].id(); }
  pipelines::JournalBatch Withdraw(int chunk) {
    pipelines::JournalBatch batch;
    batch.withdrawn.push_back(TaskOf(chunk));
    return batch;
  }
  pipelines::JournalBatch Audited(int chunk) {
    pipelines::JournalBatch batch;
    batch.audited.push_back(TaskOf(chunk));
    return batch;
  }

  Rng rng_;
  MemoryDisk disk_;
  MemoryRunStore run_store_;
};

TEST_F(MemoryRunStoreTest, KeepsWhatWasSyncedAndAllBeforeIt) {
  ASSERT_THAT(run_store_.Commit(ResultOf(0), /*sync=*/false), IsOk());
  ASSERT_THAT(run_store_.Commit(ResultOf(1), /*sync=*/true), IsOk());
  const uint64_t sequence = disk_.commit_number();
  ASSERT_THAT(run_store_.Commit(ResultOf(2), /*sync=*/false), IsOk());
  EXPECT_GT(disk_.commit_number(), sequence);

  disk_.LosePower(0);

  EXPECT_NE(disk_.Find(TaskOf(0)), nullptr);
  EXPECT_NE(disk_.Find(TaskOf(1)), nullptr);
  EXPECT_EQ(disk_.Find(TaskOf(2)), nullptr);
  EXPECT_EQ(disk_.commit_number(), sequence);
}

TEST_F(MemoryRunStoreTest, LosesUnsyncedWritesFromTheEnd) {
  pipelines::JournalBatch journal;
  journal.updates.emplace_back().mutable_resumed();
  ASSERT_THAT(run_store_.Commit(ResultOf(0), true), IsOk());
  ASSERT_THAT(run_store_.Commit(journal, false), IsOk());
  ASSERT_THAT(run_store_.Commit(Withdraw(0), false), IsOk());
  ASSERT_THAT(run_store_.Commit(ResultOf(0, "bob"), false), IsOk());
  ASSERT_THAT(run_store_.Commit(Audited(0), false), IsOk());
  EXPECT_TRUE(disk_.Find(TaskOf(0))->by.audited());

  disk_.LosePower(1);

  EXPECT_EQ(disk_.journal().size(), 1u);
  ASSERT_NE(disk_.Find(TaskOf(0)), nullptr);
  EXPECT_EQ(disk_.Find(TaskOf(0))->by.worker(), "ann");
  EXPECT_FALSE(disk_.Find(TaskOf(0))->by.audited());
}

TEST_F(MemoryRunStoreTest, RefusesWhatTheStoreRefusesAndWritesNothing) {
  ASSERT_THAT(run_store_.Commit(ResultOf(0), true), IsOk());
  const uint64_t sequence = disk_.commit_number();

  EXPECT_THAT(run_store_.Commit(ResultOf(0), true), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(run_store_.Commit(Withdraw(1), true), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(run_store_.Commit(Audited(1), true), StatusIs(absl::StatusCode::kNotFound));
  pipelines::JournalBatch twice = ResultOf(1);
  twice.results.push_back(twice.results[0]);
  EXPECT_THAT(run_store_.Commit(twice, true), StatusIs(absl::StatusCode::kAlreadyExists));
  pipelines::JournalBatch unplanned = ResultOf(1);
  unplanned.results[0].result.mutable_task()->set_id("another");
  EXPECT_THAT(run_store_.Commit(unplanned, true), StatusIs(absl::StatusCode::kNotFound));

  EXPECT_EQ(disk_.commit_number(), sequence);
}

TEST_F(MemoryRunStoreTest, FatesDecideWhatIsWrittenAndWhoLives) {
  struct Case {
    Fate fate;
    bool written;
    bool survives_power_loss;
    bool dead;
  };
  int chunk = 0;
  for (const Case& one :
       {Case{Fate::kFail, false, false, false}, Case{Fate::kFailWritten, true, false, false},
        Case{Fate::kCrashBefore, false, false, true}, Case{Fate::kCrashWritten, true, false, true},
        Case{Fate::kCrashSynced, true, true, true}}) {
    MemoryRunStore run_store(&disk_);
    run_store.SetFate([&](const pipelines::JournalBatch&, bool) { return one.fate; });

    EXPECT_FALSE(run_store.Commit(ResultOf(chunk), true).ok());

    EXPECT_EQ(run_store.dead(), one.dead);
    EXPECT_EQ(disk_.Find(TaskOf(chunk)) != nullptr, one.written);
    disk_.LosePower(0);
    EXPECT_EQ(disk_.Find(TaskOf(chunk)) != nullptr, one.survives_power_loss);
    run_store.SetFate({});
    EXPECT_EQ(run_store.Commit({}, true).ok(), !one.dead);
  }
}

TEST_F(MemoryRunStoreTest, TellsWhatIsDoneAndByWhom) {
  ASSERT_THAT(run_store_.Commit(ResultOf(0), true), IsOk());
  ASSERT_THAT(run_store_.Commit(ResultOf(1, ""), true), IsOk());
  ASSERT_THAT(run_store_.Commit(Audited(0), true), IsOk());
  uint64_t done = 0;
  uint64_t tasks = 0;
  ASSERT_THAT(run_store_.ForEachChunk([&](const v1::ChunkAdded& added) {
    done += added.done();
    tasks += added.num_tasks();
    return absl::OkStatus();
  }),
              IsOk());
  EXPECT_EQ(done, 2u);
  EXPECT_EQ(tasks, 20u);
  int attempts = 0;
  ASSERT_THAT(run_store_.ForEachAttempt([&](const v1::ChunkId& chunk, absl::string_view worker,
                                            uint64_t made, uint64_t audited) {
    EXPECT_EQ(disk_.NumberOf(chunk), 0);
    EXPECT_EQ(worker, "ann");
    EXPECT_EQ(made, 1u);
    EXPECT_EQ(audited, 1u);
    ++attempts;
    return absl::OkStatus();
  }),
              IsOk());
  EXPECT_EQ(attempts, 1);
}

TEST_F(MemoryRunStoreTest, EveryOpeningIsANewEpoch) {
  EXPECT_EQ(run_store_.epoch(), 1u);
  EXPECT_EQ(MemoryRunStore(&disk_).epoch(), 2u);
  disk_.LosePower(0);
  EXPECT_EQ(MemoryRunStore(&disk_).epoch(), 3u);
}

}  // namespace
}  // namespace quipu::simulation
