// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Parses and checks RunSpecs, and says whether two specs are the same run.
//
//   ASSIGN_OR_RETURN(const v1::RunSpec spec, ParseRunSpec(text, "my.textproto"));
//   RETURN_IF_ERROR(ValidateRunSpec(spec));
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_SPEC_RUN_SPEC_H_
#define QUIPU_GENERATOR_SPEC_RUN_SPEC_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"

namespace quipu::generator {

// Parses text format. Returns INVALID_ARGUMENT with "name:line:column: what" for
// each unknown field, wrong type or syntax error, one per line.
absl::StatusOr<v1::RunSpec> ParseRunSpec(absl::string_view text, absl::string_view name);

// Checks every value against the limits in run_spec.proto. INVALID_ARGUMENT
// names the field, its value and the limit.
absl::Status ValidateRunSpec(const v1::RunSpec& spec);

// Checks only what judging given pairs reads: engine, chunks, generation, verification, filters and
// performance.
absl::Status ValidatePairSpec(const v1::RunSpec& spec);

// The part of the spec that, together with the models' identities, decides the
// dataset. It has no place, performance and service fields, and none that the
// identities replace (paths, the wanted SHA-256, the arithmetic); defaults are
// written out.
v1::RunSpec BehaviourOf(const v1::RunSpec& spec);

// The run id: a fingerprint of BehaviourOf(spec), both model identities and
// quipu's result version (raised when the code of the recipe changes results).
Fingerprint RunIdOf(const v1::RunSpec& spec, const v1::ModelIdentity& generating,
                    const v1::ModelIdentity& target);

// OK if this quipu gives a stored run the results that the quipu which began it would give;
// FAILED_PRECONDITION, naming that one, if the recipe has changed in between.
absl::Status CheckSameRecipe(const v1::RunHeader& header);

// OK if both decide the same dataset; FAILED_PRECONDITION naming the first
// fields that differ, with both values.
absl::Status CheckSameBehaviour(const v1::RunSpec& stored, const v1::RunSpec& wanted);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_SPEC_RUN_SPEC_H_
