// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/spec/engine_choices.h"

#include <google/protobuf/unknown_field_set.h>

#include <cstddef>
#include <optional>
#include <string>

namespace quipu::generator {
namespace {

using v1::EngineSpec;

template <typename Choice>
struct Named {
  Choice choice;
  absl::string_view name;
};

constexpr Named<EngineSpec::Math> kMaths[] = {
    {EngineSpec::AUTO, "auto"}, {EngineSpec::FLOAT, "float"}, {EngineSpec::INT8, "int8"}};
constexpr Named<EngineSpec::RopeScaling> kScalings[] = {{EngineSpec::FROM_FILE, ""},
                                                        {EngineSpec::NO_SCALING, "none"},
                                                        {EngineSpec::LINEAR, "linear"},
                                                        {EngineSpec::LLAMA3, "llama3"},
                                                        {EngineSpec::YARN, "yarn"}};
constexpr Named<EngineSpec::KvType> kKvTypes[] = {
    {EngineSpec::F16, "f16"}, {EngineSpec::F32, "f32"}, {EngineSpec::Q8, "q8"}};
constexpr Named<EngineSpec::Quantize> kQuantize[] = {{EngineSpec::AS_STORED, ""},
                                                     {EngineSpec::WEIGHTS_Q8_0, "q8_0"},
                                                     {EngineSpec::WEIGHTS_Q4_0, "q4_0"}};
constexpr Named<EngineSpec::StructuredOutput> kOutputs[] = {
    {EngineSpec::DETECT, "auto"},         {EngineSpec::UNGUIDED, "none"},
    {EngineSpec::VLLM, "vllm"},           {EngineSpec::SGLANG, "sglang"},
    {EngineSpec::LLAMA_CPP, "llama.cpp"}, {EngineSpec::TGI, "tgi"}};

// Numbers of the former string fields.
constexpr int kOldMath = 4;
constexpr int kOldRopeScaling = 7;
constexpr int kOldKvType = 9;
constexpr int kOldStructuredOutput = 14;

template <typename Choice, size_t n>
absl::string_view Find(Choice choice, const Named<Choice> (&table)[n]) {
  for (const Named<Choice>& entry : table) {
    if (entry.choice == choice) return entry.name;
  }
  return "";
}

// Returns the choice that an older version's field `number` names, and removes
// the field.
template <typename Choice, size_t n>
std::optional<Choice> Take(int number, const Named<Choice> (&table)[n], EngineSpec* engine) {
  google::protobuf::UnknownFieldSet* unknown =
      engine->GetReflection()->MutableUnknownFields(engine);
  std::optional<Choice> taken;
  for (int i = 0; i < unknown->field_count(); ++i) {
    const google::protobuf::UnknownField& field = unknown->field(i);
    if (field.number() != number ||
        field.type() != google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED) {
      continue;
    }
    for (const Named<Choice>& entry : table) {
      const std::string& text = field.length_delimited();
      if (absl::string_view(text.data(), text.size()) == entry.name) taken = entry.choice;
    }
  }
  if (taken.has_value()) unknown->DeleteByNumber(number);
  return taken;
}

}  // namespace

absl::string_view NameOf(EngineSpec::Math math) { return Find(math, kMaths); }
absl::string_view NameOf(EngineSpec::RopeScaling scaling) { return Find(scaling, kScalings); }
absl::string_view NameOf(EngineSpec::KvType type) { return Find(type, kKvTypes); }
absl::string_view NameOf(EngineSpec::StructuredOutput output) { return Find(output, kOutputs); }
absl::string_view NameOf(EngineSpec::Quantize quantize) { return Find(quantize, kQuantize); }

void AdoptOldChoices(EngineSpec* engine) {
  if (const auto math = Take(kOldMath, kMaths, engine)) engine->set_math(*math);
  if (const auto scaling = Take(kOldRopeScaling, kScalings, engine)) {
    engine->set_rope_scaling(*scaling);
  }
  if (const auto type = Take(kOldKvType, kKvTypes, engine)) engine->set_kv_type(*type);
  if (const auto output = Take(kOldStructuredOutput, kOutputs, engine)) {
    engine->set_structured_output(*output);
  }
}

}  // namespace quipu::generator
