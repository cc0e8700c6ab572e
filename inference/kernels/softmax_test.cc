// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/softmax.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/random_floats.h"
#include "tests/support/vector_targets.h"

namespace quipu::inference {
namespace {

using quipu::testing::RandomFloats;
using quipu::testing::SameBits;
using quipu::testing::ScopedVectorTarget;
using quipu::testing::TestFingerprint;
using quipu::testing::VectorTargets;

constexpr int kSizes[] = {1, 2, 15, 16, 17, 33, 100, 1000, 4097};

// The numerators and, behind them, the sum. What lies behind x is rubbish.
std::vector<float> Softmax(std::vector<float> x) {
  const size_t n = x.size();
  x.resize((n + 15) / 16 * 16, 1e9f);
  const float sum = SoftmaxNumerators(x.data(), static_cast<int>(n));
  x.resize(n);
  x.push_back(sum);
  return x;
}

TEST(Softmax, AgreesWithDouble) {
  Rng rng(TestFingerprint(), "softmax");
  for (const int n : kSizes) {
    // Wide enough that some vanish.
    const std::vector<float> x = RandomFloats(&rng, n, 60);

    const std::vector<float> out = Softmax(x);

    const double max = *std::max_element(x.begin(), x.end());
    double sum = 0;
    for (int i = 0; i < n; ++i) {
      const double wanted = std::exp(x[i] - max);
      // Half an ulp of x - max is as much, relatively, in its exponential.
      EXPECT_NEAR(out[i], wanted, 8e-6 * wanted + 2e-38) << x[i] - max;
      sum += wanted;
    }
    EXPECT_NEAR(out[n], sum, 1e-5 * sum);
  }
}

TEST(Softmax, ExponentialIsWithinTwoUlps) {
  std::vector<float> x = {0.0f};
  for (float v = -87.0f; v < 0; v += 0.0371f) x.push_back(v);

  const std::vector<float> out = Softmax(x);

  for (size_t i = 0; i < x.size(); ++i) {
    const double wanted = std::exp(double{x[i]});
    const float nearest = static_cast<float>(wanted);
    EXPECT_NEAR(out[i], wanted, 2 * (std::nextafter(nearest, 2.0f) - nearest)) << x[i];
  }
}

TEST(Softmax, HasTheSameBitsOnEveryVectorTarget) {
  Rng rng(TestFingerprint(), "softmax targets");
  for (const int n : kSizes) {
    const std::vector<float> x = RandomFloats(&rng, n, 20);
    const std::vector<float> best = Softmax(x);
    for (const int64_t target : VectorTargets()) {
      ScopedVectorTarget use(target);
      EXPECT_TRUE(SameBits(Softmax(x), best)) << hwy::TargetName(target) << " size " << n;
    }
  }
}

}  // namespace
}  // namespace quipu::inference
