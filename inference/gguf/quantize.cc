// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/gguf/quantize.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/log.h"
#include "inference/gguf/quant_blocks.h"
#include "inference/simd/float16.h"

namespace quipu::inference {
namespace {

void PutHalf(float value, uint8_t* out) {
  const uint16_t half = FloatToHalf(value);
  std::memcpy(out, &half, sizeof(half));
}

// 0 for a scale that as a half is 0 too, and whose inverse may be infinite.
float Inverse(float scale) { return std::fabs(scale) < 1e-30f ? 0.0f : 1.0f / scale; }

// The value of the largest magnitude; NaN if any value is not finite.
float ExtremeOf(const float* in) {
  float extreme = 0;
  for (int j = 0; j < kQuantBlock; ++j) {
    if (!std::isfinite(in[j])) return std::numeric_limits<float>::quiet_NaN();
    if (std::fabs(in[j]) > std::fabs(extreme)) extreme = in[j];
  }
  return extreme;
}

// A block that is not finite has a scale that is not a number, so that the logits
// show it.
void ClearValues(int bytes, uint8_t* out) { std::memset(out + 2, 0, bytes); }

// half d; int8 q[32]. The largest magnitude becomes 127.
void QuantizeQ8_0(const float* in, uint8_t* out) {
  const float d = std::fabs(ExtremeOf(in)) / 127.0f;
  const float inverse = Inverse(d);
  PutHalf(d, out);
  if (std::isnan(d)) return ClearValues(kQuantBlock, out);
  for (int j = 0; j < kQuantBlock; ++j) {
    // Halves are rounded away from zero, in the rounding mode of any machine.
    out[2 + j] = static_cast<uint8_t>(static_cast<int>(std::round(in[j] * inverse)));
  }
}

// half d; 16 bytes of nibbles: value j in the low half of byte j, j + 16 in the
// high. The value of the largest magnitude becomes -8, whatever its sign.
void QuantizeQ4_0(const float* in, uint8_t* out) {
  const float d = ExtremeOf(in) / -8.0f;
  const float inverse = Inverse(d);
  PutHalf(d, out);
  if (std::isnan(d)) return ClearValues(kQuantBlock / 2, out);
  const auto nibble = [&](float value) {
    return std::min(15, static_cast<int>(value * inverse + 8.5f));
  };
  for (int j = 0; j < kQuantBlock / 2; ++j) {
    out[2 + j] = static_cast<uint8_t>(nibble(in[j]) | nibble(in[j + kQuantBlock / 2]) << 4);
  }
}

}  // namespace

void QuantizeRow(TensorType type, const float* in, int64_t elements, uint8_t* out) {
  QUIPU_CHECK(type == TensorType::kQ8_0 || type == TensorType::kQ4_0)
      << "no quantisation to " << TensorTypeName(type);
  for (int64_t k = 0; k < elements; k += kQuantBlock) {
    if (type == TensorType::kQ8_0) {
      QuantizeQ8_0(in + k, out);
    } else {
      QuantizeQ4_0(in + k, out);
    }
    out += BlockBytes(type);
  }
}

}  // namespace quipu::inference
