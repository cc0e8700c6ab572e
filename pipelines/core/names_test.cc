// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/names.h"

#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

TEST(RejectName, LeavesThePrefixOut) {
  EXPECT_EQ(RejectName(v1::REJECT_REASON_TOO_LONG), "TOO_LONG");
  EXPECT_EQ(RejectName(v1::REJECT_REASON_QUARANTINED), "QUARANTINED");
  EXPECT_EQ(RejectLabel(v1::REJECT_REASON_TOO_LONG), "too_long");
}

TEST(RejectName, HasANumberForWhatANewerVersionWrote) {
  EXPECT_EQ(RejectName(static_cast<v1::RejectReason>(99)), "REASON_99");
  EXPECT_EQ(RejectLabel(static_cast<v1::RejectReason>(99)), "reason_99");
}

TEST(NoChunkName, LeavesThePrefixOut) {
  EXPECT_EQ(NoChunkName(v1::NO_CHUNK_REASON_NOT_PROSE), "NOT_PROSE");
  EXPECT_EQ(NoChunkLabel(v1::NO_CHUNK_REASON_NOT_PROSE), "not_prose");
}

TEST(NoChunkName, SaysWhatItDoesNotKnow) {
  EXPECT_EQ(NoChunkName(v1::NO_CHUNK_REASON_UNSPECIFIED), "UNKNOWN");
  EXPECT_EQ(NoChunkLabel(static_cast<v1::NoChunkReason>(99)), "reason_99");
}

TEST(StageName, IsInSmallLetters) {
  EXPECT_EQ(StageName(v1::STAGE_READ), "read");
  EXPECT_EQ(StageName(v1::STAGE_DEDUP), "dedup");
}

TEST(StageName, IsNoneWithoutAStage) {
  EXPECT_EQ(StageName(v1::STAGE_UNSPECIFIED), "none");
  EXPECT_EQ(StageName(static_cast<v1::Stage>(99)), "none");
}

}  // namespace
}  // namespace quipu::pipelines
