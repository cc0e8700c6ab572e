// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/engine_factory.h"

#include <memory>
#include <string>

#include "base/file.h"
#include "generator/spec/model_identity.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/models.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using generator::CheckSameEngine;
using generator::CheckSameTarget;
using generator::IdentityOf;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

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

absl::StatusOr<std::unique_ptr<inference::Engine>> EngineOf(const v1::RunSpec& spec) {
  return MakeEngine(spec.engine(), spec.performance());
}

absl::StatusOr<generator::TargetModel> TargetOf(const v1::RunSpec& spec) {
  return MakeTargetModel(spec.engine(), spec.instances());
}

TEST(MakeEngine, PutsTheSpecsWordsInFrontOfAFault) {
  v1::RunSpec spec = SmallSpec();
  spec.mutable_engine()->set_model_sha256(std::string(64, '0'));

  EXPECT_THAT(EngineOf(spec).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("engine: ")));
}

TEST(MakeEngine, HoldsMoreWithKeysAndValuesInEightBits) {
  v1::RunSpec spec = SmallSpec();
  spec.mutable_performance()->set_kv_mib(8);
  ASSERT_OK_AND_ASSIGN(const auto halves, EngineOf(spec));
  spec.mutable_engine()->set_kv_type(v1::EngineSpec::Q8);
  ASSERT_OK_AND_ASSIGN(const auto bytes, EngineOf(spec));

  EXPECT_GT(bytes->info().memory_tokens, 1.5 * halves->info().memory_tokens);
}

TEST(MakeEngine, LoadsADirectoryAndQuantisesIfToldTo) {
  v1::RunSpec spec = SmallSpec();
  spec.mutable_engine()->set_model("tests/models/testdata/chat");
  ASSERT_OK_AND_ASSIGN(const auto as_stored, EngineOf(spec));
  spec.mutable_engine()->set_quantize(v1::EngineSpec::WEIGHTS_Q4_0);
  ASSERT_OK_AND_ASSIGN(const auto quantised, EngineOf(spec));

  EXPECT_EQ(as_stored->info().math, "float");
  EXPECT_EQ(quantised->info().math, "int8");
  EXPECT_EQ(as_stored->info().model_sha256, quantised->info().model_sha256);
}

TEST(MakeEngine, KeepsChoicesThatAnOlderVersionStored) {
  v1::RunSpec spec = SmallSpec();
  spec.mutable_engine()->mutable_unknown_fields()->AddLengthDelimited(4, "float");
  ASSERT_OK_AND_ASSIGN(const auto engine, EngineOf(spec));

  EXPECT_EQ(IdentityOf(*engine).math(), "float");
}

TEST(MakeTargetModel, IsTheGeneratingModelsUnlessAnotherIsNamed) {
  ASSERT_OK_AND_ASSIGN(const generator::TargetModel own, TargetOf(SmallSpec()));
  v1::RunSpec other = ScriptedSpec();
  ASSERT_OK_AND_ASSIGN(const generator::TargetModel scripted, TargetOf(other));
  other.mutable_instances()->set_target_model(SmallModelPath());
  ASSERT_OK_AND_ASSIGN(const generator::TargetModel named, TargetOf(other));

  EXPECT_OK(CheckSameTarget(IdentityOf(own), IdentityOf(named)));
  EXPECT_THAT(CheckSameTarget(IdentityOf(own), IdentityOf(scripted)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("target model")));
}

TEST(MakeTargetModel, UsesTheTemplatesOfASpecWithoutAModel) {
  testing::TempDir dir;
  const std::string file = dir.Path("t.jinja");
  ASSERT_OK(WriteFileAtomic(file,
                            "{% for m in messages %}<|im_start|>{{ m.role|upper }}\n{{ m.content "
                            "}}<|im_end|>{% endfor %}"));
  v1::RunSpec spec = ScriptedSpec();
  spec.mutable_engine()->set_chat_template(file);
  ASSERT_OK_AND_ASSIGN(const generator::TargetModel generating, TargetOf(spec));
  spec.mutable_instances()->set_target_template("chatml");
  ASSERT_OK_AND_ASSIGN(const generator::TargetModel target, TargetOf(spec));

  EXPECT_EQ(generating.chat_template.name(), "jinja");
  EXPECT_EQ(target.chat_template.name(), "chatml");
  spec.mutable_instances()->set_target_template(dir.Path("none.jinja"));
  EXPECT_THAT(TargetOf(spec).status(),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("instances.target_template: chat template: cannot open")));
}

