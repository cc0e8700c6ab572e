// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Going through the documents of a store without their texts.
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_fixture.h"
#include "tests/support/store_records.h"

namespace quipu::storage {
namespace {

using quipu::testing::StatusIs;
using quipu::testing::StoreTest;
using quipu::testing::TestDocument;
using ::testing::ElementsAreArray;

// More than are read at a time, and what fn writes meanwhile is no obstacle.
TEST_F(StoreTest, GoesThroughSummariesInOrderOfIdWhileItIsWritten) {
  constexpr uint64_t kDocuments = 20'000;
  std::map<std::string, uint64_t> tokens;
  std::vector<v1::Document> documents;
  for (uint64_t i = 0; i < kDocuments; ++i) {
    documents.push_back(TestDocument(i, 10));
    documents.back().set_tokens(i);
    tokens[documents.back().id()] = i;
  }
  ASSERT_OK(store_->Ingest(BatchOf(documents, {})));

  std::vector<std::pair<std::string, uint64_t>> found;
  ASSERT_OK(store_->ForEachDocumentSummary([&](const std::string& id, uint64_t length) {
    found.emplace_back(id, length);
    v1::DocumentPlan plan;
    plan.set_document_id(id);
    return store_->AddPlan(plan);
  }));

  EXPECT_THAT(found, ElementsAreArray(tokens));
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.planned_documents, kDocuments);
}

TEST_F(StoreTest, GoesThroughNoSummaryOfAnEmptyStoreAndStopsAtAnError) {
  int calls = 0;
  const auto fails = [&](const std::string&, uint64_t) {
    ++calls;
    return absl::AbortedError("enough");
  };
  EXPECT_OK(store_->ForEachDocumentSummary(fails));
  EXPECT_EQ(calls, 0);
  ASSERT_OK(store_->Ingest(BatchOf({TestDocument(1), TestDocument(2)}, {})));
  EXPECT_THAT(store_->ForEachDocumentSummary(fails),
              StatusIs(absl::StatusCode::kAborted, "enough"));
  EXPECT_EQ(calls, 1);
  ASSERT_OK(store_->Close());
  EXPECT_THAT(store_->ForEachDocumentSummary(fails),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace quipu::storage
