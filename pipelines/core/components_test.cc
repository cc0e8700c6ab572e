// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/components.h"

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/models.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;
using testing::TempDir;

v1::RunSpec ScriptedSpec() {
  v1::RunSpec spec;
  spec.mutable_engine()->set_kind(v1::EngineSpec::SCRIPTED);
  return spec;
}

v1::RunSpec SmallSpec() {
  v1::RunSpec spec;
  spec.mutable_engine()->set_model(SmallModelPath());
  spec.mutable_performance()->set_kv_mib(64);
  return spec;
}

TEST(LoadRunSpec, NamesFileAndEveryFault) {
  TempDir dir;
  const std::string path = dir.Path("bad.textproto");
  ASSERT_OK(WriteFileAtomic(path, "store: \"s\"\nnothing: 1\nengine { modle: \"x\" }\n"));

  const absl::Status status = LoadRunSpec(path).status();

  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nothing")));
  EXPECT_THAT(status.message(), HasSubstr(absl::StrCat(path, ":3")));
  EXPECT_THAT(LoadRunSpec(dir.Path("none")).status(), StatusIs(absl::StatusCode::kNotFound));
}

TEST(MakeEngine, PutsTheSpecsWordsInFrontOfAFault) {
  v1::RunSpec spec = SmallSpec();
  spec.mutable_engine()->set_model_sha256(std::string(64, '0'));

  EXPECT_THAT(MakeEngine(spec).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("engine: ")));
}

TEST(MakeEngine, HoldsMoreWithKeysAndValuesInEightBits) {
  v1::RunSpec spec = SmallSpec();
  spec.mutable_performance()->set_kv_mib(8);
  ASSERT_OK_AND_ASSIGN(const auto halves, MakeEngine(spec));
  spec.mutable_engine()->set_kv_type("q8");
  ASSERT_OK_AND_ASSIGN(const auto bytes, MakeEngine(spec));

  EXPECT_GT(bytes->info().context_tokens, 1.5 * halves->info().context_tokens);
}

TEST(MakeTargetModel, IsTheGeneratingModelsUnlessAnotherIsNamed) {
  ASSERT_OK_AND_ASSIGN(const generator::TargetModel own, MakeTargetModel(SmallSpec()));
  v1::RunSpec other = ScriptedSpec();
  ASSERT_OK_AND_ASSIGN(const generator::TargetModel scripted, MakeTargetModel(other));
  other.mutable_instances()->set_target_model(SmallModelPath());
  ASSERT_OK_AND_ASSIGN(const generator::TargetModel named, MakeTargetModel(other));

  EXPECT_OK(CheckSameTarget(IdentityOf(own), IdentityOf(named)));
  EXPECT_THAT(CheckSameTarget(IdentityOf(own), IdentityOf(scripted)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("target model")));
}

TEST(MakeTargetModel, NamesTheFieldOfAMissingFile) {
  v1::RunSpec spec = ScriptedSpec();
  spec.mutable_instances()->set_target_model("nowhere.gguf");

  EXPECT_THAT(MakeTargetModel(spec).status(),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("instances.target_model")));
}

TEST(Identity, TellsModelsApart) {
  ASSERT_OK_AND_ASSIGN(const auto scripted, MakeEngine(ScriptedSpec()));
  ASSERT_OK_AND_ASSIGN(const auto small, MakeEngine(SmallSpec()));

  EXPECT_THAT(CheckSameEngine(IdentityOf(*small), IdentityOf(*small)), IsOk());
  EXPECT_THAT(CheckSameEngine(IdentityOf(*small), IdentityOf(*scripted)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("use another store")));
}

TEST(Identity, HasTheResolvedArithmetic) {
  v1::RunSpec spec = SmallSpec();
  ASSERT_OK_AND_ASSIGN(const auto by_file, MakeEngine(spec));
  spec.mutable_engine()->set_math("float");
  ASSERT_OK_AND_ASSIGN(const auto in_float, MakeEngine(spec));

  EXPECT_EQ(IdentityOf(*by_file).math(), "int8");
  EXPECT_EQ(IdentityOf(*in_float).math(), "float");
  EXPECT_THAT(CheckSameEngine(IdentityOf(*by_file), IdentityOf(*in_float)),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("the run computes with \"int8\", the spec now gives \"float\"")));
}

TEST(Identity, OfTheTargetCarriesItsFilesHash) {
  const v1::RunSpec spec = SmallSpec();
  ASSERT_OK_AND_ASSIGN(const auto engine, MakeEngine(spec));
  ASSERT_OK_AND_ASSIGN(const generator::TargetModel target, MakeTargetModel(spec));
  v1::RunSpec named = ScriptedSpec();
  named.mutable_instances()->set_target_model(SmallModelPath());

  ASSERT_OK_AND_ASSIGN(const v1::ModelIdentity own,
                       TargetIdentity(spec, target, IdentityOf(*engine)));
  ASSERT_OK_AND_ASSIGN(const v1::ModelIdentity other,
                       TargetIdentity(named, target, v1::ModelIdentity()));

  EXPECT_EQ(own.file_sha256(), engine->info().model_sha256);
  EXPECT_EQ(other.file_sha256(), own.file_sha256());
  EXPECT_EQ(other.name(), own.name());
}

}  // namespace
}  // namespace quipu::pipelines
