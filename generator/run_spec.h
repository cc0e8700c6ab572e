// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Parses and checks RunSpecs, and says which runs are the same.
#ifndef QUIPU_GENERATOR_RUN_SPEC_H_
#define QUIPU_GENERATOR_RUN_SPEC_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"

namespace quipu::generator {

// Parses text format. Returns INVALID_ARGUMENT with "name:line:column: what"
// for an unknown field, a wrong type or a syntax error; all of them, one a
// line.
absl::StatusOr<v1::RunSpec> ParseRunSpec(absl::string_view text, absl::string_view name);

// Checks every value against the limits in run_spec.proto. INVALID_ARGUMENT
// names the field, its value and the limit.
absl::Status ValidateRunSpec(const v1::RunSpec& spec);

// The spec without place, performance and service fields, without what the models'
// identities say better (paths, the wanted SHA-256, the arithmetic), defaults
// written out: what decides the dataset together with these identities.
v1::RunSpec BehaviourOf(const v1::RunSpec& spec);

// The run id: fingerprint of BehaviourOf(spec), both model identities and
// quipu's result version (raised when the recipe's code changes results).
Fingerprint RunIdOf(const v1::RunSpec& spec, const v1::ModelIdentity& generating,
                    const v1::ModelIdentity& target);

// OK if both decide the same dataset; FAILED_PRECONDITION naming the first
// fields that differ, with both values.
absl::Status CheckSameBehaviour(const v1::RunSpec& stored, const v1::RunSpec& wanted);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_RUN_SPEC_H_
