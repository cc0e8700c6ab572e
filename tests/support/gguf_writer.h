// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Writes GGUF files for tests: small models and vocabularies, and the valid
// files that malformed ones are derived from.
//
//   std::string bytes = GgufWriter()
//                           .AddString("general.architecture", "llama")
//                           .AddUint32("llama.block_count", 2)
//                           .AddTensor("output_norm.weight", TensorType::kF32, {64}, data)
//                           .Build();
//
// Checks nothing, so it can also write invalid files. Thread-compatible.
#ifndef QUIPU_TESTS_SUPPORT_GGUF_WRITER_H_
#define QUIPU_TESTS_SUPPORT_GGUF_WRITER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "inference/gguf/tensor_type.h"

namespace quipu::testing {

class GgufWriter {
 public:
  GgufWriter& AddString(absl::string_view key, absl::string_view value);
  GgufWriter& AddUint32(absl::string_view key, uint32_t value);
  GgufWriter& AddUint64(absl::string_view key, uint64_t value);
  GgufWriter& AddInt32(absl::string_view key, int32_t value);
  GgufWriter& AddFloat(absl::string_view key, float value);
  GgufWriter& AddBool(absl::string_view key, bool value);
  GgufWriter& AddStringArray(absl::string_view key, const std::vector<std::string>& values);
  GgufWriter& AddFloatArray(absl::string_view key, absl::Span<const float> values);
  GgufWriter& AddInt32Array(absl::string_view key, absl::Span<const int32_t> values);
  // A value of any type by its number, with its bytes as in the file.
  GgufWriter& AddRaw(absl::string_view key, uint32_t value_type, absl::string_view bytes);

  // dims[0] is the length of a row. `data` is in the file's block format.
  GgufWriter& AddTensor(absl::string_view name, inference::TensorType type,
                        const std::vector<uint64_t>& dims, absl::string_view data);
  // The same from floats, in the format `type` (see quantize.h).
  GgufWriter& AddFloatTensor(absl::string_view name, inference::TensorType type,
                             const std::vector<uint64_t>& dims, absl::Span<const float> values);

  // Default 3.
  GgufWriter& SetVersion(uint32_t version);
  // Adds general.alignment and applies it. Default 32, without the key.
  GgufWriter& SetAlignment(uint32_t alignment);

  // The whole file.
  std::string Build() const;

 private:
  struct Tensor {
    std::string name;
    uint32_t type;
    std::vector<uint64_t> dims;
    std::string data;
  };

  uint32_t version_ = 3;
  uint32_t alignment_ = 32;
  uint64_t num_keys_ = 0;
  std::string key_values_;
  std::vector<Tensor> tensors_;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_GGUF_WRITER_H_
