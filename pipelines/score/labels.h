// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Labels of given pairs: what is known of a pair before it is scored.
//
//   ASSIGN_OR_RETURN(const LabelKind kind, KindOfLabel("swapped"));  // kWrong
//
// Pure, thread-safe.
#ifndef QUIPU_PIPELINES_SCORE_LABELS_H_
#define QUIPU_PIPELINES_SCORE_LABELS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

enum class LabelKind {
  kRight,   // gold, good, greedy, right, true
  kUsable,  // usable: right, but awkward
  kWrong,   // bad, wrong, false, changed, and the names of corruptions
};

// INVALID_ARGUMENT, with all labels, for an unknown one.
absl::StatusOr<LabelKind> KindOfLabel(absl::string_view label);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_SCORE_LABELS_H_
