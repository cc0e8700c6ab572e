// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How much each token of a conversation counts in the loss. Pure.
//
//   SetTrainedRanges(rendered.trained, spec.prompt_loss_weight(), spec.row_weight(), &segment);
//   for (const v1::TokenRange& range : segment.trained()) Use(WeightOf(range));
#ifndef QUIPU_GENERATOR_ROWS_LOSS_WEIGHTS_H_
#define QUIPU_GENERATOR_ROWS_LOSS_WEIGHTS_H_

#include <google/protobuf/repeated_field.h>

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "protos/document.pb.h"
#include "protos/run_spec.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::generator {

// What a token of a rendered conversation is. RenderedTokens::trained has the first two.
inline constexpr uint8_t kPromptToken = 0;
inline constexpr uint8_t kAnswerToken = 1;
// Of an answer that takes no loss, whatever the weight of prompts (ChatMessage.not_trained).
inline constexpr uint8_t kExcludedToken = 2;

// Marks the tokens of the answers that take no loss, with the ends of their turns. INTERNAL if
// `tokens` are not those of the messages' answers.
absl::Status ExcludeAnswers(const google::protobuf::RepeatedPtrField<v1::ChatMessage>& messages,
                            std::vector<uint8_t>* tokens);

// Adds the trained ranges of a conversation to `segment`. `tokens`: what each one is. Token 0 is
// never a target: nothing is before it in its segment. Adds nothing if no token of an answer can be
// trained.
void SetTrainedRanges(absl::Span<const uint8_t> tokens, double prompt_weight,
                      v1::InstanceSpec::RowWeight row_weight, v1::Segment* segment);

// The weight of each token of a range.
double WeightOf(const v1::TokenRange& range);

// The weight of the prompt in a long row; rows of older versions only say whether it was trained.
double PromptLossWeightOf(const v1::LongDetails& details);

// Whether a run's rows can have other weights than 0 and 1, so that labels do not say everything.
bool HasLossWeights(const v1::RunSpec& spec);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_LOSS_WEIGHTS_H_
