// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks a worker's summary without the model, as CheckResult checks a pair: its question is the
// drawn request, the filters decide the same, and so do the thresholds with the claimed figures.
//
//   RETURN_IF_ERROR(CheckSummaryResult(RulesOf(spec), task, leased_text, result));
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_PAIRS_SUMMARY_CHECK_H_
#define QUIPU_GENERATOR_PAIRS_SUMMARY_CHECK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "generator/pairs/result_check.h"
#include "protos/sample.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

// INVALID_ARGUMENT says what is wrong, with the limit. `text`: the leased text of the task's parts.
absl::Status CheckSummaryResult(const ResultRules& rules, const v1::Task& task,
                                absl::string_view text, const v1::Result& result);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PAIRS_SUMMARY_CHECK_H_
