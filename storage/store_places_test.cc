// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Results and short rows that are in no training row, or in two: CheckIntegrity
// of packed stores.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store_checker.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_fixture.h"
#include "tests/support/store_records.h"

namespace quipu::storage {
namespace {

using quipu::testing::AddPlannedDocument;
using quipu::testing::Commit;
using quipu::testing::StoreTest;
using quipu::testing::TestLongRow;
using quipu::testing::TestPackedRow;
using quipu::testing::TestResult;
using quipu::testing::TestRow;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class StorePlacesTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    for (const v1::Task& task : AddPlannedDocument(store_.get(), 1, 9)) {
      const v1::Result result = TestResult(task);
      ASSERT_OK(Commit(store_.get(), result));
      if (!result.has_reject()) accepted_.push_back(result);
    }
    ASSERT_EQ(accepted_.size(), 6u);
    for (int i = 0; i < 4; ++i) rows_.push_back(TestRow(i));
    ASSERT_OK(store_->Ingest(BatchOf({}, rows_)));
  }

  // Long sequences of these accepted results, and packs of these rows.
  void Place(const std::vector<int>& results, const std::vector<std::vector<int>>& packs) {
    std::vector<v1::TrainingRow> sequences;
    for (size_t i = 0; i < results.size(); ++i)
      sequences.push_back(TestLongRow(accepted_[results[i]], i));
    for (size_t i = 0; i < packs.size(); ++i) {
      std::vector<v1::ShortRow> rows;
      for (const int row : packs[i]) rows.push_back(rows_[row]);
      sequences.push_back(TestPackedRow(rows, i));
    }
    ASSERT_OK(store_->AddTrainingRows(sequences));
  }

  void Reject(int row) {
    v1::RejectedRow rejected;
    rejected.set_row_id(rows_[row].id());
    ASSERT_OK(store_->AddRejectedRows({rejected}));
  }

  std::vector<std::string> FindingsWhenPacked() {
    EXPECT_OK(store_->MarkStageDone(v1::STAGE_PACK));
    return Findings(*store_);
  }

  std::string NameOf(int result) const {
    const v1::Task& task = accepted_[result].task();
    return DescribeKey(Family::kResults, ResultKey(task.document_id(), task.index()));
  }
  std::string NameOfRow(int row) const {
    return DescribeKey(Family::kDocuments, RowKey(rows_[row].id()));
  }

  std::vector<v1::Result> accepted_;
  std::vector<v1::ShortRow> rows_;
};

TEST_F(StorePlacesTest, FindsNothingWhereEachHasItsPlaceInWhateverOrder) {
  Place({5, 0, 3, 1, 4, 2}, {{3, 0}, {2}});
  Reject(1);

  EXPECT_THAT(FindingsWhenPacked(), IsEmpty());
}

TEST_F(StorePlacesTest, ExpectsNoPlacesBeforePackingIsDone) {
  Place({0, 0}, {{0, 0}});

  EXPECT_THAT(Findings(*store_), IsEmpty());
}

TEST_F(StorePlacesTest, FindsAnAcceptedResultWithoutASequence) {
  Place({0, 1, 2, 3, 5}, {{0, 1, 2, 3}});

  EXPECT_THAT(FindingsWhenPacked(),
              UnorderedElementsAre(AllOf(HasSubstr(NameOf(4)), HasSubstr("in 0 training rows"))));
}

TEST_F(StorePlacesTest, FindsOneThatTookTheOthersPlace) {
  Place({0, 1, 2, 3, 5, 5}, {{0, 1, 2, 3}});

  EXPECT_THAT(FindingsWhenPacked(),
              UnorderedElementsAre(AllOf(HasSubstr(NameOf(4)), HasSubstr("in 0 training rows")),
                                   AllOf(HasSubstr(NameOf(5)), HasSubstr("in 2 training rows"))));
}

