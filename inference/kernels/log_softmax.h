// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Scans of a row of logits, and sums of exponentials over it with the same bits
// on every machine. The exponential is our own, in F32, from plain
// multiplications and additions. It is added in double to 16 virtual lanes, and
// these in one fixed tree, whatever the vector width.
//
//   const double log_prob = logits[token] - LogSumExp(logits);
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_KERNELS_LOG_SOFTMAX_H_
#define QUIPU_INFERENCE_KERNELS_LOG_SOFTMAX_H_

#include <cstddef>

#include "absl/types/span.h"

namespace quipu::inference {

// Returns the greatest logit. REQUIRES: not empty, no NaN.
float MaxLogit(absl::Span<const float> logits);

// Returns whether no value is infinite or NaN.
bool AllFinite(absl::Span<const float> values);

// Returns the index of the first value above `least` at or after `from`, or the
// number of values. REQUIRES: no NaN.
size_t FindAbove(absl::Span<const float> values, size_t from, float least);

// Returns the sum of exp((logit - max) * scale) over the row; -infinity adds
// nothing, the greatest logit adds exactly 1. The relative error of each addend
// is under 3e-7 + 1e-7 x its exponent. REQUIRES: max is MaxLogit(logits) and
// finite, scale > 0.
double SumOfExp(absl::Span<const float> logits, float max, double scale);

// Returns log(sum of exp(logit)): the log-probability of a token is its logit
// minus this. REQUIRES: as SumOfExp.
double LogSumExp(absl::Span<const float> logits);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_LOG_SOFTMAX_H_
