// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/pack_stage.h"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/stop.h"
#include "generator/corpus/split.h"
#include "gtest/gtest.h"
#include "inference/text/byte_tokenizer.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::TempDir;

constexpr char kDocument[] = "0123456789abcdef";
constexpr char kChunk[] = "Storms closed the harbour of Velmar for 12 days.";
constexpr char kQuestion[] = "For how long did storms close the harbour of Velmar?";

// A store with one pair, whose chunk is the first sentence of the document.
class PackStageTest : public ::testing::Test {
 protected:
  void SetUp() override { ResetStopForTest(); }

  void MakeStore(absl::string_view rest, absl::string_view question = kQuestion) {
    v1::RunHeader header;
    header.set_run_id(std::string(16, 'r'));
    ASSERT_OK_AND_ASSIGN(store_, storage::Store::Create(dir_.Path("store"), header));
    storage::IngestBatch batch;
    v1::Document document;
    document.set_id(kDocument);
    document.set_text(absl::StrCat(kChunk, " ", rest));
    batch.documents.push_back(document);
    batch.progress.set_source("documents:a.txt");
    ASSERT_OK(store_->Ingest(batch));
    v1::DocumentPlan plan;
    plan.set_document_id(kDocument);
    v1::Task& task = *plan.add_tasks();
    task.set_id(kTask);
    task.set_document_id(kDocument);
    task.mutable_chunk()->set_end(sizeof(kChunk) - 1);
    task.set_form(v1::ANSWER_FORM_SHORT);
    ASSERT_OK(store_->AddPlan(plan));
    v1::Result result;
    *result.mutable_task() = task;
    result.set_question(std::string(question));
    result.set_answer("12 days");
    storage::JournalBatch results;
    results.results.push_back({result, {}});
    ASSERT_OK(store_->CommitJournaled(results, /*sync=*/true));
  }

  absl::Status Pack() { return PackRows(spec_, target_, benchmarks_, store_.get()); }

  const std::string kTask = "task-id-00000000";
  const generator::TargetModel target_ = {inference::CreateByteTokenizer(),
                                          *inference::ChatTemplate::FromName("chatml")};
  const generator::Decontaminator* benchmarks_ = nullptr;
  v1::RunSpec spec_;
  TempDir dir_;
  std::unique_ptr<storage::Store> store_;
};

TEST_F(PackStageTest, StoresTheEvidenceAndAllPlacesWithTheRow) {
  MakeStore("Boats waited.\n\nSo storms kept the harbour of Velmar closed for 12 days.\n");

  ASSERT_OK(Pack());

  ASSERT_OK_AND_ASSIGN(const v1::TrainingRow row,
                       store_->GetTrainingRow(v1::TrainingRow::KIND_LONG, 0));
  const v1::LongDetails& details = row.long_details();
  ASSERT_EQ(details.evidence_size(), 1);
  EXPECT_EQ(details.evidence(0).begin(), 0u);
  EXPECT_EQ(details.evidence(0).end(), sizeof(kChunk) - 1);
  ASSERT_EQ(details.other_places_size(), 1);
  EXPECT_EQ(details.other_places(0).begin(), sizeof(kChunk) + 15);
}

TEST_F(PackStageTest, RejectsAPairThatTheDocumentContradictsAndChangesNothingTheNextTime) {
  MakeStore("Boats waited.\n\nStorms closed the harbour of Velmar for 30 days.\n");

  for (int times = 0; times < 2; ++times) {
    ASSERT_OK(Pack());

    ASSERT_OK_AND_ASSIGN(const v1::Result result, store_->GetResult(kTask));
    EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_AMBIGUOUS);
    EXPECT_TRUE(absl::StrContains(result.reject().detail(), "say 30 in the place of the answer"))
        << result.reject().detail();
    EXPECT_FALSE(store_->GetTrainingRow(v1::TrainingRow::KIND_LONG, 0).ok());
    ASSERT_OK_AND_ASSIGN(const storage::RunCounts counts, store_->Count());
    EXPECT_EQ(counts.rejects_by_reason.at(v1::REJECT_REASON_AMBIGUOUS), 1u);
  }
}

TEST_F(PackStageTest, KeepsItIfTheSpecSaysSo) {
  MakeStore("Boats waited.\n\nStorms closed the harbour of Velmar for 30 days.\n");
  spec_.mutable_filters()->set_refuse_ambiguous(false);

  ASSERT_OK(Pack());

  EXPECT_OK(store_->GetTrainingRow(v1::TrainingRow::KIND_LONG, 0).status());
}

constexpr char kHarbours[] = "A harbour is deep. No harbour is free. Each harbour has a master.\n";

