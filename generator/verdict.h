// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The thresholds on a pair's scores. Generating applies them when a score is measured; checking a
// worker's result applies them to the claimed scores. Pure, thread-safe.
//
//   scores.set_verdict_margin(margin);
//   std::optional<v1::Reject> reject = RejectByVerdict(scores, spec.verification());
#ifndef QUIPU_GENERATOR_VERDICT_H_
#define QUIPU_GENERATOR_VERDICT_H_

#include <optional>

#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

// VERDICT if the margin is under its threshold and the verdict decides. Needs the margin alone.
std::optional<v1::Reject> RejectByVerdict(const v1::Scores& scores,
                                          const v1::VerificationSpec& spec);

// LIKELIHOOD or GAIN if the answer's figures are under their thresholds. Needs these figures alone.
std::optional<v1::Reject> RejectByLikelihood(const v1::Scores& scores, v1::AnswerForm form,
                                             const v1::VerificationSpec& spec);

// Both, in the order in which they are measured. If the engine scored no text
// (`scores.verdict_only`), only the verdict decides.
std::optional<v1::Reject> RejectByScores(const v1::Scores& scores, v1::AnswerForm form,
                                         const v1::VerificationSpec& spec);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_VERDICT_H_
