// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The weights and hyper-parameters of a model as it is published: a GGUF file,
// the parts of a split one, or a Hugging Face directory.
//
//   ASSIGN_OR_RETURN(const OpenedModel opened, OpenModel("models/qwen3"));
//   const TensorInfo* norm = opened.tensors->FindTensor("output_norm.weight");
//
// Thread-safe (pure function).
#ifndef QUIPU_INFERENCE_HUGGINGFACE_OPEN_MODEL_H_
#define QUIPU_INFERENCE_HUGGINGFACE_OPEN_MODEL_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/gguf/gguf.h"
#include "inference/gguf/tensor_source.h"
#include "inference/model/hyper_parameters.h"

namespace quipu::inference {

struct OpenedModel {
  std::shared_ptr<const TensorSource> tensors;
  // The same if it is a GGUF file; nullptr if it is a directory.
  std::shared_ptr<const GgufFile> gguf;
  HyperParameters params;
  // general.name of a GGUF file that has one; else the last part of the path.
  std::string name;
};

// Returns the errors of GgufFile::Open and ReadHyperParameters, or those of
// ModelDirectory::Open.
absl::StatusOr<OpenedModel> OpenModel(absl::string_view path);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_HUGGINGFACE_OPEN_MODEL_H_
