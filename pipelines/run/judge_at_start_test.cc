// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Runs that begin with a calibration: with the scripted engine, whose likelihoods tell
// words of the chunk from others, and whose verdicts are random.
#include "pipelines/run/judge_at_start.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/stop.h"
#include "generator/judge/judge.h"
#include "generator/spec/run_spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/run/build.h"
#include "pipelines/run/merge.h"
#include "storage/store.h"
#include "tests/support/dataset_checks.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::StatusIs;
using testing::TempDir;

constexpr char kAtStart[] = "verification { calibration: AT_START }";

class JudgeAtStartTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    ASSERT_OK(MakeDirs(dir_.Path("corpus")));
    for (int i = 0; i < 12; ++i) {
      std::string text;
      for (int k = 0; k < 60; ++k) {
        absl::StrAppend(&text, "The miller of Village", (i + k) % 7, " was paid by Anna Holm for ",
                        101 + 3 * k + 200 * i, " sacks of flour", k % 5 == 4 ? ".\n\n" : ". ");
      }
      ASSERT_OK(WriteFileAtomic(dir_.Path(absl::StrCat("corpus/", i, ".txt")), text));
    }
  }
  void TearDown() override { ResetStopForTest(); }

  v1::RunSpec Spec(absl::string_view store, absl::string_view more) {
    const std::string text = absl::StrCat(
        "seed: 3 store: \"", dir_.Path(store), "\" export_dir: \"", dir_.Path(store), "-export\" ",
        "documents { path: \"", dir_.Path("corpus"), "\" } engine { kind: SCRIPTED } ",
        "chunks { min_tokens: 400 max_tokens: 900 tokens_per_chunk: 1000 } ",
        "service { pause_reject_share: 2 } ", more);
    absl::StatusOr<v1::RunSpec> spec = generator::ParseRunSpec(text, "test");
    EXPECT_OK(spec.status());
    EXPECT_OK(generator::ValidateRunSpec(*spec));
    return *std::move(spec);
  }

  static v1::RunHeader HeaderOf(const std::string& path) {
    storage::StoreOptions read_only;
    read_only.read_only = true;
    const auto store = storage::Store::Open(path, read_only);
    EXPECT_OK(store.status());
    return (*store)->header();
  }

  static std::string Read(const std::string& path) {
    return ReadFile(path, 1 << 24).value_or("unreadable");
  }

  static BuildOptions PartOf(uint32_t index, uint32_t count) {
    BuildOptions options;
    options.partition.emplace();
    options.partition->set_index(index);
    options.partition->set_count(count);
    return options;
  }

  TempDir dir_;
};

TEST_F(JudgeAtStartTest, IsStoredWithTheRunAndReported) {
  const v1::RunSpec spec = Spec("store", kAtStart);

  ASSERT_OK(Build(spec, {}).status());

  const v1::RunHeader header = HeaderOf(spec.store());
  EXPECT_TRUE(header.judge_calibrated());
  const v1::Judge& judge = header.spec().verification().judge();
  EXPECT_TRUE(judge.has_long_form() && judge.has_short_form());
  EXPECT_NE(judge.short_form().SerializeAsString(),
            generator::JudgeOf({}).short_form().SerializeAsString());
  EXPECT_THAT(Read(CalibrationPathOf(spec.store())),
              AllOf(HasSubstr("# quipu calibrate: scripted"), HasSubstr("held out"),
                    HasSubstr("precision"), HasSubstr("judge {")));
  EXPECT_THAT(Read(absl::StrCat(ExportDirOf(spec), "/MANIFEST.json")),
              HasSubstr(absl::StrCat("bias: ", judge.short_form().bias())));
}

TEST_F(JudgeAtStartTest, IsTakenFromTheStoreLater) {
  const v1::RunSpec spec = Spec("store", kAtStart);
  ASSERT_OK(Build(spec, {}).status());
  const std::string before = testing::DirDigest(ExportDirOf(spec));
  ASSERT_OK(RemoveTree(CalibrationPathOf(spec.store())));

  ASSERT_OK(Build(spec, {}).status());

  EXPECT_EQ(testing::DirDigest(ExportDirOf(spec)), before);
  EXPECT_FALSE(FileExists(CalibrationPathOf(spec.store()))) << "calibrated again";
  // Written out, it is the same run.
  v1::RunSpec written = Spec("store", "");
  *written.mutable_verification()->mutable_judge() =
      HeaderOf(spec.store()).spec().verification().judge();
  EXPECT_OK(Build(written, {}).status());
  EXPECT_THAT(Build(Spec("store", ""), {}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("set verification.calibration to AT_START")));
}

TEST_F(JudgeAtStartTest, GivesTheBytesOfARunThatHasTheJudgeInItsSpec) {
  const v1::RunSpec spec = Spec("store", kAtStart);
  ASSERT_OK(Build(spec, {}).status());
  v1::RunSpec written = Spec("other", kAtStart);
  *written.mutable_verification()->mutable_judge() =
      HeaderOf(spec.store()).spec().verification().judge();

  ASSERT_OK(Build(written, {}).status());

  EXPECT_FALSE(HeaderOf(written.store()).judge_calibrated());
  EXPECT_FALSE(FileExists(CalibrationPathOf(written.store())));
  EXPECT_EQ(testing::DirDigest(ExportDirOf(written)), testing::DirDigest(ExportDirOf(spec)));
}

