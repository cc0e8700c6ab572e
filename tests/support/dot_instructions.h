// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Runs code with the processor's dot products of bytes, if it has them, and as
// on a processor without them.
//
//   for (const bool use : {true, false}) {
//     ScopedDotInstructions dots(use);
//     RunKernel();
//   }
//
// Not thread-safe: changes the whole process.
#ifndef QUIPU_TESTS_SUPPORT_DOT_INSTRUCTIONS_H_
#define QUIPU_TESTS_SUPPORT_DOT_INSTRUCTIONS_H_

#include "inference/kernels/int8_gemm.h"

namespace quipu::testing {

class ScopedDotInstructions {
 public:
  explicit ScopedDotInstructions(bool use) { inference::UseDotInstructions(use); }
  ~ScopedDotInstructions() { inference::UseDotInstructions(true); }
  ScopedDotInstructions(const ScopedDotInstructions&) = delete;
  ScopedDotInstructions& operator=(const ScopedDotInstructions&) = delete;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_DOT_INSTRUCTIONS_H_
