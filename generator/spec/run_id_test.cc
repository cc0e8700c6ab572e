// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/descriptor.h>

#include <set>
#include <string>

#include "base/file.h"
#include "generator/judge/judge.h"
#include "generator/spec/run_spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/run_spec_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(RunId, IgnoresWhereAServerStandsButNotWhatItIsAskedFor) {
  const v1::RunSpec spec = RemoteSpec();
  v1::RunSpec same = spec;
  same.mutable_engine()->set_url("https://elsewhere/v1");
  same.mutable_engine()->set_api_key_file("key");
  same.mutable_engine()->set_ca_file("ca.pem");
  same.mutable_performance()->set_requests_in_flight(8);
  same.mutable_performance()->set_request_timeout_s(5);
  EXPECT_EQ(RunIdOf(spec, {}, {}), RunIdOf(same, {}, {}));
  v1::RunSpec other = spec;
  other.mutable_engine()->set_model_name("another");
  EXPECT_NE(RunIdOf(spec, {}, {}), RunIdOf(other, {}, {}));
  other = spec;
  other.mutable_engine()->set_structured_output(v1::EngineSpec::UNGUIDED);
  EXPECT_NE(RunIdOf(spec, {}, {}), RunIdOf(other, {}, {}));
  // The fields of a server are nothing to an engine of our own.
  v1::RunSpec native = GoodSpec();
  native.mutable_engine()->set_model_name("another");
  EXPECT_EQ(RunIdOf(GoodSpec(), {}, {}), RunIdOf(native, {}, {}));
}

TEST(RunId, IgnoresPlacesSpeedAndWrittenDefaults) {
  const v1::RunSpec spec = GoodSpec();
  v1::RunSpec same = spec;
  same.set_store("elsewhere");
  same.set_export_dir("there");
  same.mutable_performance()->set_threads(7);
  same.mutable_performance()->set_scripted_crash_on("word");
  same.mutable_service()->set_audit_share(0.5);
  same.mutable_service()->set_lease_ttl_s(5);
  same.mutable_engine()->set_model("moved.gguf");
  same.mutable_engine()->set_model_sha256(std::string(64, 'a'));
  same.mutable_engine()->set_math(v1::EngineSpec::INT8);  // The identity has the resolved one.
  same.mutable_instances()->set_target_model("t.gguf");
  same.mutable_instances()->set_context_tokens(16384);
  same.mutable_generation()->mutable_sampling()->set_top_k(40);
  EXPECT_EQ(RunIdOf(spec, {}, {}), RunIdOf(same, {}, {}));
  EXPECT_OK(CheckSameBehaviour(spec, same));
}

TEST(RunId, ChangesWithBehaviourAndModels) {
  const v1::RunSpec spec = GoodSpec();
  v1::RunSpec other = spec;
  other.set_seed(2);
  EXPECT_NE(RunIdOf(spec, {}, {}), RunIdOf(other, {}, {}));
  v1::ModelIdentity model;
  model.set_file_sha256("ab");
  EXPECT_NE(RunIdOf(spec, model, {}), RunIdOf(spec, {}, {}));
  EXPECT_NE(RunIdOf(spec, model, {}), RunIdOf(spec, {}, model));
  v1::ModelIdentity int8 = model;
  int8.set_math("int8");
  EXPECT_NE(RunIdOf(spec, model, {}), RunIdOf(spec, int8, {}));
  v1::ModelIdentity renamed = model;
  renamed.set_name("another name of the same file");
  EXPECT_EQ(RunIdOf(spec, model, {}), RunIdOf(spec, renamed, {}));
}

TEST(CheckSameRecipe, RefusesARunThatAnotherRecipeBegan) {
  v1::RunHeader header;
  *header.mutable_spec() = GoodSpec();
  header.set_created_by("quipu 0.0.1");
  header.set_run_id(RunIdOf(GoodSpec(), {}, {}).ToBytes());
  EXPECT_OK(CheckSameRecipe(header));

  header.set_run_id(std::string(16, 'x'));
  EXPECT_THAT(CheckSameRecipe(header),
              StatusIs(absl::StatusCode::kFailedPrecondition, "another version (quipu 0.0.1)"));
}

