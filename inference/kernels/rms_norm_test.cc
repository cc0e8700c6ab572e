// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/rms_norm.h"

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

constexpr int kSizes[] = {1, 2, 15, 16, 17, 31, 33, 64, 100, 576, 1537};

TEST(RmsNorm, AgreesWithDouble) {
  Rng rng(TestFingerprint(), "norm");
  for (const int n : kSizes) {
    const std::vector<float> x = RandomFloats(&rng, n, 3);
    const std::vector<float> w = RandomFloats(&rng, n, 2);
    std::vector<float> out(n);

    RmsNorm(x.data(), w.data(), n, 1e-5f, out.data());

    double squares = 0;
    for (const float v : x) squares += double{v} * v;
    for (int i = 0; i < n; ++i) {
      const double wanted = x[i] / std::sqrt(squares / n + 1e-5) * w[i];
      // The root halves the relative error of n / 16 + 1 fused steps, a tree of
      // 4 levels, mean and epsilon. Then follow root, reciprocal and two
      // products.
      const double roundings = (n / 16 + 1 + 4 + 2) / 2.0 + 4;
      EXPECT_TRUE(Within("rms norm", std::abs(out[i] - wanted),
                         1.001 * roundings * 0x1p-24 * std::abs(wanted) + 1e-30))
          << i << " of " << n;
    }
  }
}

TEST(RmsNorm, WorksInPlace) {
  Rng rng(TestFingerprint(), "norm in place");
  std::vector<float> x = RandomFloats(&rng, 77);
  const std::vector<float> w = RandomFloats(&rng, 77);
  std::vector<float> out(77);
  RmsNorm(x.data(), w.data(), 77, 1e-6f, out.data());

  RmsNorm(x.data(), w.data(), 77, 1e-6f, x.data());

  EXPECT_TRUE(SameBits(x, out));
}

TEST(AddTo, AddsOnEveryVectorTargetAndNothingBehind) {
  Rng rng(TestFingerprint(), "add");
  for (const int n : {0, 1, 5, 16, 77}) {
    const std::vector<float> x = RandomFloats(&rng, n + 1, 3);
    const std::vector<float> delta = RandomFloats(&rng, n + 1, 3);
    std::vector<float> wanted = x;
    for (int i = 0; i < n; ++i) wanted[i] += delta[i];
    for (const int64_t target : VectorTargets()) {
      ScopedVectorTarget use(target);
      std::vector<float> out = x;
      AddTo(delta.data(), n, out.data());
      EXPECT_TRUE(SameBits(out, wanted)) << hwy::TargetName(target);
    }
  }
}

TEST(RmsNorm, HasTheSameBitsOnEveryVectorTarget) {
  Rng rng(TestFingerprint(), "norm targets");
  for (const int n : kSizes) {
    const std::vector<float> x = RandomFloats(&rng, n, 3);
    const std::vector<float> w = RandomFloats(&rng, n, 2);
    std::vector<float> best(n);
    RmsNorm(x.data(), w.data(), n, 1e-5f, best.data());
    for (const int64_t target : VectorTargets()) {
      ScopedVectorTarget use(target);
      std::vector<float> out(n);
      RmsNorm(x.data(), w.data(), n, 1e-5f, out.data());
      EXPECT_TRUE(SameBits(out, best)) << hwy::TargetName(target) << " size " << n;
    }
  }
}

}  // namespace
}  // namespace quipu::inference
