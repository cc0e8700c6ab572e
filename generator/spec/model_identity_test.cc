// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/spec/model_identity.h"

#include <google/protobuf/descriptor.h>

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

// A model from a file, every field set.
v1::ModelIdentity FromFile() {
  v1::ModelIdentity model;
  model.set_engine("native");
  model.set_name("model.gguf");
  model.set_architecture("llama");
  model.set_file_sha256("ab12");
  model.set_math("int8");
  model.set_tokenizer_fingerprint("tokens");
  model.set_tokenizer("bpe/qwen2");
  model.set_chat_template("chatml");
  model.set_template_fingerprint("turns");
  model.set_pad_id(3);
  return model;
}

Fingerprint IdWith(const v1::ModelIdentity& model) {
  FingerprintBuilder builder("test");
  AddModel(model, &builder);
  return builder.Build();
}

// The model with another value in one field.
v1::ModelIdentity With(v1::ModelIdentity model, const google::protobuf::FieldDescriptor* field) {
  const google::protobuf::Reflection& reflection = *model.GetReflection();
  if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_INT32) {
    reflection.SetInt32(&model, field, reflection.GetInt32(model, field) + 1);
  } else {
    reflection.SetString(&model, field, reflection.GetString(model, field) + "2");
  }
  return model;
}

TEST(SameResults, AgreesWithTheRunIdOnEveryField) {
  v1::ModelIdentity without_file = FromFile();
  without_file.clear_file_sha256();
  for (const v1::ModelIdentity& model : {FromFile(), without_file}) {
    const auto* descriptor = v1::ModelIdentity::descriptor();
    for (int i = 0; i < descriptor->field_count(); ++i) {
      const v1::ModelIdentity other = With(model, descriptor->field(i));
      EXPECT_EQ(SameResults(model, other), IdWith(model) == IdWith(other))
          << descriptor->field(i)->name();
    }
  }
}

TEST(SameResults, DoesNotLookAtTheNameOfAFileThatIsHashed) {
  v1::ModelIdentity renamed = FromFile();
  renamed.set_name("moved.gguf");

  EXPECT_TRUE(SameResults(FromFile(), renamed));
  EXPECT_OK(CheckSameEngine(FromFile(), renamed));
  EXPECT_TRUE(Differences(FromFile(), renamed).empty());
}

TEST(SameResults, TellsModelsWithoutAFileByTheirNames) {
  v1::ModelIdentity one = FromFile();
  one.clear_file_sha256();
  v1::ModelIdentity other = one;
  other.set_name("another");

  EXPECT_FALSE(SameResults(one, other));
}

TEST(SameResults, DoesNotLookAtDescriptions) {
  v1::ModelIdentity described = FromFile();
  described.set_tokenizer("byte-level BPE");
  described.set_chat_template("chatml, from the file");

  EXPECT_TRUE(SameResults(FromFile(), described));
}

TEST(Differences, ListsAllFieldsThatDifferOnceOneDecides) {
  v1::ModelIdentity other = FromFile();
  other.set_name("another");
  other.set_file_sha256("cd34");
  other.set_template_fingerprint("t");

  const std::vector<ModelDifference> differences = Differences(FromFile(), other);

  ASSERT_EQ(differences.size(), 3u);
  EXPECT_EQ(differences[0].field, "name");
  EXPECT_EQ(differences[1].field, "file_sha256");
  EXPECT_EQ(differences[1].a, "ab12");
  EXPECT_EQ(differences[1].b, "cd34");
  EXPECT_EQ(differences[2].field, "template_fingerprint");
  EXPECT_EQ(differences[2].b, "74");
}

TEST(CheckSameEngine, NamesBothValues) {
  v1::ModelIdentity other = FromFile();
  other.set_file_sha256("cd34");

  EXPECT_THAT(CheckSameEngine(FromFile(), other),
              StatusIs(kPrecondition, AllOf(HasSubstr("file_sha256: the run has \"ab12\""),
                                            HasSubstr("cd34"), HasSubstr("use another store"))));
}

TEST(CheckSameEngine, SaysSoIfOnlyTheArithmeticDiffers) {
  v1::ModelIdentity other = FromFile();
  other.set_math("float");
  other.set_name("moved.gguf");

  EXPECT_THAT(
      CheckSameEngine(FromFile(), other),
      StatusIs(kPrecondition, AllOf(HasSubstr("engine.math: the run computes with \"int8\""),
                                    Not(HasSubstr("moved.gguf")))));
}

TEST(CheckSameTarget, ComparesTokenizerAndTemplateAlone) {
  v1::ModelIdentity target;
  target.set_tokenizer_fingerprint("tokens");
  target.set_template_fingerprint("turns");
  EXPECT_OK(CheckSameTarget(FromFile(), target));

  target.set_template_fingerprint("other");
  EXPECT_THAT(CheckSameTarget(FromFile(), target), StatusIs(kPrecondition, "target model"));
}

TEST(CheckSameMath, TakesAutoAndWhatItWasResolvedTo) {
  v1::EngineSpec wanted;
  EXPECT_OK(CheckSameMath(FromFile(), wanted));
  wanted.set_math(v1::EngineSpec::INT8);
  EXPECT_OK(CheckSameMath(FromFile(), wanted));
  wanted.set_math(v1::EngineSpec::FLOAT);
  EXPECT_THAT(CheckSameMath(FromFile(), wanted),
              StatusIs(kPrecondition, AllOf(HasSubstr("engine.math"), HasSubstr("\"int8\""),
                                            HasSubstr("\"float\""))));
  // The scripted engine has none.
  EXPECT_OK(CheckSameMath({}, wanted));
}

}  // namespace
}  // namespace quipu::generator
