// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/no_chunk_reason.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::TempDir;

TEST(NoChunkReasonOf, IsInTheDocumentsPlan) {
  const TempDir dir;
  v1::RunHeader header;
  header.set_run_id(std::string(16, 'r'));
  ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Create(dir.Path("store"), header));
  storage::IngestBatch batch;
  batch.progress.set_source("documents:a.txt");
  for (const char letter : {'a', 'b'}) {
    v1::Document& document = batch.documents.emplace_back();
    document.set_id(std::string(16, letter));
    document.set_text("The miller sold nine sacks of flour.");
  }
  ASSERT_OK(store->Ingest(batch));
  v1::DocumentPlan plan;
  plan.set_document_id(std::string(16, 'a'));
  plan.set_no_chunk(v1::NO_CHUNK_REASON_CONTAMINATED);
  ASSERT_OK(store->AddPlan(plan));

  EXPECT_THAT(NoChunkReasonOf(std::string(16, 'a'), *store),
              IsOkAndHolds(v1::NO_CHUNK_REASON_CONTAMINATED));
  EXPECT_THAT(NoChunkReasonOf(std::string(16, 'b'), *store),
              IsOkAndHolds(v1::NO_CHUNK_REASON_UNSPECIFIED));
}

}  // namespace
}  // namespace quipu::pipelines
