// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/grpc_log.h"

#include "grpc/support/log.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

TEST(LineLimitTest, LetsSoManyThroughAMinuteAndCountsTheOthers) {
  LineLimit limit(2);
  uint64_t left_out = 9;

  EXPECT_TRUE(limit.Allow(absl::Seconds(5), &left_out));
  EXPECT_EQ(left_out, 0u);
  EXPECT_TRUE(limit.Allow(absl::Seconds(6), &left_out));
  EXPECT_FALSE(limit.Allow(absl::Seconds(7), &left_out));
  EXPECT_FALSE(limit.Allow(absl::Seconds(64.9), &left_out));
  EXPECT_TRUE(limit.Allow(absl::Seconds(65), &left_out));
  EXPECT_EQ(left_out, 2u);
  EXPECT_TRUE(limit.Allow(absl::Seconds(66), &left_out));
  EXPECT_EQ(left_out, 0u);
}

TEST(InstallGrpcLogTest, WritesErrorsEscapedAndNothingElse) {
  InstallGrpcLog();
  ::testing::internal::CaptureStderr();

  gpr_log_message("file.cc", 1, GPR_LOG_SEVERITY_INFO, "harmless");
  gpr_log_message("file.cc", 2, GPR_LOG_SEVERITY_ERROR, "handshake \x1b[31m failed");

  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find("harmless"), std::string::npos);
  EXPECT_NE(text.find("grpc: handshake"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace quipu::pipelines
