// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A scored pair as a line of JSON.
//
//   ASSIGN_OR_RETURN(const std::string line, ScoreLine(scored));
//   out << line << "\n";
//
// Pure, thread-safe.
#ifndef QUIPU_PIPELINES_SCORE_SCORE_TEXT_H_
#define QUIPU_PIPELINES_SCORE_SCORE_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "pipelines/score/pair_scorer.h"

namespace quipu::pipelines {

// {"line", "id"?, "label"?, "language"?, "form", "accepted", "reason"?, "detail"?, figures ...,
// "chunk_tokens", "own_tokens"}; {"line", "error"} for a line without a pair. A figure that was not
// measured is left out. INVALID_ARGUMENT if a figure is not finite.
absl::StatusOr<std::string> ScoreLine(const ScoredPair& scored);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_SCORE_SCORE_TEXT_H_
