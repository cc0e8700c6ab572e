// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Working on a run by leases: who made a result, results that are withdrawn,
// the journal; and what a crash inside leaves.
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/database.h"
#include "storage/high_water.h"
#include "storage/keys.h"
#include "storage/store_impl.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_damage.h"
#include "tests/support/store_fixture.h"
#include "tests/support/store_records.h"

namespace quipu::storage {
namespace {

using quipu::testing::AddPlannedDocument;
using quipu::testing::Bytes;
using quipu::testing::Commit;
using quipu::testing::CopyDirectory;
using quipu::testing::IsOkAndHolds;
using quipu::testing::StatusIs;
using quipu::testing::StoreTest;
using quipu::testing::TestDocument;
using quipu::testing::TestPlan;
using quipu::testing::TestResult;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Field 100, of no message here: its tag, five bytes, "newer".
constexpr char kNewerField[] = "\xa2\x06\x05newer";

v1::LeaseUpdate Pause(const std::string& reason) {
  v1::LeaseUpdate update;
  update.mutable_paused()->set_reason(reason);
  return update;
}

JournalBatch::Made MadeBy(const std::string& worker, const v1::Task& task) {
  JournalBatch::Made made;
  made.result = TestResult(task);
  made.by.set_worker(worker);
  made.by.set_token(7);
  return made;
}

class StoreWorkTest : public StoreTest {
 protected:
  void SetUp() override {
    CopyDirectory(empty_dir_->Path("store"), path_);
    Open();
    tasks_ = AddPlannedDocument(store_.get(), 1, 6);
  }
  // With a clock that stands still: marks are written when they must be.
  void Open() { ASSERT_OK_AND_ASSIGN(store_, StoreImpl::Open(path_, {}, &clock_)); }
  void Reopen() {
    ASSERT_OK(store_->Close());
    store_.reset();
    Open();
  }
  // "worker/index" of each attempt, "+" if it is audited.
  std::vector<std::string> Attempts() {
    std::vector<std::string> attempts;
    EXPECT_OK(store_->ForEachAttempt(
        [&](absl::string_view document, uint32_t index, const v1::AttemptRecord& attempt) {
          EXPECT_EQ(document, tasks_[0].document_id());
          attempts.push_back(attempt.worker() + "/" + std::to_string(index) +
                             (attempt.audited() ? "+" : ""));
          return absl::OkStatus();
        }));
    return attempts;
  }
  std::vector<uint32_t> Done() {
    std::vector<uint32_t> done;
    EXPECT_OK(store_->ForEachDoneTask([&](absl::string_view document, uint32_t index) {
      EXPECT_EQ(document, tasks_[0].document_id());
      done.push_back(index);
      return absl::OkStatus();
    }));
    return done;
  }
  std::vector<std::string> Journal() {
    std::vector<std::string> reasons;
    EXPECT_OK(store_->ForEachUpdate([&](const v1::LeaseUpdate& update) {
      reasons.push_back(update.paused().reason());
      return absl::OkStatus();
    }));
    return reasons;
  }
  uint64_t Counted() {
    auto counts = store_->Count();
    EXPECT_OK(counts);
    return counts.ok() ? counts->accepted + counts->rejected : ~uint64_t{0};
  }

