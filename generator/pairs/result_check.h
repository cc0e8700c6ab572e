// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks a worker's result without the model: that it belongs to the planned task,
// that this spec could give its texts and figures, and that the filters and verdict
// rules, run again, decide the same. A liar can still submit another pair that
// passes, or other scores: audits find those.
//
//   RETURN_IF_ERROR(CheckResult(RulesOf(spec), task, chunk_text, result));
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_PAIRS_RESULT_CHECK_H_
#define QUIPU_GENERATOR_PAIRS_RESULT_CHECK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

// The parts of a run's spec that results are checked against. The spec must outlive it.
struct ResultRules {
  const v1::GenerationSpec& generation;
  const v1::VerificationSpec& verification;
  const v1::FilterSpec& filters;
  // Whether a server made the results: it counts its own tokens, and may be unable to score texts.
  bool remote = false;
};
ResultRules RulesOf(const v1::RunSpec& spec);

// INVALID_ARGUMENT says what is wrong, with the limit. `task` is the planned task,
// `chunk` its chunk's text.
absl::Status CheckResult(const ResultRules& rules, const v1::Task& task, absl::string_view chunk,
                         const v1::Result& result);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PAIRS_RESULT_CHECK_H_
