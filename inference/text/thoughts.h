// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Thoughts before an answer, "<think>...</think>", which templates of thinking models take out of it.
//
//   if (LosesAroundThoughts(answer)) return absl::InvalidArgumentError(kLosesAroundThoughts);
//
// Pure.
#ifndef QUIPU_INFERENCE_TEXT_THOUGHTS_H_
#define QUIPU_INFERENCE_TEXT_THOUGHTS_H_

#include "absl/strings/string_view.h"

namespace quipu::inference {

inline constexpr absl::string_view kThoughtBegin = "<think>";
inline constexpr absl::string_view kThoughtEnd = "</think>";

// Whether such a template would take more out of an answer than the thoughts that it begins with: the
// text before "<think>", or between two blocks of thoughts. So it is with an answer about the tags
// themselves. What has "</think>" alone is thoughts up to there: publishers' templates open the block.
bool LosesAroundThoughts(absl::string_view answer);

inline constexpr absl::string_view kLosesAroundThoughts =
    "an answer has text before \"<think>\" or behind a first \"</think>\" with a second one, which "
    "the chat template would leave out with the thoughts";

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_THOUGHTS_H_
