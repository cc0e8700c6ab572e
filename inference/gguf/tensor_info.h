// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A tensor of a model: name, type, shape and where its bytes are.
#ifndef QUIPU_INFERENCE_GGUF_TENSOR_INFO_H_
#define QUIPU_INFERENCE_GGUF_TENSOR_INFO_H_

#include <array>
#include <cstdint>
#include <string>

#include "inference/gguf/tensor_type.h"

namespace quipu::inference {

// A tensor as described in the file. dims[0] runs fastest: the length of a row
// (the input width K of a matrix); dims[1] is the number of rows.
struct TensorInfo {
  std::string name;  // As it is stored.
  TensorType type = TensorType::kF32;
  int num_dims = 1;
  std::array<uint64_t, 4> dims = {1, 1, 1, 1};
  const uint8_t* data = nullptr;  // Inside the mapping.
  uint64_t num_bytes = 0;
  bool plus_one = false;  // The values are stored less 1 (Gemma's norms in safetensors).

  uint64_t num_elements() const { return dims[0] * dims[1] * dims[2] * dims[3]; }
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_GGUF_TENSOR_INFO_H_
