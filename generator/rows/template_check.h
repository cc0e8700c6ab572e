// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Whether a model's vocabulary has what its chat template writes. Rows are rendered only after all
// pairs are made, so this is asked before.
//
//   RETURN_IF_ERROR(CheckTemplateFits(target));
#ifndef QUIPU_GENERATOR_ROWS_TEMPLATE_CHECK_H_
#define QUIPU_GENERATOR_ROWS_TEMPLATE_CHECK_H_

#include "absl/status/status.h"
#include "generator/rows/target_model.h"

namespace quipu::generator {

// FAILED_PRECONDITION, naming the control token, if the vocabulary lacks one that a conversation of
// one turn has.
absl::Status CheckTemplateFits(const TargetModel& target);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_TEMPLATE_CHECK_H_