TEST_F(StorePlacesTest, FindsRowsPackedTwiceLeftOutAndBothPackedAndRejected) {
  Place({0, 1, 2, 3, 4, 5}, {{0, 1}, {1, 2}});
  Reject(2);

  EXPECT_THAT(
      FindingsWhenPacked(),
      UnorderedElementsAre(AllOf(HasSubstr(NameOfRow(1)), HasSubstr("in 2 training rows")),
                           AllOf(HasSubstr(NameOfRow(2)), HasSubstr("in 2 training rows")),
                           AllOf(HasSubstr(NameOfRow(3)), HasSubstr("in 0 training rows"))));
}

// A long row of several results, one beside it, and one without a result.
TEST_F(StorePlacesTest, CountsEachTurnAndNothingOfRowsBesideIt) {
  v1::TrainingRow turns = TestLongRow(accepted_[0], 0);
  for (int i = 1; i < 6; ++i) {
    turns.mutable_long_details()->add_more_turns()->set_task_id(accepted_[i].task().id());
  }
  v1::TrainingRow beside = TestLongRow(accepted_[2], 1);
  beside.mutable_long_details()->set_row_kind(v1::ROW_KIND_UNANSWERABLE);
  v1::TrainingRow keys = TestLongRow(accepted_[2], 2);
  keys.mutable_segments(0)->set_source_id(std::string(16, 'k'));
  keys.mutable_long_details()->set_row_kind(v1::ROW_KIND_KEY_VALUE);
  ASSERT_OK(store_->AddTrainingRows({turns, beside, keys}));
  Place({}, {{0, 1, 2, 3}});
  EXPECT_THAT(FindingsWhenPacked(), IsEmpty());

  turns.mutable_long_details()->mutable_more_turns()->RemoveLast();
  ASSERT_OK(store_->AddTrainingRows({turns}));
  EXPECT_THAT(Findings(*store_),
              UnorderedElementsAre(AllOf(HasSubstr(NameOf(5)), HasSubstr("in 0 training rows"))));
}

TEST_F(StorePlacesTest, FindsTurnsAndDocumentsThatDoNotExist) {
  v1::TrainingRow row = TestLongRow(accepted_[0], 0);
  row.mutable_long_details()->add_more_turns()->set_task_id("short");
  row.mutable_long_details()->add_context()->set_document_id(row.long_details().document_id());
  row.mutable_long_details()->add_context()->set_document_id(std::string(16, 'x'));
  row.mutable_long_details()->add_context()->set_document_id("");
  v1::TrainingRow beside = TestLongRow(accepted_[2], 1);
  beside.mutable_segments(0)->set_source_id(std::string(16, 'y'));
  beside.mutable_long_details()->set_row_kind(v1::ROW_KIND_UNANSWERABLE);
  ASSERT_OK(store_->AddTrainingRows({row, beside}));

  EXPECT_THAT(
      Findings(*store_),
      UnorderedElementsAre(HasSubstr("is made from 73686f7274, which is no accepted result"),
                           HasSubstr("is made from 7979"),
                           HasSubstr("has document 78787878787878787878787878787878 in its "
                                     "context, which is not stored"),
                           HasSubstr("has document  in its context, which is not stored")));
}

TEST_F(StorePlacesTest, FindsTheSameHoweverFewIdsAreHeldAtOnce) {
  Place({0, 1, 1, 3, 5, 5}, {{0, 1}, {1, 2}});
  const std::vector<std::string> findings = FindingsWhenPacked();
  EXPECT_EQ(findings.size(), 6u);
  ASSERT_OK(store_->Close());
  ASSERT_OK_AND_ASSIGN(const auto db, Database::Open(path_, Database::Mode::kReadOnly));

  for (const uint64_t ids_at_once : {1, 3, 100}) {
    auto found = Checker(*db, ids_at_once).Run();
    ASSERT_OK(found.status());
    EXPECT_THAT(*found, ::testing::UnorderedElementsAreArray(findings)) << ids_at_once;
  }
}

}  // namespace
}  // namespace quipu::storage
