// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A model's weights and hyper-parameters from its Hugging Face directory:
// config.json, and model.safetensors or the files that
// model.safetensors.index.json lists. Files are mapped, not copied. Tokenizer
// and chat template are read elsewhere.
//
//   ASSIGN_OR_RETURN(auto directory, ModelDirectory::Open("models/SmolLM2-135M-Instruct"));
//   const TensorInfo* norm = directory->FindTensor("output_norm.weight");
//
// Thread-safe (immutable).
#ifndef QUIPU_INFERENCE_HUGGINGFACE_MODEL_DIRECTORY_H_
#define QUIPU_INFERENCE_HUGGINGFACE_MODEL_DIRECTORY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "inference/gguf/tensor_source.h"
#include "inference/huggingface/transformer_config.h"
#include "inference/model/hyper_parameters.h"

namespace quipu::inference {

class ModelDirectory : public TensorSource {
 public:
  // Returns NOT_FOUND (naming the file), INVALID_ARGUMENT (malformed: which file
  // and key or tensor) or UNIMPLEMENTED (an architecture, variant or type).
  static absl::StatusOr<std::unique_ptr<ModelDirectory>> Open(absl::string_view path);

  const HyperParameters& params() const { return config_.params; }
  // The files that were read: config.json and safetensors, sorted.
  std::vector<std::string> file_paths() const;

  const std::string& path() const override { return path_; }
  const std::map<std::string, TensorInfo>& tensors() const override { return tensors_; }
  std::string StoredName(absl::string_view name) const override;
  void ReleasePages(const uint8_t* data, uint64_t bytes) const override {
    ReleaseMappedPages(data, bytes);
  }

 private:
  ModelDirectory() = default;
  absl::Status OpenWeights();
  absl::Status OpenIndex(absl::string_view index_path);
  // Maps a file of weights; `wanted` are the names that it must have, or all if
  // it is empty.
  absl::Status OpenFile(absl::string_view name, const std::vector<std::string>& wanted);
  absl::Status AddTensor(const std::string& stored_name, TensorInfo tensor);

  std::string path_;
  TransformerConfig config_;
  std::map<std::string, TensorInfo> tensors_;  // By GGUF's names.
  std::vector<std::unique_ptr<MappedFile>> files_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_HUGGINGFACE_MODEL_DIRECTORY_H_
