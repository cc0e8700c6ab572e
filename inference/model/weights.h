// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The weights of a model in its files, with each tensor's shape and type
// checked. Matrices stay in the files' mappings; vectors are unpacked.
//
//   ASSIGN_OR_RETURN(ModelWeights weights, ReadWeights(gguf, params));
//
// Thread-safe (immutable). The source must outlive this.
#ifndef QUIPU_INFERENCE_MODEL_WEIGHTS_H_
#define QUIPU_INFERENCE_MODEL_WEIGHTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "inference/gguf/tensor_source.h"
#include "inference/kernels/weight_panels.h"
#include "inference/model/hyper_parameters.h"

namespace quipu::inference {

struct LayerWeights {
  std::vector<float> attention_norm;
  WeightMatrix q;
  WeightMatrix k;
  WeightMatrix v;
  WeightMatrix attention_out;
  // Empty if the model has none.
  std::vector<float> q_bias;
  std::vector<float> k_bias;
  std::vector<float> v_bias;
  std::vector<float> attention_out_bias;
  std::vector<float> q_norm;  // One head long.
  std::vector<float> k_norm;
  std::vector<float> attention_post_norm;  // Empty if the model has none.
  std::vector<float> feed_forward_norm;
  std::vector<float> feed_forward_post_norm;  // Empty if the model has none.
  WeightMatrix gate;
  WeightMatrix up;
  WeightMatrix down;
};

struct ModelWeights {
  WeightMatrix embedding;
  WeightMatrix output;  // The embedding, if the file has no separate one.
  std::vector<float> output_norm;
  std::vector<float> rope_factors;  // rope_freqs.weight; empty if there is none.
  std::vector<LayerWeights> layers;
};

// INVALID_ARGUMENT if a tensor is missing or has the wrong shape (name, wanted
// and actual shape). UNIMPLEMENTED for a tensor unknown to this engine, since
// it would change the result.
absl::StatusOr<ModelWeights> ReadWeights(const TensorSource& source, const HyperParameters& params);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_WEIGHTS_H_
