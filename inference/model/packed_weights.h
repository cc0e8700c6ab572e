// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The matrices of a model as the kernels read them, quantised if so wanted.
// They replace the files' pages, which are released matrix by matrix.
//
//   PackedWeights packed(gguf, weights, WeightStorage::kAsStored, &pool);
//
// Thread-safe (immutable).
#ifndef QUIPU_INFERENCE_MODEL_PACKED_WEIGHTS_H_
#define QUIPU_INFERENCE_MODEL_PACKED_WEIGHTS_H_

#include <cstdint>
#include <vector>

#include "base/thread_pool.h"
#include "inference/gguf/tensor_source.h"
#include "inference/kernels/weight_panels.h"
#include "inference/model/weight_storage.h"
#include "inference/model/weights.h"
#include "inference/text/token_id.h"

namespace quipu::inference {

struct PackedLayer {
  WeightPanels q;
  WeightPanels k;
  WeightPanels v;
  WeightPanels attention_out;
  WeightPanels gate;
  WeightPanels up;
  WeightPanels down;
};

class PackedWeights {
 public:
  // Packs on the threads of `pool`, each panel on the thread that will multiply
  // it, so that its memory is near that thread. `source` and `weights` must
  // outlive this.
  PackedWeights(const TensorSource& source, const ModelWeights& weights, WeightStorage storage,
                ThreadPool* pool);

  const std::vector<PackedLayer>& layers() const { return layers_; }
  const WeightPanels& output() const { return output_; }
  int64_t bytes() const { return bytes_; }

  // The embedding of `token`, from the panels if it is also the output matrix,
  // so that it is in memory once.
  void Embed(TokenId token, float* out) const;

 private:
  WeightPanels Pack(const TensorSource& source, const WeightMatrix& matrix, ThreadPool* pool);

  const WeightStorage storage_;
  const WeightMatrix embedding_;
  const bool tied_;
  std::vector<PackedLayer> layers_;
  WeightPanels output_;
  int64_t bytes_ = 0;
};

// Whether any matrix is quantised, in its file or by `storage`.
bool HasQuantisedMatrix(const ModelWeights& weights, WeightStorage storage);
// Whether `storage` quantises any.
bool QuantisesMatrix(const ModelWeights& weights, WeightStorage storage);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_PACKED_WEIGHTS_H_
