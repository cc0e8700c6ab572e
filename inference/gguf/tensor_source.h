// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The tensors of a model, wherever they are stored: a GGUF file, the parts of a
// split one, or a Hugging Face directory. Tensors are found by the names that
// GGUF gives them ("blk.0.attn_q.weight").
//
//   ASSIGN_OR_RETURN(const TensorInfo* norm, source.GetTensor("output_norm.weight"));
//
// Thread-safe (immutable).
#ifndef QUIPU_INFERENCE_GGUF_TENSOR_SOURCE_H_
#define QUIPU_INFERENCE_GGUF_TENSOR_SOURCE_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/gguf/tensor_info.h"

namespace quipu::inference {

class TensorSource {
 public:
  virtual ~TensorSource() = default;

  // The file or directory, for messages.
  virtual const std::string& path() const = 0;
  // Sorted by name.
  virtual const std::map<std::string, TensorInfo>& tensors() const = 0;
  // What the source itself calls this tensor, for messages.
  virtual std::string StoredName(absl::string_view name) const { return std::string(name); }
  // Tells the system that these bytes of a tensor are no longer needed in
  // memory. They are read from the file again on use.
  virtual void ReleasePages(const uint8_t* data, uint64_t bytes) const = 0;

  // nullptr if there is none.
  const TensorInfo* FindTensor(absl::string_view name) const;
  // NOT_FOUND, naming the tensor as it is stored.
  absl::StatusOr<const TensorInfo*> GetTensor(absl::string_view name) const;
};

// Does what ReleasePages says for bytes of a mapped file.
void ReleaseMappedPages(const uint8_t* data, uint64_t bytes);

// The SHA-256 that identifies a model, in hexadecimal: of its file or, if it
// has several, of the list that `sha256sum` writes of them, sorted by name.
// `files` are base names and contents. Reads everything: about 1 s per GB.
std::string Sha256OfFiles(std::vector<std::pair<std::string, absl::string_view>> files);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_GGUF_TENSOR_SOURCE_H_
