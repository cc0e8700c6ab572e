// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Random models of a few thousand weights as GGUF files, for tests of the
// forward pass: every architecture, mixed tensor types.
//
//   TinyModelOptions options;
//   options.architecture = "qwen3";
//   std::string bytes = TinyModel(options, seed);
//   auto gguf = GgufFile::Parse(bytes, "tiny");
//
// Thread-safe (pure functions).
#ifndef QUIPU_TESTS_SUPPORT_TINY_MODEL_H_
#define QUIPU_TESTS_SUPPORT_TINY_MODEL_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "inference/gguf/tensor_type.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/quantize.h"

namespace quipu::testing {

struct TinyModelOptions {
  std::string architecture = "llama";
  int layers = 2;
  int embedding = 64;
  int heads = 4;
  int kv_heads = 2;
  int head_dim = 16;
  int feed_forward = 96;
  int vocabulary = 101;
  bool tied = true;
  // Types of the matrices, used in turn. A type whose blocks do not divide a
  // row's length is replaced by F32.
  std::vector<inference::TensorType> types = {inference::TensorType::kF32};
  // How floats become blocks.
  std::function<std::string(inference::TensorType, absl::Span<const float>)> quantize = Quantize;
  // Called at the end, to extend or corrupt the file.
  std::function<void(GgufWriter*)> extra;
  // A tensor to leave out, or to give one more row.
  std::string without_tensor;
  std::string widened_tensor;
};

// The file's bytes.
std::string TinyModel(const TinyModelOptions& options, uint64_t seed);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_TINY_MODEL_H_