v1::ModelIdentity PinnedModel() {
  v1::ModelIdentity model;
  model.set_engine("native");
  model.set_name("model.gguf");
  model.set_architecture("llama");
  model.set_file_sha256("ab12");
  model.set_math("int8");
  model.set_tokenizer_fingerprint("tokens");
  model.set_template_fingerprint("turns");
  model.set_pad_id(3);
  return model;
}

std::string PinnedId(const std::string& text) {
  const absl::StatusOr<v1::RunSpec> spec = ParseRunSpec(text, "pinned");
  if (!spec.ok()) return std::string(spec.status().message());
  return RunIdOf(*spec, PinnedModel(), PinnedModel()).ToHex();
}

TEST(RunId, NeverChangesForASpec) {
  const std::string common = "seed: 7 store: \"s\" documents { path: \"corpus/*.txt\" } ";
  const std::string defaults = "51ee541f7b18ffa98b3998254d1bd90d";
  EXPECT_EQ(PinnedId(common + "engine { model: \"model.gguf\" }"), defaults);
  EXPECT_EQ(PinnedId(common + "engine { model: \"model.gguf\" math: AUTO rope_scaling: FROM_FILE "
                              "kv_type: F16 structured_output: DETECT }"),
            defaults);
  EXPECT_EQ(PinnedId(common + "engine { model: \"model.gguf\" math: FLOAT chat_template: "
                              "\"llama3\" rope_base: 10000 rope_scaling: YARN rope_factor: 4 "
                              "kv_type: Q8 }"),
            "913ab5f34c41a2bc7fe4b234ccdbdeb5");
  EXPECT_EQ(PinnedId(common + "engine { model: \"model.gguf\" rope_scaling: NO_SCALING "
                              "kv_type: F32 }"),
            "7dde9db43556cb48f1d4110985faf2bd");
  EXPECT_EQ(PinnedId(common + "engine { kind: OPENAI model: \"model.gguf\" url: "
                              "\"http://127.0.0.1:8000/v1\" model_name: \"m\" "
                              "structured_output: LLAMA_CPP }"),
            "118e247aa1222514a63cda8c990caa3e");
  EXPECT_EQ(PinnedId(common + "engine { kind: SCRIPTED } chunks { max_per_document: 3 } "
                              "packing { pack_tokens: 512 }"),
            "ff3e3b2ab09a84d6c979fa54ebb89b17");
}

TEST(RunId, IsTheSameForNoJudgeAndForTheDefaultOneWrittenOut) {
  const v1::RunSpec spec = GoodSpec();
  v1::RunSpec written = spec;
  *written.mutable_verification()->mutable_judge() = JudgeOf(spec.verification());
  EXPECT_EQ(RunIdOf(spec, {}, {}), RunIdOf(written, {}, {}));
  EXPECT_OK(CheckSameBehaviour(spec, written));
  written.mutable_verification()->mutable_judge()->mutable_long_form()->clear_gain();
  EXPECT_FALSE(RunIdOf(spec, {}, {}) == RunIdOf(written, {}, {}));
}

TEST(RunId, IsTheSameWhereverTheJudgesWeightsCameFrom) {
  v1::RunSpec spec = GoodSpec();
  *spec.mutable_verification()->mutable_judge() = JudgeOf(spec.verification());
  v1::RunSpec calibrated = spec;
  calibrated.mutable_verification()->set_calibration(v1::VerificationSpec::AT_START);
  EXPECT_EQ(RunIdOf(spec, {}, {}), RunIdOf(calibrated, {}, {}));
}

TEST(RunId, NeverChangesForTheExamples) {
  const auto id_of = [](const char* path) { return PinnedId(ReadFile(path, 1 << 20).value()); };
  EXPECT_EQ(id_of("examples/demo.textproto"), "6cebd0977069445cbbeefc204e2af280");
  EXPECT_EQ(id_of("examples/service.textproto"), "4ffecc099cd46933fddfd20eb0685325");
  EXPECT_EQ(id_of("examples/small.textproto"), "4b3b86b3d4d65f8338655d2cddf57a7a");
}

