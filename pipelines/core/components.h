// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The composition root: chooses and makes the real engine, tokenizer and
// template that a RunSpec names, and says what identifies them.
#ifndef QUIPU_PIPELINES_CORE_COMPONENTS_H_
#define QUIPU_PIPELINES_CORE_COMPONENTS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/instance_builder.h"
#include "inference/engine.h"
#include "pipelines/core/version.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

// Reads, parses and checks a spec file. NOT_FOUND, or INVALID_ARGUMENT with
// every fault's line and column.
absl::StatusOr<v1::RunSpec> LoadRunSpec(absl::string_view path);

// Makes the engine of a spec. Errors of LoadEmbeddedEngine or CreateOpenAiEngine,
// with the spec's field in front.
absl::StatusOr<std::unique_ptr<inference::Engine>> MakeEngine(const v1::RunSpec& spec);

// Makes the tokenizer and template of the target model: those of
// instances.target_model, else of the generating model. Loads no weights.
absl::StatusOr<generator::TargetModel> MakeTargetModel(const v1::RunSpec& spec);

v1::ModelIdentity IdentityOf(const inference::Engine& engine);
// Of the tokenizer and template alone: what CheckSameTarget compares.
v1::ModelIdentity IdentityOf(const generator::TargetModel& target);
// The same with name, architecture and SHA-256 of the file it came from: the
// generating model's, or that of instances.target_model.
absl::StatusOr<v1::ModelIdentity> TargetIdentity(const v1::RunSpec& spec,
                                                 const generator::TargetModel& target,
                                                 const v1::ModelIdentity& generating);

// FAILED_PRECONDITION, with both, if `actual` would not give the tokens that the
// run's header promises.
absl::Status CheckSameTarget(const v1::ModelIdentity& stored, const v1::ModelIdentity& actual);
// The same for the generating model.
absl::Status CheckSameEngine(const v1::ModelIdentity& stored, const v1::ModelIdentity& actual);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_COMPONENTS_H_
