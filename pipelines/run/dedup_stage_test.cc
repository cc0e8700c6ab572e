// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/dedup_stage.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/stop.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::StatusIs;
using testing::TempDir;

constexpr char kDocument[] = "0123456789abcdef";

v1::Task MakeTask(int index) {
  v1::Task task;
  task.set_id(absl::StrCat("task-id-0000000", index));
  task.set_document_id(kDocument);
  task.set_index(index);
  return task;
}

v1::Result MakeResult(int index, const std::string& question) {
  v1::Result result;
  *result.mutable_task() = MakeTask(index);
  result.set_question(question);
  result.set_answer("The miller sold nine sacks of flour.");
  return result;
}

// A document with a plan of two tasks.
class DedupStageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    v1::RunHeader header;
    header.set_run_id(std::string(16, 'r'));
    ASSERT_OK_AND_ASSIGN(store_, storage::Store::Create(dir_.Path("store"), header));
    storage::IngestBatch batch;
    v1::Document document;
    document.set_id(kDocument);
    document.set_text("The miller sold nine sacks of flour to the baker in spring.");
    batch.documents.push_back(document);
    batch.progress.set_source("documents:a.txt");
    ASSERT_OK(store_->Ingest(batch));
    v1::DocumentPlan plan;
    plan.set_document_id(kDocument);
    for (int i = 0; i < 2; ++i) *plan.add_tasks() = MakeTask(i);
    ASSERT_OK(store_->AddPlan(plan));
  }
  void TearDown() override { ResetStopForTest(); }

  absl::Status Commit(const std::vector<v1::Result>& results) {
    storage::JournalBatch batch;
    for (const v1::Result& result : results) batch.results.push_back({result, {}});
    return store_->CommitJournaled(batch, /*sync=*/true);
  }

  TempDir dir_;
  std::unique_ptr<storage::Store> store_;
};

TEST_F(DedupStageTest, RejectsADuplicatedQuestionAndChangesNothingTheNextTime) {
  const std::string question = "How many sacks of flour did the miller sell?";
  ASSERT_OK(Commit({MakeResult(0, question), MakeResult(1, question)}));

  for (int times = 0; times < 2; ++times) {
    ASSERT_OK(DeduplicateResults({}, store_.get()));

    ASSERT_OK_AND_ASSIGN(const std::vector<v1::Result> results, store_->GetResults(kDocument));
    ASSERT_EQ(results.size(), 2u);
    EXPECT_EQ(results[0].has_reject() + results[1].has_reject(), 1);
  }
}

TEST_F(DedupStageTest, KeepsQuestionsThatDiffer) {
  ASSERT_OK(Commit({MakeResult(0, "How many sacks of flour did the miller sell?"),
                    MakeResult(1, "In which season was the baker visited?")}));

  ASSERT_OK(DeduplicateResults({}, store_.get()));

  ASSERT_OK_AND_ASSIGN(const storage::RunCounts counts, store_->Count());
  EXPECT_EQ(counts.rejected, 0u);
}

// The results of a second document, whose id sorts before or after the first one's.
void AddDocument(storage::Store* store, const std::string& id, const v1::Result& pair) {
  storage::IngestBatch batch;
  v1::Document document;
  document.set_id(id);
  document.set_text("A miller sold nine sacks of flour to a baker in the spring of another year.");
  batch.documents.push_back(document);
  batch.progress.set_source(absl::StrCat("documents:", id));
  ASSERT_OK(store->Ingest(batch));
  v1::Result result = pair;
  result.mutable_task()->set_id(absl::StrCat("task-of-", id.substr(0, 8)));
  result.mutable_task()->set_document_id(id);
  v1::DocumentPlan plan;
  plan.set_document_id(id);
  *plan.add_tasks() = result.task();
  ASSERT_OK(store->AddPlan(plan));
  storage::JournalBatch journal;
  journal.results.push_back({result, {}});
  ASSERT_OK(store->CommitJournaled(journal, /*sync=*/true));
}

TEST_F(DedupStageTest, RejectsTheLaterOfTwoDocumentsAndNamesTheEarlierTask) {
  const std::string question = "How many sacks of flour did the miller sell?";
  ASSERT_OK(Commit({MakeResult(0, question), MakeResult(1, "Where is the bridge?")}));
  const std::string first = "!!23456789abcdef";
  const std::string last = "zz23456789abcdef";
  AddDocument(store_.get(), last, MakeResult(0, question));
  AddDocument(store_.get(), first, MakeResult(0, question));

  for (int times = 0; times < 2; ++times) {
    ASSERT_OK(DeduplicateResults({}, store_.get()));

    ASSERT_OK_AND_ASSIGN(const auto of_first, store_->GetResults(first));
    ASSERT_OK_AND_ASSIGN(const auto of_second, store_->GetResults(kDocument));
    ASSERT_OK_AND_ASSIGN(const auto of_last, store_->GetResults(last));
    EXPECT_FALSE(of_first[0].has_reject());
    EXPECT_EQ(of_second[0].reject().reason(), v1::REJECT_REASON_DUPLICATE_QUESTION);
    EXPECT_FALSE(of_second[1].has_reject());
    EXPECT_EQ(of_last[0].reject().detail(),
              absl::StrCat("overlap of question and answer 1.000 with task ",
                           absl::BytesToHexString("task-of-!!234567"), ", limit 0.800"));
  }
}

TEST_F(DedupStageTest, ComparesOnlyWithinDocumentsWhereTheOverlapIsZero) {
  const std::string question = "How many sacks of flour did the miller sell?";
  ASSERT_OK(Commit({MakeResult(0, question), MakeResult(1, "Where is the bridge?")}));
  AddDocument(store_.get(), "zz23456789abcdef", MakeResult(0, question));
  v1::FilterSpec filters;
  filters.set_near_duplicate_overlap(0);

  ASSERT_OK(DeduplicateResults(filters, store_.get()));

  ASSERT_OK_AND_ASSIGN(const storage::RunCounts counts, store_->Count());
  EXPECT_EQ(counts.rejected, 0u);
}

TEST_F(DedupStageTest, RefusesAPlanThatIsNotDone) {
  ASSERT_OK(Commit({MakeResult(0, "How many sacks of flour did the miller sell?")}));

  EXPECT_THAT(DeduplicateResults({}, store_.get()),
              StatusIs(absl::StatusCode::kFailedPrecondition, "has 1 results of 2"));
}

TEST_F(DedupStageTest, StopsWhenAsked) {
  RequestStopForTest();

  EXPECT_THAT(DeduplicateResults({}, store_.get()), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace quipu::pipelines
