// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The matrix products of a step: rows of activations are packed once, in the
// forms that the next matrices need, and multiplied with all of them.
//
//   MatrixProducts products(Math::kInt8, &pool);
//   products.Pack(rows, count, width, {&w.gate, &w.up});
//   products.Multiply({{&w.gate, gate}, {&w.up, up}});
//
// Thread-compatible; uses the threads of its pool, which must outlive it.
#ifndef QUIPU_INFERENCE_MODEL_MATRIX_PRODUCTS_H_
#define QUIPU_INFERENCE_MODEL_MATRIX_PRODUCTS_H_

#include <initializer_list>
#include <vector>

#include "absl/functional/function_ref.h"
#include "base/thread_pool.h"
#include "inference/kernels/aligned_floats.h"
#include "inference/kernels/packed_columns.h"
#include "inference/kernels/weight_panels.h"
#include "inference/model/math_kind.h"
#include "inference/model/packed_activations.h"

namespace quipu::inference {

// The weights of an RMSNorm over rows of their length.
struct Norm {
  const std::vector<float>& weights;
  float epsilon;
};

class MatrixProducts {
 public:
  using Matrices = std::initializer_list<const WeightPanels*>;
  // A matrix to multiply with the packed activations, and where the product
  // goes.
  struct Product {
    const WeightPanels* weights;
    float* out;  // [row of activations][weights->rows()].
  };

  // `math` is kFloat or kInt8.
  MatrixProducts(Math math, ThreadPool* pool);

  // Whether `w` is multiplied with integers.
  bool IsInt8(const WeightPanels& w) const;

  // Each of these packs `count` rows for `matrices`.
  // The rows unchanged.
  void Pack(const float* rows, int count, int width, Matrices matrices);
  // x += delta (if not nullptr); packs x normalised.
  void PackNormed(const Norm& norm, const float* delta, float* x, int count, Matrices matrices);
  // Packs silu(gate) * up, or gelu(gate) * up; overwrites `gate`.
  void PackGated(bool gelu, float* gate, const float* up, int count, int width, Matrices matrices);

  // Multiplies what was packed last. REQUIRES: that was packed for these
  // matrices.
  void Multiply(std::initializer_list<Product> products);

 private:
  // Scratch of one thread.
  struct Scratch {
    GemmScratch gemm;
    Int8Scratch int8;
    AlignedFloats rows;
  };

  // Packs, tile by tile, the rows that `make(first, rows, worker)` points to.
  void PackTiles(int count, int width, Matrices matrices,
                 absl::FunctionRef<const float*(int first, int rows, int worker)> make);
  void MultiplyOne(const Product& product, int panel, TileRange tiles, int worker);

  const Math math_;
  ThreadPool* const pool_;
  std::vector<Scratch> scratch_;
  PackedActivations packed_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_MATRIX_PRODUCTS_H_
