// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What can be checked of a worker's result without the model: that it is of the
// planned task, that its texts and figures are what the recipe could have made
// with this spec, and that the recipe's own filters, run again on the pair, come
// to the same end. What is left to a liar is another pair that passes them, or
// other scores: audits find those.
//
//   RETURN_IF_ERROR(CheckResult(spec, task, chunk_text, result));
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_RESULT_CHECK_H_
#define QUIPU_GENERATOR_RESULT_CHECK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/task.pb.h"

namespace quipu::pipelines {

// INVALID_ARGUMENT says what is wrong, with the limit. `spec` is the run's,
// `task` the planned one, `chunk` its text.
absl::Status CheckResult(const v1::RunSpec& spec, const v1::Task& task, absl::string_view chunk,
                         const v1::Result& result);

}  // namespace quipu::pipelines

#endif  // QUIPU_GENERATOR_RESULT_CHECK_H_
