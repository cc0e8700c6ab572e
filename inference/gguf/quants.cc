// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/gguf/quants.h"

#include <algorithm>
#include <cstring>

#include "inference/gguf/quant_blocks.h"
#include "inference/simd/float16_rows.h"

namespace quipu::inference {
namespace {

// Plain code, since it reads little: the rows of an embedding that is not also
// the output matrix. The kernels read panels.
void DequantizeBlocks(TensorType type, const uint8_t* in, int64_t elements, float* out) {
  const QuantFormat format = FormatOf(type);
  QuantRun run;
  for (int64_t k = 0; k < elements; k += kQuantRun) {
    const int values = static_cast<int>(std::min<int64_t>(kQuantRun, elements - k));
    ReadQuantRun(type, in + RowBytes(type, k), values / kQuantBlock, &run);
    for (int first = 0; first < values; first += 16) {
      const QuantScale scale = ScaleOf(format.scales, run.raw_scale(format.scales, first / 16));
      for (int j = first; j < first + 16; ++j) out[k + j] = format.Value(run.q[j], scale);
    }
  }
}

}  // namespace

void DequantizeRow(TensorType type, const uint8_t* blocks, int64_t elements, float* out) {
  const auto* words = reinterpret_cast<const uint16_t*>(blocks);  // Any alignment.
  switch (type) {
    case TensorType::kF32:
      std::memcpy(out, blocks, static_cast<size_t>(elements) * sizeof(float));
      return;
    case TensorType::kF16:
      return HalvesToFloats(words, elements, out);
    case TensorType::kBF16:
      return Bfloat16sToFloats(words, elements, out);
    default:
      return DequantizeBlocks(type, blocks, elements, out);
  }
}

}  // namespace quipu::inference
