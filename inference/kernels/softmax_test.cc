// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/softmax.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/random_floats.h"
#include "tests/support/tolerance.h"
#include "tests/support/vector_targets.h"

namespace quipu::inference {
namespace {

using quipu::testing::RandomFloats;
using quipu::testing::SameBits;
using quipu::testing::ScopedVectorTarget;
using quipu::testing::TestFingerprint;
using quipu::testing::VectorTargets;
using quipu::testing::Within;

constexpr int kSizes[] = {1, 2, 15, 16, 17, 33, 100, 1000, 4097};

// The numerators, followed by the sum. The memory after x contains garbage.
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
    // Wide enough that some underflow.
    const std::vector<float> x = RandomFloats(&rng, n, 60);

    const std::vector<float> out = Softmax(x);

    constexpr double kBound = 1.01 * (0x1p-18 + 0x1p-22);
    const double max = *std::max_element(x.begin(), x.end());
    double sum = 0;
    for (int i = 0; i < n; ++i) {
      const double wanted = std::exp(x[i] - max);
      // Half an ulp of x - max, which is below 128, is the same relative error
      // in its exponential, which is within 2 ulp. Below 2e-38 it is 0.
      EXPECT_TRUE(Within("softmax", std::abs(out[i] - wanted), kBound * wanted + 2e-38))
          << x[i] - max;
      sum += wanted;
    }
    // Added up in 16 lanes, and these in a tree of 4 levels.
    EXPECT_TRUE(
        Within("softmax, sum", std::abs(out[n] - sum), (kBound + (n / 16 + 5) * 0x1p-24) * sum));
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
