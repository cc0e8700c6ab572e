// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/simd/float16_rows.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <vector>

#include "gtest/gtest.h"
#include "inference/simd/float16.h"
#include "tests/support/random.h"
#include "tests/support/random_floats.h"
#include "tests/support/vector_targets.h"

namespace quipu::inference {
namespace {

using quipu::testing::SameBits;
using quipu::testing::ScopedVectorTarget;
using quipu::testing::TestFingerprint;
using quipu::testing::VectorTargets;

TEST(Float16Rows, AllHalvesConvertExactlyOnEveryVectorTarget) {
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

TEST(Float16Rows, FloatsRoundTheSameOnEveryVectorTarget) {
  Rng rng(TestFingerprint(), "half");
  std::vector<float> floats;
  while (floats.size() < 100001) {
    // Values of every size, with ties and values that overflow or become
    // denormal.
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

// NaNs too: conversion instructions and float16.h agree on them.
TEST(Float16Rows, EveryBitPatternWidensTheSameOnEveryVectorTarget) {
  std::vector<uint16_t> all(1 << 16);
  std::iota(all.begin(), all.end(), uint16_t{0});
  const int n = static_cast<int>(all.size());
  std::vector<float> from_halves;
  std::vector<float> from_bfloats;
  for (const uint16_t bits : all) {
    from_halves.push_back(HalfToFloat(bits));
    from_bfloats.push_back(Bfloat16ToFloat(bits));
  }
  for (const int64_t target : VectorTargets()) {
    ScopedVectorTarget use(target);
    std::vector<float> floats(n);
    HalvesToFloats(all.data(), n, floats.data());
    EXPECT_TRUE(SameBits(floats, from_halves)) << hwy::TargetName(target);
    Bfloat16sToFloats(all.data(), n, floats.data());
    EXPECT_TRUE(SameBits(floats, from_bfloats)) << hwy::TargetName(target);
  }
}

TEST(Float16Rows, TakeArraysOfAnyLengthAndAlignment) {
  std::vector<uint8_t> bytes(2 * 40 + 1);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(37 * i + 11);
  const auto* words = reinterpret_cast<const uint16_t*>(bytes.data() + 1);
  for (const int64_t target : VectorTargets()) {
    ScopedVectorTarget use(target);
    for (int n = 0; n <= 40; ++n) {
      std::vector<float> halves(n + 1, 5.0f);
      std::vector<float> bfloats(n + 1, 5.0f);
      HalvesToFloats(words, n, halves.data());
      Bfloat16sToFloats(words, n, bfloats.data());
      for (int i = 0; i < n; ++i) {
        const auto bits = static_cast<uint16_t>(bytes[1 + 2 * i] | bytes[2 + 2 * i] << 8);
        EXPECT_TRUE(SameBits({halves[i]}, {HalfToFloat(bits)})) << i << " of " << n;
        EXPECT_TRUE(SameBits({bfloats[i]}, {Bfloat16ToFloat(bits)})) << i << " of " << n;
      }
      EXPECT_EQ(halves[n], 5.0f);
      EXPECT_EQ(bfloats[n], 5.0f);
    }
  }
}

}  // namespace
}  // namespace quipu::inference
