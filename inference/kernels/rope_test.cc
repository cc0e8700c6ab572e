// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/rope.h"

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

struct Tables {
  std::vector<double> angles;
  std::vector<float> cos;
  std::vector<float> sin;
};

Tables MakeTables(RopePairs pairs, int head_dim, Rng* rng) {
  Tables t;
  t.cos.resize(head_dim);
  t.sin.resize(head_dim);
  for (int i = 0; i < head_dim / 2; ++i) {
    t.angles.push_back(rng->Uniform() * 100);
    const float c = static_cast<float>(std::cos(t.angles[i]));
    const float s = static_cast<float>(std::sin(t.angles[i]));
    if (pairs == RopePairs::kHalves) {
      t.cos[i] = c;
      t.sin[i] = s;
    } else {
      t.cos[2 * i] = t.cos[2 * i + 1] = c;
      t.sin[2 * i] = -s;
      t.sin[2 * i + 1] = s;
    }
  }
  return t;
}

constexpr int kHeadDims[] = {2, 6, 16, 30, 64, 80, 128};

TEST(Rope, RotatesEachPairByItsAngle) {
  Rng rng(TestFingerprint(), "rope");
  for (const RopePairs pairs : {RopePairs::kAdjacent, RopePairs::kHalves}) {
    for (const int n : kHeadDims) {
      const Tables t = MakeTables(pairs, n, &rng);
      const std::vector<float> before = RandomFloats(&rng, n);
      std::vector<float> x = before;

      Rotate(pairs, t.cos.data(), t.sin.data(), n, x.data());

      for (int i = 0; i < n / 2; ++i) {
        const int a = pairs == RopePairs::kHalves ? i : 2 * i;
        const int b = pairs == RopePairs::kHalves ? i + n / 2 : 2 * i + 1;
        const double c = std::cos(t.angles[i]);
        const double s = std::sin(t.angles[i]);
        // Cosine, sine and one product below 1, half an ulp each, and a result
        // below 2.
        constexpr double kBound = 5 * 0x1p-25;
        EXPECT_TRUE(Within("rope", std::abs(x[a] - (before[a] * c - before[b] * s)), kBound));
        EXPECT_TRUE(Within("rope", std::abs(x[b] - (before[b] * c + before[a] * s)), kBound));
      }
    }
  }
}

TEST(Rope, HasTheSameBitsOnEveryVectorTarget) {
  Rng rng(TestFingerprint(), "rope targets");
  for (const RopePairs pairs : {RopePairs::kAdjacent, RopePairs::kHalves}) {
    for (const int n : kHeadDims) {
      const Tables t = MakeTables(pairs, n, &rng);
      const std::vector<float> before = RandomFloats(&rng, n);
      std::vector<float> best = before;
      Rotate(pairs, t.cos.data(), t.sin.data(), n, best.data());
      for (const int64_t target : VectorTargets()) {
        ScopedVectorTarget use(target);
        std::vector<float> x = before;
        Rotate(pairs, t.cos.data(), t.sin.data(), n, x.data());
        EXPECT_TRUE(SameBits(x, best)) << hwy::TargetName(target) << " size " << n;
      }
    }
  }
}

}  // namespace
}  // namespace quipu::inference