TEST(RunId, HasEveryChoiceOfTheEngineThatDecidesResults) {
  v1::RunSpec spec = RemoteSpec();
  const std::set<std::string> elsewhere = {"model", "model_sha256", "math",
                                           "url",   "api_key_file", "ca_file"};
  const google::protobuf::Descriptor& engine = *v1::EngineSpec::descriptor();
  for (int i = 0; i < engine.field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = engine.field(i);
    v1::RunSpec other = spec;
    const google::protobuf::Reflection& reflection = *other.engine().GetReflection();
    v1::EngineSpec* changed = other.mutable_engine();
    switch (field->cpp_type()) {
      case google::protobuf::FieldDescriptor::CPPTYPE_ENUM:
        reflection.SetEnumValue(changed, field, 1);
        break;
      case google::protobuf::FieldDescriptor::CPPTYPE_DOUBLE:
        reflection.SetDouble(changed, field, 8);
        break;
      case google::protobuf::FieldDescriptor::CPPTYPE_BOOL:
        reflection.SetBool(changed, field, !reflection.GetBool(*changed, field));
        break;
      default:
        reflection.SetString(changed, field, "other");
    }
    EXPECT_EQ(RunIdOf(spec, {}, {}) == RunIdOf(other, {}, {}), elsewhere.count(field->name()) > 0)
        << field->name();
  }
}

TEST(CheckSameBehaviour, TakesASpecStoredWhenChoicesWereText) {
  v1::RunSpec stored = GoodSpec();
  stored.mutable_engine()->mutable_unknown_fields()->AddLengthDelimited(9, "q8");
  v1::RunSpec wanted = GoodSpec();
  EXPECT_THAT(CheckSameBehaviour(stored, wanted),
              StatusIs(absl::StatusCode::kFailedPrecondition, "engine.kv_type: Q8 -> F16"));

  wanted.mutable_engine()->set_kv_type(v1::EngineSpec::Q8);

  EXPECT_OK(CheckSameBehaviour(stored, wanted));
}

TEST(CheckSameBehaviour, NamesFieldsWithBothValues) {
  const v1::RunSpec stored = GoodSpec();
  v1::RunSpec wanted = stored;
  wanted.set_seed(9);
  wanted.mutable_chunks()->set_max_tokens(400);
  EXPECT_THAT(
      CheckSameBehaviour(stored, wanted),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               AllOf(HasSubstr("seed: 1 -> 9"), HasSubstr("chunks.max_tokens: 512 -> 400"))));
}

TEST(RunId, HasTheContentOfBenchmarksAndNotTheirPaths) {
  const v1::RunSpec without = GoodSpec();
  v1::RunSpec spec = without;
  spec.mutable_decontamination()->add_benchmarks("a.jsonl");
  spec.mutable_decontamination()->set_benchmarks_sha256(std::string(64, 'a'));
  v1::RunSpec moved = spec;
  moved.mutable_decontamination()->set_benchmarks(0, "b.jsonl");
  moved.mutable_decontamination()->set_max_pair_overlap(0.6);  // The default.
  v1::RunSpec changed = spec;
  changed.mutable_decontamination()->set_benchmarks_sha256(std::string(64, 'b'));
  v1::RunSpec stricter = spec;
  stricter.mutable_decontamination()->set_max_context_overlap(0.2);

  EXPECT_EQ(RunIdOf(spec, {}, {}), RunIdOf(moved, {}, {}));
  EXPECT_OK(CheckSameBehaviour(spec, moved));
  EXPECT_NE(RunIdOf(spec, {}, {}), RunIdOf(without, {}, {}));
  EXPECT_NE(RunIdOf(spec, {}, {}), RunIdOf(changed, {}, {}));
  EXPECT_NE(RunIdOf(spec, {}, {}), RunIdOf(stricter, {}, {}));
  EXPECT_THAT(CheckSameBehaviour(spec, changed),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("benchmarks_sha256")));
}

}  // namespace
}  // namespace quipu::generator
