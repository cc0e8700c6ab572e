// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Rows of GGUF tensors of any type, converted to floats.
//
//   std::vector<float> row(depth);
//   DequantizeRow(TensorType::kQ4_K, bytes, depth, row.data());
//
// Thread-safe (pure functions). Bits are the same on every machine.
#ifndef QUIPU_INFERENCE_GGUF_QUANTS_H_
#define QUIPU_INFERENCE_GGUF_QUANTS_H_

#include <cstdint>

#include "inference/gguf/tensor_type.h"

namespace quipu::inference {

// Unpacks `elements` values (a whole number of blocks) from `blocks` to `out`.
void DequantizeRow(TensorType type, const uint8_t* blocks, int64_t elements, float* out);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_GGUF_QUANTS_H_
