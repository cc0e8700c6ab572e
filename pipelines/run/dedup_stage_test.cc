// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/dedup_stage.h"

#include <memory>
#include <string>
#include <vector>

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

TEST_F(DedupStageTest, RefusesAPlanThatIsNotDone) {
  ASSERT_OK(Commit({MakeResult(0, "How many sacks of flour did the miller sell?")}));

  EXPECT_THAT(DeduplicateResults({}, store_.get()),
              StatusIs(absl::StatusCode::kFailedPrecondition, "has 1 results of 2"));
}

TEST_F(DedupStageTest, StopsWhenAsked) {
  RequestStop();

  EXPECT_THAT(DeduplicateResults({}, store_.get()), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace quipu::pipelines
