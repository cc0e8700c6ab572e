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

TEST(PendingAuditsTest, CollectsAChunksResultsByToken) {
  PendingAudits audits;
  EXPECT_EQ(audits.Has(Chunk(1), 7), 0u);
  EXPECT_EQ(audits.Add(Chunk(1), 7, 0, Result("x")), PendingAudits::Added::kNew);
  EXPECT_EQ(audits.Add(Chunk(1), 7, 0, Result("x")), PendingAudits::Added::kSame);
  EXPECT_EQ(audits.Add(Chunk(1), 7, 0, Result("y")), PendingAudits::Added::kOther);
  EXPECT_EQ(audits.Add(Chunk(1), 7, 63, Result("z")), PendingAudits::Added::kNew);
  EXPECT_EQ(audits.Add(Chunk(2), 8, 1, Result("x")), PendingAudits::Added::kNew);

  EXPECT_EQ(audits.Has(Chunk(1), 7), (uint64_t{1} << 63) | 1);
  EXPECT_EQ(audits.Has(Chunk(1), 8), 0u);
  EXPECT_EQ(audits.Has(Chunk(2), 8), 2u);
  EXPECT_EQ(audits.ResultsOf(Chunk(1)).at(0).answer(), "x");
}

TEST(PendingAuditsTest, ForgetsAnotherLeasesPart) {
  PendingAudits audits;
  audits.Add(Chunk(1), 7, 0, Result("x"));
  EXPECT_EQ(audits.Add(Chunk(1), 9, 1, Result("y")), PendingAudits::Added::kNew);
  EXPECT_EQ(audits.Has(Chunk(1), 7), 0u);
  EXPECT_EQ(audits.Has(Chunk(1), 9), 2u);
  audits.Drop(Chunk(1), 7);
  EXPECT_EQ(audits.Has(Chunk(1), 9), 2u);
  audits.Drop(Chunk(1), 9);
  EXPECT_EQ(audits.size(), 0u);
}

TEST(PendingAuditsTest, KeepsADisputeUntilItIsCleared) {
  PendingAudits audits;
  audits.Add(Chunk(1), 7, 0, Result("x"));
  const PendingAudits::Results first = audits.ResultsOf(Chunk(1));
  audits.Finish(Chunk(1));
  EXPECT_EQ(audits.Disputed(Chunk(1)), nullptr);
  audits.Dispute(Chunk(1), first);
  audits.Add(Chunk(1), 9, 0, Result("y"));
  ASSERT_NE(audits.Disputed(Chunk(1)), nullptr);
  EXPECT_EQ(audits.Disputed(Chunk(1))->at(0).answer(), "x");
  audits.Finish(Chunk(1));
  audits.ClearDispute(Chunk(1));
  EXPECT_EQ(audits.size(), 0u);
}

TEST(PendingAuditsTest, ForgetsAnAuditWhoseLeaseEndedWithoutBeingDone) {
  PendingAudits audits;
  audits.Add(Chunk(1), 7, 0, Result("x"));
  v1::LeaseUpdate update;
  *update.mutable_ended()->mutable_chunk() = Chunk(1);
  update.mutable_ended()->set_token(7);
  update.mutable_ended()->set_audit(true);
  update.mutable_ended()->set_cause(v1::LeaseEnded::DONE);
  audits.OnUpdate(update);
  EXPECT_EQ(audits.Has(Chunk(1), 7), 1u);  // It is compared now.
  update.mutable_ended()->set_cause(v1::LeaseEnded::LOST);
  audits.OnUpdate(update);

  EXPECT_EQ(audits.size(), 0u);
}

TEST(PendingAuditsTest, ForgetsAChunkWhoseResultsAreRemoved) {
  PendingAudits audits;
  v1::LeaseUpdate released;
  *released.mutable_released()->mutable_chunk() = Chunk(1);
  v1::LeaseUpdate withdrawn;
  *withdrawn.mutable_withdrawn()->mutable_chunk() = Chunk(2);
  for (const uint32_t chunk : {1, 2, 3}) {
    audits.Add(Chunk(chunk), 7, 0, Result("x"));
    audits.Dispute(Chunk(chunk), audits.ResultsOf(Chunk(chunk)));
  }
  audits.OnUpdate(released);
  audits.OnUpdate(withdrawn);

  EXPECT_EQ(audits.size(), 2u);  // Both of the third.
  EXPECT_NE(audits.Disputed(Chunk(3)), nullptr);
}

}  // namespace
}  // namespace quipu::pipelines
