// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// exp, log, sin, cos and pow in double with the same bits on every machine:
// only IEEE + - * / sqrt and std::fma, in a fixed order. libm picks variants by
// CPU, so nothing that can touch a token or a stored score uses it.
// Errors: under 2 ulp for Exp, Log; under 1e-15 absolute for Sin, Cos with
// |x| <= 1e6; Pow(x, y) = Exp(y * Log(x)) with relative error under 1e-13 for
// results within double's normal range.
#ifndef QUIPU_BASE_EXACT_MATH_H_
#define QUIPU_BASE_EXACT_MATH_H_

namespace quipu {

// Overflows to +inf and underflows to 0 as std::exp does; NaN in, NaN out.
double ExactExp(double x);
// log(0) = -inf, log(negative) = NaN.
double ExactLog(double x);
// REQUIRES: |x| <= 1e6.
double ExactSin(double x);
double ExactCos(double x);
// REQUIRES: x > 0.
double ExactPow(double x, double y);

}  // namespace quipu

#endif  // QUIPU_BASE_EXACT_MATH_H_
