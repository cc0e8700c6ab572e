// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/simd/float16.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

// A half from its definition: sign, exponent and fraction.
double HalfByDefinition(uint16_t half) {
  const double sign = (half & 0x8000) != 0 ? -1.0 : 1.0;
  const int exponent = (half >> 10) & 31;
  const int fraction = half & 1023;
  if (exponent == 31) {
    return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  }
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

TEST(Float16, ConvertsEveryHalfExactly) {
  for (uint32_t h = 0; h < 65536; ++h) {
    const auto half = static_cast<uint16_t>(h);
    const float value = HalfToFloat(half);
    const double want = HalfByDefinition(half);
    if (std::isnan(want)) {
      EXPECT_TRUE(std::isnan(value)) << h;
      EXPECT_EQ(FloatToHalf(value), half | 0x0200) << "a quiet NaN keeps its payload";
      continue;
    }
    EXPECT_EQ(static_cast<double>(value), want) << h;
    EXPECT_EQ(std::signbit(value), (h & 0x8000) != 0) << h;
    EXPECT_EQ(FloatToHalf(value), half) << h;
  }
}

TEST(Float16, RoundsToTheNearestHalfTiesToEven) {
  // Between every two neighbouring finite halves: just below the middle, the
  // middle, just above.
  for (uint16_t h = 0; h < 0x7BFF; ++h) {
    const double low = HalfByDefinition(h);
    const double high = HalfByDefinition(static_cast<uint16_t>(h + 1));
    const auto middle = static_cast<float>((low + high) / 2);
    const auto even = static_cast<uint16_t>(h % 2 == 0 ? h : h + 1);
    ASSERT_EQ(FloatToHalf(middle), even) << h;
    ASSERT_EQ(FloatToHalf(std::nextafter(middle, 0.0f)), h) << h;
    ASSERT_EQ(FloatToHalf(std::nextafter(middle, 1e9f)), h + 1) << h;
    ASSERT_EQ(FloatToHalf(-middle), even | 0x8000) << h;
  }
  EXPECT_EQ(FloatToHalf(65519.996f), 0x7BFF);
  EXPECT_EQ(FloatToHalf(65520.0f), 0x7C00);
  EXPECT_EQ(FloatToHalf(std::numeric_limits<float>::max()), 0x7C00);
  EXPECT_EQ(FloatToHalf(-std::numeric_limits<float>::infinity()), 0xFC00);
  EXPECT_EQ(FloatToHalf(std::numeric_limits<float>::denorm_min()), 0);
}

TEST(Float16, ConvertsBfloat16BothWays) {
  for (uint32_t b = 0; b < 65536; ++b) {
    const auto value = static_cast<uint16_t>(b);
    const float wide = Bfloat16ToFloat(value);
    if (std::isnan(wide)) {
      EXPECT_TRUE(std::isnan(Bfloat16ToFloat(FloatToBfloat16(wide)))) << b;
    } else {
      EXPECT_EQ(FloatToBfloat16(wide), value) << b;
    }
  }
  EXPECT_EQ(FloatToBfloat16(1.00390625f), 0x3F80);  // A tie, to even.
  EXPECT_EQ(FloatToBfloat16(1.01171875f), 0x3F82);  // The next tie, to even.
  EXPECT_EQ(FloatToBfloat16(std::numeric_limits<float>::max()), 0x7F80);
}

}  // namespace
}  // namespace quipu::inference
