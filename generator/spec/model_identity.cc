// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/spec/model_identity.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/message_differencer.h>

#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/strings.h"
#include "generator/spec/engine_choices.h"

namespace quipu::generator {
namespace {

namespace protobuf = google::protobuf;

void SetTokenizer(const inference::Tokenizer& tokenizer, const inference::ChatTemplate& chat,
                  v1::ModelIdentity* identity) {
  identity->set_tokenizer_fingerprint(tokenizer.fingerprint().ToBytes());
  identity->set_tokenizer(tokenizer.description());
  identity->set_chat_template(std::string(chat.name()));
  identity->set_template_fingerprint(chat.fingerprint().ToBytes());
  identity->set_pad_id(tokenizer.pad());
}

// A field's value as text. The message has strings, bytes and one number.
std::string TextOf(const v1::ModelIdentity& model, const protobuf::FieldDescriptor* field) {
  const protobuf::Reflection& reflection = *model.GetReflection();
  if (field->cpp_type() == protobuf::FieldDescriptor::CPPTYPE_INT32) {
    return absl::StrCat(reflection.GetInt32(model, field));
  }
  const std::string value = reflection.GetString(model, field);
  return field->type() == protobuf::FieldDescriptor::TYPE_BYTES ? absl::BytesToHexString(value)
                                                                : value;
}

// "name: the run has "a", the spec now gives "b"; ..."
std::string ListDifferences(const std::vector<ModelDifference>& differences) {
  std::string text;
  for (const ModelDifference& difference : differences) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", difference.field, ": the run has \"",
                    Snippet(difference.a), "\", the spec now gives \"", Snippet(difference.b),
                    "\"");
  }
  return text;
}

}  // namespace

v1::ModelIdentity IdentityOf(const inference::Engine& engine) {
  v1::ModelIdentity identity;
  const inference::EngineInfo& info = engine.info();
  identity.set_engine(info.engine);
  identity.set_name(info.model_name);
  identity.set_architecture(info.architecture);
  identity.set_file_sha256(info.model_sha256);
  identity.set_math(info.math);
  SetTokenizer(*engine.tokenizer(), engine.chat_template(), &identity);
  return identity;
}

v1::ModelIdentity IdentityOf(const TargetModel& target) {
  v1::ModelIdentity identity;
  SetTokenizer(*target.tokenizer, target.chat_template, &identity);
  return identity;
}

v1::ModelIdentity ResultPart(const v1::ModelIdentity& model) {
  v1::ModelIdentity part = model;
  if (!part.file_sha256().empty()) part.clear_name();
  part.clear_tokenizer();
  part.clear_chat_template();
  return part;
}

bool SameResults(const v1::ModelIdentity& a, const v1::ModelIdentity& b) {
  return protobuf::util::MessageDifferencer::Equals(ResultPart(a), ResultPart(b));
}

std::vector<ModelDifference> Differences(const v1::ModelIdentity& a, const v1::ModelIdentity& b) {
  std::vector<ModelDifference> differences;
  if (SameResults(a, b)) return differences;
  const protobuf::Descriptor& descriptor = *v1::ModelIdentity::descriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const protobuf::FieldDescriptor* field = descriptor.field(i);
    const std::string a_text = TextOf(a, field);
    const std::string b_text = TextOf(b, field);
    if (a_text != b_text) differences.push_back({field->name(), a_text, b_text});
  }
  return differences;
}

void AddModel(const v1::ModelIdentity& model, FingerprintBuilder* builder) {
  const v1::ModelIdentity part = ResultPart(model);
  builder->Add(part.engine())
      .Add(part.name())
      .Add(part.architecture())
      .Add(part.file_sha256())
      .Add(part.math())
      .Add(part.tokenizer_fingerprint())
      .Add(part.template_fingerprint())
      .Add(static_cast<uint64_t>(static_cast<uint32_t>(part.pad_id())));
}

absl::Status CheckSameEngine(const v1::ModelIdentity& stored, const v1::ModelIdentity& actual) {
  const std::vector<ModelDifference> differences = Differences(stored, actual);
  if (differences.empty()) return absl::OkStatus();
  v1::ModelIdentity but_for_math = actual;
  but_for_math.set_math(stored.math());
  if (SameResults(stored, but_for_math)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "engine.math: the run computes with \"", stored.math(), "\", the spec now gives \"",
        actual.math(), "\"; set it to the run's, or use another store"));
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "the generating model is not the one this run was made with: ", ListDifferences(differences),
      "; use another store for another model"));
}

absl::Status CheckSameTarget(const v1::ModelIdentity& stored, const v1::ModelIdentity& actual) {
  if (stored.tokenizer_fingerprint() == actual.tokenizer_fingerprint() &&
      stored.template_fingerprint() == actual.template_fingerprint()) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("the target model is not the one this run was made for: the run has tokenizer ",
                   stored.tokenizer(), " and template ", stored.chat_template(),
                   ", the file given now has ", actual.tokenizer(), " and ", actual.chat_template(),
                   " (or the same names with another vocabulary)"));
}

absl::Status CheckSameMath(const v1::ModelIdentity& stored, const v1::EngineSpec& wanted) {
  const absl::string_view math = NameOf(wanted.math());
  if (wanted.math() == v1::EngineSpec::AUTO || stored.math().empty() || stored.math() == math) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat("engine.math: the store's run computes with \"",
                                                    stored.math(), "\", the spec wants \"", math,
                                                    "\"; use another store for it"));
}

}  // namespace quipu::generator
