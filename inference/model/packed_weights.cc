// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/packed_weights.h"

#include <algorithm>

#include "inference/gguf/quants.h"

namespace quipu::inference {

PackedWeights::PackedWeights(const GgufFile& gguf, const ModelWeights& weights, ThreadPool* pool)
    : embedding_(weights.embedding), tied_(weights.output.data == weights.embedding.data) {
  layers_.reserve(weights.layers.size());
  for (const LayerWeights& layer : weights.layers) {
    PackedLayer packed;
    packed.q = Pack(gguf, layer.q, pool);
    packed.k = Pack(gguf, layer.k, pool);
    packed.v = Pack(gguf, layer.v, pool);
    packed.attention_out = Pack(gguf, layer.attention_out, pool);
    packed.gate = Pack(gguf, layer.gate, pool);
    packed.up = Pack(gguf, layer.up, pool);
    packed.down = Pack(gguf, layer.down, pool);
    layers_.push_back(std::move(packed));
  }
  output_ = Pack(gguf, weights.output, pool);
}

WeightPanels PackedWeights::Pack(const GgufFile& gguf, const WeightMatrix& matrix,
                                 ThreadPool* pool) {
  WeightPanels panels(matrix);
  pool->ParallelFor(panels.count(), [&](int panel, int) { panels.Fill(matrix, panel); });
  gguf.ReleasePages(matrix.data, matrix.bytes());
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

bool HasQuantisedMatrix(const ModelWeights& weights) {
  const auto quantised = [](const WeightMatrix& matrix) {
    return FormatOf(matrix.type).quantised();
  };
  return quantised(weights.output) ||
         std::any_of(weights.layers.begin(), weights.layers.end(), [&](const LayerWeights& layer) {
           return quantised(layer.q) || quantised(layer.k) || quantised(layer.v) ||
                  quantised(layer.attention_out) || quantised(layer.gate) || quantised(layer.up) ||
                  quantised(layer.down);
         });
}

}  // namespace quipu::inference
