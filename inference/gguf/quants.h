// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The block formats of GGUF tensors, to float rows. Layouts after ggml's
// ggml-common.h (facts; see the .cc for each block's fields).
//
// Thread-safe (pure functions). Bits are the same on every machine.
#ifndef QUIPU_INFERENCE_GGUF_QUANTS_H_
#define QUIPU_INFERENCE_GGUF_QUANTS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::inference {

// Values are GGUF's own (ggml_type); do not renumber.
enum class TensorType : uint32_t {
  kF32 = 0,
  kF16 = 1,
  kQ4_0 = 2,
  kQ4_1 = 3,
  kQ5_0 = 6,
  kQ5_1 = 7,
  kQ8_0 = 8,
  kQ4_K = 12,
  kQ5_K = 13,
  kQ6_K = 14,
  kBF16 = 30,
};

// Returns UNIMPLEMENTED, with the number and its usual name where known, for
// types that this engine cannot compute with.
absl::StatusOr<TensorType> TensorTypeFromGguf(uint32_t type);

absl::string_view TensorTypeName(TensorType type);  // "Q4_K".
// Elements in a block: 1, 32 or 256; rows are whole blocks.
int BlockElements(TensorType type);
// Bytes in a block.
int BlockBytes(TensorType type);
// Bytes of a row of `elements`. REQUIRES: a multiple of BlockElements(type).
uint64_t RowBytes(TensorType type, uint64_t elements);

// Unpacks `elements` values (a whole number of blocks) from `blocks` to `out`.
// Dispatched by vector target; the same bits on all of them.
void DequantizeRow(TensorType type, const uint8_t* blocks, int64_t elements, float* out);

// IEEE half and bfloat16 to float and back (round to nearest, ties to even).
float HalfToFloat(uint16_t half);
uint16_t FloatToHalf(float value);
float Bfloat16ToFloat(uint16_t value);
uint16_t FloatToBfloat16(float value);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_GGUF_QUANTS_H_
