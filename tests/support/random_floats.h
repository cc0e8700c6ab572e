// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Random inputs for kernels, and bit comparison.
//
//   Rng rng(TestFingerprint(), "gemm");
//   std::vector<float> x = RandomFloats(&rng, n, 2.0);  // uniform in [-2, 2)
//   EXPECT_TRUE(SameBits(x, y));
#ifndef QUIPU_TESTS_SUPPORT_RANDOM_FLOATS_H_
#define QUIPU_TESTS_SUPPORT_RANDOM_FLOATS_H_

#include <cstddef>
#include <cstring>
#include <vector>

#include "base/rng.h"
#include "gtest/gtest.h"

namespace quipu::testing {

inline std::vector<float> RandomFloats(Rng* rng, size_t count, double bound = 1.0) {
  std::vector<float> values(count);
  for (float& v : values) v = static_cast<float>((2 * rng->Uniform() - 1) * bound);
  return values;
}

inline ::testing::AssertionResult SameBits(const std::vector<float>& a,
                                           const std::vector<float>& b) {
  if (a.size() != b.size()) {
    return ::testing::AssertionFailure() << a.size() << " values and " << b.size();
  }
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::memcmp(&a[i], &b[i], sizeof(float)) != 0) {
      return ::testing::AssertionFailure() << "value " << i << " of " << a.size() << ": "
                                           << std::hexfloat << a[i] << " and " << b[i];
    }
  }
  return ::testing::AssertionSuccess();
}

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_RANDOM_FLOATS_H_
