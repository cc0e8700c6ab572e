// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The hyper-parameters of a model from the config.json of its Hugging Face
// directory. What would change a result and is not computed here is refused by
// name; what is absent has the default of transformers' class.
//
//   ASSIGN_OR_RETURN(const TransformerConfig config, ReadTransformerConfig(json, "model/config.json"));
//   config.params.layers;
//
// Thread-safe (pure function).
#ifndef QUIPU_INFERENCE_HUGGINGFACE_TRANSFORMER_CONFIG_H_
#define QUIPU_INFERENCE_HUGGINGFACE_TRANSFORMER_CONFIG_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/model/hyper_parameters.h"

namespace quipu::inference {

struct TransformerConfig {
  HyperParameters params;
  bool tied = false;            // The embedding is also the output matrix.
  bool norms_plus_one = false;  // Norms are stored less 1.
};

// `path` is for messages. INVALID_ARGUMENT, naming the key, if one is missing,
// of the wrong type or out of range; UNIMPLEMENTED for another architecture or
// a variant that is not supported.
absl::StatusOr<TransformerConfig> ReadTransformerConfig(absl::string_view json,
                                                        absl::string_view path);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_HUGGINGFACE_TRANSFORMER_CONFIG_H_
