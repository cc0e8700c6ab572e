// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/half.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "gtest/gtest.h"
#include "inference/gguf/quants.h"
#include "tests/support/random.h"
#include "tests/support/random_floats.h"
#include "tests/support/vector_targets.h"

namespace quipu::inference {
namespace {

using quipu::testing::SameBits;
using quipu::testing::ScopedVectorTarget;
using quipu::testing::TestFingerprint;
using quipu::testing::VectorTargets;

TEST(Half, AllHalvesConvertExactlyOnEveryVectorTarget) {
  std::vector<uint16_t> halves;
  for (int i = 0; i < 1 << 16; ++i) {
    const bool nan = (i & 0x7c00) == 0x7c00 && (i & 0x3ff) != 0;
    if (!nan) halves.push_back(static_cast<uint16_t>(i));
  }
  const int n = static_cast<int>(halves.size());
  std::vector<float> wanted;
  for (const uint16_t half : halves) wanted.push_back(HalfToFloat(half));
  for (const int64_t target : VectorTargets()) {
    ScopedVectorTarget use(target);
    std::vector<float> floats(n);
    HalvesToFloats(halves.data(), n, floats.data());
    EXPECT_TRUE(SameBits(floats, wanted)) << hwy::TargetName(target);

    std::vector<uint16_t> back(n);
    FloatsToHalves(floats.data(), n, back.data());
    EXPECT_EQ(back, halves) << hwy::TargetName(target);
  }
}

TEST(Half, FloatsRoundTheSameOnEveryVectorTarget) {
  Rng rng(TestFingerprint(), "half");
  std::vector<float> floats;
  while (floats.size() < 100001) {
    // Of every size, ties and values that overflow or become denormal included.
    const uint32_t bits = static_cast<uint32_t>(rng.Next()) & (rng.Next() % 2 ? ~0u : 0xfffff000u);
    float value;
    std::memcpy(&value, &bits, sizeof(value));
    if (std::abs(value) > 1e-9f && std::abs(value) < 1e6f) floats.push_back(value);
  }
  const int n = static_cast<int>(floats.size());
  std::vector<uint16_t> wanted;
  for (const float value : floats) wanted.push_back(FloatToHalf(value));
  for (const int64_t target : VectorTargets()) {
    ScopedVectorTarget use(target);
    std::vector<uint16_t> halves(n);
    FloatsToHalves(floats.data(), n, halves.data());
    EXPECT_EQ(halves, wanted) << hwy::TargetName(target);
  }
}

}  // namespace
}  // namespace quipu::inference
