// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How the matrices of a model are stored in memory.
//
//   ModelOptions options;
//   options.storage = WeightStorage::kQ8_0;
#ifndef QUIPU_INFERENCE_MODEL_WEIGHT_STORAGE_H_
#define QUIPU_INFERENCE_MODEL_WEIGHT_STORAGE_H_

namespace quipu::inference {

// Applies to matrices of F32, F16 and BF16; quantised ones stay as they are.
// Quantised are the matrices of the layers and the output matrix: if it is also
// the embedding, then that too. Vectors and a separate embedding are not, nor a
// matrix whose rows are not whole blocks of 32.
enum class WeightStorage { kAsStored, kQ8_0, kQ4_0 };

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_WEIGHT_STORAGE_H_
