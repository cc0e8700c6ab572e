// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Whether two models give the same results. The only place that decides it, for
// run ids, resumed builds, merged partitions and workers.
//
//   const v1::ModelIdentity model = IdentityOf(*engine);
//   if (!SameResults(header.generating_model(), model)) ...
//   Differences(header.generating_model(), model);  // {{"math", "int8", "float"}}
//
// A file is identified by its SHA-256; its path and name do not count (a GGUF
// without general.name is named after its path). A model without a file is
// identified by its name. Tokenizer and template are identified by their
// fingerprints; their descriptions are for people.
//
// Pure functions.
#ifndef QUIPU_GENERATOR_SPEC_MODEL_IDENTITY_H_
#define QUIPU_GENERATOR_SPEC_MODEL_IDENTITY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/fingerprint.h"
#include "generator/rows/instance_builder.h"
#include "inference/engine.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"

namespace quipu::generator {

v1::ModelIdentity IdentityOf(const inference::Engine& engine);
// Identity of tokenizer and template only, for CheckSameTarget.
v1::ModelIdentity IdentityOf(const TargetModel& target);

// The fields that decide results, and no others.
v1::ModelIdentity ResultPart(const v1::ModelIdentity& model);

// Whether both give the same bytes: their result parts are equal.
bool SameResults(const v1::ModelIdentity& a, const v1::ModelIdentity& b);

// A field in which two models differ, with both values as text (fingerprints in
// hexadecimal).
struct ModelDifference {
  std::string field;
  std::string a;
  std::string b;
};
// Empty if SameResults(a, b); else every field that differs, descriptions too.
std::vector<ModelDifference> Differences(const v1::ModelIdentity& a, const v1::ModelIdentity& b);

// Adds the result part to a run id. Persistent: do not change what is added.
void AddModel(const v1::ModelIdentity& model, FingerprintBuilder* builder);

// FAILED_PRECONDITION, with both values, if an engine would not give the run's
// results.
absl::Status CheckSameEngine(const v1::ModelIdentity& stored, const v1::ModelIdentity& actual);
// The same if a target model would not give the run's tokens.
absl::Status CheckSameTarget(const v1::ModelIdentity& stored, const v1::ModelIdentity& actual);
// The same if a spec asks for another arithmetic than the run has. A spec that
// does not name one, and an engine without weights, accept any.
absl::Status CheckSameMath(const v1::ModelIdentity& stored, const v1::EngineSpec& wanted);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_SPEC_MODEL_IDENTITY_H_
