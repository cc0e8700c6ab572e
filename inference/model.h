// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A LLaMA-family transformer over a GGUF file, and one forward step of it for a
// ragged batch of tokens from many sequences.
//
//   ASSIGN_OR_RETURN(auto model, Model::Create(gguf, options));
//   KvCache cache(model->kv_shape(), num_pages);
//   RETURN_IF_ERROR(model->Forward(batch, &cache, &logits));
//
// Architectures: llama, qwen2 (biases on Q, K, V), qwen3 (RMSNorm on each query
// and key head); RMSNorm, RoPE (base from file or overridden; linear, llama3 and
// YaRN scaling), grouped-query attention, SwiGLU, tied or separate output.
//
// Every logit has the same bits whatever else is in the batch, however prompts
// are cut into steps, however many threads run and however wide the vectors are.
// Thread-compatible: one Forward at a time.
#ifndef QUIPU_INFERENCE_MODEL_H_
#define QUIPU_INFERENCE_MODEL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/thread_pool.h"
#include "inference/batch.h"
#include "inference/gguf.h"
#include "inference/kv_cache.h"

namespace quipu::inference {

struct HyperParameters {
  std::string architecture;
  int layers = 0;
  int embedding = 0;      // Width of the residual stream.
  int heads = 0;          // Query heads.
  int kv_heads = 0;       // Divides heads.
  int head_dim = 0;       // Even.
  int feed_forward = 0;
  int vocabulary = 0;
  int trained_context = 0;
  float rms_epsilon = 0;
  bool qkv_bias = false;
  bool head_norms = false;
};

struct RopeOptions {
  // Each 0 or kFromFile: what the file says.
  enum class Scaling { kFromFile, kNone, kLinear, kLlama3, kYarn };
  double base = 0;
  Scaling scaling = Scaling::kFromFile;
  double factor = 0;
  int original_context = 0;
  // Llama 3 scaling only.
  double low_freq_factor = 1;
  double high_freq_factor = 4;
};

struct ModelOptions {
  RopeOptions rope;
  int threads = 0;  // 0: the machine's cores.
};

class Model {
 public:
  // Checks hyper-parameters and the shape and type of every tensor.
  // INVALID_ARGUMENT (malformed: which key or tensor, wanted and actual shape),
  // UNIMPLEMENTED (architecture or tensor type). `gguf` must outlive the model.
  static absl::StatusOr<std::unique_ptr<Model>> Create(const GgufFile& gguf,
                                                       const ModelOptions& options);
  virtual ~Model() = default;

  virtual const HyperParameters& params() const = 0;
  virtual KvShape kv_shape() const = 0;

  // Runs `batch` through the model: writes keys and values of its tokens to the
  // pages of their sequences, and logits[i * vocabulary ...] for batch.outputs[i].
  // REQUIRES: every sequence's pages cover its new positions; logits->size() is
  // resized to outputs x vocabulary. INTERNAL if a logit is not finite.
  virtual absl::Status Forward(const Batch& batch, KvCache* cache,
                               std::vector<float>* logits) = 0;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_H_
