// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/decontaminate_stage.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/stop.h"
#include "gtest/gtest.h"
#include "pipelines/run/contamination.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::StatusIs;
using testing::TempDir;

constexpr char kDocument[] = "0123456789abcdef";
constexpr char kQuestion[] = "Who sold the old mill by the river?";

std::string Passage() {
  std::string text;
  for (int i = 0; i < 80; ++i) absl::StrAppend(&text, "mill", i, " ");
  return text;
}

v1::Task MakeTask(int index) {
  v1::Task task;
  task.set_id(absl::StrCat("task-id-0000000", index));
  task.set_document_id(kDocument);
  task.set_index(index);
  return task;
}

class DecontaminateStageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    v1::RunHeader header;
    header.set_run_id(std::string(16, 'r'));
    ASSERT_OK_AND_ASSIGN(store_, storage::Store::Create(dir_.Path("store"), header));
    storage::IngestBatch batch;
    v1::Document document;
    document.set_id(kDocument);
    document.set_text(Passage());
    document.mutable_provenance()->set_source("a.txt");
    batch.documents.push_back(document);
    batch.progress.set_source("documents:a.txt");
    v1::ShortRow row;
    row.set_id("row-000000000000");
    row.mutable_provenance()->set_source("b.jsonl");
    row.mutable_provenance()->set_line(3);
    v1::ChatMessage* message = row.add_messages();
    message->set_role("user");
    message->set_content(kQuestion);
    message = row.add_messages();
    message->set_role("assistant");
    message->set_content("Ann Weir");
    batch.rows.push_back(row);
    ASSERT_OK(store_->Ingest(batch));
    v1::DocumentPlan plan;
    plan.set_document_id(kDocument);
    storage::JournalBatch results;
    for (const char* answer : {"It was Ann Weir.", "It was Tom Gray."}) {
      v1::Result result;
      *result.mutable_task() = MakeTask(plan.tasks_size());
      result.set_question(kQuestion);
      result.set_answer(answer);
      *plan.add_tasks() = result.task();
      results.results.push_back({result, {}});
    }
    ASSERT_OK(store_->AddPlan(plan));
    ASSERT_OK(store_->CommitJournaled(results, /*sync=*/true));
  }
  void TearDown() override { ResetStopForTest(); }

  // A benchmark with the first pair, and maybe the document.
  static std::unique_ptr<generator::Decontaminator> Benchmark(bool with_context) {
    auto benchmarks = std::make_unique<generator::Decontaminator>(v1::DecontaminationSpec());
    generator::BenchmarkRecord record;
    record.name = "mills.jsonl:4";
    record.questions.push_back({kQuestion, {"Ann Weir"}});
    if (with_context) record.contexts.push_back(Passage());
    benchmarks->Add(record);
    benchmarks->Finish();
    return benchmarks;
  }

  std::vector<std::string> lines_;
  absl::StatusOr<Contamination> Find(bool with_context) {
    lines_.clear();
    return FindContamination(*Benchmark(with_context), *store_, [this](absl::string_view line) {
      lines_.emplace_back(line);
      return absl::OkStatus();
    });
  }

  TempDir dir_;
  std::unique_ptr<storage::Store> store_;
};

TEST_F(DecontaminateStageTest, RejectsAPairThatABenchmarkHasAndChangesNothingTheNextTime) {
  for (int times = 0; times < 2; ++times) {
    ASSERT_OK(RejectContaminated(*Benchmark(false), store_.get()));

    ASSERT_OK_AND_ASSIGN(const std::vector<v1::Result> results, store_->GetResults(kDocument));
    ASSERT_EQ(results.size(), 2u);
    EXPECT_EQ(results[0].reject().reason(), v1::REJECT_REASON_CONTAMINATED);
    EXPECT_EQ(results[0].reject().detail(),
              "mills.jsonl:4: 1.00 of its question, 1.00 of its answer, limit 0.60");
    EXPECT_FALSE(results[1].has_reject());
  }
}

TEST_F(DecontaminateStageTest, StopsWhenAsked) {
  RequestStopForTest();

  EXPECT_THAT(RejectContaminated(*Benchmark(false), store_.get()),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(Find(false), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(DecontaminateStageTest, ListsWhatAStoreHasOfABenchmark) {
  ASSERT_OK_AND_ASSIGN(const Contamination found, Find(false));

  EXPECT_EQ(found.documents, 0u);
  EXPECT_EQ(found.pairs, 1u);
  EXPECT_EQ(found.short_rows, 1u);
  ASSERT_EQ(lines_.size(), 2u);
  EXPECT_EQ(lines_[0].substr(0, 60),
            "pair 7461736b2d69642d3030303030303030 (a.txt): mills.jsonl:4");
  EXPECT_NE(lines_[1].find("(b.jsonl:3): mills.jsonl:4: "), std::string::npos) << lines_[1];
}

TEST_F(DecontaminateStageTest, ListsADocumentOnceInsteadOfItsPairs) {
  ASSERT_OK_AND_ASSIGN(const Contamination found, Find(true));

  EXPECT_EQ(found.documents, 1u);
  EXPECT_EQ(found.pairs_of_documents, 2u);
  EXPECT_EQ(found.pairs, 0u);
  EXPECT_EQ(lines_[0].substr(0, 9), "document ");
}

TEST_F(DecontaminateStageTest, ListsNothingThatIsRejectedAlready) {
  ASSERT_OK(RejectContaminated(*Benchmark(false), store_.get()));
  v1::RejectedRow row;
  row.set_row_id("row-000000000000");
  row.mutable_reject()->set_reason(v1::REJECT_REASON_CONTAMINATED);
  ASSERT_OK(store_->AddRejectedRows({row}));

  ASSERT_OK_AND_ASSIGN(const Contamination found, Find(false));

  EXPECT_EQ(found.pairs + found.documents + found.short_rows, 0u);
}

}  // namespace
}  // namespace quipu::pipelines
