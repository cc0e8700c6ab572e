// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The arithmetic of matrix products.
//
//   MathName(Math::kInt8);  // "int8"
//
// Thread-safe (pure function).
#ifndef QUIPU_INFERENCE_MODEL_MATH_KIND_H_
#define QUIPU_INFERENCE_MODEL_MATH_KIND_H_

#include "absl/strings/string_view.h"

namespace quipu::inference {

// Results differ between float and int8.
enum class Math {
  // By the file: kInt8 if any of its matrices is quantised, else kFloat.
  kAuto,
  // F32 activations, whatever the weights.
  kFloat,
  // 8-bit activations for quantised weights; F32 for others.
  kInt8,
};

// "auto", "float" or "int8".
absl::string_view MathName(Math math);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_MATH_KIND_H_
