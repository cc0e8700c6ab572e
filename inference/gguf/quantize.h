// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Floats to the block formats Q8_0 and Q4_0, as ggml's reference rounds them: a
// file that llama.cpp quantised from the same floats has the same blocks.
//
//   std::vector<uint8_t> blocks(RowBytes(TensorType::kQ8_0, depth));
//   QuantizeRow(TensorType::kQ8_0, row, depth, blocks.data());
//
// Thread-safe (pure functions). Bits are the same on every machine.
#ifndef QUIPU_INFERENCE_GGUF_QUANTIZE_H_
#define QUIPU_INFERENCE_GGUF_QUANTIZE_H_

#include <cstdint>

#include "inference/gguf/tensor_type.h"

namespace quipu::inference {

// REQUIRES: `type` is kQ8_0 or kQ4_0, `elements` is a multiple of 32.
void QuantizeRow(TensorType type, const float* in, int64_t elements, uint8_t* out);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_GGUF_QUANTIZE_H_
