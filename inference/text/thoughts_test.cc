// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/thoughts.h"

#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

TEST(LosesAroundThoughts, NotOfAnAnswerThatBeginsWithThem) {
  EXPECT_FALSE(LosesAroundThoughts(""));
  EXPECT_FALSE(LosesAroundThoughts("An answer."));
  EXPECT_FALSE(LosesAroundThoughts("<think>\nWhy?\n</think>\n\nSo."));
  EXPECT_FALSE(LosesAroundThoughts("\n <think></think>So."));
  EXPECT_FALSE(LosesAroundThoughts("Why?\n</think>\n\nSo."));
  EXPECT_FALSE(LosesAroundThoughts("<think> is never closed."));
  EXPECT_FALSE(LosesAroundThoughts("<think>Why?</think>So, <think> begins them."));
}

TEST(LosesAroundThoughts, OfAnAnswerThatSpeaksOfThem) {
  EXPECT_TRUE(LosesAroundThoughts("The tag <think> begins them and </think> ends them."));
  EXPECT_TRUE(LosesAroundThoughts("<think>Why?</think>So </think> ends them."));
  EXPECT_TRUE(LosesAroundThoughts("<think>a</think>b<think>c</think>d"));
  EXPECT_TRUE(LosesAroundThoughts("<think>The tag <think> begins</think>So."));
}

}  // namespace
}  // namespace quipu::inference
