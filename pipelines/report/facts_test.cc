// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/facts.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_records.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::TempDir;

class FactsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(store_, storage::Store::Create(dir_.Path("store"), testing::TestHeader()));
  }

  // Documents with six tasks each, of which every third is rejected.
  void AddDocuments(int first, int count) {
    for (int i = first; i < first + count; ++i) {
      std::vector<v1::Result> results;
      for (const v1::Task& task : testing::AddPlannedDocument(store_.get(), i, /*tasks=*/6)) {
        v1::Result result = testing::TestResult(task);
        result.mutable_scores()->set_scored(true);
        results.push_back(result);
      }
      ASSERT_OK(testing::CommitAll(store_.get(), results));
      all_.insert(all_.end(), results.begin(), results.end());
    }
  }

  void AddWithoutChunk(int number) {
    storage::IngestBatch batch;
    batch.documents.push_back(testing::TestDocument(number));
    v1::DocumentPlan plan;
    plan.set_document_id(batch.documents[0].id());
    plan.set_no_chunk(v1::NO_CHUNK_REASON_NOT_PROSE);
    batch.plans.push_back(plan);
    batch.progress.set_source("more.jsonl");
    ASSERT_OK(store_->Ingest(batch));
  }

  TempDir dir_;
  std::unique_ptr<storage::Store> store_;
  std::vector<v1::Result> all_;
};

TEST_F(FactsTest, CountsEachPairOnceInEveryGroup) {
  AddDocuments(1, 5);

  ASSERT_OK_AND_ASSIGN(const Facts facts, CollectFacts(*store_, {}));

  EXPECT_EQ(facts.status.tasks().accepted(), 20u);
  EXPECT_EQ(facts.status.tasks().rejected(), 10u);
  EXPECT_EQ(facts.read_results, 30u);
  EXPECT_EQ(facts.question_characters.count(Histogram::kAccepted), 20u);
  EXPECT_EQ(facts.answer_characters.count(Histogram::kRejected), 10u);
  for (const Tally* tally : {&facts.sources, &facts.languages, &facts.forms, &facts.first_words}) {
    uint64_t accepted = 0;
    uint64_t rejected = 0;
    for (const Tally::Row& row : tally->Rows(100)) {
      accepted += row.accepted;
      rejected += row.rejected;
    }
    EXPECT_EQ(accepted, 20u);
    EXPECT_EQ(rejected, 10u);
  }
  EXPECT_EQ(facts.sources.Rows(1)[0].name, "corpus/a.jsonl");
  EXPECT_EQ(facts.first_words.Rows(1)[0].name, "question");
}

TEST_F(FactsTest, CountsDocumentsByWhatBecameOfThem) {
  AddDocuments(1, 3);
  AddWithoutChunk(50);
  AddWithoutChunk(51);
  AddWithoutChunk(52);

  ASSERT_OK_AND_ASSIGN(const Facts facts, CollectFacts(*store_, {}));

  EXPECT_EQ(facts.document_tokens.total(), 6u);
  EXPECT_EQ(facts.planned_documents, 6u);
  EXPECT_EQ(facts.documents_with_pairs, 3u);
  EXPECT_EQ(facts.documents_with_accepted, 3u);
  EXPECT_EQ(facts.no_chunk_examples.at(v1::NO_CHUNK_REASON_NOT_PROSE).Chosen().size(), 2u);
}

TEST_F(FactsTest, DrawsSamplesBySeed) {
  AddDocuments(1, 20);
  FactOptions options;
  options.samples = 5;
  const auto drawn = [&](uint64_t seed) {
    options.seed = seed;
    std::vector<std::string> ids;
    auto facts = CollectFacts(*store_, options);
    EXPECT_OK(facts);
    for (const DrawnPair* pair : facts->accepted.Chosen()) {
      EXPECT_FALSE(pair->result.has_reject());
      ids.push_back(pair->result.task().id());
    }
    for (const DrawnPair* pair : facts->rejected.Chosen()) {
      EXPECT_TRUE(pair->result.has_reject());
    }
    return ids;
  };

  EXPECT_EQ(drawn(1).size(), 5u);
  EXPECT_EQ(drawn(1), drawn(1));
  EXPECT_NE(drawn(1), drawn(2));
}

TEST_F(FactsTest, MeasuresTrainingRows) {
  AddDocuments(1, 1);
  std::vector<v1::ShortRow> rows = {testing::TestRow(1), testing::TestRow(2)};
  storage::IngestBatch batch;
  batch.rows = rows;
  batch.progress.set_source("rows.jsonl");
  ASSERT_OK(store_->Ingest(batch));
  ASSERT_OK(store_->MarkStageDone(v1::STAGE_READ));
  ASSERT_OK(
      store_->AddTrainingRows({testing::TestLongRow(all_[0], 0), testing::TestPackedRow(rows, 0)}));

  ASSERT_OK_AND_ASSIGN(const Facts facts, CollectFacts(*store_, {}));

  EXPECT_EQ(facts.long_rows.rows, 1u);
  EXPECT_EQ(facts.long_rows.tokens, 2000u);
  EXPECT_EQ(facts.long_rows.padding, 48u);
  EXPECT_EQ(facts.long_rows.trained, 1999u);
  EXPECT_EQ(facts.packs.conversations, 2u);
  EXPECT_EQ(facts.packs.tokens, 10u);
  EXPECT_EQ(facts.packs.trained, 6u);
  EXPECT_EQ(facts.pairs_in_rows, 1u);
  EXPECT_EQ(facts.evidence_depth.total(), 1u);
  EXPECT_EQ(facts.pack_fill.total(), 1u);
}

TEST_F(FactsTest, AStopEndsTheReading) {
  AddDocuments(1, 2);
  FactOptions options;
  options.stop = [] { return true; };

  EXPECT_THAT(CollectFacts(*store_, options).status(),
              testing::StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(FactsTest, AnEmptyRunHasNothing) {
  ASSERT_OK_AND_ASSIGN(const Facts facts, CollectFacts(*store_, {}));

  EXPECT_EQ(facts.read_results, 0u);
  EXPECT_TRUE(facts.accepted.Chosen().empty());
  EXPECT_TRUE(facts.sources.empty());
}

}  // namespace
}  // namespace quipu::pipelines
