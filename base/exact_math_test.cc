// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/exact_math.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu {
namespace {

constexpr int kSamples = 300000;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double FromBits(uint64_t bits) {
  double x;
  std::memcpy(&x, &bits, sizeof(x));
  return x;
}

double Between(Rng* rng, double low, double high) { return low + (high - low) * rng->Uniform(); }

// The distance of `value` from `exact`, in units in the last place of doubles
// at that size. The reference, long double libm, has 11 more bits.
double UlpError(double value, long double exact) {
  const double nearest = static_cast<double>(exact);
  if (value == nearest) return static_cast<double>(std::fabs(value - exact)) == 0 ? 0 : 0.5;
  const double ulp = std::nextafter(std::fabs(nearest), kInfinity) - std::fabs(nearest);
  return static_cast<double>(std::fabs(value - exact) / ulp);
}

static_assert(std::numeric_limits<long double>::digits > 53,
              "the reference needs more bits than a double");

TEST(ExactMath, ExpIsWithinTwoUlp) {
  Rng rng(testing::TestFingerprint(), "exp");
  double worst = 0;
  for (int i = 0; i < kSamples; ++i) {
    // The whole range, and the part around 0 that softmax uses.
    const double x = i % 2 == 0 ? Between(&rng, -745, 709.7) : Between(&rng, -2, 2);
    const double error = UlpError(ExactExp(x), std::exp(static_cast<long double>(x)));
    ASSERT_LT(error, 2) << "x=" << x;
    worst = std::max(worst, error);
  }
  RecordProperty("worst_ulp", std::to_string(worst));
}

TEST(ExactMath, ExpEndsAsTheLibraryDoes) {
  EXPECT_EQ(ExactExp(0), 1);
  EXPECT_EQ(ExactExp(-0.0), 1);
  EXPECT_EQ(ExactExp(kInfinity), kInfinity);
  EXPECT_EQ(ExactExp(-kInfinity), 0);
  EXPECT_TRUE(std::isnan(ExactExp(kNan)));
  EXPECT_EQ(ExactExp(709.782712893384), std::exp(709.782712893384));
  EXPECT_EQ(ExactExp(709.7827128933841), kInfinity);
  EXPECT_EQ(ExactExp(1e300), kInfinity);
  EXPECT_EQ(ExactExp(-745.1332191019411), FromBits(1));
  EXPECT_EQ(ExactExp(-745.1332191019412), 0);
  EXPECT_EQ(ExactExp(-1e300), 0);
}

TEST(ExactMath, LogIsWithinTwoUlp) {
  Rng rng(testing::TestFingerprint(), "log");
  double worst = 0;
  for (int i = 0; i < kSamples; ++i) {
    double x = 0;
    if (i % 3 == 0) x = FromBits(rng.Below(0x7ff0000000000000 - 1) + 1);  // Subnormal to largest.
    if (i % 3 == 1) x = Between(&rng, 0.5, 2);
    if (i % 3 == 2) x = 1 + Between(&rng, -1e-6, 1e-6);
    const double error = UlpError(ExactLog(x), std::log(static_cast<long double>(x)));
    ASSERT_LT(error, 2) << "x=" << x;
    worst = std::max(worst, error);
  }
  RecordProperty("worst_ulp", std::to_string(worst));
}

TEST(ExactMath, LogOfTheEndsIsRight) {
  EXPECT_EQ(ExactLog(1), 0);
  EXPECT_EQ(ExactLog(0), -kInfinity);
  EXPECT_EQ(ExactLog(-0.0), -kInfinity);
  EXPECT_EQ(ExactLog(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(ExactLog(-1)));
  EXPECT_TRUE(std::isnan(ExactLog(-kInfinity)));
  EXPECT_TRUE(std::isnan(ExactLog(kNan)));
  EXPECT_EQ(ExactLog(FromBits(1)), std::log(FromBits(1)));
  EXPECT_EQ(ExactLog(2), std::log(2.0));
}

TEST(ExactMath, SinAndCosAreWithinTheirBound) {
  Rng rng(testing::TestFingerprint(), "sin");
  const double ranges[] = {1e-3, 1, 7, 1e3, 1e6};
  for (int i = 0; i < kSamples; ++i) {
    const double range = ranges[i % 5];
    const double x = Between(&rng, -range, range);
    const long double wide = x;
    ASSERT_LT(std::fabs(ExactSin(x) - std::sin(wide)), 1e-15L) << "x=" << x;
    ASSERT_LT(std::fabs(ExactCos(x) - std::cos(wide)), 1e-15L) << "x=" << x;
  }
}

TEST(ExactMath, SinAndCosHoldAtMultiplesOfHalfPi) {
  // Where argument reduction cancels most.
  for (int k = -636600; k <= 636600; k += 7) {
    const double x = k * 1.57079632679489661923;
    const long double wide = x;
    ASSERT_LT(std::fabs(ExactSin(x) - std::sin(wide)), 1e-15L) << "k=" << k;
    ASSERT_LT(std::fabs(ExactCos(x) - std::cos(wide)), 1e-15L) << "k=" << k;
  }
}

TEST(ExactMath, SinAndCosHoldForPositionsOfTokens) {
  // The arguments that rotary embeddings use: whole numbers times frequencies.
  for (int position = 0; position <= 1000000; position += 13) {
    const long double wide = position;
    ASSERT_LT(std::fabs(ExactSin(position) - std::sin(wide)), 1e-15L) << position;
    ASSERT_LT(std::fabs(ExactCos(position) - std::cos(wide)), 1e-15L) << position;
  }
}

TEST(ExactMath, SinAndCosOfZeroAreExact) {
  EXPECT_EQ(ExactSin(0), 0);
  EXPECT_EQ(ExactCos(0), 1);
}

TEST(ExactMath, SinAndCosPastTheirRangeAreNan) {
  EXPECT_TRUE(std::isnan(ExactSin(1.0000001e6)));
  EXPECT_TRUE(std::isnan(ExactCos(-kInfinity)));
  EXPECT_TRUE(std::isnan(ExactSin(kNan)));
  EXPECT_FALSE(std::isnan(ExactCos(-1e6)));
}

TEST(ExactMath, PowIsWithinItsBound) {
  Rng rng(testing::TestFingerprint(), "pow");
  long double worst = 0;
  for (int i = 0; i < kSamples; ++i) {
    const double x = ExactExp(Between(&rng, -100, 100));
    // Results from one end of the normal range to the other.
    const double y = Between(&rng, -708, 709) / std::log(x);
    const long double exact = std::pow(static_cast<long double>(x), static_cast<long double>(y));
    if (exact < 2.3e-308L || exact > 1.79e308L) continue;
    const long double error = std::fabs(ExactPow(x, y) / exact - 1);
    ASSERT_LT(error, 1e-13L) << "x=" << x << " y=" << y;
    worst = std::max(worst, error);
  }
  RecordProperty("worst_relative", std::to_string(static_cast<double>(worst * 1e15)) + "e-15");
}

TEST(ExactMath, PowOfRotaryBasesIsWithinItsBound) {
  for (const double base : {10000.0, 500000.0, 1000000.0}) {
    for (int i = 0; i < 128; ++i) {
      const double y = -2.0 * i / 256;
      const long double exact =
          std::pow(static_cast<long double>(base), static_cast<long double>(y));
      EXPECT_LT(std::fabs(ExactPow(base, y) / exact - 1), 1e-15L) << base << " ^ " << y;
    }
  }
}

TEST(ExactMath, PowOfTheEndsIsRight) {
  EXPECT_EQ(ExactPow(7, 0), 1);
  EXPECT_EQ(ExactPow(1, 1e300), 1);
  EXPECT_EQ(ExactPow(kInfinity, 0), 1);
  EXPECT_EQ(ExactPow(kInfinity, 2), kInfinity);
  EXPECT_EQ(ExactPow(kInfinity, -2), 0);
  EXPECT_EQ(ExactPow(0, 2), 0);
  EXPECT_EQ(ExactPow(2, 10), 1024);
  EXPECT_EQ(ExactPow(2, 5000), kInfinity);
  EXPECT_EQ(ExactPow(2, -5000), 0);
  EXPECT_TRUE(std::isnan(ExactPow(kNan, 2)));
  EXPECT_TRUE(std::isnan(ExactPow(2, kNan)));
}

TEST(ExactMath, BitsNeverChange) {
  // FNV-1a of the results for fixed inputs: persistent scores depend on them.
  uint64_t hash = 0xcbf29ce484222325;
  const auto mix = [&hash](double value) {
    uint64_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    for (int i = 0; i < 8; ++i) hash = (hash ^ (bits >> 8 * i & 0xff)) * 0x100000001b3;
  };
  for (int i = 1; i <= 10000; ++i) {
    mix(ExactExp((i - 5000) * 0.1416015625));
    mix(ExactLog(i * 0.37109375));
    mix(ExactSin(i * 99.62109375));
    mix(ExactCos(i * -99.62109375));
    mix(ExactPow(i * 0.37109375, (i % 200 - 100) * 0.25));
  }

  EXPECT_EQ(hash, 5837341573327445691u);
}

}  // namespace
}  // namespace quipu
