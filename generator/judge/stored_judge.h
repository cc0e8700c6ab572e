// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Where a run's judge comes from: the spec, the built-in weights, or a calibration when
// the run was created (VerificationSpec.calibration), which is then stored with the run.
//
//   ASSIGN_OR_RETURN(const v1::RunSpec effective, WithStoredJudge(header, spec));
//   const bool fits = CalibratesAtStart(effective.verification());  // Not any more.
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_JUDGE_STORED_JUDGE_H_
#define QUIPU_GENERATOR_JUDGE_STORED_JUDGE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"

namespace quipu::generator {

// Whether a new run of this spec begins by fitting its judge. A spec that has a judge never does.
bool CalibratesAtStart(const v1::VerificationSpec& spec);

// A spec for a run that is stored already: with the run's judge if that was fitted when the run was
// created, and the spec wants that. FAILED_PRECONDITION if one was calibrated and the other was
// not.
absl::StatusOr<v1::RunSpec> WithStoredJudge(const v1::RunHeader& header, v1::RunSpec wanted);

// The model that the built-in weights were fitted to.
absl::string_view ModelOfDefaultJudge();
// Whether it is this one, by its name.
bool IsModelOfDefaultJudge(const v1::ModelIdentity& model);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_JUDGE_STORED_JUDGE_H_
