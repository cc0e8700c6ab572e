// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Tolerances of random tests that can be measured. If the environment requests
// it, records how close an error comes to its bound, so that a bound can be
// based on many seeds (tests/tolerances.py runs them).
//
//   EXPECT_TRUE(Within("gemm f32", std::abs(actual - expected), bound));
//
// With QUIPU_TOLERANCES=FILE, each process appends a line "label<TAB>largest
// error / bound" for each label to the file when it ends. Not thread-safe.
#ifndef QUIPU_TESTS_SUPPORT_TOLERANCE_H_
#define QUIPU_TESTS_SUPPORT_TOLERANCE_H_

#include "gtest/gtest.h"

namespace quipu::testing {

// Whether 0 <= error <= bound; false for NaN. `label`: a literal.
::testing::AssertionResult Within(const char* label, double error, double bound);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_TOLERANCE_H_
