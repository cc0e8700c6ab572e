// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The names of the parts of a split GGUF file, "NAME-00001-of-00003.gguf":
// llama.cpp's convention, which publishers follow.
//
//   ASSIGN_OR_RETURN(std::vector<std::string> parts, GgufPartPaths("m-00002-of-00003.gguf", 3));
//   // {"m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"}
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_GGUF_GGUF_PARTS_H_
#define QUIPU_INFERENCE_GGUF_GGUF_PARTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::inference {

// The paths of all `count` parts, in order, from that of any of them.
// INVALID_ARGUMENT if the name does not say that it is one of `count`.
absl::StatusOr<std::vector<std::string>> GgufPartPaths(absl::string_view path, uint64_t count);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_GGUF_GGUF_PARTS_H_
