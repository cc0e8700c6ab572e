// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/pending_audits.h"

#include <string>

#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

v1::ChunkId Chunk(uint32_t index) {
  v1::ChunkId chunk;
  chunk.set_document_id("a document");
  chunk.set_chunk_index(index);
  return chunk;
}

v1::Result Result(const std::string& answer) {
  v1::Result result;
  result.set_answer(answer);
  return result;
}

TEST(AuditBookTest, CollectsAChunksResultsByToken) {
  PendingAudits book;
  EXPECT_EQ(book.Has(Chunk(1), 7), 0u);
  EXPECT_EQ(book.Add(Chunk(1), 7, 0, Result("x")), PendingAudits::Added::kNew);
  EXPECT_EQ(book.Add(Chunk(1), 7, 0, Result("x")), PendingAudits::Added::kSame);
  EXPECT_EQ(book.Add(Chunk(1), 7, 0, Result("y")), PendingAudits::Added::kOther);
  EXPECT_EQ(book.Add(Chunk(1), 7, 63, Result("z")), PendingAudits::Added::kNew);
  EXPECT_EQ(book.Add(Chunk(2), 8, 1, Result("x")), PendingAudits::Added::kNew);

  EXPECT_EQ(book.Has(Chunk(1), 7), (uint64_t{1} << 63) | 1);
  EXPECT_EQ(book.Has(Chunk(1), 8), 0u);
  EXPECT_EQ(book.Has(Chunk(2), 8), 2u);
  EXPECT_EQ(book.ResultsOf(Chunk(1)).at(0).answer(), "x");
}

TEST(AuditBookTest, ForgetsAnotherLeasesPart) {
  PendingAudits book;
  book.Add(Chunk(1), 7, 0, Result("x"));
  EXPECT_EQ(book.Add(Chunk(1), 9, 1, Result("y")), PendingAudits::Added::kNew);
  EXPECT_EQ(book.Has(Chunk(1), 7), 0u);
  EXPECT_EQ(book.Has(Chunk(1), 9), 2u);
  book.Drop(Chunk(1), 7);
  EXPECT_EQ(book.Has(Chunk(1), 9), 2u);
  book.Drop(Chunk(1), 9);
  EXPECT_EQ(book.size(), 0u);
}

TEST(AuditBookTest, KeepsADisputeUntilItIsSettled) {
  PendingAudits book;
  book.Add(Chunk(1), 7, 0, Result("x"));
  const PendingAudits::Results first = book.ResultsOf(Chunk(1));
  book.Finish(Chunk(1));
  EXPECT_EQ(book.Disputed(Chunk(1)), nullptr);
  book.Dispute(Chunk(1), first);
  book.Add(Chunk(1), 9, 0, Result("y"));
  ASSERT_NE(book.Disputed(Chunk(1)), nullptr);
  EXPECT_EQ(book.Disputed(Chunk(1))->at(0).answer(), "x");
  book.Finish(Chunk(1));
  book.ClearDispute(Chunk(1));
  EXPECT_EQ(book.size(), 0u);
}

}  // namespace
}  // namespace quipu::pipelines
