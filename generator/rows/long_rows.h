// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// All long rows of a document: those of its accepted pairs, and the rows of other kinds that the
// spec wants beside them. Pure, but for what reads other documents.
//
//   ASSIGN_OR_RETURN(const LongRowsMissed missed,
//                    MakeLongRows(document, pairs, others, spec, target, add, reject));
#ifndef QUIPU_GENERATOR_ROWS_LONG_ROWS_H_
#define QUIPU_GENERATOR_ROWS_LONG_ROWS_H_

#include <cstddef>
#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "generator/prompts/prompts.h"
#include "generator/rows/context_fill.h"
#include "generator/rows/instance_builder.h"
#include "generator/rows/source_document.h"
#include "generator/rows/target_model.h"
#include "protos/sample.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::generator {

// Rows that the seed drew and that could not be made.
struct LongRowsMissed {
  uint64_t unanswerable = 0;
  uint64_t filled = 0;
};

// Calls `add` for each row (TrainingRow.index stays 0), one at a time, and `reject` for each pair
// that fits no row, by its position in `pairs`. Each other pair is in one answered row. With the
// options of InstanceSpec at their defaults that is a row for each pair, in their order. What is
// rejected once changes no row when it is left out the next time. `others` is used only if the
// spec's distractor_share is more than 0.
absl::StatusOr<LongRowsMissed> MakeLongRows(
    const SourceDocument& document, absl::Span<const LongPair> pairs, const OtherDocuments& others,
    const RowSpec& spec, const TargetModel& target,
    absl::FunctionRef<absl::Status(v1::TrainingRow)> add,
    absl::FunctionRef<void(size_t, const v1::Reject&)> reject);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_LONG_ROWS_H_
