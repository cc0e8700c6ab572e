// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/step_tokens.h"

#include "gtest/gtest.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {
namespace {

TEST(StepTokens, GrowWithManyThreads) {
  v1::PerformanceSpec performance;
  EXPECT_EQ(StepTokens(performance, 2), 256);
  EXPECT_EQ(StepTokens(performance, 16), 256);
  EXPECT_EQ(StepTokens(performance, 64), 1024);
  EXPECT_EQ(StepTokens(performance, 1000), 4096);
  performance.set_threads(32);
  EXPECT_EQ(StepTokens(performance, 64), 512);
}

TEST(StepTokens, AreWhatTheSpecSays) {
  v1::PerformanceSpec performance;
  performance.set_max_step_tokens(40);
  EXPECT_EQ(StepTokens(performance, 64), 40);
  performance.set_max_step_tokens(256);
  EXPECT_EQ(StepTokens(performance, 64), 256);
}

}  // namespace
}  // namespace quipu::pipelines
