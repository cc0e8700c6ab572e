// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The types of GGUF tensors: names and sizes.
//
//   ASSIGN_OR_RETURN(TensorType type, TensorTypeFromGguf(12));
//   RowBytes(type, 1536);  // 864 for Q4_K.
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_GGUF_TENSOR_TYPE_H_
#define QUIPU_INFERENCE_GGUF_TENSOR_TYPE_H_

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
  kQ2_K = 10,
  kQ3_K = 11,
  kQ4_K = 12,
  kQ5_K = 13,
  kQ6_K = 14,
  kIQ4_NL = 20,
  kIQ4_XS = 23,
  kBF16 = 30,
  kMXFP4 = 39,
};

// Returns UNIMPLEMENTED, with the number and the usual name if known, for types
// that this engine cannot compute with.
absl::StatusOr<TensorType> TensorTypeFromGguf(uint32_t type);

absl::string_view TensorTypeName(TensorType type);  // "Q4_K".
// Elements in a block: 1, 32 or 256. Rows consist of whole blocks.
int BlockElements(TensorType type);
// Bytes in a block.
int BlockBytes(TensorType type);
// Bytes of a row of `elements`, which is a multiple of BlockElements(type).
uint64_t RowBytes(TensorType type, uint64_t elements);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_GGUF_TENSOR_TYPE_H_
