// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/components.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/run_spec.h"
#include "inference/batching/load_embedded_engine.h"
#include "inference/gguf/gguf.h"
#include "inference/remote/openai_factory.h"
#include "inference/scripted/engine.h"

namespace quipu::pipelines {
namespace {

using inference::RopeOptions;

absl::StatusOr<RopeOptions::Scaling> ParseScaling(absl::string_view name) {
  if (name.empty()) return RopeOptions::Scaling::kFromFile;
  if (name == "none") return RopeOptions::Scaling::kNone;
  if (name == "linear") return RopeOptions::Scaling::kLinear;
  if (name == "llama3") return RopeOptions::Scaling::kLlama3;
  if (name == "yarn") return RopeOptions::Scaling::kYarn;
  return absl::InvalidArgumentError(absl::StrCat("engine.rope_scaling: \"", Snippet(name),
                                                 "\" is none of none, linear, llama3, yarn"));
}

absl::StatusOr<inference::KvType> ParseKvType(absl::string_view name) {
  if (name == "f16") return inference::KvType::kF16;
  if (name == "f32") return inference::KvType::kF32;
  if (name == "q8") return inference::KvType::kQ8;
  return absl::InvalidArgumentError(
      absl::StrCat("engine.kv_type: \"", Snippet(name), "\" is none of f16, f32, q8"));
}

absl::StatusOr<std::unique_ptr<inference::Engine>> MakeEmbedded(const v1::RunSpec& spec) {
  const v1::EngineSpec& from = spec.engine();
  inference::EmbeddedEngineOptions options;
  options.model_path = from.model();
  options.model_sha256 = from.model_sha256();
  options.chat_template = from.chat_template();
  options.rope.base = from.rope_base();
  options.rope.factor = from.rope_factor();
  ASSIGN_OR_RETURN(options.rope.scaling, ParseScaling(from.rope_scaling()));
  ASSIGN_OR_RETURN(options.math, inference::MathFromName(from.math()));
  ASSIGN_OR_RETURN(options.kv_type, ParseKvType(from.kv_type()));
  options.threads = spec.performance().threads();
  options.max_step_tokens = spec.performance().max_step_tokens();
  options.kv_bytes = int64_t{spec.performance().kv_mib()} << 20;
  absl::StatusOr<std::unique_ptr<inference::Engine>> engine =
      inference::LoadEmbeddedEngine(options);
  if (!engine.ok()) return Annotate(engine.status(), "engine");
  return engine;
}

absl::StatusOr<std::unique_ptr<inference::Engine>> MakeOpenAi(const v1::RunSpec& spec) {
  const v1::EngineSpec& from = spec.engine();
  inference::OpenAiEngineOptions options;
  options.url = from.url();
  options.model_name = from.model_name();
  options.model_path = from.model();
  options.model_sha256 = from.model_sha256();
  options.chat_template = from.chat_template();
  options.structured_output = from.structured_output();
  options.api_key_file = from.api_key_file();
  options.ca_file = from.ca_file();
  options.requests_in_flight = static_cast<int>(spec.performance().requests_in_flight());
  options.request_timeout = absl::Seconds(spec.performance().request_timeout_s());
  absl::StatusOr<std::unique_ptr<inference::Engine>> engine =
      inference::CreateOpenAiEngine(options);
  if (!engine.ok()) return Annotate(engine.status(), "engine");
  return engine;
}

absl::StatusOr<generator::TargetModel> TargetFromGguf(absl::string_view path,
                                                      absl::string_view template_name) {
  ASSIGN_OR_RETURN(std::unique_ptr<inference::GgufFile> gguf, inference::GgufFile::Open(path));
  ASSIGN_OR_RETURN(std::shared_ptr<const inference::Tokenizer> tokenizer,
                   inference::CreateTokenizer(*gguf));
  absl::StatusOr<inference::ChatTemplate> chat_template =
      template_name.empty() ? inference::ChatTemplate::FromGguf(*gguf, *tokenizer)
                            : inference::ChatTemplate::FromName(template_name);
  if (!chat_template.ok()) return chat_template.status();
  return generator::TargetModel{std::move(tokenizer), *std::move(chat_template)};
}

void SetTokenizer(const inference::Tokenizer& tokenizer, const inference::ChatTemplate& chat,
                  v1::ModelIdentity* identity) {
  identity->set_tokenizer_fingerprint(tokenizer.fingerprint().ToBytes());
  identity->set_tokenizer(tokenizer.description());
  identity->set_chat_template(std::string(chat.name()));
  identity->set_template_fingerprint(chat.fingerprint().ToBytes());
  identity->set_pad_id(tokenizer.pad());
}

}  // namespace

absl::StatusOr<v1::RunSpec> LoadRunSpec(absl::string_view path) {
  absl::StatusOr<std::string> text = ReadFile(path, kMaxSpecBytes);
  if (!text.ok()) return Annotate(text.status(), "spec");
  ASSIGN_OR_RETURN(v1::RunSpec spec, generator::ParseRunSpec(*text, path));
  absl::Status valid = generator::ValidateRunSpec(spec);
  if (!valid.ok()) return Annotate(valid, path);
  return spec;
}

absl::StatusOr<std::unique_ptr<inference::Engine>> MakeEngine(const v1::RunSpec& spec) {
  if (spec.engine().kind() == v1::EngineSpec::NATIVE) return MakeEmbedded(spec);
  if (spec.engine().kind() == v1::EngineSpec::OPENAI) return MakeOpenAi(spec);
  inference::ScriptedEngineOptions options;
  options.tokenizer_path = spec.engine().model();
  options.latency = absl::Milliseconds(spec.performance().scripted_latency_ms());
  options.crash_on = spec.performance().scripted_crash_on();
  absl::StatusOr<std::unique_ptr<inference::Engine>> engine =
      inference::CreateScriptedEngine(options);
  if (!engine.ok()) return Annotate(engine.status(), "engine");
  return engine;
}

absl::StatusOr<generator::TargetModel> MakeTargetModel(const v1::RunSpec& spec) {
  const v1::InstanceSpec& instances = spec.instances();
  absl::StatusOr<generator::TargetModel> target;
  if (!instances.target_model().empty()) {
    target = TargetFromGguf(instances.target_model(), instances.target_template());
    if (!target.ok()) return Annotate(target.status(), "instances.target_model");
    return target;
  }
  const std::string& name = instances.target_template().empty() ? spec.engine().chat_template()
                                                                : instances.target_template();
  if (!spec.engine().model().empty()) {
    target = TargetFromGguf(spec.engine().model(), name);
    if (!target.ok()) return Annotate(target.status(), "engine.model");
    return target;
  }
  ASSIGN_OR_RETURN(std::unique_ptr<inference::Engine> scripted, MakeEngine(spec));
  return generator::TargetModel{scripted->tokenizer(), scripted->chat_template()};
}

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

v1::ModelIdentity IdentityOf(const generator::TargetModel& target) {
  v1::ModelIdentity identity;
  SetTokenizer(*target.tokenizer, target.chat_template, &identity);
  return identity;
}

absl::StatusOr<v1::ModelIdentity> TargetIdentity(const v1::RunSpec& spec,
                                                 const generator::TargetModel& target,
                                                 const v1::ModelIdentity& generating) {
  v1::ModelIdentity identity = IdentityOf(target);
  const std::string& path = spec.instances().target_model();
  if (path.empty()) {
    identity.set_name(generating.name());
    identity.set_architecture(generating.architecture());
    identity.set_file_sha256(generating.file_sha256());
    return identity;
  }
  ASSIGN_OR_RETURN(std::unique_ptr<inference::GgufFile> gguf, inference::GgufFile::Open(path));
  identity.set_name(gguf->GetString("general.name").value_or(""));
  identity.set_architecture(gguf->GetString("general.architecture").value_or(""));
  identity.set_file_sha256(gguf->ContentSha256());
  return identity;
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

absl::Status CheckSameEngine(const v1::ModelIdentity& stored, const v1::ModelIdentity& actual) {
  if (stored.SerializeAsString() == actual.SerializeAsString()) return absl::OkStatus();
  v1::ModelIdentity but_for_math = actual;
  but_for_math.set_math(stored.math());
  if (stored.SerializeAsString() == but_for_math.SerializeAsString()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "engine.math: the run computes with \"", stored.math(), "\", the spec now gives \"",
        actual.math(), "\"; name \"", stored.math(), "\" to go on, or use another store"));
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "the generating model is not the one this run was begun with: the run has ", stored.name(),
      " (", stored.engine(), ", sha256 ", stored.file_sha256(), ", math ", stored.math(),
      ", template ", stored.chat_template(), "), the spec now gives ", actual.name(), " (",
      actual.engine(), ", sha256 ", actual.file_sha256(), ", math ", actual.math(), ", template ",
      actual.chat_template(), "); use another store for another model"));
}

}  // namespace quipu::pipelines
