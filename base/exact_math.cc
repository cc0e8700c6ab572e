// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/exact_math.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace quipu {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// ln 2 in two parts. The first has 21 fewer significant bits than a double, so
// its product with any exponent is exact.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kOneOverLn2 = 0x1.71547652b82fep+0;

// pi / 2 in three parts. The first two have 33 bits, so their products with
// quadrant numbers below 2^20 are exact.
constexpr double kHalfPi1 = 0x1.921fb544p+0;
constexpr double kHalfPi2 = 0x1.0b4611a6p-34;
constexpr double kHalfPi3 = 0x1.3198a2e037073p-69;
constexpr double kTwoOverPi = 0x1.45f306dc9c883p-1;

constexpr double kMaxAngle = 1e6;

// Adding and subtracting it rounds |x| < 2^51 to the nearest integer.
constexpr double kRound = 0x1.8p+52;

// An unevaluated sum, |low| at most about an ulp of high.
struct Double2 {
  double high = 0;
  double low = 0;
};

double RoundToInteger(double x) { return (x + kRound) - kRound; }

uint64_t Bits(double x) {
  uint64_t bits;
  std::memcpy(&bits, &x, sizeof(bits));
  return bits;
}

double FromBits(uint64_t bits) {
  double x;
  std::memcpy(&x, &bits, sizeof(x));
  return x;
}

// 2^k for a normal result.
double PowerOfTwo(int k) { return FromBits(static_cast<uint64_t>(k + 1023) << 52); }

