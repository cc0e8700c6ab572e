// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The rotation of queries and keys from config.json: rope_theta with
// rope_scaling as transformers 4 writes them, or rope_parameters as 5 does.
//
//   RETURN_IF_ERROR(ReadRopeConfig(config, 10000, &params));
//   params.rope.base;
//
// Thread-safe (pure function).
#ifndef QUIPU_INFERENCE_HUGGINGFACE_ROPE_CONFIG_H_
#define QUIPU_INFERENCE_HUGGINGFACE_ROPE_CONFIG_H_

#include "absl/status/status.h"
#include "inference/huggingface/config_object.h"
#include "inference/model/hyper_parameters.h"

namespace quipu::inference {

// Sets params->rope and local_rope, and raises trained_context to the length
// that YaRN was given. REQUIRES: trained_context is set. INVALID_ARGUMENT,
// naming the key, if one is out of range. A kind of scaling that is not
// supported is refused only when the model is made: an option may replace it.
absl::Status ReadRopeConfig(const ConfigObject& config, double default_theta,
                            HyperParameters* params);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_HUGGINGFACE_ROPE_CONFIG_H_