  quipu::testing::FakeClock clock_;
  std::vector<v1::Task> tasks_;
};

TEST_F(StoreWorkTest, WritesResultsWithWhoMadeThemAndTheJournalTogether) {
  JournalBatch batch;
  batch.results = {MadeBy("", tasks_[0]), MadeBy("ann", tasks_[2]), MadeBy("bob", tasks_[1])};
  batch.updates = {Pause("one"), Pause("two")};
  const uint64_t before = store_->commit_number();
  ASSERT_OK(store_->CommitJournaled(batch, /*sync=*/true));
  EXPECT_GT(store_->commit_number(), before);
  ASSERT_OK(store_->CommitJournaled({}, /*sync=*/false));
  ASSERT_OK(store_->CommitJournaled({}, /*sync=*/true));
  Reopen();
  batch = {};
  batch.updates = {Pause("three")};
  ASSERT_OK(store_->CommitJournaled(batch, /*sync=*/false));

  EXPECT_THAT(Done(), ElementsAre(0, 1, 2));
  EXPECT_THAT(Attempts(), ElementsAre("bob/1", "ann/2"));
  EXPECT_THAT(Journal(), ElementsAre("one", "two", "three"));
  ASSERT_OK_AND_ASSIGN(const v1::Result stored, store_->GetResult(tasks_[2].id()));
  EXPECT_EQ(Bytes(stored), Bytes(TestResult(tasks_[2])));
  EXPECT_EQ(Counted(), 3u);
  EXPECT_THAT(Findings(*store_), IsEmpty());
}

TEST_F(StoreWorkTest, CountsItsOpenings) {
  const uint64_t first = store_->epoch();
  Reopen();
  EXPECT_EQ(store_->epoch(), first + 1);
  ASSERT_OK_AND_ASSIGN(const auto reader, Store::Open(path_, {true}));
  EXPECT_EQ(reader->epoch(), first + 1);
  EXPECT_THAT(reader->CommitJournaled({}, true),
              StatusIs(absl::StatusCode::kFailedPrecondition, "read-only"));
}

TEST_F(StoreWorkTest, WritesNothingOfARefusedBatch) {
  ASSERT_OK(Commit(store_.get(), TestResult(tasks_[0])));
  const v1::Task stranger = TestPlan(TestDocument(2), 1).tasks(0);
  v1::Task moved = tasks_[1];
  moved.set_index(2);
  const auto refused = [&](const JournalBatch::Made& made) {
    JournalBatch batch;
    batch.results = {MadeBy("ann", tasks_[3]), made};
    batch.updates = {Pause("never")};
    return store_->CommitJournaled(batch, /*sync=*/true);
  };
  // The same result too: the caller's table is to know what is there.
  EXPECT_THAT(refused(MadeBy("ann", tasks_[0])), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(refused(MadeBy("ann", tasks_[3])), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(refused(MadeBy("ann", stranger)),
              StatusIs(absl::StatusCode::kNotFound, "never planned"));
  EXPECT_THAT(refused(MadeBy("ann", moved)), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(refused(JournalBatch::Made()),
              StatusIs(absl::StatusCode::kInvalidArgument, "0 bytes"));
  EXPECT_THAT(Done(), ElementsAre(0));
  EXPECT_THAT(Attempts(), IsEmpty());
  EXPECT_THAT(Journal(), IsEmpty());
}

TEST_F(StoreWorkTest, MarksWhatAnAuditHasPassed) {
  JournalBatch batch;
  batch.results = {MadeBy("ann", tasks_[0]), MadeBy("", tasks_[1]), MadeBy("ann", tasks_[2])};
  // A newer quipu's field stays.
  ASSERT_TRUE(batch.results[0].by.ParseFromString(Bytes(batch.results[0].by) + kNewerField));
  batch.audited = {tasks_[2].id()};
  ASSERT_OK(store_->CommitJournaled(batch, /*sync=*/true));
  EXPECT_THAT(Attempts(), ElementsAre("ann/0", "ann/2+"));
  batch = {};
  batch.audited = {tasks_[0].id()};
  ASSERT_OK(store_->CommitJournaled(batch, /*sync=*/false));
  ASSERT_OK(store_->CommitJournaled(batch, /*sync=*/false));
  EXPECT_THAT(Attempts(), ElementsAre("ann/0+", "ann/2+"));
  std::vector<std::string> bytes;
  ASSERT_OK(
      store_->ForEachAttempt([&](absl::string_view, uint32_t, const v1::AttemptRecord& attempt) {
        EXPECT_EQ(attempt.token(), 7u);
        bytes.push_back(Bytes(attempt));
        return absl::OkStatus();
      }));
  ASSERT_THAT(bytes, SizeIs(2));
  EXPECT_THAT(bytes[0], HasSubstr(kNewerField));

  for (const std::string& id : {tasks_[1].id(), tasks_[3].id(), std::string(16, 'x')}) {
    batch.audited = {id};
    EXPECT_THAT(store_->CommitJournaled(batch, false), StatusIs(absl::StatusCode::kNotFound));
  }
  batch.audited = {"short"};
  EXPECT_THAT(store_->CommitJournaled(batch, false), StatusIs(absl::StatusCode::kInvalidArgument));
  batch.audited = {tasks_[0].id()};
  batch.withdrawn = {tasks_[0].id()};
  EXPECT_THAT(store_->CommitJournaled(batch, false), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Done(), ElementsAre(0, 1, 2));
}

TEST_F(StoreWorkTest, TakesResultsBackWithTheirAttempts) {
  JournalBatch batch;
  batch.results = {MadeBy("liar", tasks_[0]), MadeBy("ann", tasks_[1]), MadeBy("liar", tasks_[2])};
  ASSERT_OK(store_->CommitJournaled(batch, /*sync=*/true));
  batch = {};
  batch.withdrawn = {tasks_[0].id(), tasks_[2].id()};
  batch.updates = {Pause("liar")};
  ASSERT_OK(store_->CommitJournaled(batch, /*sync=*/false));

  EXPECT_THAT(store_->GetResult(tasks_[0].id()),
              StatusIs(absl::StatusCode::kNotFound, "no result yet"));
  EXPECT_THAT(store_->CommitJournaled(batch, false),
              StatusIs(absl::StatusCode::kNotFound, "to withdraw"));
  Reopen();
  EXPECT_THAT(Done(), ElementsAre(1));
  EXPECT_THAT(Attempts(), ElementsAre("ann/1"));
  EXPECT_THAT(Journal(), ElementsAre("liar"));
  EXPECT_EQ(Counted(), 1u);
  EXPECT_THAT(Findings(*store_), IsEmpty());
  // Pending again: anybody may make it, and the old attempt is gone.
  ASSERT_OK(Commit(store_.get(), TestResult(tasks_[0])));
  batch = {};
  batch.results = {MadeBy("bob", tasks_[2])};
  ASSERT_OK(store_->CommitJournaled(batch, true));
  EXPECT_THAT(Attempts(), ElementsAre("ann/1", "bob/2"));
}

TEST_F(StoreWorkTest, ReplacesAResultInOneBatch) {
  JournalBatch batch;
  batch.results = {MadeBy("liar", tasks_[0])};
  batch.results[0].result.set_answer("a lie");
  ASSERT_OK(store_->CommitJournaled(batch, true));
  batch.results = {MadeBy("", tasks_[0])};
  batch.withdrawn = {tasks_[0].id()};
  ASSERT_OK(store_->CommitJournaled(batch, true));
  Reopen();
  ASSERT_OK_AND_ASSIGN(const v1::Result stored, store_->GetResult(tasks_[0].id()));
  EXPECT_EQ(Bytes(stored), Bytes(TestResult(tasks_[0])));
  EXPECT_THAT(Attempts(), IsEmpty());
  EXPECT_EQ(Counted(), 1u);
  EXPECT_THAT(Findings(*store_), IsEmpty());
}

TEST_F(StoreWorkTest, RefusesToWithdrawWhatCannotBe) {
  JournalBatch batch;
  for (const v1::Task& task : tasks_) batch.results.push_back(MadeBy("ann", task));
  ASSERT_OK(store_->CommitJournaled(batch, true));
  batch = {};
  batch.withdrawn = {tasks_[0].id(), tasks_[0].id()};
  EXPECT_THAT(store_->CommitJournaled(batch, true),
              StatusIs(absl::StatusCode::kInvalidArgument, "twice"));
  batch.withdrawn = {std::string(16, 'x')};
  EXPECT_THAT(store_->CommitJournaled(batch, true),
              StatusIs(absl::StatusCode::kNotFound, "never planned"));
  batch.withdrawn = {"x"};
  EXPECT_THAT(store_->CommitJournaled(batch, true), StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_OK(store_->MarkStageDone(v1::STAGE_GENERATE));
  batch.withdrawn = {tasks_[0].id()};
  EXPECT_THAT(store_->CommitJournaled(batch, true),
              StatusIs(absl::StatusCode::kFailedPrecondition, "marked done"));
  EXPECT_THAT(Done(), SizeIs(6));
}

// The directory before results are withdrawn and after, and what it is when
// the process dies between the mark and the batch.
TEST_F(StoreWorkTest, OpensWhereverItDiesWhileTakingBack) {
  JournalBatch batch;
  for (const v1::Task& task : tasks_) batch.results.push_back(MadeBy("liar", task));
  ASSERT_OK(store_->CommitJournaled(batch, true));
  Reopen();  // The mark counts all of them.
  const std::string before = dir_.Path("before"), after = dir_.Path("after");
  CopyDirectory(path_, before);
  batch = {};
  batch.withdrawn = {tasks_[0].id(), tasks_[1].id()};
  ASSERT_OK(store_->CommitJournaled(batch, true));
  CopyDirectory(path_, after);
  ASSERT_OK_AND_ASSIGN(const std::optional<RunState> high, ReadRunState(before));
  ASSERT_OK_AND_ASSIGN(const std::optional<RunState> low, ReadRunState(after));
  EXPECT_EQ(high->results, 6u);
  EXPECT_EQ(low->results, 4u);

  const auto open = [&](const std::string& database, const std::string& mark, size_t results) {
    const std::string path = dir_.Path("died");
    ASSERT_OK(RemoveTree(path));
    CopyDirectory(database, path);
    ASSERT_OK_AND_ASSIGN(const std::string bytes, ReadFile(JoinPath(mark, kRunStateName), 1024));
    ASSERT_OK(WriteFileAtomic(JoinPath(path, kRunStateName), bytes));
    ASSERT_OK_AND_ASSIGN(const auto store, Store::Open(path, {}));
    EXPECT_THAT(store->GetResults(tasks_[0].document_id()), IsOkAndHolds(SizeIs(results)));
    EXPECT_THAT(Findings(*store), IsEmpty());
    EXPECT_OK(store->Close());
  };
  open(before, before, 6);
  open(before, after, 6);  // Died in between.
  open(after, after, 4);
  // Without the lower mark it would be refused: that is what it is for.
  CopyDirectory(after, dir_.Path("raised"));
  ASSERT_OK(WriteRunState(dir_.Path("raised"), *high));
  EXPECT_THAT(Store::Open(dir_.Path("raised"), {}).status(),
              StatusIs(absl::StatusCode::kDataLoss, "count of results is 4"));
}

TEST_F(StoreWorkTest, KeepsTheLowerMarkBesideOtherCommits) {
  JournalBatch batch;
  for (int i = 0; i < 4; ++i) batch.results.push_back(MadeBy("liar", tasks_[i]));
  ASSERT_OK(store_->CommitJournaled(batch, true));
  batch = {};
  batch.withdrawn = {tasks_[0].id()};
  ASSERT_OK(store_->CommitJournaled(batch, true));
  // The next mark that time brings counts what there is.
  clock_.Advance(HighWater::kInterval);
  ASSERT_OK(Commit(store_.get(), TestResult(tasks_[4])));
  ASSERT_OK_AND_ASSIGN(const std::optional<RunState> mark, ReadRunState(path_));
  EXPECT_EQ(mark->results, 4u);
  CopyDirectory(path_, dir_.Path("copy"));
  ASSERT_OK_AND_ASSIGN(const auto copy, Store::Open(dir_.Path("copy"), {}));
  EXPECT_THAT(Findings(*copy), IsEmpty());
}

TEST_F(StoreWorkTest, KeepsUpdatesOfKindsThatItDoesNotKnow) {
  JournalBatch batch;
  batch.updates.emplace_back();
  ASSERT_TRUE(batch.updates[0].ParseFromString(kNewerField));
  ASSERT_OK(store_->CommitJournaled(batch, true));
  Reopen();
  std::vector<std::string> bytes;
  ASSERT_OK(store_->ForEachUpdate([&](const v1::LeaseUpdate& update) {
    bytes.push_back(Bytes(update));
    return absl::OkStatus();
  }));
  EXPECT_THAT(bytes, ElementsAre(Bytes(batch.updates[0])));
  EXPECT_THAT(Findings(*store_), IsEmpty());
}

// Some commit results alone: the journal's end is not theirs to move. ThreadSanitizer found that
// they did.
TEST_F(StoreWorkTest, NumbersTheJournalWithoutGapsFromManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kCommits = 50;
  const std::vector<v1::Task> others = AddPlannedDocument(store_.get(), 2, 2 * kThreads * kCommits);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2 * kCommits; ++i) {
        JournalBatch batch;
        batch.results.push_back(MadeBy("ann", others[t * 2 * kCommits + i]));
        EXPECT_OK(store_->CommitJournaled(batch, false));
      }
    });
  }
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCommits; ++i) {
        JournalBatch batch;
        batch.updates.assign(2, Pause(std::to_string(t)));
        EXPECT_OK(store_->CommitJournaled(batch, i % 10 == 0));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(Journal(), SizeIs(kThreads * kCommits * 2));
  EXPECT_THAT(Findings(*store_), IsEmpty());
  Reopen();
  JournalBatch batch;
  batch.updates = {Pause("last")};
  ASSERT_OK(store_->CommitJournaled(batch, true));
  EXPECT_THAT(Findings(*store_), IsEmpty());
  EXPECT_EQ(Journal().back(), "last");
}

TEST_F(StoreWorkTest, LetsOneOfManyWin) {
  constexpr int kThreads = 6;
  std::vector<int> won(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (const v1::Task& task : tasks_) {
        JournalBatch batch;
        batch.results = {MadeBy(std::to_string(t), task)};
        const absl::Status status = store_->CommitJournaled(batch, false);
        if (status.ok()) ++won[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<int> stored(kThreads);
  for (const std::string& attempt : Attempts()) ++stored[attempt[0] - '0'];
  EXPECT_EQ(won, stored);
  EXPECT_EQ(Counted(), 6u);
}

// What the check finds.

class StoreWorkDamageTest : public StoreWorkTest {
 protected:
  // Writes below the store, and returns what the check says.
  std::vector<std::string> FindingsAfter(const Batch& batch) {
    EXPECT_OK(store_->Close());
    store_.reset();
    {
      auto db = Database::Open(path_, Database::Mode::kWrite);
      EXPECT_OK(db);
      EXPECT_OK((*db)->Write(batch, true));
      EXPECT_OK((*db)->Close());
    }
    Open();
    return Findings(*store_);
  }
};

TEST_F(StoreWorkDamageTest, FindsGapsInTheJournal) {
  JournalBatch work;
  work.updates = {Pause("a"), Pause("b"), Pause("c")};
  ASSERT_OK(store_->CommitJournaled(work, true));
  Batch batch;
  batch.Delete(Family::kEvents, UpdateKey(1));
  EXPECT_THAT(FindingsAfter(batch), ElementsAre(HasSubstr("updates 1 to 2 before")));
}

TEST_F(StoreWorkDamageTest, FindsAttemptsWithoutAResult) {
  Batch batch;
  v1::AttemptRecord attempt;
  attempt.set_worker("ann");
  batch.Put(Family::kTasks, AttemptKey(tasks_[0].document_id(), 0), RecordType::kAttempt, attempt);
  batch.Put(Family::kTasks, "Ashort", RecordType::kAttempt, attempt);
  EXPECT_THAT(FindingsAfter(batch), ElementsAre(HasSubstr("task that has no result"),
                                                HasSubstr("not a key of format version 1")));
}

TEST_F(StoreWorkDamageTest, FindsValuesThatAreNoUpdates) {
  Batch batch;
  batch.Put(Family::kEvents, UpdateKey(0), RecordType::kLeaseUpdate, "\xff");
  EXPECT_THAT(FindingsAfter(batch), ElementsAre(HasSubstr("LeaseUpdate")));
  EXPECT_THAT(store_->ForEachUpdate([](const auto&) { return absl::OkStatus(); }),
              StatusIs(absl::StatusCode::kDataLoss, "events/J"));
}

TEST_F(StoreWorkDamageTest, RefusesAJournalThatItCannotGoOnWith) {
  Batch batch;
  batch.Put(Family::kEvents, "Jx", RecordType::kLeaseUpdate, Pause("a"));
  ASSERT_OK(store_->Close());
  store_.reset();
  {
    ASSERT_OK_AND_ASSIGN(auto db, Database::Open(path_, Database::Mode::kWrite));
    ASSERT_OK(db->Write(batch, true));
  }
  EXPECT_THAT(Store::Open(path_, {}).status(), StatusIs(absl::StatusCode::kDataLoss, "not a key"));
}

}  // namespace
}  // namespace quipu::storage
