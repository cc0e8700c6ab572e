// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Plans, results and training rows of a store on a real RocksDB.
#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_fixture.h"
#include "tests/support/store_records.h"

namespace quipu::storage {
namespace {

using quipu::testing::AddPlannedDocument;
using quipu::testing::Bytes;
using quipu::testing::Commit;
using quipu::testing::CommitAll;
using quipu::testing::IsOkAndHolds;
using quipu::testing::StatusIs;
using quipu::testing::StoreTest;
using quipu::testing::TestDocument;
using quipu::testing::TestLongRow;
using quipu::testing::TestPackedRow;
using quipu::testing::TestPlan;
using quipu::testing::TestResult;
using quipu::testing::TestRow;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Planning.

TEST_F(StoreTest, WritesAPlanOnce) {
  const v1::Document document = TestDocument(1);
  ASSERT_OK(store_->Ingest(BatchOf({document}, {})));
  ASSERT_OK(store_->AddPlan(TestPlan(document, 3)));
  EXPECT_OK(store_->AddPlan(TestPlan(document, 3)));
  EXPECT_THAT(store_->AddPlan(TestPlan(document, 4)), StatusIs(absl::StatusCode::kAlreadyExists));
  Reopen();

  ASSERT_OK_AND_ASSIGN(const v1::DocumentPlan plan, store_->GetPlan(document.id()));
  EXPECT_EQ(Bytes(plan), Bytes(TestPlan(document, 3)));
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.tasks, 3u);
  EXPECT_EQ(counts.planned_documents, 1u);
}

TEST_F(StoreTest, PlansADocumentWithoutTasks) {
  const v1::Document document = TestDocument(1);
  ASSERT_OK(store_->Ingest(BatchOf({document}, {})));
  ASSERT_OK(store_->AddPlan(TestPlan(document, 0)));
  ASSERT_OK_AND_ASSIGN(const v1::DocumentPlan plan, store_->GetPlan(document.id()));
  EXPECT_EQ(plan.tasks_size(), 0);
}

TEST_F(StoreTest, RefusesPlansThatDoNotHoldTogether) {
  const v1::Document document = TestDocument(1);
  EXPECT_THAT(store_->AddPlan(TestPlan(document, 1)), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(store_->Ingest(BatchOf({document}, {})));

  v1::DocumentPlan gap = TestPlan(document, 2);
  gap.mutable_tasks(1)->set_index(2);
  EXPECT_THAT(store_->AddPlan(gap), StatusIs(absl::StatusCode::kInvalidArgument));
  v1::DocumentPlan other = TestPlan(document, 2);
  other.mutable_tasks(1)->set_document_id(TestDocument(2).id());
  EXPECT_THAT(store_->AddPlan(other), StatusIs(absl::StatusCode::kInvalidArgument));
  v1::DocumentPlan twice = TestPlan(document, 2);
  twice.mutable_tasks(1)->set_id(twice.tasks(0).id());
  EXPECT_THAT(store_->AddPlan(twice), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(store_->GetPlan(document.id()), StatusIs(absl::StatusCode::kNotFound));
}

// Results.

TEST_F(StoreTest, KeepsOneResultATask) {
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, 3);
  const v1::Result result = TestResult(tasks[1]);
  v1::Result other = result;
  other.set_answer("another");

  ASSERT_OK(Commit(store_.get(), result));
  EXPECT_THAT(Commit(store_.get(), result), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Commit(store_.get(), other), StatusIs(absl::StatusCode::kAlreadyExists));
  Reopen();
  EXPECT_THAT(Commit(store_.get(), other), StatusIs(absl::StatusCode::kAlreadyExists));
  ASSERT_OK_AND_ASSIGN(const v1::Result stored, store_->GetResult(tasks[1].id()));
  EXPECT_EQ(Bytes(stored), Bytes(result));
  EXPECT_THAT(store_->GetResult(tasks[0].id()),
              StatusIs(absl::StatusCode::kNotFound, "no result yet"));
}

TEST_F(StoreTest, RefusesResultsThatWereNotPlanned) {
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, 2);
  const v1::Task stranger = TestPlan(TestDocument(2), 1).tasks(0);
  EXPECT_THAT(Commit(store_.get(), TestResult(stranger)),
              StatusIs(absl::StatusCode::kNotFound, "never planned"));
  v1::Result moved = TestResult(tasks[0]);
  moved.mutable_task()->set_index(1);
  EXPECT_THAT(Commit(store_.get(), moved), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(store_->GetResult(stranger.id()), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(StoreTest, CommitsABatchWholeOrNotAtAll) {
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, 4);
  std::vector<v1::Result> results;
  for (const v1::Task& task : tasks) results.push_back(TestResult(task));
  ASSERT_OK(Commit(store_.get(), results[0]));

  EXPECT_THAT(CommitAll(store_.get(), results), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(CommitAll(store_.get(), {results[1], results[2], results[1]}),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(store_->GetResults(tasks[0].document_id()), IsOkAndHolds(SizeIs(1)));

  ASSERT_OK(CommitAll(store_.get(), {results[3], results[1], results[2]}));
  EXPECT_OK(CommitAll(store_.get(), {}));
  ASSERT_OK_AND_ASSIGN(const std::vector<v1::Result> stored,
                       store_->GetResults(tasks[0].document_id()));
  ASSERT_THAT(stored, SizeIs(4));
  for (uint32_t i = 0; i < 4; ++i) EXPECT_EQ(stored[i].task().index(), i);
}

TEST_F(StoreTest, CountsResultsByReason) {
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, 6);
  for (const v1::Task& task : tasks) ASSERT_OK(Commit(store_.get(), TestResult(task)));
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.accepted, 4u);
  EXPECT_EQ(counts.rejected, 2u);
  EXPECT_EQ(counts.rejects_by_reason.at(v1::REJECT_REASON_VERDICT), 2u);
  EXPECT_EQ(counts.sampled_tokens, 75u);
}

TEST_F(StoreTest, GoesThroughResultsByDocumentAndTask) {
  for (uint64_t d = 0; d < 5; ++d) {
    for (const v1::Task& task : AddPlannedDocument(store_.get(), d, 3)) {
      ASSERT_OK(Commit(store_.get(), TestResult(task)));
    }
  }
  std::vector<std::pair<std::string, uint32_t>> order;
  ASSERT_OK(store_->ForEachResult([&](const v1::Result& result) {
    order.emplace_back(result.task().document_id(), result.task().index());
    return absl::OkStatus();
  }));
  EXPECT_THAT(order, SizeIs(15));
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST_F(StoreTest, ReopensGenerationAndRestoresWhatLaterStagesRejected) {
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, 2);
  for (const v1::Task& task : tasks) ASSERT_OK(Commit(store_.get(), TestResult(task)));
  for (const v1::Stage stage : {v1::STAGE_READ, v1::STAGE_PLAN, v1::STAGE_GENERATE}) {
    ASSERT_OK(store_->MarkStageDone(stage));
  }
  v1::Result reject = TestResult(tasks[1]);
  reject.mutable_reject()->set_reason(v1::REJECT_REASON_DUPLICATE_QUESTION);
  ASSERT_OK(store_->MarkStageDone(v1::STAGE_DECONTAMINATE));
  ASSERT_OK(store_->ReplaceWithRejects(tasks[0].document_id(), {reject}));
  ASSERT_OK(store_->MarkStageDone(v1::STAGE_DEDUP));
  ASSERT_OK(store_->MarkStageDone(v1::STAGE_PACK));
  EXPECT_THAT(store_->RestoreResults(tasks[0].document_id(), {TestResult(tasks[1])}),
              StatusIs(absl::StatusCode::kFailedPrecondition));

  ASSERT_OK(store_->ReopenGeneration());
  ASSERT_OK(store_->RestoreResults(tasks[0].document_id(), {TestResult(tasks[1])}));
  Reopen();

  for (int stage = v1::STAGE_READ; stage < v1::Stage_ARRAYSIZE; ++stage) {
    EXPECT_EQ(store_->IsStageDone(static_cast<v1::Stage>(stage)).value(), stage <= v1::STAGE_PLAN)
        << stage;
  }
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.accepted, 2u);
  EXPECT_EQ(counts.rejected, 0u);
}

TEST_F(StoreTest, ReplacesADocumentsResultsWithRejects) {
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, 3);
  v1::Result reject = TestResult(tasks[1]);
  reject.mutable_reject()->set_reason(v1::REJECT_REASON_DUPLICATE_QUESTION);
  EXPECT_THAT(store_->ReplaceWithRejects(tasks[0].document_id(), {reject}),
              StatusIs(absl::StatusCode::kNotFound));
  for (const v1::Task& task : tasks) ASSERT_OK(Commit(store_.get(), TestResult(task)));

  EXPECT_OK(store_->ReplaceWithRejects(tasks[0].document_id(), {}));
  ASSERT_OK(store_->ReplaceWithRejects(tasks[0].document_id(), {reject}));
  ASSERT_OK(store_->ReplaceWithRejects(tasks[0].document_id(), {reject}));
  EXPECT_THAT(store_->ReplaceWithRejects(tasks[0].document_id(), {TestResult(tasks[0])}),
              StatusIs(absl::StatusCode::kInvalidArgument))
      << "not a reject";
  EXPECT_THAT(store_->ReplaceWithRejects(TestDocument(2).id(), {reject}),
              StatusIs(absl::StatusCode::kInvalidArgument))
      << "another document";
  Reopen();
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.accepted, 1u);
  EXPECT_EQ(counts.rejects_by_reason.at(v1::REJECT_REASON_DUPLICATE_QUESTION), 1u);
  EXPECT_THAT(Findings(*store_), IsEmpty());
}

