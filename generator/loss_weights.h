// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How much each token of a conversation counts in the loss. Pure.
//
//   SetTrainedRanges(rendered.trained, spec.prompt_loss_weight(), spec.row_weight(), &segment);
//   for (const v1::TokenRange& range : segment.trained()) Use(WeightOf(range));
#ifndef QUIPU_GENERATOR_LOSS_WEIGHTS_H_
#define QUIPU_GENERATOR_LOSS_WEIGHTS_H_

#include <cstdint>

#include "absl/types/span.h"
#include "protos/run_spec.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::generator {

// Adds the trained ranges of a conversation to `segment`. `is_answer`: not 0 where a token belongs
// to an answer or ends its turn; the others have the prompt's weight. Token 0 is never a target:
// nothing is before it in its segment. Adds nothing if no token of an answer can be trained.
void SetTrainedRanges(absl::Span<const uint8_t> is_answer, double prompt_weight,
                      v1::InstanceSpec::RowWeight row_weight, v1::Segment* segment);

// The weight of each token of a range.
double WeightOf(const v1::TokenRange& range);

// The weight of the prompt in a long row; rows of older versions only say whether it was trained.
double PromptLossWeightOf(const v1::LongDetails& details);

// Whether a run's rows can have other weights than 0 and 1, so that labels do not say everything.
bool HasLossWeights(const v1::RunSpec& spec);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LOSS_WEIGHTS_H_
