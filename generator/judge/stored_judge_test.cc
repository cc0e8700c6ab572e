// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/judge/stored_judge.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

v1::RunSpec AtStart() {
  v1::RunSpec spec;
  spec.mutable_verification()->set_calibration(v1::VerificationSpec::AT_START);
  return spec;
}

v1::RunHeader Calibrated() {
  v1::RunHeader header;
  *header.mutable_spec() = AtStart();
  header.mutable_spec()->mutable_verification()->mutable_judge()->mutable_long_form()->set_bias(2);
  header.set_judge_calibrated(true);
  return header;
}

TEST(CalibratesAtStart, IfTheSpecSaysSoAndHasNoJudge) {
  v1::RunSpec spec = AtStart();
  EXPECT_FALSE(CalibratesAtStart(v1::VerificationSpec()));
  EXPECT_TRUE(CalibratesAtStart(spec.verification()));
  spec.mutable_verification()->set_enabled(false);
  EXPECT_FALSE(CalibratesAtStart(spec.verification()));
  spec.mutable_verification()->clear_enabled();
  spec.mutable_verification()->mutable_judge();
  EXPECT_FALSE(CalibratesAtStart(spec.verification()));
}

TEST(WithStoredJudge, TakesTheJudgeThatWasFittedWhenTheRunWasCreated) {
  ASSERT_OK_AND_ASSIGN(const v1::RunSpec spec, WithStoredJudge(Calibrated(), AtStart()));
  EXPECT_EQ(spec.verification().judge().long_form().bias(), 2);
}

TEST(WithStoredJudge, LeavesASpecWithAJudgeAlone) {
  v1::RunSpec wanted = AtStart();
  wanted.mutable_verification()->mutable_judge()->mutable_long_form()->set_bias(3);
  ASSERT_OK_AND_ASSIGN(const v1::RunSpec spec, WithStoredJudge(Calibrated(), wanted));
  EXPECT_EQ(spec.SerializeAsString(), wanted.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(const v1::RunSpec same, WithStoredJudge(v1::RunHeader(), wanted));
  EXPECT_EQ(same.SerializeAsString(), wanted.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(const v1::RunSpec plain, WithStoredJudge(v1::RunHeader(), v1::RunSpec()));
  EXPECT_EQ(plain.SerializeAsString(), "");
}

TEST(WithStoredJudge, RefusesACalibrationOfAnUncalibratedRunAndTheReverse) {
  EXPECT_THAT(
      WithStoredJudge(v1::RunHeader(), AtStart()).status(),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("created without a calibration")));
  EXPECT_THAT(WithStoredJudge(Calibrated(), v1::RunSpec()).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("set verification.calibration to AT_START")));
}

TEST(IsModelOfDefaultJudge, ComparesNamesWithoutTheirSeparators) {
  v1::ModelIdentity model;
  EXPECT_FALSE(IsModelOfDefaultJudge(model));
  for (const char* name : {"Qwen2.5 Coder 1.5B Instruct GGUF", "Qwen/Qwen2.5-Coder-1.5B-Instruct",
                           "qwen2.5-coder-1.5b-instruct-q8_0.gguf"}) {
    model.set_name(name);
    EXPECT_TRUE(IsModelOfDefaultJudge(model)) << name;
  }
  for (const char* name : {"SmolLM2 135M Instruct", "Qwen2.5 Coder 7B Instruct", "Qwen2.5 1.5B"}) {
    model.set_name(name);
    EXPECT_FALSE(IsModelOfDefaultJudge(model)) << name;
  }
}

}  // namespace
}  // namespace quipu::generator
