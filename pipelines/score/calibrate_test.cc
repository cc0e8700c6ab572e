// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// With the scripted engine, whose likelihoods tell words of the chunk from others,
// and whose verdicts are random.
#include "pipelines/score/calibrate.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/stop.h"
#include "generator/spec/run_spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/engine.h"
#include "inference/scripted/engine.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing::StatusIs;
using testing::TempDir;

class CalibrateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    auto engine = inference::CreateScriptedEngine({});
    ASSERT_OK(engine.status());
    engine_ = *std::move(engine);
    std::string text;
    for (int i = 0; i < 400; ++i) {
      absl::StrAppend(&text, "The miller of Village", i % 7, " was paid by Anna Holm for ",
                      101 + 3 * i, " sacks of flour", i % 5 == 4 ? ".\n\n" : ". ");
    }
    ASSERT_OK(WriteFileAtomic(dir_.Path("corpus.txt"), text));
    spec_.add_documents()->set_path(dir_.Path("corpus.txt"));
    spec_.mutable_read()->set_min_document_tokens(100);
    spec_.mutable_chunks()->set_min_tokens(400);
    spec_.mutable_chunks()->set_max_tokens(900);
    spec_.mutable_chunks()->set_tokens_per_chunk(1000);
    spec_.mutable_chunks()->set_max_per_document(100);
  }

  absl::StatusOr<std::string> Fragment(const CalibrateOptions& options) {
    const absl::StatusOr<Calibration> calibration = Calibrate(spec_, engine_.get(), options);
    return calibration.ok() ? FragmentOf(*calibration) : calibration.status();
  }

  TempDir dir_;
  v1::RunSpec spec_;
  std::unique_ptr<inference::Engine> engine_;
};

TEST_F(CalibrateTest, WritesAFragmentThatASpecCanHave) {
  CalibrateOptions options;
  options.pairs = 80;

  ASSERT_OK_AND_ASSIGN(const std::string fragment, Fragment(options));

  EXPECT_THAT(fragment, StartsWith("# quipu calibrate: scripted"));
  EXPECT_THAT(fragment, HasSubstr("held out"));
  EXPECT_THAT(fragment, HasSubstr("verdict_margin: AUC"));
  ASSERT_OK_AND_ASSIGN(const v1::RunSpec parsed, generator::ParseRunSpec(fragment, "fragment"));
  const v1::Judge& judge = parsed.verification().judge();
  EXPECT_TRUE(judge.has_long_form() || judge.has_short_form());
  EXPECT_OK(generator::ValidatePairSpec([&] {
    v1::RunSpec whole = spec_;
    whole.mutable_engine()->set_kind(v1::EngineSpec::SCRIPTED);
    whole.MergeFrom(parsed);
    return whole;
  }()));
}

// Right long answers are sentences of the chunk, which a build refuses as copied.
TEST_F(CalibrateTest, FitsTheLongFormToCopiedSentences) {
  CalibrateOptions options;
  options.pairs = 120;
  ASSERT_OK_AND_ASSIGN(const Calibration calibration, Calibrate(spec_, engine_.get(), options));

  EXPECT_TRUE(calibration.judge.has_long_form()) << calibration.report;
  EXPECT_THAT(calibration.report, Not(HasSubstr("COPIED")));
}

// The scripted engine's verdicts are random.
TEST_F(CalibrateTest, WarnsOfWhatTheModelHasNotEarned) {
  CalibrateOptions options;
  options.pairs = 80;
  ASSERT_OK_AND_ASSIGN(const Calibration calibration, Calibrate(spec_, engine_.get(), options));

  EXPECT_THAT(calibration.warnings, Contains(AllOf(HasSubstr("short form: no figure"),
                                                   HasSubstr("no pair of this form"))));
  options.pairs = 4;
  ASSERT_OK_AND_ASSIGN(const Calibration small, Calibrate(spec_, engine_.get(), options));
  EXPECT_FALSE(small.judge.has_long_form() || small.judge.has_short_form());
  EXPECT_THAT(small.warnings,
              ElementsAre(AllOf(HasSubstr("long form: "), HasSubstr("the built-in weights apply")),
                          HasSubstr("short form: ")));
}

TEST_F(CalibrateTest, GivesTheSameBytesAgain) {
  CalibrateOptions options;
  options.pairs = 60;
  ASSERT_OK_AND_ASSIGN(const std::string first, Fragment(options));
  ASSERT_OK_AND_ASSIGN(const std::string second, Fragment(options));

  EXPECT_EQ(first, second);
}

TEST_F(CalibrateTest, FitsLabelledPairsInstead) {
  std::string lines;
  for (int i = 0; i < 60; ++i) {
    const bool right = i % 2 == 0;
    absl::StrAppend(&lines, R"({"chunk":"In village )", i / 4,
                    R"( the old miller sold flour to Anna Holm.","question":"Who bought flour in )",
                    i, R"(?","answer":")", right ? "Anna Holm" : "old Anna flour castle",
                    R"(","label":")", right ? "good" : "bad", "\"}\n");
  }
  CalibrateOptions options;
  options.pairs = 0;
  options.labels = dir_.Path("labels.jsonl");
  ASSERT_OK(WriteFileAtomic(options.labels, lines));
  spec_.mutable_filters()->set_min_grounded_share_short(0);

  ASSERT_OK_AND_ASSIGN(const std::string fragment, Fragment(options));

  EXPECT_THAT(fragment, HasSubstr("short form: 30 right and 30 wrong pairs"));
  EXPECT_THAT(fragment, HasSubstr("long form: 0 right and 0 wrong pairs"));
}

TEST_F(CalibrateTest, SaysWhatIsMissing) {
  CalibrateOptions options;
  options.pairs = 4;
  EXPECT_THAT(Fragment(options).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("at least 20")));

  options.pairs = 0;
  options.labels = dir_.Path("labels.jsonl");
  ASSERT_OK(WriteFileAtomic(options.labels, "{\"chunk\":\"c\"}\n"));
  EXPECT_THAT(Fragment(options).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("labels.jsonl:1: ")));
}

TEST_F(CalibrateTest, NeedsDocumentsWithProse) {
  ASSERT_OK(WriteFileAtomic(dir_.Path("corpus.txt"), "Too short."));

  EXPECT_THAT(Fragment({}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no document has a chunk")));
}

}  // namespace
}  // namespace quipu::pipelines
