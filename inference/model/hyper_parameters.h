// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The numbers that define a model of the LLaMA family, read from its file's
// metadata and checked.
//
//   ASSIGN_OR_RETURN(HyperParameters params, ReadHyperParameters(gguf));
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_MODEL_HYPER_PARAMETERS_H_
#define QUIPU_INFERENCE_MODEL_HYPER_PARAMETERS_H_

#include <string>

#include "absl/status/statusor.h"
#include "inference/gguf/gguf.h"

namespace quipu::inference {

struct HyperParameters {
  std::string architecture;
  int layers = 0;
  int embedding = 0;  // Width of the residual stream.
  int heads = 0;      // Query heads.
  int kv_heads = 0;   // Divides heads.
  int head_dim = 0;   // Even.
  int feed_forward = 0;
  int vocabulary = 0;
  int trained_context = 0;
  float rms_epsilon = 0;
  bool qkv_bias = false;
  bool head_norms = false;
};

// Reads and checks them. INVALID_ARGUMENT, naming the key, if a key is missing,
// of the wrong type or out of range. UNIMPLEMENTED for another architecture, or
// for a variant that would compute something else (experts, partial rotation, a
// sliding window, non-causal attention).
absl::StatusOr<HyperParameters> ReadHyperParameters(const GgufFile& gguf);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_HYPER_PARAMETERS_H_