TEST_F(StoreTest, CommitsFromManyThreads) {
  constexpr int kThreads = 8;
  constexpr int kResults = 200;
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, kThreads * kResults);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kResults; ++i) {
        EXPECT_OK(Commit(store_.get(), TestResult(tasks[t * kResults + i])));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Reopen();
  EXPECT_THAT(store_->GetResults(tasks[0].document_id()), IsOkAndHolds(SizeIs(1600)));
  EXPECT_THAT(Findings(*store_), IsEmpty());
}

TEST_F(StoreTest, LetsOneOfManyDifferentResultsWin) {
  constexpr int kThreads = 8;
  constexpr int kTasks = 50;
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, kTasks);
  std::vector<std::vector<bool>> won(kThreads, std::vector<bool>(kTasks));
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kTasks; ++i) {
        v1::Result result = TestResult(tasks[i]);
        result.set_answer(std::to_string(t));
        const absl::Status status = Commit(store_.get(), result);
        if (!status.ok()) {
          EXPECT_THAT(status, StatusIs(absl::StatusCode::kAlreadyExists));
        }
        won[t][i] = status.ok();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < kTasks; ++i) {
    ASSERT_OK_AND_ASSIGN(const v1::Result result, store_->GetResult(tasks[i].id()));
    for (int t = 0; t < kThreads; ++t) {
      EXPECT_EQ(won[t][i], result.answer() == std::to_string(t)) << "task " << i;
    }
  }
}

