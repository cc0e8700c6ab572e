// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/engine_factory.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/thread.h"
#include "generator/rows/template_check.h"
#include "generator/spec/engine_choices.h"
#include "generator/spec/model_identity.h"
#include "inference/batching/load_embedded_engine.h"
#include "inference/remote/openai_factory.h"
#include "inference/scripted/engine.h"
#include "inference/text/hf/model_text.h"
#include "pipelines/core/git_lfs.h"
#include "pipelines/core/step_tokens.h"

namespace quipu::pipelines {
namespace {

using inference::RopeOptions;
using v1::EngineSpec;

RopeOptions::Scaling ScalingOf(EngineSpec::RopeScaling scaling) {
  switch (scaling) {
    case EngineSpec::FROM_FILE:
      return RopeOptions::Scaling::kFromFile;
    case EngineSpec::NO_SCALING:
      return RopeOptions::Scaling::kNone;
    case EngineSpec::LINEAR:
      return RopeOptions::Scaling::kLinear;
    case EngineSpec::LLAMA3:
      return RopeOptions::Scaling::kLlama3;
    case EngineSpec::YARN:
      return RopeOptions::Scaling::kYarn;
  }
  return RopeOptions::Scaling::kFromFile;
}

inference::KvType KvTypeOf(EngineSpec::KvType type) {
  switch (type) {
    case EngineSpec::F16:
      return inference::KvType::kF16;
    case EngineSpec::F32:
      return inference::KvType::kF32;
    case EngineSpec::Q8:
      return inference::KvType::kQ8;
  }
  return inference::KvType::kF16;
}

inference::Math MathOf(EngineSpec::Math math) {
  switch (math) {
    case EngineSpec::AUTO:
      return inference::Math::kAuto;
    case EngineSpec::FLOAT:
      return inference::Math::kFloat;
    case EngineSpec::INT8:
      return inference::Math::kInt8;
  }
  return inference::Math::kAuto;
}

inference::WeightStorage StorageOf(EngineSpec::Quantize quantize) {
  switch (quantize) {
    case EngineSpec::AS_STORED:
      return inference::WeightStorage::kAsStored;
    case EngineSpec::WEIGHTS_Q8_0:
      return inference::WeightStorage::kQ8_0;
    case EngineSpec::WEIGHTS_Q4_0:
      return inference::WeightStorage::kQ4_0;
  }
  return inference::WeightStorage::kAsStored;
}

absl::StatusOr<std::unique_ptr<inference::Engine>> MakeEmbedded(
    const EngineSpec& spec, const v1::PerformanceSpec& performance) {
  inference::EmbeddedEngineOptions options;
  options.model_path = spec.model();
  options.model_sha256 = spec.model_sha256();
  options.chat_template = spec.chat_template();
  options.rope.base = spec.rope_base();
  options.rope.factor = spec.rope_factor();
  options.rope.scaling = ScalingOf(spec.rope_scaling());
  options.math = MathOf(spec.math());
  options.storage = StorageOf(spec.quantize());
  options.kv_type = KvTypeOf(spec.kv_type());
  options.threads = performance.threads();
  options.max_step_tokens = StepTokens(performance, NumCores());
  options.kv_bytes = int64_t{performance.kv_mib()} << 20;
  return inference::LoadEmbeddedEngine(options);
}

absl::StatusOr<std::unique_ptr<inference::Engine>> MakeOpenAi(
    const EngineSpec& spec, const v1::PerformanceSpec& performance) {
  inference::OpenAiEngineOptions options;
  options.url = spec.url();
  options.model_name = spec.model_name();
  options.model_path = spec.model();
  options.model_sha256 = spec.model_sha256();
  options.chat_template = spec.chat_template();
  options.structured_output = std::string(generator::NameOf(spec.structured_output()));
  options.send_seed = spec.send_seed();
  options.api_key_file = spec.api_key_file();
  options.ca_file = spec.ca_file();
  options.requests_in_flight = static_cast<int>(performance.requests_in_flight());
  options.request_timeout = absl::Seconds(performance.request_timeout_s());
  return inference::CreateOpenAiEngine(options);
}

absl::StatusOr<std::unique_ptr<inference::Engine>> MakeScripted(
    const EngineSpec& spec, const v1::PerformanceSpec& performance) {
  inference::ScriptedEngineOptions options;
  options.tokenizer_path = spec.model();
  options.chat_template = spec.chat_template();
  options.latency = absl::Milliseconds(performance.scripted_latency_ms());
  options.crash_on = performance.scripted_crash_on();
  return inference::CreateScriptedEngine(options);
}

absl::StatusOr<std::unique_ptr<inference::Engine>> MakeAny(const EngineSpec& spec,
                                                           const v1::PerformanceSpec& performance) {
  switch (spec.kind()) {
    case EngineSpec::NATIVE:
      return MakeEmbedded(spec, performance);
    case EngineSpec::OPENAI:
      return MakeOpenAi(spec, performance);
    case EngineSpec::SCRIPTED:
      break;
  }
  return MakeScripted(spec, performance);
}

absl::StatusOr<generator::TargetModel> TargetFrom(absl::string_view path,
                                                  absl::string_view template_name) {
  ASSIGN_OR_RETURN(inference::ModelText text, inference::LoadModelText(path, template_name));
  return generator::TargetModel{std::move(text.tokenizer), std::move(text.chat_template)};
}

// What to do about a path that is no model.
std::string ModelHint(const std::string& path) {
  if (!FileExists(path)) {
    return "; a model is a file or a directory of this machine: download it first";
  }
  if (absl::EndsWith(path, ".safetensors")) return "; name the directory that the file is in";
  const absl::StatusOr<std::unique_ptr<MappedFile>> file = MappedFile::Open(path);
  if (file.ok() && absl::StartsWith((*file)->bytes(), kGitLfsPointer)) {
    return "; it is a pointer of Git LFS, not the model: run git lfs pull";
  }
  if (!IsDirectory(path)) return "";
  const absl::StatusOr<std::vector<std::string>> names = ListDir(path);
  if (!names.ok()) return "";
  for (const std::string& name : *names) {
    if (absl::EndsWith(name, ".gguf")) {
      return absl::StrCat("; of GGUF files name one: ", Snippet(JoinPath(path, name), 300));
    }
  }
  return "";
}

// The error of a model's files, with the field that names them.
absl::Status ModelError(const absl::Status& status, const std::string& path,
                        absl::string_view field) {
  return Annotate(absl::Status(status.code(), absl::StrCat(status.message(), ModelHint(path))),
                  field);
}

// What the fields of the spec name, unless it is what a scripted engine makes up.
absl::StatusOr<generator::TargetModel> LoadTarget(const v1::EngineSpec& engine,
                                                  const v1::InstanceSpec& instances) {
  absl::StatusOr<generator::TargetModel> target;
  if (!instances.target_model().empty()) {
    target = TargetFrom(instances.target_model(), instances.target_template());
    if (target.ok()) return target;
    return ModelError(target.status(), instances.target_model(), "instances.target_model");
  }
  const std::string& name =
      instances.target_template().empty() ? engine.chat_template() : instances.target_template();
  if (!engine.model().empty()) {
    target = TargetFrom(engine.model(), name);
    if (target.ok()) return target;
    return ModelError(target.status(), engine.model(), "engine.model");
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<inference::Engine> scripted, MakeEngine(engine, {}));
  if (instances.target_template().empty()) {
    return generator::TargetModel{scripted->tokenizer(), scripted->chat_template()};
  }
  absl::StatusOr<inference::ChatTemplate> own =
      inference::LoadNamedTemplate(instances.target_template(), *scripted->tokenizer());
  if (!own.ok()) return Annotate(own.status(), "instances.target_template");
  return generator::TargetModel{scripted->tokenizer(), *std::move(own)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<inference::Engine>> MakeEngine(
    const v1::EngineSpec& spec, const v1::PerformanceSpec& performance) {
  EngineSpec current = spec;
  // A worker is sent the stored spec, which an older version may have written.
  generator::AdoptOldChoices(&current);
  absl::StatusOr<std::unique_ptr<inference::Engine>> engine = MakeAny(current, performance);
  if (!engine.ok()) return Annotate(engine.status(), "engine");
  return engine;
}

absl::StatusOr<generator::TargetModel> MakeTargetModel(const v1::EngineSpec& engine,
                                                       const v1::InstanceSpec& instances) {
  ASSIGN_OR_RETURN(generator::TargetModel target, LoadTarget(engine, instances));
  const absl::Status fits = generator::CheckTemplateFits(target);
  if (fits.ok()) return target;
  return Annotate(fits, !instances.target_template().empty() ? "instances.target_template"
                        : !instances.target_model().empty()  ? "instances.target_model"
                        : !engine.chat_template().empty()    ? "engine.chat_template"
                                                             : "engine.model");
}

absl::StatusOr<v1::ModelIdentity> TargetIdentity(const v1::InstanceSpec& instances,
                                                 const generator::TargetModel& target,
                                                 const v1::ModelIdentity& generating) {
  v1::ModelIdentity identity = generator::IdentityOf(target);
  if (instances.target_model().empty()) {
    identity.set_name(generating.name());
    identity.set_architecture(generating.architecture());
    identity.set_file_sha256(generating.file_sha256());
    return identity;
  }
  ASSIGN_OR_RETURN(const inference::ModelFacts facts,
                   inference::ReadModelFacts(instances.target_model()));
  identity.set_name(facts.name);
  identity.set_architecture(facts.architecture);
  ASSIGN_OR_RETURN(const std::string digest,
                   inference::ModelSha256(instances.target_model(), inference::ModelFiles::kText));
  identity.set_file_sha256(digest);
  return identity;
}

}  // namespace quipu::pipelines
