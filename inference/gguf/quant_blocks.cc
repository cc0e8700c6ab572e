// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/gguf/quant_blocks.h"

#include <cmath>
#include <cstring>

#include "base/log.h"
#include "inference/simd/float16.h"

namespace quipu::inference {
namespace {

uint16_t LoadHalf(const uint8_t* bytes) {
  uint16_t bits;
  std::memcpy(&bits, bytes, sizeof(bits));
  return bits;
}

// Below, what is read and what is written never overlap. Without __restrict the
// compiler cannot know, and does not use vectors.

// 16 bytes of nibbles: value j in the low half of byte j, j + 16 in the high.
void SplitNibbles(const uint8_t* __restrict qs, uint8_t* __restrict q) {
  for (int j = 0; j < 16; ++j) {
    q[j] = qs[j] & 15;
    q[j + 16] = qs[j] >> 4;
  }
}

void AddFifthBits(uint32_t bits, uint8_t* q) {
  for (int j = 0; j < kQuantBlock; ++j) q[j] = static_cast<uint8_t>(q[j] | ((bits >> j & 1) << 4));
}

// Q4_0, Q4_1, Q5_0, Q5_1: half d [m]; uint32 fifth bits [Q5]; 16 nibble bytes.
void ReadNibbleBlocks(const uint8_t* __restrict in, int blocks, bool offset, bool fifth,
                      QuantRun* __restrict out) {
  for (int b = 0; b < blocks; ++b) {
    out->d[b] = LoadHalf(in);
    in += 2;
    if (offset) {
      out->offset[b] = LoadHalf(in);
      in += 2;
    }
    uint32_t bits = 0;
    if (fifth) {
      std::memcpy(&bits, in, sizeof(bits));
      in += sizeof(bits);
    }
    uint8_t* q = out->q + b * kQuantBlock;
    SplitNibbles(in, q);
    if (fifth) AddFifthBits(bits, q);
    in += 16;
  }
}

// half d; int8 q[32]: stored as q + 128.
void ReadQ8_0(const uint8_t* __restrict in, int blocks, QuantRun* __restrict out) {
  for (int b = 0; b < blocks; ++b, in += 34) {
    out->d[b] = LoadHalf(in);
    for (int j = 0; j < kQuantBlock; ++j) out->q[b * kQuantBlock + j] = in[2 + j] ^ 0x80;
  }
}

// half d, dmin; 12 bytes with eight pairs of 6 bits, the first four contiguous,
// the last four split; [32 bytes of fifth bits, Q5_K]; 128 bytes of nibbles,
// the low nibbles of 32 bytes before the high ones.
void ReadSuperOffset(const uint8_t* __restrict in, bool fifth, QuantRun* __restrict out) {
  out->d[0] = LoadHalf(in);
  out->offset[0] = LoadHalf(in + 2);
  const uint8_t* packed = in + 4;
  for (int j = 0; j < 4; ++j) {
    out->sub_scale[j] = packed[j] & 63;
    out->sub_min[j] = packed[j + 4] & 63;
    out->sub_scale[j + 4] = static_cast<uint8_t>((packed[j + 8] & 15) | ((packed[j] >> 6) << 4));
    out->sub_min[j + 4] = static_cast<uint8_t>((packed[j + 8] >> 4) | ((packed[j + 4] >> 6) << 4));
  }
  const uint8_t* qh = in + 16;
  const uint8_t* qs = fifth ? in + 48 : in + 16;
  for (int b = 0; b < kQuantRun / kQuantBlock; ++b) {
    uint8_t* q = out->q + b * kQuantBlock;
    const uint8_t* nibbles = qs + b / 2 * 32;
    if (b % 2 == 0) {
      for (int j = 0; j < kQuantBlock; ++j) q[j] = nibbles[j] & 15;
    } else {
      for (int j = 0; j < kQuantBlock; ++j) q[j] = nibbles[j] >> 4;
    }
    for (int j = 0; j < kQuantBlock && fifth; ++j) {
      q[j] = static_cast<uint8_t>(q[j] | ((qh[j] >> b & 1) << 4));
    }
  }
}

// uint8 ql[128], qh[64]; int8 scales[16]; half d. Each half of 128 values: four
// runs of 32, low four bits from nibbles of ql, two high bits from qh.
void ReadQ6_K(const uint8_t* __restrict in, QuantRun* __restrict out) {
  for (int half = 0; half < 2; ++half) {
    const uint8_t* ql = in + 64 * half;
    const uint8_t* qh = in + 128 + 32 * half;
    uint8_t* q = out->q + 128 * half;
    for (int j = 0; j < 32; ++j) {
      const int h = qh[j];
      q[j] = static_cast<uint8_t>((ql[j] & 15) | (h & 3) << 4);
      q[j + 32] = static_cast<uint8_t>((ql[j + 32] & 15) | (h >> 2 & 3) << 4);
      q[j + 64] = static_cast<uint8_t>((ql[j] >> 4) | (h >> 4 & 3) << 4);
      q[j + 96] = static_cast<uint8_t>((ql[j + 32] >> 4) | (h >> 6) << 4);
    }
  }
  std::memcpy(out->sub_scale, in + 192, kQuantRun / 16);
  out->d[0] = LoadHalf(in + 208);
}

// uint8 hmask[32], qs[64]; 12 bytes with sixteen 6-bit scales, less 32; half d. Low
// two bits from qs, the third from hmask. A value of 3 bits less 4 is one of 6 bits
// less 32.
void ReadQ3_K(const uint8_t* __restrict in, QuantRun* __restrict out) {
  constexpr int kToSixBits = 32 - 4;
  const uint8_t* qs = in + 32;
  const uint8_t* packed = in + 96;
  for (int b = 0; b < kQuantRun / kQuantBlock; ++b) {
    for (int j = 0; j < kQuantBlock; ++j) {
      const int low = qs[b / 4 * 32 + j] >> (b % 4 * 2) & 3;
      const int high = in[j] >> b & 1;
      out->q[b * kQuantBlock + j] = static_cast<uint8_t>((low | high << 2) + kToSixBits);
    }
  }
  for (int s = 0; s < kQuantRun / 16; ++s) {
    const int low = s < 8 ? packed[s] & 15 : packed[s - 8] >> 4;
    const int high = packed[8 + s % 4] >> (s / 4 * 2) & 3;
    out->sub_scale[s] = static_cast<uint8_t>((low | high << 4) - 32);
  }
  out->d[0] = LoadHalf(in + 108);
}

// 16 bytes with scales and minima; uint8 qs[64]; half d, dmin. Each half of 128 values:
// four runs of 32, two bits from qs.
void ReadQ2_K(const uint8_t* __restrict in, QuantRun* __restrict out) {
  std::memcpy(out->sub_scale, in, kQuantRun / 16);
  const uint8_t* qs = in + 16;
  for (int b = 0; b < kQuantRun / kQuantBlock; ++b) {
    uint8_t* q = out->q + b * kQuantBlock;
    for (int j = 0; j < kQuantBlock; ++j) q[j] = qs[b / 4 * 32 + j] >> (b % 4 * 2) & 3;
  }
  out->d[0] = LoadHalf(in + 80);
  out->offset[0] = LoadHalf(in + 82);
}

// 16 nibble bytes, each nibble one of 16 levels: stored as level + 128.
void ReadLevels(const uint8_t* __restrict in, uint8_t* __restrict q) {
  static constexpr uint8_t kLevels[16] = {1,   24,  45,  63,  79,  93,  106, 118,
                                          129, 141, 153, 166, 181, 197, 217, 241};
  SplitNibbles(in, q);
  for (int j = 0; j < kQuantBlock; ++j) q[j] = kLevels[q[j]];
}

// half d; levels.
void ReadIQ4_NL(const uint8_t* __restrict in, int blocks, QuantRun* __restrict out) {
  for (int b = 0; b < blocks; ++b, in += 18) {
    out->d[b] = LoadHalf(in);
    ReadLevels(in + 2, out->q + b * kQuantBlock);
  }
}

// half d; uint16 with the two high bits of eight 6-bit scales, less 32; 4 bytes with their
// low four bits; the levels of eight blocks.
void ReadIQ4_XS(const uint8_t* __restrict in, QuantRun* __restrict out) {
  const int high = LoadHalf(in + 2);
  out->d[0] = LoadHalf(in);
  for (int b = 0; b < kQuantRun / kQuantBlock; ++b) {
    const int low = in[4 + b / 2] >> (b % 2 * 4) & 15;
    out->sub_scale[b] = static_cast<uint8_t>((low | (high >> (2 * b) & 3) << 4) - 32);
    ReadLevels(in + 8 + 16 * b, out->q + b * kQuantBlock);
  }
}

// 2^exponent * level as a scale that is a half, and the factor of the level, in
// 16ths, where no half is so small or so large: a factor below one rounds.
uint16_t PowerAsHalf(int exponent, int* sixteenths) {
  constexpr int kLeast = -24;
  constexpr int kGreatest = 15;
  *sixteenths = 16;
  if (exponent < kLeast) {
    const int shift = kLeast - exponent;
    *sixteenths = shift > 4 ? 0 : 16 >> shift;
    return 1;  // The smallest half.
  }
  if (exponent > kGreatest) {
    const int shift = exponent - kGreatest;
    if (shift > 3) return 0x7C00;  // Infinite, as such weights would be.
    *sixteenths = 16 << shift;
    exponent = kGreatest;
  }
  return FloatToHalf(std::ldexp(1.0f, exponent));
}

// uint8 e; 16 nibble bytes of E2M1 floats. Twice their values are integers, and
// 2^(e - 128) the scale: stored as integer + 128.
void ReadMXFP4(const uint8_t* __restrict in, int blocks, QuantRun* __restrict out) {
  static constexpr int kTwice[8] = {0, 1, 2, 3, 4, 6, 8, 12};
  for (int b = 0; b < blocks; ++b, in += 17) {
    int sixteenths = 16;
    out->d[b] = PowerAsHalf(in[0] - 128, &sixteenths);
    uint8_t* q = out->q + b * kQuantBlock;
    SplitNibbles(in + 1, q);
    for (int j = 0; j < kQuantBlock; ++j) {
      const int magnitude = (kTwice[q[j] & 7] * sixteenths + 8) / 16;
      q[j] = static_cast<uint8_t>(128 + (q[j] < 8 ? magnitude : -magnitude));
    }
  }
}

}  // namespace

QuantFormat FormatOf(TensorType type) {
  switch (type) {
    case TensorType::kF32:
    case TensorType::kF16:
    case TensorType::kBF16:
      return {};
    case TensorType::kQ4_0:
      return {4, 8, ScaleKind::kHalf};
    case TensorType::kQ4_1:
      return {4, 0, ScaleKind::kHalfOffset};
    case TensorType::kQ5_0:
      return {5, 16, ScaleKind::kHalf};
    case TensorType::kQ5_1:
      return {5, 0, ScaleKind::kHalfOffset};
    case TensorType::kQ8_0:
    case TensorType::kIQ4_NL:
    case TensorType::kMXFP4:
      return {8, 128, ScaleKind::kHalf};
    case TensorType::kQ4_K:
      return {4, 0, ScaleKind::kSuperOffset};
    case TensorType::kQ2_K:
      return {2, 0, ScaleKind::kSuperOffsetHalves};
    case TensorType::kIQ4_XS:
      return {8, 128, ScaleKind::kSuper};
    case TensorType::kQ5_K:
      return {5, 0, ScaleKind::kSuperOffset};
    case TensorType::kQ3_K:
    case TensorType::kQ6_K:
      return {6, 32, ScaleKind::kSuperHalves};
  }
  return {};
}

RawScale QuantRun::raw_scale(ScaleKind kind, int sixteen) const {
  const int block = sixteen / 2;
  switch (kind) {
    case ScaleKind::kNone:
      break;
    case ScaleKind::kHalf:
      return {d[block]};
    case ScaleKind::kHalfOffset:
      return {d[block], offset[block]};
    case ScaleKind::kSuperOffset:
      return {d[0], offset[0], sub_scale[block], sub_min[block]};
    case ScaleKind::kSuper:
      return {d[0], 0, sub_scale[block]};
    case ScaleKind::kSuperHalves:
      return {d[0], 0, sub_scale[sixteen]};
    case ScaleKind::kSuperOffsetHalves:
      return {d[0], offset[0], sub_scale[sixteen]};
  }
  return {};
}

void ReadQuantRun(TensorType type, const uint8_t* in, int blocks, QuantRun* out) {
  switch (type) {
    case TensorType::kQ4_0:
      return ReadNibbleBlocks(in, blocks, false, false, out);
    case TensorType::kQ4_1:
      return ReadNibbleBlocks(in, blocks, true, false, out);
    case TensorType::kQ5_0:
      return ReadNibbleBlocks(in, blocks, false, true, out);
    case TensorType::kQ5_1:
      return ReadNibbleBlocks(in, blocks, true, true, out);
    case TensorType::kQ8_0:
      return ReadQ8_0(in, blocks, out);
    case TensorType::kQ4_K:
      return ReadSuperOffset(in, false, out);
    case TensorType::kQ5_K:
      return ReadSuperOffset(in, true, out);
    case TensorType::kQ2_K:
      return ReadQ2_K(in, out);
    case TensorType::kQ3_K:
      return ReadQ3_K(in, out);
    case TensorType::kQ6_K:
      return ReadQ6_K(in, out);
    case TensorType::kIQ4_NL:
      return ReadIQ4_NL(in, blocks, out);
    case TensorType::kIQ4_XS:
      return ReadIQ4_XS(in, out);
    case TensorType::kMXFP4:
      return ReadMXFP4(in, blocks, out);
    case TensorType::kF32:
    case TensorType::kF16:
    case TensorType::kBF16:
      break;
  }
  QUIPU_CHECK(false) << "not a quantised type";
}

QuantScale ScaleOf(ScaleKind kind, const RawScale& raw) {
  switch (kind) {
    case ScaleKind::kNone:
      break;
    case ScaleKind::kHalf:
      return {HalfToFloat(raw.d), 0};
    case ScaleKind::kHalfOffset:
      return {HalfToFloat(raw.d), HalfToFloat(raw.offset)};
    case ScaleKind::kSuperOffset:
      return {HalfToFloat(raw.d) * static_cast<float>(raw.sub_scale),
              -(HalfToFloat(raw.offset) * static_cast<float>(raw.sub_min))};
    case ScaleKind::kSuper:
    case ScaleKind::kSuperHalves:
      return {HalfToFloat(raw.d) * static_cast<float>(static_cast<int8_t>(raw.sub_scale)), 0};
    case ScaleKind::kSuperOffsetHalves:
      return {HalfToFloat(raw.d) * static_cast<float>(raw.sub_scale & 15),
              -(HalfToFloat(raw.offset) * static_cast<float>(raw.sub_scale >> 4))};
  }
  return {};
}

}  // namespace quipu::inference