// Training rows.

TEST_F(StoreTest, StoresTrainingRowsByKindAndIndex) {
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, 2);
  for (const v1::Task& task : tasks) ASSERT_OK(Commit(store_.get(), TestResult(task)));
  ASSERT_OK(store_->Ingest(BatchOf({}, {TestRow(1), TestRow(2)})));
  const v1::TrainingRow first = TestLongRow(TestResult(tasks[0]), 0);
  const v1::TrainingRow second = TestLongRow(TestResult(tasks[1]), 1);
  const v1::TrainingRow packed = TestPackedRow({TestRow(1), TestRow(2)}, 0);
  ASSERT_OK(store_->AddTrainingRows({second, first, packed}));
  ASSERT_OK(store_->AddTrainingRows({first}));
  v1::RejectedRow row;
  row.set_row_id(TestRow(2).id());
  row.mutable_reject()->set_reason(v1::REJECT_REASON_ROW_TOO_LONG);
  ASSERT_OK(store_->AddRejectedRows({row}));
  Reopen();

  ASSERT_OK_AND_ASSIGN(const v1::TrainingRow stored,
                       store_->GetTrainingRow(v1::TrainingRow::KIND_LONG, 1));
  EXPECT_EQ(Bytes(stored), Bytes(second));
  std::vector<uint64_t> indices;
  ASSERT_OK(
      store_->ForEachTrainingRow(v1::TrainingRow::KIND_LONG, [&](const v1::TrainingRow& sequence) {
        indices.push_back(sequence.index());
        return absl::OkStatus();
      }));
  EXPECT_THAT(indices, ElementsAre(0, 1));
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.long_rows, 2u);
  EXPECT_EQ(counts.packed_rows, 1u);
  EXPECT_EQ(counts.rejected_rows, 1u);
  EXPECT_EQ(counts.row_rejects_by_reason.at(v1::REJECT_REASON_ROW_TOO_LONG), 1u);
  EXPECT_THAT(Findings(*store_), IsEmpty());

  ASSERT_OK(store_->ClearTrainingRows());
  ASSERT_OK_AND_ASSIGN(const RunCounts cleared, store_->Count());
  EXPECT_EQ(cleared.long_rows, 0u);
  EXPECT_EQ(cleared.packed_rows, 0u);
  EXPECT_EQ(cleared.rejected_rows, 0u);
  EXPECT_EQ(cleared.accepted, 2u);
  ASSERT_OK(store_->AddTrainingRows({first}));
  Reopen();
  ASSERT_OK_AND_ASSIGN(const RunCounts again, store_->Count());
  EXPECT_EQ(again.long_rows, 1u);
  EXPECT_THAT(Findings(*store_), IsEmpty());
}

TEST_F(StoreTest, RefusesTrainingRowsOfNoKind) {
  EXPECT_THAT(store_->AddTrainingRows({v1::TrainingRow()}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(store_->GetTrainingRow(v1::TrainingRow::KIND_UNSPECIFIED, 0),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace quipu::storage