TEST_F(PackStageTest, RejectsAQuestionAboutAThingOfManyPlaces) {
  MakeStore(kHarbours, "For how long was the harbour closed?");

  ASSERT_OK(Pack());

  ASSERT_OK_AND_ASSIGN(const v1::Result result, store_->GetResult(kTask));
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_AMBIGUOUS);
  EXPECT_EQ(result.reject().detail(), "\"harbour\" is in 3 sentences outside the chunk");
}

TEST_F(PackStageTest, KeepsAThingOfManyPlacesIfTheSpecSaysSo) {
  MakeStore(kHarbours, "For how long was the harbour closed?");
  spec_.mutable_filters()->set_refuse_unplaced(false);

  ASSERT_OK(Pack());

  EXPECT_OK(store_->GetTrainingRow(v1::TrainingRow::KIND_LONG, 0).status());
}

TEST_F(PackStageTest, LeavesDocumentsThatABenchmarkHasOutOfContexts) {
  for (const bool contaminated : {false, true}) {
    MakeStore("Boats waited in the bay.\n");
    spec_.mutable_instances()->set_context_tokens(2000);
    spec_.mutable_instances()->set_distractor_share(1);
    storage::IngestBatch batch;
    v1::Document other;
    other.set_id("fedcba9876543210");
    other.set_text("The mill of Ostrand is on a hill. Its owner grinds barley in the autumn.\n");
    batch.documents.push_back(other);
    batch.progress.set_source("documents:b.txt");
    ASSERT_OK(store_->Ingest(batch));
    v1::DocumentPlan plan;
    plan.set_document_id(other.id());
    plan.set_no_chunk(contaminated ? v1::NO_CHUNK_REASON_CONTAMINATED
                                   : v1::NO_CHUNK_REASON_TOO_SHORT);
    ASSERT_OK(store_->AddPlan(plan));

    ASSERT_OK(Pack());

    ASSERT_OK_AND_ASSIGN(const v1::TrainingRow row,
                         store_->GetTrainingRow(v1::TrainingRow::KIND_LONG, 0));
    EXPECT_EQ(row.long_details().context_size(), contaminated ? 0 : 2);
    store_.reset();
    ASSERT_OK(RemoveTree(dir_.Path("store")));
  }
}

TEST_F(PackStageTest, FillsContextsWithDocumentsOfTheSameSplit) {
  for (const bool same : {false, true}) {
    MakeStore("Boats waited in the bay.\n");
    spec_.mutable_instances()->set_context_tokens(2000);
    spec_.mutable_instances()->set_distractor_share(1);
    spec_.mutable_export_()->set_validation_share(0.5);
    std::string first;
    ASSERT_OK(store_->ForEachDocumentSummary([&](const std::string& id, uint64_t) {
      if (first.empty()) first = id;
      return absl::OkStatus();
    }));
    const generator::Split own = generator::SplitOf(spec_, first);
    storage::IngestBatch batch;
    v1::Document other;
    for (int i = 0; other.id().empty(); ++i) {
      const std::string id = absl::StrCat("other-document", absl::Dec(i, absl::kZeroPad2));
      if ((generator::SplitOf(spec_, id) == own) == same) {
        other.set_id(id);
      }
    }
    other.set_text("The mill of Ostrand is on a hill. Its owner grinds barley in the autumn.\n");
    batch.documents.push_back(other);
    batch.progress.set_source("documents:b.txt");
    ASSERT_OK(store_->Ingest(batch));
    v1::DocumentPlan plan;
    plan.set_document_id(other.id());
    plan.set_no_chunk(v1::NO_CHUNK_REASON_TOO_SHORT);
    ASSERT_OK(store_->AddPlan(plan));

    ASSERT_OK(Pack());

    ASSERT_OK_AND_ASSIGN(const v1::TrainingRow row,
                         store_->GetTrainingRow(v1::TrainingRow::KIND_LONG, 0));
    EXPECT_EQ(row.long_details().context_size(), same ? 2 : 0);
    store_.reset();
    ASSERT_OK(RemoveTree(dir_.Path("store")));
  }
}

TEST_F(PackStageTest, PacksShortRowsOfOneSplit) {
  MakeStore("Boats waited.\n");
  spec_.mutable_export_()->set_validation_share(0.3);
  spec_.mutable_packing()->set_pack_tokens(128);
  storage::IngestBatch batch;
  batch.progress.set_source("short_rows:a.jsonl");
  for (int i = 0; i < 60; ++i) {
    v1::ShortRow row;
    row.set_id(absl::StrCat("short-row-id-", absl::Dec(i, absl::kZeroPad3)));
    v1::ChatMessage* message = row.add_messages();
    message->set_role("user");
    message->set_content(absl::StrCat("Say ", i, "."));
    message = row.add_messages();
    message->set_role("assistant");
    message->set_content(absl::StrCat(i, "."));
    batch.rows.push_back(std::move(row));
  }
  ASSERT_OK(store_->Ingest(batch));

  ASSERT_OK(Pack());

  size_t rows = 0;
  std::set<generator::Split> splits;
  ASSERT_OK(
      store_->ForEachTrainingRow(v1::TrainingRow::KIND_PACKED, [&](const v1::TrainingRow& pack) {
        const generator::Split split = generator::SplitOfRow(spec_, pack);
        splits.insert(split);
        for (const v1::Segment& segment : pack.segments()) {
          EXPECT_EQ(generator::SplitOf(spec_, segment.source_id()), split);
          ++rows;
        }
        return absl::OkStatus();
      }));
  EXPECT_EQ(rows, 60u);
  EXPECT_EQ(splits.size(), 2u);
}

