// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Makes a row of a document fit the context: chooses the stretch of the document that it retains.
// Pure.
//
//   ASSIGN_OR_RETURN(auto row, FitRow(document, chunks, details, records, spec, target));
//
// If the document must be cut, the length before the needed part is drawn from the row's source
// id, so that its depth is as uniform as the document allows. Cuts are at sentence or line
// boundaries if one is near.
#ifndef QUIPU_GENERATOR_ROWS_ROW_FIT_H_
#define QUIPU_GENERATOR_ROWS_ROW_FIT_H_

#include <cstdint>
#include <variant>

#include "absl/status/statusor.h"
#include "generator/chunks/document_cut.h"
#include "generator/prompts/prompts.h"
#include "generator/rows/row_material.h"
#include "generator/rows/source_document.h"
#include "generator/rows/target_model.h"
#include "protos/sample.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::generator {

// `details`: all that MaterialOf reads, except the context_span. `needed`: the bytes of the
// document that must be in the context. Returns the row, or CONTEXT_TOO_SMALL with the least
// context that would be enough.
absl::StatusOr<std::variant<v1::TrainingRow, v1::Reject>> FitRow(
    const SourceDocument& document, TextRange needed, const v1::LongDetails& details,
    const RowRecords& records, const RowSpec& spec, const TargetModel& target);

// The tokens of such a row without the text of its document.
absl::StatusOr<uint32_t> FrameTokens(TextRange needed, const v1::LongDetails& details,
                                     const RowRecords& records, const RowSpec& spec,
                                     const TargetModel& target);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_ROW_FIT_H_