TEST(MakeTargetModel, RefusesATemplateWhoseTokensTheVocabularyLacks) {
  v1::RunSpec spec = ScriptedSpec();
  spec.mutable_instances()->set_target_template("llama3");

  EXPECT_THAT(
      TargetOf(spec).status(),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               HasSubstr("instances.target_template: the vocabulary has no control token")));
}

TEST(MakeTargetModel, SaysWhatToNameInstead) {
  testing::TempDir dir;
  const auto said = [&dir](const std::string& name) {
    v1::RunSpec spec = ScriptedSpec();
    spec.mutable_instances()->set_target_model(dir.Path(name));
    return std::string(TargetOf(spec).status().message());
  };
  ASSERT_OK(WriteFileAtomic(dir.Path("lfs.gguf"), "version https://git-lfs.github.com/spec/v1\n"));
  ASSERT_OK(WriteFileAtomic(dir.Path("model.safetensors"), "12345678{}"));
  ASSERT_OK(MakeDirs(dir.Path("models")));
  ASSERT_OK(WriteFileAtomic(dir.Path("models/a.gguf"), "GGUF"));

  EXPECT_THAT(said("none"), HasSubstr("download it first"));
  EXPECT_THAT(said("lfs.gguf"), HasSubstr("run git lfs pull"));
  EXPECT_THAT(said("model.safetensors"), HasSubstr("name the directory that the file is in"));
  EXPECT_THAT(said("models"), HasSubstr("models/a.gguf"));
}

TEST(MakeTargetModel, NamesTheFieldOfAMissingFile) {
  v1::RunSpec spec = ScriptedSpec();
  spec.mutable_instances()->set_target_model("nowhere.gguf");

  EXPECT_THAT(TargetOf(spec).status(),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("instances.target_model")));
}

TEST(Identity, TellsModelsApart) {
  ASSERT_OK_AND_ASSIGN(const auto scripted, EngineOf(ScriptedSpec()));
  ASSERT_OK_AND_ASSIGN(const auto small, EngineOf(SmallSpec()));

  EXPECT_THAT(CheckSameEngine(IdentityOf(*small), IdentityOf(*small)), IsOk());
  EXPECT_THAT(CheckSameEngine(IdentityOf(*small), IdentityOf(*scripted)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("use another store")));
}

TEST(Identity, HasTheResolvedArithmetic) {
  v1::RunSpec spec = SmallSpec();
  ASSERT_OK_AND_ASSIGN(const auto by_file, EngineOf(spec));
  spec.mutable_engine()->set_math(v1::EngineSpec::FLOAT);
  ASSERT_OK_AND_ASSIGN(const auto in_float, EngineOf(spec));

  EXPECT_EQ(IdentityOf(*by_file).math(), "int8");
  EXPECT_EQ(IdentityOf(*in_float).math(), "float");
  EXPECT_THAT(CheckSameEngine(IdentityOf(*by_file), IdentityOf(*in_float)),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("the run computes with \"int8\", the spec now gives \"float\"")));
}

TEST(Identity, OfTheTargetCarriesItsFilesHash) {
  const v1::RunSpec spec = SmallSpec();
  ASSERT_OK_AND_ASSIGN(const auto engine, EngineOf(spec));
  ASSERT_OK_AND_ASSIGN(const generator::TargetModel target, TargetOf(spec));
  v1::RunSpec named = ScriptedSpec();
  named.mutable_instances()->set_target_model(SmallModelPath());

  ASSERT_OK_AND_ASSIGN(const v1::ModelIdentity own,
                       TargetIdentity(spec.instances(), target, IdentityOf(*engine)));
  ASSERT_OK_AND_ASSIGN(const v1::ModelIdentity other,
                       TargetIdentity(named.instances(), target, v1::ModelIdentity()));

  EXPECT_EQ(own.file_sha256(), engine->info().model_sha256);
  EXPECT_EQ(other.file_sha256(), own.file_sha256());
  EXPECT_EQ(other.name(), own.name());
}

}  // namespace
}  // namespace quipu::pipelines
