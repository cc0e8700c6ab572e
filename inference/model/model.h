// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A transformer of the LLaMA family, and one forward step of it for a ragged
// batch of tokens from many sequences.
//
//   ASSIGN_OR_RETURN(auto model, Model::Create(gguf, options));
//   KvCache cache(model->kv_shape(), num_pages);
//   RETURN_IF_ERROR(model->Forward(batch, &cache, &logits));
//
// Architectures: llama; qwen2 (biases on Q, K, V); qwen3 (RMSNorm on each query
// and key head); smollm3 (every fourth layer does not rotate); gemma3 (norms on
// results too, GELU, most layers see a window). RMSNorm, RoPE (base from the
// file or overridden; linear, llama3 and YaRN scaling), grouped-query attention,
// tied or separate output.
//
// Every logit has the same bits, whatever else is in the batch, however prompts
// are cut into steps, however many threads run, and however wide the vectors
// are. Thread-compatible: one Forward at a time.
#ifndef QUIPU_INFERENCE_MODEL_MODEL_H_
#define QUIPU_INFERENCE_MODEL_MODEL_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "inference/gguf/gguf.h"
#include "inference/gguf/tensor_source.h"
#include "inference/kernels/kv_cache.h"
#include "inference/model/batch.h"
#include "inference/model/hyper_parameters.h"
#include "inference/model/math_kind.h"
#include "inference/model/rope_settings.h"
#include "inference/model/step_logits.h"
#include "inference/model/weight_storage.h"

namespace quipu::inference {

struct ModelOptions {
  RopeOptions rope;
  int threads = 0;  // 0: the machine's cores.
  Math math = Math::kAuto;
  // How matrices in 16 or 32 bits are stored in memory.
  WeightStorage storage = WeightStorage::kAsStored;
};

class Model {
 public:
  // Checks the shape and type of every tensor, and repacks the weights.
  // INVALID_ARGUMENT (malformed: which tensor, wanted and actual shape; or kInt8
  // without quantised matrices), UNIMPLEMENTED (an unknown tensor or scaling).
  // `source` must outlive the model.
  static absl::StatusOr<std::unique_ptr<Model>> Create(const TensorSource& source,
                                                       const HyperParameters& params,
                                                       const ModelOptions& options);
  // The same for a GGUF file, with the errors of ReadHyperParameters.
  static absl::StatusOr<std::unique_ptr<Model>> Create(const GgufFile& gguf,
                                                       const ModelOptions& options);
  virtual ~Model() = default;

  virtual const HyperParameters& params() const = 0;
  virtual KvShape kv_shape() const = 0;
  // kFloat or kInt8.
  virtual Math math() const = 0;
  // Memory of the repacked weights.
  virtual int64_t weight_bytes() const = 0;

  // Runs `batch` through the model: writes the keys and values of its tokens to
  // the pages of their sequences, and the logits of batch.outputs[i] to
  // logits->row(i). REQUIRES: every sequence's pages cover its new positions.
  // INVALID_ARGUMENT, with nothing changed, if the batch is malformed. Logits may be
  // infinite or NaN where weights are broken or numbers grow too large: the caller checks.
  virtual absl::Status Forward(const Batch& batch, KvCache* cache, StepLogits* logits) = 0;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_MODEL_H_
