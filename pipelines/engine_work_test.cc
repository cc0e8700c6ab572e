// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/engine_work.h"

#include <string>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "inference/scripted_engine.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::TempDir;

inference::EngineStats SomeStats() {
  inference::EngineStats stats;
  stats.prompt_tokens_computed = 4821;
  stats.prompt_tokens_needed = 4790;
  stats.sampled_tokens = 1204;
  stats.drafted_tokens = 240;
  stats.accepted_drafts = 81;
  stats.steps = 96;
  stats.step_tokens = 6032;
  stats.busy_seconds = 6.9175;
  return stats;
}

TEST(AddWork, AddsEveryFigure) {
  const v1::EngineWork once = AddWork({}, SomeStats());
  const v1::EngineWork twice = AddWork(once, SomeStats());
  EXPECT_EQ(once.prompt_tokens_computed(), 4821u);
  EXPECT_EQ(once.prompt_tokens_needed(), 4790u);
  EXPECT_EQ(once.sampled_tokens(), 1204u);
  EXPECT_EQ(once.drafted_tokens(), 240u);
  EXPECT_EQ(once.accepted_drafts(), 81u);
  EXPECT_EQ(once.steps(), 96u);
  EXPECT_EQ(once.step_tokens(), 6032u);
  EXPECT_EQ(once.busy_microseconds(), 6917500u);
  EXPECT_EQ(twice.prompt_tokens_computed(), 2 * 4821u);
  EXPECT_EQ(twice.prompt_tokens_needed(), 2 * 4790u);
  EXPECT_EQ(twice.sampled_tokens(), 2 * 1204u);
  EXPECT_EQ(twice.drafted_tokens(), 2 * 240u);
  EXPECT_EQ(twice.accepted_drafts(), 2 * 81u);
  EXPECT_EQ(twice.steps(), 2 * 96u);
  EXPECT_EQ(twice.step_tokens(), 2 * 6032u);
  EXPECT_EQ(twice.busy_microseconds(), 2 * 6917500u);
}

TEST(EngineWorkText, HasSharesAndRates) {
  EXPECT_EQ(
      EngineWorkText(AddWork({}, SomeStats())),
      "engine     4821 prompt tokens computed, 4790 needed (1.006), 1204 sampled\n"
      "           96 steps of 62.8 columns, 81 of 240 drafts taken, 871 tokens/s\n");
  EXPECT_EQ(EngineWorkText({}), "");
}

TEST(EngineWorkText, LeavesOutWhatAnEngineDoesNotCount) {
  v1::EngineWork work;
  work.set_steps(3);
  EXPECT_EQ(EngineWorkText(work),
            "engine     0 prompt tokens computed, 0 needed (0.000), 0 sampled\n"
            "           3 steps, 0 of 0 drafts taken\n");
}

TEST(EngineWorkJson, HasEveryFigure) {
  EXPECT_EQ(EngineWorkJson(AddWork({}, SomeStats())),
            "{\"prompt_tokens_computed\":4821,\"prompt_tokens_needed\":4790,"
            "\"sampled_tokens\":1204,\"drafted_tokens\":240,\"accepted_drafts\":81,"
            "\"steps\":96,\"step_tokens\":6032,\"busy_seconds\":6.917500}");
}

class EngineWorkRecorderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    v1::RunHeader header;
    header.set_run_id(std::string(16, 'r'));
    ASSERT_OK_AND_ASSIGN(store_, storage::Store::Create(dir_.Path("store"), header));
  }

  static std::unique_ptr<inference::Engine> NewEngine() {
    auto engine = inference::CreateScriptedEngine({});
    EXPECT_OK(engine.status());
    return *std::move(engine);
  }

  static void WorkALittle(inference::Engine* engine) {
    ASSERT_OK_AND_ASSIGN(const auto prefix, engine->OpenPrefix({"", "Some words of a text."}));
    inference::CompleteRequest request;
    request.skeleton = {inference::Skeleton::Free("answer", 1, 8, "")};
    ASSERT_OK(engine->Complete(*prefix, request).status());
  }

  v1::EngineWork Stored() {
    auto work = store_->GetEngineWork();
    EXPECT_OK(work.status());
    return *work;
  }

  TempDir dir_;
  std::unique_ptr<storage::Store> store_;
};

TEST_F(EngineWorkRecorderTest, SumsOverInterruptions) {
  v1::EngineWork once;
  for (int start = 0; start < 2; ++start) {
    const auto engine = NewEngine();
    ASSERT_OK_AND_ASSIGN(const auto recorder, EngineWorkRecorder::Start(*engine, store_.get()));
    WorkALittle(engine.get());
    ASSERT_OK(recorder->Finish());
    if (start == 0) once = Stored();
  }
  EXPECT_GT(once.steps(), 0u);
  EXPECT_GT(once.sampled_tokens(), 0u);
  EXPECT_EQ(Stored().steps(), 2 * once.steps());
  EXPECT_EQ(Stored().sampled_tokens(), 2 * once.sampled_tokens());
}

TEST_F(EngineWorkRecorderTest, WritesWhileTheEngineWorks) {
  const auto engine = NewEngine();
  ASSERT_OK_AND_ASSIGN(const auto recorder, EngineWorkRecorder::Start(*engine, store_.get()));
  WorkALittle(engine.get());
  while (Stored().steps() == 0) absl::SleepFor(absl::Milliseconds(10));
  EXPECT_EQ(Stored().sampled_tokens(), engine->stats().sampled_tokens);
}

TEST_F(EngineWorkRecorderTest, CountsNothingTwiceWhenFinishedTwice) {
  const auto engine = NewEngine();
  ASSERT_OK_AND_ASSIGN(const auto recorder, EngineWorkRecorder::Start(*engine, store_.get()));
  WorkALittle(engine.get());
  ASSERT_OK(recorder->Finish());
  const v1::EngineWork once = Stored();
  ASSERT_OK(recorder->Finish());
  EXPECT_EQ(Stored().SerializeAsString(), once.SerializeAsString());
}

TEST_F(EngineWorkRecorderTest, TellsWhyItCouldNotWrite) {
  const auto engine = NewEngine();
  ASSERT_OK_AND_ASSIGN(const auto recorder, EngineWorkRecorder::Start(*engine, store_.get()));
  ASSERT_OK(store_->Close());
  EXPECT_THAT(recorder->Finish(),
              testing::StatusIs(absl::StatusCode::kFailedPrecondition, "closed"));
}

}  // namespace
}  // namespace quipu::pipelines
