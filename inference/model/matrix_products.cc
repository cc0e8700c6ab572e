// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/matrix_products.h"

#include <cstdint>

#include "inference/kernels/gemm.h"
#include "inference/kernels/int8_gemm.h"
#include "inference/kernels/rms_norm.h"
#include "inference/kernels/swiglu.h"
#include "inference/model/column_parts.h"

namespace quipu::inference {

MatrixProducts::MatrixProducts(Math math, ThreadPool* pool)
    : math_(math), pool_(pool), scratch_(pool->num_threads()) {}

bool MatrixProducts::IsInt8(const WeightPanels& w) const {
  return math_ == Math::kInt8 && w.format().quantised();
}

void MatrixProducts::PackTiles(
    int count, int width, Matrices matrices,
    absl::FunctionRef<const float*(int first, int rows, int worker)> make) {
  ActivationForms forms;
  for (const WeightPanels* w : matrices) (IsInt8(*w) ? forms.ints : forms.floats) = true;
  packed_.Resize(count, width, forms);
  pool_->ParallelFor(packed_.tiles(), [&](int tile, int worker) {
    packed_.Pack(make(tile * kTileColumns, packed_.tile_columns(tile), worker), width, tile);
  });
}

void MatrixProducts::Pack(const float* rows, int count, int width, Matrices matrices) {
  PackTiles(count, width, matrices,
            [&](int first, int, int) { return rows + int64_t{first} * width; });
}

void MatrixProducts::PackNormed(const Norm& norm, const float* delta, float* x, int count,
                                Matrices matrices) {
  const int width = static_cast<int>(norm.weights.size());
  PackTiles(count, width, matrices, [&](int first, int rows, int worker) {
    float* normed = scratch_[worker].rows.Resize(size_t{kTileColumns} * width);
    for (int r = 0; r < rows; ++r) {
      const int64_t offset = int64_t{first + r} * width;
      if (delta != nullptr) AddTo(delta + offset, width, x + offset);
      RmsNorm(x + offset, norm.weights.data(), width, norm.epsilon, normed + int64_t{r} * width);
    }
    return normed;
  });
}

void MatrixProducts::PackGated(bool gelu, float* gate, const float* up, int count, int width,
                               Matrices matrices) {
  PackTiles(count, width, matrices, [&](int first, int rows, int) {
    const int64_t offset = int64_t{first} * width;
    (gelu ? GeGlu : SwiGlu)(gate + offset, up + offset, rows * width, gate + offset);
    return gate + offset;
  });
}

void MatrixProducts::Multiply(std::initializer_list<Product> products) {
  if (packed_.columns() == 0) return;
  int panels = 0;
  for (const Product& product : products) panels += product.weights->count();
  const int tiles = packed_.tiles();
  const int parts = ColumnParts(panels, tiles, pool_->num_threads());
  // The parts of a panel are neighbours, so a worker reads the weights that it packed.
  pool_->ParallelFor(panels * parts, [&](int task, int worker) {
    int panel = task / parts;
    const TileRange part = PartOfTiles(task % parts, parts, tiles);
    for (const Product& product : products) {
      if (panel < product.weights->count()) return MultiplyOne(product, panel, part, worker);
      panel -= product.weights->count();
    }
  });
}

void MatrixProducts::MultiplyOne(const Product& product, int panel, TileRange tiles, int worker) {
  const WeightPanels& w = *product.weights;
  Scratch& scratch = scratch_[worker];
  if (IsInt8(w)) {
    MultiplyPanelInt8(w, panel, packed_.ints(), tiles, product.out, w.rows(), &scratch.int8);
  } else {
    MultiplyPanel(w, panel, packed_.floats(), tiles, product.out, w.rows(), &scratch.gemm);
  }
}

}  // namespace quipu::inference
