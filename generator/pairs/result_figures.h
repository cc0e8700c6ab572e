// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks of a worker's result that do not depend on the kind of its task: texts and figures that
// no honest worker could submit. INVALID_ARGUMENT says what is wrong, with the limit. Pure,
// thread-safe.
//
//   RETURN_IF_ERROR(CheckResultTexts(result));
//   RETURN_IF_ERROR(CheckFiniteScores(result.scores()));
//   RETURN_IF_ERROR(CheckSameScores(result.scores(), right));
#ifndef QUIPU_GENERATOR_PAIRS_RESULT_FIGURES_H_
#define QUIPU_GENERATOR_PAIRS_RESULT_FIGURES_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "protos/sample.pb.h"

namespace quipu::generator {

// A server that does not constrain replies to the reply template adds text around
// the pair, and counts its own tokens.
inline constexpr uint32_t kRemoteSlackTokens = 4096;

absl::Status WrongResult(absl::string_view what);

template <typename T>
absl::Status OverResultLimit(absl::string_view what, T actual, T limit) {
  return WrongResult(absl::StrCat(what, ": ", actual, ", limit ", limit));
}

// Texts as the response parser returns them, and the reject's detail.
absl::Status CheckResultTexts(const v1::Result& result);

absl::Status CheckFiniteScores(const v1::Scores& scores);

// Scores must be these, figure by figure: what was not reached is 0, and what follows
// from other figures is what follows.
absl::Status CheckSameScores(const v1::Scores& claimed, const v1::Scores& right);

// That a mean or a sum of log-probabilities can be one.
absl::Status CheckLogProb(absl::string_view what, double value);
absl::Status CheckShare(absl::string_view what, double share);

// The answer's figures of a scored result.
absl::Status CheckAnswerFigures(const v1::Result& result);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PAIRS_RESULT_FIGURES_H_