TEST_F(PackStageTest, RejectsAShortRowThatABenchmarkHas) {
  MakeStore("Boats waited.\n");
  storage::IngestBatch batch;
  batch.progress.set_source("short_rows:a.jsonl");
  for (const char* answer : {"Ann Weir sold it.", "Tom Gray sold it."}) {
    v1::ShortRow row;
    row.set_id(absl::StrCat("row-", answer).substr(0, 16));
    v1::ChatMessage* message = row.add_messages();
    message->set_role("user");
    message->set_content("Who sold the old mill by the river?");
    message = row.add_messages();
    message->set_role("assistant");
    message->set_content(answer);
    batch.rows.push_back(std::move(row));
  }
  ASSERT_OK(store_->Ingest(batch));
  generator::BenchmarkRecord record;
  record.name = "mills.jsonl:4";
  record.questions.push_back({"Who sold the old mill by the river?", {"Ann Weir"}});
  generator::Decontaminator benchmarks{v1::DecontaminationSpec()};
  benchmarks.Add(record);
  benchmarks.Finish();
  benchmarks_ = &benchmarks;

  for (int times = 0; times < 2; ++times) {
    ASSERT_OK(Pack());

    std::vector<v1::RejectedRow> rejected;
    ASSERT_OK(store_->ForEachRejectedRow([&](const v1::RejectedRow& row) {
      rejected.push_back(row);
      return absl::OkStatus();
    }));
    ASSERT_EQ(rejected.size(), 1u);
    EXPECT_EQ(rejected[0].row_id(), "row-Ann Weir sol");
    EXPECT_EQ(rejected[0].reject().reason(), v1::REJECT_REASON_CONTAMINATED);
    EXPECT_TRUE(absl::StartsWith(rejected[0].reject().detail(), "mills.jsonl:4: "));
    ASSERT_OK_AND_ASSIGN(const v1::TrainingRow pack,
                         store_->GetTrainingRow(v1::TrainingRow::KIND_PACKED, 0));
    EXPECT_EQ(pack.segments_size(), 1);
  }
}

// All training rows, serialised.
std::string RowsOf(const storage::Store& store) {
  std::string rows;
  EXPECT_OK(store.ForEachTrainingRow(v1::TrainingRow::KIND_LONG, [&](const v1::TrainingRow& row) {
    absl::StrAppend(&rows, row.SerializeAsString());
    return absl::OkStatus();
  }));
  return rows;
}

TEST_F(PackStageTest, MakesRowsOfEveryKindAndTheSameTheNextTime) {
  MakeStore("Boats waited in the bay. Nets were dried on the wall of the old mill.\n");
  v1::InstanceSpec& instances = *spec_.mutable_instances();
  instances.set_context_tokens(2000);
  instances.set_unanswerable_share(1);
  instances.set_key_value_share(1);
  instances.set_distractor_share(1);
  instances.set_max_turns(3);
  storage::IngestBatch batch;
  v1::Document other;
  other.set_id("fedcba9876543210");
  other.set_text("The mill of Ostrand is on a hill. Its owner grinds barley in the autumn.\n");
  batch.documents.push_back(other);
  batch.progress.set_source("documents:b.txt");
  ASSERT_OK(store_->Ingest(batch));

  ASSERT_OK(Pack());

  const std::string rows = RowsOf(*store_);
  std::vector<v1::RowKind> kinds;
  for (uint64_t i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(const v1::TrainingRow row,
                         store_->GetTrainingRow(v1::TrainingRow::KIND_LONG, i));
    kinds.push_back(row.long_details().row_kind());
    EXPECT_EQ(row.index(), i);
    const bool keys = kinds.back() == v1::ROW_KIND_KEY_VALUE;
    EXPECT_EQ(row.long_details().context_size(), keys ? 0 : 2);
  }
  EXPECT_EQ(kinds, (std::vector<v1::RowKind>{v1::ROW_KIND_ANSWERED, v1::ROW_KIND_UNANSWERABLE,
                                             v1::ROW_KIND_KEY_VALUE}));
  EXPECT_FALSE(store_->GetTrainingRow(v1::TrainingRow::KIND_LONG, 3).ok());
  ASSERT_OK(Pack());
  EXPECT_EQ(RowsOf(*store_), rows);
}

}  // namespace
}  // namespace quipu::pipelines
