// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The tensors of one safetensors file. A file is untrusted: the header's length,
// every name, type, shape and offset is checked against the file's size and
// base/limits.h before use.
//
//   ASSIGN_OR_RETURN(auto tensors, ParseSafetensors(bytes, "model.safetensors"));
//   const TensorInfo& norm = tensors.at("model.norm.weight");
//
// Format: 8 bytes with the length of the header, the header (a JSON object from
// names to {"dtype", "shape", "data_offsets"}), the data.
//
// Thread-safe (pure function). The result points into the bytes.
#ifndef QUIPU_INFERENCE_HUGGINGFACE_SAFETENSORS_H_
#define QUIPU_INFERENCE_HUGGINGFACE_SAFETENSORS_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/gguf/tensor_info.h"

namespace quipu::inference {

// By name. Dimensions are in GGUF's order: dims[0] is the last of "shape".
// `path` is for messages. INVALID_ARGUMENT (malformed: which tensor, what is
// wrong; a duplicated name; tensors that overlap), UNIMPLEMENTED (a type other
// than F32, F16 and BF16).
absl::StatusOr<std::map<std::string, TensorInfo>> ParseSafetensors(absl::string_view bytes,
                                                                   absl::string_view path);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_HUGGINGFACE_SAFETENSORS_H_
