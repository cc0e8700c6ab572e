// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks a worker's result without the model: that it is of the planned task, that
// its texts and figures are what the recipe could have made with this spec, and that
// the recipe's own filters and verdict rules, run again, decide the same. What a liar
// can still submit is another pair that passes, or other scores: audits find those.
//
//   RETURN_IF_ERROR(CheckResult(RulesOf(spec), task, chunk_text, result));
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_RESULT_CHECK_H_
#define QUIPU_GENERATOR_RESULT_CHECK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

// The parts of a run's spec that decide what a result can be. The spec must outlive it.
struct ResultRules {
  const v1::GenerationSpec& generation;
  const v1::VerificationSpec& verification;
  const v1::FilterSpec& filters;
  // Whether a server made the results: it counts in its own tokens, and may not score texts.
  bool remote = false;
};
ResultRules RulesOf(const v1::RunSpec& spec);

// INVALID_ARGUMENT says what is wrong, with the limit. `task` is the planned one,
// `chunk` its text.
absl::Status CheckResult(const ResultRules& rules, const v1::Task& task, absl::string_view chunk,
                         const v1::Result& result);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_RESULT_CHECK_H_
