// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks the bytes of a GGUF file and lists its content. A file is untrusted:
// every count, length, offset, dimension and type is checked against the file's
// size and base/limits.h before use. Only for gguf, which looks values up.
//
//   ASSIGN_OR_RETURN(GgufContents contents, ParseGguf(bytes, "model.gguf"));
//   const TensorInfo& tensor = contents.tensors.at("output_norm.weight");
//
// Thread-safe (pure function). The result points into the bytes.
#ifndef QUIPU_INFERENCE_GGUF_GGUF_PARSER_H_
#define QUIPU_INFERENCE_GGUF_GGUF_PARSER_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/gguf/tensor_info.h"
#include "inference/gguf/value.h"

namespace quipu::inference {

struct GgufContents {
  std::map<std::string, GgufValue> values;
  std::map<std::string, TensorInfo> tensors;
};

// `name` is for messages. INVALID_ARGUMENT (malformed: what and at which byte)
// or UNIMPLEMENTED (unsupported version, tensor type or byte order).
absl::StatusOr<GgufContents> ParseGguf(absl::string_view bytes, absl::string_view name);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_GGUF_GGUF_PARSER_H_
