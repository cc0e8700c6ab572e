// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Compares a real model's logits with a double-precision forward pass: the small
// model's, or with QUIPU_LARGE_MODEL the large one's, which takes several minutes and
// runs only by name (tests/integration/README.md).
#include <cstdio>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/model_agreement.h"
#include "tests/support/models.h"

namespace quipu {
namespace {

using inference::KvType;
using inference::Math;
using testing::Agreement;
using testing::CompareToReference;
using testing::Prediction;
using testing::PredictProse;
using testing::SameBest;

#ifdef QUIPU_LARGE_MODEL
std::string ModelPath() { return LargeModelPath(); }
// Measured: 13.4. A mistake in the forward pass shows as hundreds.
constexpr double kMostPerplexity = 25;
#else
std::string ModelPath() { return SmallModelPath(); }
// Measured: 21.7.
constexpr double kMostPerplexity = 30;
#endif

// Errors are in units of the deviation of the reference's logits; measured
// about 2e-5 at worst with F32 pages and 4e-3 with halves.
constexpr const char* kPrompts[] = {
    "The capital of France is Paris, and the capital of Italy is",
    "def factorial(n):\n    if n == 0:\n        return 1\n    return n *",
};

TEST(ModelLogits, AgreeWithTheReferenceInDouble) {
  for (const char* prompt : kPrompts) {
    const Agreement a = CompareToReference(ModelPath(), prompt, KvType::kF32);
    std::printf("worst %.3g, root mean square %.3g\n", a.worst, a.root_mean_square);
    EXPECT_LT(a.worst, 2e-4) << prompt;
    EXPECT_LT(a.root_mean_square, 4e-5) << prompt;
    EXPECT_EQ(a.same_best, a.positions) << prompt;
    EXPECT_GT(a.positions, 0);
  }
}

TEST(ModelLogits, AgreeWithTheReferenceWhenKeysAndValuesAreHalves) {
  const Agreement a = CompareToReference(ModelPath(), kPrompts[0], KvType::kF16);
  std::printf("worst %.3g, root mean square %.3g\n", a.worst, a.root_mean_square);
  EXPECT_LT(a.worst, 0.02) << kPrompts[0];
  EXPECT_LT(a.root_mean_square, 4e-3) << kPrompts[0];
  EXPECT_EQ(a.same_best, a.positions) << kPrompts[0];
}

// The model's perplexity on English with floats, computed once.
const Prediction& Exact() {
  static const auto* const exact = new Prediction(PredictProse(ModelPath(), Math::kFloat));
  return *exact;
}

TEST(ModelLogits, PredictFluentEnglish) {
  const double perplexity = Exact().perplexity;
  EXPECT_LT(perplexity, kMostPerplexity);
  EXPECT_GT(perplexity, 2);
  std::printf("perplexity %.3f\n", perplexity);
}

// Measured: 0.10 % more, the same best token at 96.1 % of 3,149 positions (small);
// 0.04 % less, 98.6 % of 3,052 (large).
TEST(ModelLogits, PredictAsWellWithActivationsOf8Bits) {
  const Prediction& exact = Exact();
  const Prediction rounded = PredictProse(ModelPath(), Math::kInt8);
  const double same_best = SameBest(exact, rounded);
  std::printf(
      "perplexity %.4f with floats, %.4f with int8 (%+.3f %%), same "
      "best token at %.1f %% of %zu positions\n",
      exact.perplexity, rounded.perplexity, 100 * (rounded.perplexity / exact.perplexity - 1),
      100 * same_best, exact.best.size());
  EXPECT_NEAR(rounded.perplexity / exact.perplexity, 1, 0.005);
  EXPECT_GT(same_best, 0.9);
  EXPECT_NE(rounded.perplexity, exact.perplexity) << "the same arithmetic?";
}

}  // namespace
}  // namespace quipu
