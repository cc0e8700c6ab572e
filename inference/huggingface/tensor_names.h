// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The names of tensors in safetensors files of transformers, and in GGUF files.
//
//   GgufTensorName("gemma3", "model.layers.3.mlp.up_proj.weight");  // "blk.3.ffn_up.weight"
//   StoredTensorName("gemma3", "blk.3.ffn_up.weight");  // the inverse
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_HUGGINGFACE_TENSOR_NAMES_H_
#define QUIPU_INFERENCE_HUGGINGFACE_TENSOR_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace quipu::inference {

// `architecture` is GGUF's name of it. A name that is unknown is returned
// unchanged.
std::string GgufTensorName(absl::string_view architecture, absl::string_view stored);
std::string StoredTensorName(absl::string_view architecture, absl::string_view name);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_HUGGINGFACE_TENSOR_NAMES_H_
