// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A long row's material as tokens of the target model, and the training row from it. Pure.
//
//   ASSIGN_OR_RETURN(const RowRendering rendering, RenderRow(material, spec, target));
//   if (rendering.size() > spec.instances.context_tokens()) return TryLess();
//   ASSIGN_OR_RETURN(const v1::TrainingRow row, FinishRow(rendering, material, details, id, spec));
//
// The conversation is tokenised once as a whole.
#ifndef QUIPU_GENERATOR_ROWS_ROW_RENDERING_H_
#define QUIPU_GENERATOR_ROWS_ROW_RENDERING_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/prompts/prompts.h"
#include "generator/rows/row_material.h"
#include "generator/rows/target_model.h"
#include "inference/text/chat_template.h"
#include "protos/training_row.pb.h"

namespace quipu::generator {

struct RowRendering {
  std::vector<inference::TemplatePart> parts;
  inference::RenderedTokens tokens;
  // Where the text of each block begins, in PartsToString(parts).
  std::vector<size_t> block_begins;

  uint32_t size() const { return static_cast<uint32_t>(tokens.ids.size()); }
};

absl::StatusOr<RowRendering> RenderRow(const RowMaterial& material, const RowSpec& spec,
                                       const TargetModel& target);

// The row (TrainingRow.index stays 0) with `details`, in which the tokens, the depths, the language
// and the prompt's weight are filled in. INTERNAL if the rendering lacks what it has to contain.
absl::StatusOr<v1::TrainingRow> FinishRow(const RowRendering& rendering,
                                          const RowMaterial& material, v1::LongDetails details,
                                          absl::string_view source_id, const RowSpec& spec);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_ROW_RENDERING_H_
