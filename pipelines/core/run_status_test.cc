// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/run_status.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::ElementsAre;
using testing::TempDir;

constexpr char kDocument[] = "0123456789abcdef";

v1::Task MakeTask(int index) {
  v1::Task task;
  task.set_id(absl::StrCat("task-id-0000000", index));
  task.set_document_id(kDocument);
  task.set_index(index);
  return task;
}

// A run with one document, four tasks, one accepted and two rejected pairs.
class RunStatusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    v1::RunHeader header;
    header.set_run_id(std::string(16, 'r'));
    header.mutable_generating_model()->set_name("scripted");
    ASSERT_OK_AND_ASSIGN(store_, storage::Store::Create(dir_.Path("store"), header));
    storage::IngestBatch batch;
    v1::Document document;
    document.set_id(kDocument);
    document.set_text("Some text.");
    document.set_tokens(9);
    batch.documents.push_back(document);
    batch.progress.set_source("documents:corpus/a.txt");
    ASSERT_OK(store_->Ingest(batch));
    v1::DocumentPlan plan;
    plan.set_document_id(kDocument);
    for (int i = 0; i < 4; ++i) *plan.add_tasks() = MakeTask(i);
    ASSERT_OK(store_->AddPlan(plan));
    storage::JournalBatch results;
    results.results.push_back({MakeResult(0, v1::REJECT_REASON_UNSPECIFIED), {}});
    results.results.push_back({MakeResult(1, v1::REJECT_REASON_VERDICT), {}});
    results.results.push_back({MakeResult(2, v1::REJECT_REASON_QUARANTINED), {}});
    ASSERT_OK(store_->CommitJournaled(results, /*sync=*/true));
  }

  // A sample unless there is a reason.
  static v1::Result MakeResult(int i, v1::RejectReason reason) {
    v1::Result result;
    *result.mutable_task() = MakeTask(i);
    if (reason != v1::REJECT_REASON_UNSPECIFIED) result.mutable_reject()->set_reason(reason);
    return result;
  }

  TempDir dir_;
  std::unique_ptr<storage::Store> store_;
};

TEST_F(RunStatusTest, CountsCorpusAndPairs) {
  ASSERT_OK_AND_ASSIGN(const v1::StatusReply status, StatusOf(*store_));

  EXPECT_EQ(status.run_id(), std::string(16, 'r'));
  EXPECT_EQ(status.model().name(), "scripted");
  EXPECT_EQ(status.corpus().documents(), 1u);
  EXPECT_EQ(status.corpus().document_tokens(), 9u);
  EXPECT_EQ(status.tasks().planned(), 4u);
  EXPECT_EQ(status.tasks().accepted(), 1u);
  EXPECT_EQ(status.tasks().rejected(), 2u);
  EXPECT_EQ(status.tasks().pending(), 1u);
  EXPECT_EQ(status.tasks().quarantined(), 1u);
  EXPECT_EQ(status.rejects_by_reason().size(), 2u);
  EXPECT_EQ(status.rejects_by_reason().at("VERDICT"), 1u);
  EXPECT_FALSE(status.has_partition());
}

TEST_F(RunStatusTest, CountsDocumentsWithoutAChunk) {
  storage::IngestBatch batch;
  for (const char id : {'x', 'y'}) {
    v1::Document document;
    document.set_id(std::string(16, id));
    document.set_text("A table.");
    batch.documents.push_back(document);
    v1::DocumentPlan plan;
    plan.set_document_id(document.id());
    if (id == 'x') plan.set_no_chunk(v1::NO_CHUNK_REASON_NOT_PROSE);
    batch.plans.push_back(plan);
  }
  batch.progress.set_source("documents:corpus/b.txt");
  ASSERT_OK(store_->Ingest(batch));

  ASSERT_OK_AND_ASSIGN(const v1::StatusReply status, StatusOf(*store_));

  EXPECT_EQ(status.corpus().documents(), 3u);
  EXPECT_EQ(status.corpus().without_chunk(), 2u);
  EXPECT_EQ(status.corpus().no_chunk_by_reason().size(), 2u);
  EXPECT_EQ(status.corpus().no_chunk_by_reason().at("NOT_PROSE"), 1u);
  EXPECT_EQ(status.corpus().no_chunk_by_reason().at("UNKNOWN"), 1u);
}

TEST_F(RunStatusTest, TellsWhatIsDoneAndWhatComesNext) {
  ASSERT_OK_AND_ASSIGN(v1::StatusReply status, StatusOf(*store_));
  EXPECT_EQ(status.stage(), v1::STAGE_READ);
  EXPECT_EQ(status.done_stages_size(), 0);

  ASSERT_OK(store_->MarkStageDone(v1::STAGE_READ));
  ASSERT_OK(store_->MarkStageDone(v1::STAGE_PLAN));

  ASSERT_OK_AND_ASSIGN(status, StatusOf(*store_));
  EXPECT_EQ(status.stage(), v1::STAGE_GENERATE);
  EXPECT_THAT(status.done_stages(), ElementsAre(v1::STAGE_READ, v1::STAGE_PLAN));
}

TEST_F(RunStatusTest, HasNoStageLeftWhenAllAreDone) {
  for (const v1::Stage stage :
       {v1::STAGE_READ, v1::STAGE_PLAN, v1::STAGE_GENERATE, v1::STAGE_DEDUP, v1::STAGE_PACK}) {
    ASSERT_OK(store_->MarkStageDone(stage));
  }

  ASSERT_OK_AND_ASSIGN(const v1::StatusReply status, StatusOf(*store_));

  EXPECT_EQ(status.stage(), v1::STAGE_UNSPECIFIED);
  EXPECT_EQ(status.done_stages_size(), 5);
}

TEST_F(RunStatusTest, HasTheEnginesCounters) {
  v1::EngineCounters counters;
  counters.set_steps(10);
  ASSERT_OK(store_->SetEngineCounters(counters));

  ASSERT_OK_AND_ASSIGN(const v1::StatusReply status, StatusOf(*store_));

  EXPECT_EQ(status.work().steps(), 10u);
}

}  // namespace
}  // namespace quipu::pipelines
