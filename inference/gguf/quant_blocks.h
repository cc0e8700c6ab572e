// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The block formats of quantised tensors, read to integers and scales: the one
// place that knows their layout in a file. Layouts after ggml's ggml-common.h
// (facts; see the .cc for each block's fields).
//
//   const QuantFormat format = FormatOf(TensorType::kQ4_K);
//   QuantRun run;
//   ReadQuantRun(TensorType::kQ4_K, row, /*blocks=*/8, &run);
//   const QuantScale s = ScaleOf(format.scales, run.raw_scale(format.scales, k / 16));
//   const float weight = format.Value(run.q[k], s);
//
// A weight is
//   scale * (q - zero)      Q4_0 Q5_0 Q8_0 Q3_K Q6_K IQ4_NL IQ4_XS MXFP4
//   scale * q + offset      Q4_1 Q5_1 Q2_K Q4_K Q5_K
// with an unsigned q of 2, 4, 5, 6 or 8 bits. Each operation rounds by itself, in
// the order of ggml's reference, so the bits are those that its users know.
//
// Q3_K is read as the 6 bits of Q6_K, the codebooks of IQ4_NL, IQ4_XS and MXFP4 as
// the 8 bits of Q8_0: exact, but with more memory and time than their files suggest.
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_GGUF_QUANT_BLOCKS_H_
#define QUIPU_INFERENCE_GGUF_QUANT_BLOCKS_H_

#include <cstdint>

#include "inference/gguf/tensor_type.h"

namespace quipu::inference {

// Values that share a scale; Q2_K, Q3_K and Q6_K have one per half of them.
inline constexpr int kQuantBlock = 32;
// Values of a run: a super-block of the K formats.
inline constexpr int kQuantRun = 256;

enum class ScaleKind {
  kNone,        // F32, F16, BF16: not quantised.
  kHalf,        // A half per block: the scale.
  kHalfOffset,  // Two halves per block: scale and offset.
  // Halves d and dmin per 256 values, 6-bit integers s and m per block: scale d
  // * s, offset -(dmin * m).
  kSuperOffset,
  // A half d per 256 values, a signed byte s per block: scale d * s.
  kSuper,
  // The same with a signed byte per 16.
  kSuperHalves,
  // Halves d and dmin per 256 values, a byte per 16 with s in its low four bits and m
  // in the high ones: scale d * s, offset -(dmin * m).
  kSuperOffsetHalves,
};

// The scale of 16 values as stored in the file.
struct RawScale {
  uint16_t d = 0;       // A half.
  uint16_t offset = 0;  // A half: the offset, or dmin.
  uint8_t sub_scale = 0;
  uint8_t sub_min = 0;
};

struct QuantScale {
  float scale = 0;
  float offset = 0;
};

struct QuantFormat {
  int bits = 0;  // Of q; 0 for types that are not quantised.
  int zero = 0;  // Subtracted from q.
  ScaleKind scales = ScaleKind::kNone;

  bool quantised() const { return bits != 0; }
  bool has_offset() const {
    return scales == ScaleKind::kHalfOffset || scales == ScaleKind::kSuperOffset ||
           scales == ScaleKind::kSuperOffsetHalves;
  }
  // How many scales, and offsets if it has them, a row has for 32 values.
  int scales_per_block() const {
    return scales == ScaleKind::kSuperHalves || scales == ScaleKind::kSuperOffsetHalves ? 2 : 1;
  }

  float Value(uint8_t q, const QuantScale& s) const {
    const float product = static_cast<float>(q - zero) * s.scale;
    return has_offset() ? product + s.offset : product;
  }
};

QuantFormat FormatOf(TensorType type);

// The integers and scales of up to 256 values of one row. Fields that a format
// lacks are undefined.
struct QuantRun {
  uint8_t q[kQuantRun];
  // Of each block; the super kinds have theirs in [0].
  uint16_t d[kQuantRun / kQuantBlock];
  uint16_t offset[kQuantRun / kQuantBlock];
  uint8_t sub_scale[kQuantRun / 16];  // Of each 16 values if the kind has halves, or block.
  uint8_t sub_min[kQuantRun / kQuantBlock];

  // Of values [16 * sixteen, 16 * sixteen + 16).
  RawScale raw_scale(ScaleKind kind, int sixteen) const;
};

// Reads `blocks` blocks of 32 values from `in` (at most 8; exactly 8 for the
// super kinds). REQUIRES: FormatOf(type).quantised().
void ReadQuantRun(TensorType type, const uint8_t* in, int blocks, QuantRun* out);

QuantScale ScaleOf(ScaleKind kind, const RawScale& raw);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_GGUF_QUANT_BLOCKS_H_
