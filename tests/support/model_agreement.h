// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How well the engine's forward pass on a real model file agrees with the
// reference, and how well the model predicts fluent English.
//
//   Agreement a =
//       CompareToReference(path, "The capital of France is", KvType::kF32);
//   double perplexity = PredictProse(path, Math::kFloat).perplexity;
//
// Fails the running test if the file cannot be read.
#ifndef QUIPU_TESTS_SUPPORT_MODEL_AGREEMENT_H_
#define QUIPU_TESTS_SUPPORT_MODEL_AGREEMENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "inference/kernels/kv_cache.h"
#include "inference/model/model.h"

namespace quipu::testing {

struct Agreement {
  int positions = 0;
  int same_best = 0;            // Positions at which both prefer the same token.
  double worst = 0;             // Largest difference of a logit ...
  double root_mean_square = 0;  // ... and that of all, both over the deviation
                                // of the reference's logits.
};

// Compares the logits of the last `positions` tokens of `text`, computed with
// Math::kFloat.
Agreement CompareToReference(const std::string& path, absl::string_view text,
                             inference::KvType kv_type, int positions = 4);

struct Prediction {
  // exp of the mean negative log-likelihood of the texts' tokens, without the
  // first token of each text.
  double perplexity = 0;
  std::vector<int32_t> best;  // The likeliest token after each one.
};

// The model's predictions on the texts of prose.h, with keys and values as
// halves.
Prediction PredictProse(const std::string& path, inference::Math math);

// The share of positions at which both prefer the same token.
double SameBest(const Prediction& a, const Prediction& b);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_MODEL_AGREEMENT_H_
