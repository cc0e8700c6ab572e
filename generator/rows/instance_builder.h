// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Turns samples and short rows into tokens, with the target model's chat
// template. Pure.
//
//   const SourceDocument document(source, target);
//   ASSIGN_OR_RETURN(auto row, BuildLongInstance(document, {{&sample, &evidence}}, spec, target));
//
// A long row is the document, truncated to the context around its chunks, then
// the question, then the answer, and so on for the further pairs; chunks, questions and
// answers are never cut. row_fit.h says which context is retained.
#ifndef QUIPU_GENERATOR_ROWS_INSTANCE_BUILDER_H_
#define QUIPU_GENERATOR_ROWS_INSTANCE_BUILDER_H_

#include <cstdint>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "generator/checks/evidence.h"
#include "generator/prompts/prompts.h"
#include "generator/rows/source_document.h"
#include "generator/rows/target_model.h"
#include "protos/document.pb.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::generator {

// An accepted pair with its evidence, which is stored with the row and quoted if the spec's answer
// style asks for it. What it points to must outlive it.
struct LongPair {
  const v1::Result* sample = nullptr;
  const Evidence* evidence = nullptr;
};

// Builds one long row (TrainingRow.index stays 0) of some pairs, in order of turns, or returns a
// reject: CONTEXT_TOO_SMALL with the least context that would be enough.
// REQUIRES: at least one pair.
absl::StatusOr<std::variant<v1::TrainingRow, v1::Reject>> BuildLongInstance(
    const SourceDocument& document, absl::Span<const LongPair> pairs, const RowSpec& spec,
    const TargetModel& target);

// The tokens of such a row without the text of its document.
absl::StatusOr<uint32_t> MeasureTurn(const SourceDocument& document, const LongPair& pair,
                                     const RowSpec& spec, const TargetModel& target);

// A short row as one segment with its tokens.
struct ShortInstance {
  v1::Segment segment;
  std::vector<int32_t> input_ids;
};
// Reject: NOTHING_TO_TRAIN (no assistant turn, or an empty one at the end), MALFORMED (the target's
// template refuses the conversation). Does not check the length: packing does.
absl::StatusOr<std::variant<ShortInstance, v1::Reject>> BuildShortInstance(
    const v1::ShortRow& row, const v1::PackingSpec& spec, v1::InstanceSpec::RowWeight row_weight,
    const TargetModel& target);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_INSTANCE_BUILDER_H_
