// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The numbers that define a model of the LLaMA family, and their reader for the
// metadata of GGUF files. (inference/huggingface reads them from config.json.)
//
//   ASSIGN_OR_RETURN(HyperParameters params, ReadHyperParameters(gguf));
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_MODEL_HYPER_PARAMETERS_H_
#define QUIPU_INFERENCE_MODEL_HYPER_PARAMETERS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "inference/gguf/gguf.h"
#include "inference/kernels/rope.h"
#include "inference/model/rope_settings.h"

namespace quipu::inference {

// What sets a layer apart from the others.
struct LayerRule {
  enum class Rope { kMain, kLocal, kNone };
  Rope rope = Rope::kMain;
  // Each token sees this many positions, itself included. 0: all before it.
  int window = 0;
};

struct HyperParameters {
  std::string architecture;  // As GGUF names it.
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
  bool attention_out_bias = false;
  bool head_norms = false;
  // The results of attention and feed-forward are normalised before they are
  // added.
  bool post_norms = false;
  // The gate's activation is GELU (its approximation by tanh) in place of SiLU.
  bool gelu = false;
  float embedding_scale = 1;
  float attention_scale = 0;  // Of the products of queries and keys.
  // Adjacent in files whose converter permuted the rows of Q and K (GGUF's
  // llama and smollm3), halves as Hugging Face has them.
  RopePairs rope_pairs = RopePairs::kAdjacent;
  RopeSettings rope;
  RopeSettings local_rope;       // Of the layers that have kLocal.
  std::vector<LayerRule> rules;  // One for each layer.
};

// The attention scale of nearly all: 1 / sqrt(head_dim).
float PlainAttentionScale(int head_dim);

// Reads and checks them. INVALID_ARGUMENT, naming the key, if a key is missing,
// of the wrong type or out of range. UNIMPLEMENTED for another architecture, or
// for a variant that would compute something else (experts, partial rotation,
// non-causal attention).
absl::StatusOr<HyperParameters> ReadHyperParameters(const GgufFile& gguf);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_HYPER_PARAMETERS_H_
