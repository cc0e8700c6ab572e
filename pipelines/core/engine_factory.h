// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Makes the real engine, tokenizer and template that a spec names: the only file that knows every
// kind of engine.
//
//   ASSIGN_OR_RETURN(auto engine, MakeEngine(spec.engine(), spec.performance()));
//   ASSIGN_OR_RETURN(auto target, MakeTargetModel(spec.engine(), spec.instances()));
//
// Thread-safe. What identifies a model is in generator/spec/model_identity.h.
#ifndef QUIPU_PIPELINES_CORE_ENGINE_FACTORY_H_
#define QUIPU_PIPELINES_CORE_ENGINE_FACTORY_H_

#include <memory>

#include "absl/status/statusor.h"
#include "generator/rows/instance_builder.h"
#include "inference/engine.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

// Makes a spec's engine. Errors of LoadEmbeddedEngine, CreateOpenAiEngine and
// CreateScriptedEngine, with "engine" in front.
absl::StatusOr<std::unique_ptr<inference::Engine>> MakeEngine(
    const v1::EngineSpec& spec, const v1::PerformanceSpec& performance);

// Makes the tokenizer and template of the target model: from instances.target_model, else from the
// generating model. Loads no weights. Errors name the field.
absl::StatusOr<generator::TargetModel> MakeTargetModel(const v1::EngineSpec& engine,
                                                       const v1::InstanceSpec& instances);

// The identity of a target model, with name, architecture and SHA-256 of the file
// that it came from: the generating model's, or that of instances.target_model.
absl::StatusOr<v1::ModelIdentity> TargetIdentity(const v1::InstanceSpec& instances,
                                                 const generator::TargetModel& target,
                                                 const v1::ModelIdentity& generating);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_ENGINE_FACTORY_H_
