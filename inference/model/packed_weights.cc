// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/packed_weights.h"

#include <algorithm>
#include <utility>

#include "inference/gguf/quantize.h"
#include "inference/gguf/quants.h"

namespace quipu::inference {
namespace {

// The type that a matrix of the file has in memory.
TensorType StoredType(const WeightMatrix& matrix, WeightStorage storage) {
  if (FormatOf(matrix.type).quantised() || matrix.depth % kQuantBlock != 0) return matrix.type;
  switch (storage) {
    case WeightStorage::kAsStored:
      return matrix.type;
    case WeightStorage::kQ8_0:
      return TensorType::kQ8_0;
    case WeightStorage::kQ4_0:
      return TensorType::kQ4_0;
  }
  return matrix.type;
}

// Scratch of one thread: a row as floats, and a panel's rows as blocks.
struct QuantizeScratch {
  std::vector<float> row;
  std::vector<uint8_t> blocks;
};

void FillQuantised(const WeightMatrix& matrix, int panel, QuantizeScratch* scratch,
                   WeightPanels* panels) {
  const int rows = panels->panel_rows(panel);
  const uint64_t bytes = RowBytes(panels->type(), matrix.depth);
  scratch->row.resize(matrix.depth);
  scratch->blocks.resize(rows * bytes);
  for (int r = 0; r < rows; ++r) {
    DequantizeRow(matrix.type, matrix.row(int64_t{panel} * kPanelRows + r), matrix.depth,
                  scratch->row.data());
    QuantizeRow(panels->type(), scratch->row.data(), matrix.depth,
                scratch->blocks.data() + r * bytes);
  }
  panels->FillFrom({panels->type(), scratch->blocks.data(), rows, matrix.depth}, /*first=*/0,
                   panel);
}

template <typename Predicate>
bool AnyMatrix(const ModelWeights& weights, const Predicate& holds) {
  return holds(weights.output) ||
         std::any_of(weights.layers.begin(), weights.layers.end(), [&](const LayerWeights& layer) {
           return holds(layer.q) || holds(layer.k) || holds(layer.v) ||
                  holds(layer.attention_out) || holds(layer.gate) || holds(layer.up) ||
                  holds(layer.down);
         });
}

}  // namespace

PackedWeights::PackedWeights(const TensorSource& source, const ModelWeights& weights,
                             WeightStorage storage, ThreadPool* pool)
    : storage_(storage),
      embedding_(weights.embedding),
      tied_(weights.output.data == weights.embedding.data) {
  layers_.reserve(weights.layers.size());
  for (const LayerWeights& layer : weights.layers) {
    PackedLayer packed;
    packed.q = Pack(source, layer.q, pool);
    packed.k = Pack(source, layer.k, pool);
    packed.v = Pack(source, layer.v, pool);
    packed.attention_out = Pack(source, layer.attention_out, pool);
    packed.gate = Pack(source, layer.gate, pool);
    packed.up = Pack(source, layer.up, pool);
    packed.down = Pack(source, layer.down, pool);
    layers_.push_back(std::move(packed));
  }
  output_ = Pack(source, weights.output, pool);
}

WeightPanels PackedWeights::Pack(const TensorSource& source, const WeightMatrix& matrix,
                                 ThreadPool* pool) {
  WeightMatrix stored = matrix;
  stored.type = StoredType(matrix, storage_);
  WeightPanels panels(stored);
  std::vector<QuantizeScratch> scratch(pool->num_threads());
  pool->ParallelFor(panels.count(), [&](int panel, int worker) {
    if (stored.type == matrix.type) {
      panels.Fill(matrix, panel);
    } else {
      FillQuantised(matrix, panel, &scratch[worker], &panels);
    }
  });
  source.ReleasePages(matrix.data, matrix.bytes());
  bytes_ += panels.bytes();
  return panels;
}

void PackedWeights::Embed(TokenId token, float* out) const {
  if (tied_) {
    output_.Row(token, out);
  } else {
    DequantizeRow(embedding_.type, embedding_.row(token), embedding_.depth, out);
  }
}

bool HasQuantisedMatrix(const ModelWeights& weights, WeightStorage storage) {
  return AnyMatrix(weights, [storage](const WeightMatrix& matrix) {
    return FormatOf(StoredType(matrix, storage)).quantised();
  });
}

bool QuantisesMatrix(const ModelWeights& weights, WeightStorage storage) {
  return AnyMatrix(weights, [storage](const WeightMatrix& matrix) {
    return StoredType(matrix, storage) != matrix.type;
  });
}

}  // namespace quipu::inference
