// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/reject_name.h"

#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

TEST(RejectName, LeavesThePrefixOut) {
  EXPECT_EQ(RejectName(v1::REJECT_REASON_TOO_LONG), "TOO_LONG");
  EXPECT_EQ(RejectName(v1::REJECT_REASON_QUARANTINED), "QUARANTINED");
}

TEST(RejectName, HasANumberForWhatANewerVersionWrote) {
  EXPECT_EQ(RejectName(static_cast<v1::RejectReason>(99)), "REASON_99");
}

}  // namespace
}  // namespace quipu::pipelines
