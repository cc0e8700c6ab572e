// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/swiglu.h"

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

// Random gates, and those at which exp overflows, underflows or is exact.
std::vector<float> Gates(Rng* rng, int n) {
  std::vector<float> gates = RandomFloats(rng, n, 12);
  const float special[] = {0.0f,   -0.0f, 1e-30f, -1e-30f, 87.3f, -87.3f, 88.0f,
                           -88.0f, 90.0f, -90.0f, 1e4f,    -1e4f, 1e30f};
  for (int i = 0; i < n && i < 13; ++i) gates[n - 1 - i] = special[i];
  return gates;
}

TEST(SwiGlu, AgreesWithDouble) {
  Rng rng(TestFingerprint(), "swiglu");
  for (const int n : {1, 7, 16, 33, 1536}) {
    const std::vector<float> gate = Gates(&rng, n);
    const std::vector<float> up = RandomFloats(&rng, n, 2);
    std::vector<float> out(n);

    SwiGlu(gate.data(), up.data(), n, out.data());

    for (int i = 0; i < n; ++i) {
      const double wanted = gate[i] / (1 + std::exp(-double{gate[i]})) * up[i];
      // The exponential is within 2 ulp; the sum with one, the quotient and the
      // product are rounded. Above 88 it is infinite and the result 0.
      EXPECT_TRUE(
          Within("swiglu", std::abs(out[i] - wanted), 8 * 0x1p-24 * std::abs(wanted) + 1e-35))
          << "gate " << gate[i];
    }
  }
}

TEST(GeGlu, AgreesWithDouble) {
  Rng rng(TestFingerprint(), "geglu");
  for (const int n : {1, 7, 16, 33, 1536}) {
    const std::vector<float> gate = Gates(&rng, n);
    const std::vector<float> up = RandomFloats(&rng, n, 2);
    std::vector<float> out(n);

    GeGlu(gate.data(), up.data(), n, out.data());

    for (int i = 0; i < n; ++i) {
      const double g = gate[i];
      const double u = std::sqrt(2 / 3.14159265358979323846) * (g + 0.044715 * g * g * g);
      const double wanted = g / (1 + std::exp(-2 * u)) * up[i];
      // The argument has four roundings; the exponential makes its relative error
      // |2 u| times as large. It decides only where it is above 2^-24, so |2 u| < 17
      // or the result is tiny.
      const double argument = 4 * std::min(88.0, std::abs(2 * u));
      EXPECT_TRUE(Within("geglu", std::abs(out[i] - wanted),
                         (8 + argument) * 0x1p-24 * std::abs(wanted) + 1e-35))
          << "gate " << gate[i];
    }
  }
}

TEST(SwiGlu, HasTheSameBitsOnEveryVectorTargetAndAtEveryPlace) {
  Rng rng(TestFingerprint(), "swiglu targets");
  const int n = 203;
  const std::vector<float> gate = Gates(&rng, n);
  const std::vector<float> up = RandomFloats(&rng, n, 2);
  std::vector<float> best(n);
  SwiGlu(gate.data(), up.data(), n, best.data());
  std::vector<float> best_gelu(n);
  GeGlu(gate.data(), up.data(), n, best_gelu.data());
  for (const int64_t target : VectorTargets()) {
    ScopedVectorTarget use(target);
    std::vector<float> out(n);
    SwiGlu(gate.data(), up.data(), n, out.data());
    EXPECT_TRUE(SameBits(out, best)) << hwy::TargetName(target);
    for (int i = 0; i < n; ++i) SwiGlu(&gate[i], &up[i], 1, &out[i]);
    EXPECT_TRUE(SameBits(out, best)) << hwy::TargetName(target) << " one by one";
    GeGlu(gate.data(), up.data(), n, out.data());
    EXPECT_TRUE(SameBits(out, best_gelu)) << hwy::TargetName(target) << " GELU";
  }
}

}  // namespace
}  // namespace quipu::inference