TEST_F(JudgeAtStartTest, IsTheSameForAllPartitionsAndForTheMergedRun) {
  const v1::RunSpec whole = Spec("whole", kAtStart);
  ASSERT_OK(Build(whole, {}).status());
  const v1::RunSpec spec = Spec("store", kAtStart);
  for (const uint32_t i : {0, 1, 2}) ASSERT_OK(Build(spec, PartOf(i, 3)).status());

  ASSERT_OK(Merge(spec, {}).status());

  const v1::RunHeader merged = HeaderOf(spec.store());
  EXPECT_TRUE(merged.judge_calibrated());
  EXPECT_EQ(merged.run_id(), HeaderOf(whole.store()).run_id());
  EXPECT_EQ(testing::DirDigest(ExportDirOf(spec)), testing::DirDigest(ExportDirOf(whole)));
  for (const int i : {0, 1, 2}) {
    EXPECT_EQ(Read(CalibrationPathOf(absl::StrCat(spec.store(), ".partition-", i, "-of-3"))),
              Read(CalibrationPathOf(whole.store())));
  }
  // The merged run resumes like any other.
  EXPECT_OK(Build(spec, {}).status());
}

TEST_F(JudgeAtStartTest, LeavesNothingBehindIfItIsStopped) {
  const v1::RunSpec spec = Spec("store", kAtStart);
  RequestStopForTest();

  EXPECT_THAT(Build(spec, {}).status(), StatusIs(absl::StatusCode::kCancelled));

  EXPECT_FALSE(storage::Store::Exists(spec.store()));
  ResetStopForTest();
  EXPECT_OK(Build(spec, {}).status());
}

TEST_F(JudgeAtStartTest, DoesNotComeToARunThatWasCreatedWithoutIt) {
  ASSERT_OK(Build(Spec("store", ""), {}).status());

  EXPECT_THAT(
      Build(Spec("store", kAtStart), {}).status(),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("created without a calibration")));
}

TEST_F(JudgeAtStartTest, KeepsTheBuiltInWeightsWhereThereAreTooFewPairs) {
  v1::RunSpec spec = Spec("store", kAtStart);
  spec.mutable_documents(0)->set_path(dir_.Path("corpus/3.txt"));
  spec.mutable_chunks()->set_max_per_document(1);

  ASSERT_OK(Build(spec, {}).status());

  const v1::RunHeader header = HeaderOf(spec.store());
  EXPECT_TRUE(header.judge_calibrated());
  EXPECT_EQ(header.spec().verification().judge().SerializeAsString(),
            generator::JudgeOf({}).SerializeAsString());
  EXPECT_THAT(Read(CalibrationPathOf(spec.store())),
              AllOf(HasSubstr("# long form: "), HasSubstr("the built-in weights apply")));
}

TEST_F(JudgeAtStartTest, DoesNotCountAsWorkOnThePairs) {
  const v1::RunSpec spec = Spec("store", kAtStart);
  ASSERT_OK(Build(spec, {}).status());
  v1::RunSpec written = Spec("other", "");
  *written.mutable_verification()->mutable_judge() =
      HeaderOf(spec.store()).spec().verification().judge();
  ASSERT_OK(Build(written, {}).status());

  ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Open(spec.store(), {}));
  ASSERT_OK_AND_ASSIGN(const auto other, storage::Store::Open(written.store(), {}));
  ASSERT_OK_AND_ASSIGN(const v1::EngineCounters work, store->GetEngineCounters());
  ASSERT_OK_AND_ASSIGN(const v1::EngineCounters same, other->GetEngineCounters());
  EXPECT_EQ(work.prompt_tokens_computed(), same.prompt_tokens_computed());
}

TEST(AdviceOnJudge, IsForModelsThatTheBuiltInWeightsDoNotKnow) {
  v1::ModelIdentity model;
  model.set_engine("native");
  model.set_name("SmolLM2 135M Instruct");
  EXPECT_THAT(AdviceOnJudge({}, model),
              AllOf(HasSubstr("fitted to Qwen2.5 Coder 1.5B Instruct"),
                    HasSubstr("model SmolLM2 135M Instruct"), HasSubstr("AT_START")));
  v1::VerificationSpec spec;
  spec.mutable_judge();
  EXPECT_EQ(AdviceOnJudge(spec, model), "");
  spec.clear_judge();
  spec.set_enabled(false);
  EXPECT_EQ(AdviceOnJudge(spec, model), "");
  model.set_name("Qwen2.5 Coder 1.5B Instruct GGUF");
  EXPECT_EQ(AdviceOnJudge({}, model), "");
  model.set_name("scripted");
  model.set_engine("scripted");
  EXPECT_EQ(AdviceOnJudge({}, model), "");
}

}  // namespace
}  // namespace quipu::pipelines
