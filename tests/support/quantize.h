// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Floats to GGUF block formats by plain rounding, for tests. It does not search
// for the best scales, but uses every field of every format.
//
//   std::string blocks = Quantize(TensorType::kQ4_K, values);
//
// Thread-safe (pure functions).
#ifndef QUIPU_TESTS_SUPPORT_QUANTIZE_H_
#define QUIPU_TESTS_SUPPORT_QUANTIZE_H_

#include <string>

#include "absl/types/span.h"
#include "inference/gguf/tensor_type.h"

namespace quipu::testing {

// The blocks of `values`. REQUIRES: a whole number of blocks.
std::string Quantize(inference::TensorType type, absl::Span<const float> values);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_QUANTIZE_H_
