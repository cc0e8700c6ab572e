// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Sums of exponentials over a row of logits, in double, with the same bits on
// every machine: 16 virtual lanes added in one fixed tree, an exponential of
// our own from plain multiplications and additions, whatever the vector width.
//
//   const double log_prob = logits[token] - LogSumExp(logits);
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_LOG_SOFTMAX_H_
#define QUIPU_INFERENCE_LOG_SOFTMAX_H_

#include "absl/types/span.h"

namespace quipu::inference {

// Returns the greatest logit. REQUIRES: not empty, no NaN.
float MaxLogit(absl::Span<const float> logits);

// Returns the sum of exp((logit - max) * scale) over the row; -infinity adds
// nothing. Relative error under 1e-14. REQUIRES: max is MaxLogit(logits) and
// finite, scale > 0.
double SumOfExp(absl::Span<const float> logits, float max, double scale);

// Returns log(sum of exp(logit)): the log-probability of a token is its logit
// minus this. REQUIRES: as SumOfExp.
double LogSumExp(absl::Span<const float> logits);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_LOG_SOFTMAX_H_
