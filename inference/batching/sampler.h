// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Chooses one token from a row of logits and one random number. Filters apply
// in this order: temperature, top-k, top-p (over what top-k left), min-p.
//
//   Rng rng(request.seed, "sampling");
//   TokenId token = SampleToken(logits, request.sampling, rng.Uniform());
//
// A pure function with the same bits on every machine: candidates are sorted by
// descending logit, ties by id, and added in that order.
#ifndef QUIPU_INFERENCE_BATCHING_SAMPLER_H_
#define QUIPU_INFERENCE_BATCHING_SAMPLER_H_

#include <vector>

#include "absl/types/span.h"
#include "inference/engine.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

struct Candidate {
  float logit = 0;
  TokenId id = 0;

  // Likelier first, then by id.
  friend bool operator<(const Candidate& a, const Candidate& b) {
    return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
  }
};

// Returns the `count` best candidates, best first (fewer if fewer are above
// -infinity).
std::vector<Candidate> TopCandidates(absl::Span<const float> logits, int count);

// Returns the token that `uniform`, in [0, 1), chooses; -1 if every logit is
// -infinity. REQUIRES: no NaN; `options` passed ValidateRequest.
TokenId SampleToken(absl::Span<const float> logits, const SamplingOptions& options, double uniform);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_SAMPLER_H_
