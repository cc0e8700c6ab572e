// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/prompts/memory_need.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/fake_engine.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using testing::FakeEngine;
using testing::StatusIs;

constexpr int64_t kBytesPerToken = 24 << 10;

v1::RunSpec Spec() {
  v1::RunSpec spec;
  spec.mutable_chunks()->set_max_tokens(320);
  spec.mutable_generation()->set_max_question_tokens(200);
  spec.mutable_generation()->set_max_long_answer_tokens(200);
  return spec;
}

TEST(MemoryNeedTest, CoversChunkSentencePromptQuestionAndAnswer) {
  const FakeEngine engine;
  const int64_t most = MostTokensOfCall(Spec(), engine);

  EXPECT_GT(most, 2 * 320 + 200 + 200);
  v1::RunSpec longer = Spec();
  longer.mutable_generation()->set_max_long_answer_tokens(300);
  EXPECT_EQ(MostTokensOfCall(longer, engine), most + 100);
  longer.mutable_generation()->set_two_chunk_share(0.1);
  EXPECT_EQ(MostTokensOfCall(longer, engine), most + 100 + 320);
}

TEST(MemoryNeedTest, TooLittleMemoryIsRefusedWithTheLeastThatIsEnough) {
  FakeEngine engine;
  const int64_t most = MostTokensOfCall(Spec(), engine);
  engine.HoldTokens(most - 1, kBytesPerToken);
  const int64_t pages = (most + 31) / 32;
  const int64_t least = (pages * 32 * kBytesPerToken + (1 << 20) - 1) >> 20;

  EXPECT_THAT(
      CheckMemory(Spec(), engine),
      StatusIs(absl::StatusCode::kInvalidArgument,
               absl::StrCat("holds ", most - 1, " tokens, but a call of this run may have ", most,
                            ", and results must not depend on memory; least: ", least)));
  engine.HoldTokens((least << 20) / kBytesPerToken, kBytesPerToken);
  EXPECT_OK(CheckMemory(Spec(), engine));
  engine.HoldTokens(((least - 1) << 20) / kBytesPerToken / 32 * 32, kBytesPerToken);
  EXPECT_FALSE(CheckMemory(Spec(), engine).ok());
}

TEST(MemoryNeedTest, MemoryForTheWholeContextIsAlwaysEnough) {
  FakeEngine engine;
  engine.HoldTokens(8192, kBytesPerToken);
  v1::RunSpec large = Spec();
  large.mutable_chunks()->set_max_tokens(10000);
  EXPECT_OK(CheckMemory(large, engine));
  engine.HoldTokens(0, 0);  // Not ours.
  EXPECT_OK(CheckMemory(large, engine));
}

}  // namespace
}  // namespace quipu::generator
