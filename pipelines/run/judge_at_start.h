// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The judge of a run that is about to be created: fitted to the run's documents and model
// if the spec says so (VerificationSpec.calibration), with the report in a file beside the
// store.
//
//   ASSIGN_OR_RETURN(const v1::Judge judge,
//                    FitJudgeAtStart(spec, engine, spec.store(), Clock::Real()));
//   Use(CalibrationPathOf(spec.store()));  // "out/mine/store.calibration.textproto"
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_RUN_JUDGE_AT_START_H_
#define QUIPU_PIPELINES_RUN_JUDGE_AT_START_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/clock.h"
#include "inference/engine.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

// Right pairs that a calibration at the start makes, of both forms together (docs/adr/0014).
inline constexpr int kPairsAtStart = 120;

// Makes right and wrong pairs of all documents of the spec, whatever partition is built, and fits
// both forms; a form with too few pairs gets the built-in weights. Logs what the model has not
// earned, and writes the report. Errors of Calibrate and of writing the file; nothing else is
// stored.
absl::StatusOr<v1::Judge> FitJudgeAtStart(const v1::RunSpec& spec, inference::Engine* engine,
                                          absl::string_view store_path, Clock* clock);

// The report's file: the output of `quipu calibrate`, which a spec can have.
std::string CalibrationPathOf(absl::string_view store_path);

// What to tell the user of a new run without a judge of its own, if its model is not the one that
// the built-in weights were fitted to; empty if there is nothing to tell.
std::string AdviceOnJudge(const v1::VerificationSpec& spec, const v1::ModelIdentity& model);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_JUDGE_AT_START_H_