// a + b exactly.
Double2 TwoSum(double a, double b) {
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

// coefficients[0] + x * coefficients[1] + ...
template <int N>
double Polynomial(const double (&coefficients)[N], double x) {
  double sum = coefficients[N - 1];
  for (int i = N - 2; i >= 0; --i) sum = sum * x + coefficients[i];
  return sum;
}

// exp(x + low), |low| far below 1.
double ExpOfSum(double x, double low) {
  if (x != x) return x;
  if (x > 750) return kInfinity;
  if (x < -750) return 0;
  const double k = RoundToInteger(x * kOneOverLn2);
  const double high_part = x - k * kLn2High;  // Exact.
  const Double2 r = TwoSum(high_part, -(k * kLn2Low));
  const double rest = r.low + low;

  // exp(r) = 1 + r + r^2 (1/2! + r/3! + ...), |r| <= 0.3466.
  static constexpr double kInverseFactorials[] = {1.0 / 2,
                                                  1.0 / 6,
                                                  1.0 / 24,
                                                  1.0 / 120,
                                                  1.0 / 720,
                                                  1.0 / 5040,
                                                  1.0 / 40320,
                                                  1.0 / 362880,
                                                  1.0 / 3628800,
                                                  1.0 / 39916800.0,
                                                  1.0 / 479001600.0,
                                                  1.0 / 6227020800.0,
                                                  1.0 / 87178291200.0};
  const double square_terms = r.high * r.high * Polynomial(kInverseFactorials, r.high);
  const double value = 1.0 + (r.high + (square_terms + (rest + rest * r.high)));

  // In two steps, because 2^k itself may be out of range at either end. The
  // first step is exact.
  const int exponent = static_cast<int>(k);
  const int half = exponent / 2;
  return value * PowerOfTwo(half) * PowerOfTwo(exponent - half);
}

// log(x) to about 2^-58 of its size, for finite x > 0.
Double2 LogOfPositive(double x) {
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {  // Subnormal.
    x *= 0x1p54;
    exponent = -54;
  }
  // x = 2^exponent * m with m between sqrt(1/2) and sqrt(2).
  const uint64_t bits = Bits(x);
  exponent += static_cast<int>(bits >> 52) - 1023;
  double m = FromBits((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 0x1.6a09e667f3bcdp+0) {
    m *= 0.5;
    ++exponent;
  }

  // log(m) = 2 atanh(s), s = f / (2 + f), f = m - 1 (exact), |s| < 0.1716.
  const double f = m - 1.0;
  const Double2 divisor = TwoSum(2.0, f);
  const double s = f / divisor.high;
  const double remainder = std::fma(-s, divisor.high, f) - s * divisor.low;
  const double s_low = remainder / divisor.high;
  static constexpr double kAtanhTerms[] = {2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9,
                                           2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17,
                                           2.0 / 19, 2.0 / 21, 2.0 / 23, 2.0 / 25};
  const double s2 = s * s;
  const double series = s * s2 * Polynomial(kAtanhTerms, s2);

  const double k = exponent;
  const Double2 sum = TwoSum(k * kLn2High, 2.0 * s);
  return TwoSum(sum.high, sum.low + (2.0 * s_low + (series + k * kLn2Low)));
}

// sin(r.high + r.low), |r| <= pi / 4.
double SinOfReduced(const Double2& r) {
  static constexpr double kTerms[] = {-1.0 / 6,
                                      1.0 / 120,
                                      -1.0 / 5040,
                                      1.0 / 362880,
                                      -1.0 / 39916800.0,
                                      1.0 / 6227020800.0,
                                      -1.0 / 1307674368000.0,
                                      1.0 / 355687428096000.0};
  const double square = r.high * r.high;
  const double cube = square * r.high;
  return r.high + (cube * Polynomial(kTerms, square) + r.low * (1.0 - 0.5 * square));
}

// cos(r.high + r.low), |r| <= pi / 4.
double CosOfReduced(const Double2& r) {
  static constexpr double kTerms[] = {1.0 / 24,
                                      -1.0 / 720,
                                      1.0 / 40320,
                                      -1.0 / 3628800,
                                      1.0 / 479001600.0,
                                      -1.0 / 87178291200.0,
                                      1.0 / 20922789888000.0,
                                      -1.0 / 6402373705728000.0};
  const double square = r.high * r.high;
  const double half = 0.5 * square;
  const double head = 1.0 - half;
  const double head_error = (1.0 - head) - half;
  return head + (head_error + (square * square * Polynomial(kTerms, square) - r.high * r.low));
}

// sin(x + quadrants * pi / 2).
double SinOfShifted(double x, int quadrants) {
  if (!(x >= -kMaxAngle && x <= kMaxAngle)) return kNan;
  const double k = RoundToInteger(x * kTwoOverPi);
  // Exact: both are multiples of the same power of two, and the result is
  // small.
  const double first = x - k * kHalfPi1;
  const Double2 second = TwoSum(first, -(k * kHalfPi2));
  const Double2 r = TwoSum(second.high, second.low - k * kHalfPi3);
  // Two's complement, so & 3 is the remainder by 4 for negative numbers too.
  switch ((static_cast<int>(k) + quadrants) & 3) {
    case 0:
      return SinOfReduced(r);
    case 1:
      return CosOfReduced(r);
    case 2:
      return -SinOfReduced(r);
    default:
      return -CosOfReduced(r);
  }
}

}  // namespace

double ExactExp(double x) { return ExpOfSum(x, 0.0); }

double ExactLog(double x) {
  if (x != x || x == kInfinity) return x;
  if (x == 0) return -kInfinity;
  if (x < 0) return kNan;
  return LogOfPositive(x).high;
}

double ExactSin(double x) { return SinOfShifted(x, 0); }

double ExactCos(double x) { return SinOfShifted(x, 1); }

double ExactPow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (!(x > 0) || x == kInfinity) return ExactExp(y * ExactLog(x));
  // exp turns an absolute error of its argument into a relative error of its
  // result, so the product needs more bits than a double has.
  const Double2 log = LogOfPositive(x);
  const double product = y * log.high;
  if (!(product > -750 && product < 750)) return ExactExp(product);
  return ExpOfSum(product, std::fma(y, log.high, -product) + y * log.low);
}

}  // namespace quipu
