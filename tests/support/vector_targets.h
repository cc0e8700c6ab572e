// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Runs code on each vector target that the kernels are compiled for and this
// machine has.
//
//   for (int64_t target : VectorTargets()) {
//     ScopedVectorTarget use(target);
//     RunKernel();
//   }
//
// Not thread-safe: changes the target of the whole process.
#ifndef QUIPU_TESTS_SUPPORT_VECTOR_TARGETS_H_
#define QUIPU_TESTS_SUPPORT_VECTOR_TARGETS_H_

#include <cstdint>
#include <vector>

#include "inference/simd/targets.h"

namespace quipu::testing {

// Best first.
inline std::vector<int64_t> VectorTargets() { return hwy::SupportedAndGeneratedTargets(); }

class ScopedVectorTarget {
 public:
  explicit ScopedVectorTarget(int64_t target) { Use(target); }
  ~ScopedVectorTarget() { Use(0); }
  ScopedVectorTarget(const ScopedVectorTarget&) = delete;
  ScopedVectorTarget& operator=(const ScopedVectorTarget&) = delete;

 private:
  // 0: the machine's best.
  static void Use(int64_t target) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_VECTOR_TARGETS_H_
