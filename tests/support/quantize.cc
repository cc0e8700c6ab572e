// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/quantize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "inference/simd/float16.h"

namespace quipu::testing {
namespace {

using inference::FloatToHalf;
using inference::HalfToFloat;
using inference::TensorType;

void PutHalf(float value, uint8_t* out) {
  const uint16_t half = FloatToHalf(value);
  std::memcpy(out, &half, sizeof(half));
}

// value / scale, rounded and clamped to [low, high]; 0 for a scale of 0.
int Level(float value, float scale, int low, int high) {
  if (scale == 0.0f) return std::clamp(0, low, high);
  return std::clamp(static_cast<int>(std::lround(value / scale)), low, high);
}

float MaxMagnitude(const float* x, int count) {
  float largest = 0.0f;
  for (int i = 0; i < count; ++i) largest = std::max(largest, std::fabs(x[i]));
  return largest;
}

// The formats of 32 values around zero: `bits` per value, d before everything.
void Symmetric32(const float* x, int bits, uint8_t* out) {
  const int half_range = 1 << (bits - 1);
  const float d =
      HalfToFloat(FloatToHalf(MaxMagnitude(x, 32) / static_cast<float>(half_range - 1)));
  PutHalf(d, out);
  uint8_t* qs = out + (bits == 5 ? 6 : 2);
  uint32_t high = 0;
  for (int j = 0; j < 32; ++j) {
    const int q = Level(x[j], d, -half_range, half_range - 1);
    if (bits == 8) {
      qs[j] = static_cast<uint8_t>(q);
      continue;
    }
    const int unsigned_q = q + half_range;
    qs[j % 16] = static_cast<uint8_t>(qs[j % 16] | ((unsigned_q & 15) << (j < 16 ? 0 : 4)));
    high |= static_cast<uint32_t>(unsigned_q >> 4) << j;
  }
  if (bits == 5) std::memcpy(out + 2, &high, sizeof(high));
}

// The formats of 32 values above a minimum: d, m, then `bits` per value.
void Affine32(const float* x, int bits, uint8_t* out) {
  const float lowest = *std::min_element(x, x + 32);
  const float highest = *std::max_element(x, x + 32);
  const int levels = (1 << bits) - 1;
  const float m = HalfToFloat(FloatToHalf(lowest));
  const float d = HalfToFloat(FloatToHalf((highest - m) / static_cast<float>(levels)));
  PutHalf(d, out);
  PutHalf(m, out + 2);
  uint8_t* qs = out + (bits == 5 ? 8 : 4);
  uint32_t high = 0;
  for (int j = 0; j < 32; ++j) {
    const int q = Level(x[j] - m, d, 0, levels);
    qs[j % 16] = static_cast<uint8_t>(qs[j % 16] | ((q & 15) << (j < 16 ? 0 : 4)));
    high |= static_cast<uint32_t>(q >> 4) << j;
  }
  if (bits == 5) std::memcpy(out + 4, &high, sizeof(high));
}

void PackScaleMin(int j, int scale, int min, uint8_t* packed) {
  if (j < 4) {
    packed[j] = static_cast<uint8_t>(packed[j] | scale);
    packed[j + 4] = static_cast<uint8_t>(packed[j + 4] | min);
  } else {
    packed[j + 4] = static_cast<uint8_t>((scale & 15) | ((min & 15) << 4));
    packed[j - 4] = static_cast<uint8_t>(packed[j - 4] | ((scale >> 4) << 6));
    packed[j] = static_cast<uint8_t>(packed[j] | ((min >> 4) << 6));
  }
}

// Q4_K and Q5_K: eight sub-blocks of 32 with 6-bit scales and minima.
void Affine256(const float* x, int bits, uint8_t* out) {
  const int levels = (1 << bits) - 1;
  std::array<float, 8> scales;
  std::array<float, 8> mins;
  for (int s = 0; s < 8; ++s) {
    const float* sub = x + 32 * s;
    mins[s] = std::max(0.0f, -*std::min_element(sub, sub + 32));
    const float highest = *std::max_element(sub, sub + 32);
    scales[s] = std::max(0.0f, highest + mins[s]) / static_cast<float>(levels);
  }
  const float d = HalfToFloat(FloatToHalf(*std::max_element(scales.begin(), scales.end()) / 63.0f));
  const float dmin = HalfToFloat(FloatToHalf(*std::max_element(mins.begin(), mins.end()) / 63.0f));
  PutHalf(d, out);
  PutHalf(dmin, out + 2);
  uint8_t* qh = out + 16;
  uint8_t* qs = out + (bits == 5 ? 48 : 16);
  for (int s = 0; s < 8; ++s) {
    const int scale = Level(scales[s], d, 0, 63);
    const int min = Level(mins[s], dmin, 0, 63);
    PackScaleMin(s, scale, min, out + 4);
    for (int l = 0; l < 32; ++l) {
      const float over_min = x[32 * s + l] + dmin * static_cast<float>(min);
      const int q = Level(over_min, d * static_cast<float>(scale), 0, levels);
      uint8_t* byte = qs + 32 * (s / 2) + l;
      *byte = static_cast<uint8_t>(*byte | ((q & 15) << (4 * (s % 2))));
      if (bits == 5) qh[l] = static_cast<uint8_t>(qh[l] | ((q >> 4) << s));
    }
  }
}

// Q6_K: sixteen sub-blocks of 16 with signed 8-bit scales.
void Symmetric256(const float* x, uint8_t* out) {
  const float d = HalfToFloat(FloatToHalf(MaxMagnitude(x, 256) / 31.0f / 127.0f));
  PutHalf(d, out + 208);
  for (int s = 0; s < 16; ++s) {
    const int scale = Level(MaxMagnitude(x + 16 * s, 16) / 31.0f, d, -128, 127);
    out[192 + s] = static_cast<uint8_t>(scale);
    for (int l = 0; l < 16; ++l) {
      const int q = Level(x[16 * s + l], d * static_cast<float>(scale), -32, 31) + 32;
      const int half = s / 8;
      const int run = s % 8 / 2;  // Of the four runs of 32 in a half.
      const int at = 16 * (s % 2) + l;
      uint8_t* low = out + 64 * half + 32 * (run % 2) + at;
      uint8_t* high = out + 128 + 32 * half + at;
      *low = static_cast<uint8_t>(*low | ((q & 15) << (4 * (run / 2))));
      *high = static_cast<uint8_t>(*high | ((q >> 4) << (2 * run)));
    }
  }
}

// Q2_K: sixteen sub-blocks of 16 with 4-bit scales and minima.
void TwoBits256(const float* x, uint8_t* out) {
  std::array<float, 16> scales;
  std::array<float, 16> mins;
  for (int s = 0; s < 16; ++s) {
    const float* sub = x + 16 * s;
    mins[s] = std::max(0.0f, -*std::min_element(sub, sub + 16));
    scales[s] = std::max(0.0f, *std::max_element(sub, sub + 16) + mins[s]) / 3.0f;
  }
  const float d = HalfToFloat(FloatToHalf(*std::max_element(scales.begin(), scales.end()) / 15.0f));
  const float dmin = HalfToFloat(FloatToHalf(*std::max_element(mins.begin(), mins.end()) / 15.0f));
  PutHalf(d, out + 80);
  PutHalf(dmin, out + 82);
  for (int s = 0; s < 16; ++s) {
    const int scale = Level(scales[s], d, 0, 15);
    const int min = Level(mins[s], dmin, 0, 15);
    out[s] = static_cast<uint8_t>(scale | min << 4);
    for (int l = 0; l < 16; ++l) {
      const float over_min = x[16 * s + l] + dmin * static_cast<float>(min);
      const int q = Level(over_min, d * static_cast<float>(scale), 0, 3);
      uint8_t* byte = out + 16 + 32 * (s / 8) + 16 * (s % 2) + l;
      *byte = static_cast<uint8_t>(*byte | (q << (2 * (s % 8 / 2))));
    }
  }
}

// Q3_K: sixteen sub-blocks of 16 with 6-bit scales, less 32.
void ThreeBits256(const float* x, uint8_t* out) {
  const float d = HalfToFloat(FloatToHalf(MaxMagnitude(x, 256) / 3.0f / 31.0f));
  PutHalf(d, out + 108);
  for (int s = 0; s < 16; ++s) {
    const int scale = Level(MaxMagnitude(x + 16 * s, 16) / 3.0f, d, -32, 31);
    uint8_t* low = out + 96 + s % 8;
    uint8_t* high = out + 96 + 8 + s % 4;
    *low = static_cast<uint8_t>(*low | (((scale + 32) & 15) << (s < 8 ? 0 : 4)));
    *high = static_cast<uint8_t>(*high | (((scale + 32) >> 4) << (2 * (s / 4))));
    for (int l = 0; l < 16; ++l) {
      const int q = Level(x[16 * s + l], d * static_cast<float>(scale), -4, 3) + 4;
      const int block = s / 2;
      const int at = 16 * (s % 2) + l;
      uint8_t* two = out + 32 + 32 * (block / 4) + at;
      *two = static_cast<uint8_t>(*two | ((q & 3) << (2 * (block % 4))));
      out[at] = static_cast<uint8_t>(out[at] | ((q >> 2) << block));
    }
  }
}

// The formats of 32 values with a codebook: the nearest of 16 levels.
void Codebook32(const float* x, const int* levels, float d, uint8_t* out) {
  for (int j = 0; j < 32; ++j) {
    int best = 0;
    for (int c = 1; c < 16; ++c) {
      const auto distance = [&](int code) {
        return std::fabs(static_cast<float>(levels[code]) * d - x[j]);
      };
      if (distance(c) < distance(best)) best = c;
    }
    out[j % 16] = static_cast<uint8_t>(out[j % 16] | (best << (j < 16 ? 0 : 4)));
  }
}

constexpr int kNonLinearLevels[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                      1,    13,   25,  38,  53,  69,  89,  113};

void NonLinear32(const float* x, uint8_t* out) {
  const float d = HalfToFloat(FloatToHalf(MaxMagnitude(x, 32) / 113.0f));
  PutHalf(d, out);
  Codebook32(x, kNonLinearLevels, d, out + 2);
}

// IQ4_XS: eight of them with 6-bit scales, less 32.
void NonLinear256(const float* x, uint8_t* out) {
  const float d = HalfToFloat(FloatToHalf(MaxMagnitude(x, 256) / 113.0f / 31.0f));
  PutHalf(d, out);
  for (int b = 0; b < 8; ++b) {
    const int scale = Level(MaxMagnitude(x + 32 * b, 32) / 113.0f, d, -32, 31);
    const int bits = scale + 32;
    out[4 + b / 2] = static_cast<uint8_t>(out[4 + b / 2] | ((bits & 15) << (4 * (b % 2))));
    out[2 + b / 4] = static_cast<uint8_t>(out[2 + b / 4] | ((bits >> 4) << (2 * (b % 4))));
    Codebook32(x + 32 * b, kNonLinearLevels, d * static_cast<float>(scale), out + 8 + 16 * b);
  }
}

void Microscaled32(const float* x, uint8_t* out) {
  static constexpr int kLevels[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
  const float largest = MaxMagnitude(x, 32);
  // The exponent of the largest value becomes that of 8 of 12 levels.
  const int exponent = largest == 0 ? -24 : std::ilogb(largest) - 3;
  out[0] = static_cast<uint8_t>(exponent + 128);
  Codebook32(x, kLevels, std::ldexp(1.0f, exponent), out + 1);
}

void QuantizeBlock(TensorType type, const float* x, uint8_t* out) {
  switch (type) {
    case TensorType::kF32:
      std::memcpy(out, x, sizeof(*x));
      return;
    case TensorType::kF16:
      return PutHalf(*x, out);
    case TensorType::kBF16: {
      const uint16_t value = inference::FloatToBfloat16(*x);
      std::memcpy(out, &value, sizeof(value));
      return;
    }
    case TensorType::kQ4_0:
      return Symmetric32(x, 4, out);
    case TensorType::kQ5_0:
      return Symmetric32(x, 5, out);
    case TensorType::kQ8_0:
      return Symmetric32(x, 8, out);
    case TensorType::kQ4_1:
      return Affine32(x, 4, out);
    case TensorType::kQ5_1:
      return Affine32(x, 5, out);
    case TensorType::kQ4_K:
      return Affine256(x, 4, out);
    case TensorType::kQ5_K:
      return Affine256(x, 5, out);
    case TensorType::kQ6_K:
      return Symmetric256(x, out);
    case TensorType::kQ2_K:
      return TwoBits256(x, out);
    case TensorType::kQ3_K:
      return ThreeBits256(x, out);
    case TensorType::kIQ4_NL:
      return NonLinear32(x, out);
    case TensorType::kIQ4_XS:
      return NonLinear256(x, out);
    case TensorType::kMXFP4:
      return Microscaled32(x, out);
  }
}

}  // namespace

std::string Quantize(inference::TensorType type, absl::Span<const float> values) {
  const size_t elements = inference::BlockElements(type);
  const size_t bytes = inference::BlockBytes(type);
  const size_t blocks = values.size() / elements;
  std::string out(blocks * bytes, '\0');
  for (size_t b = 0; b < blocks; ++b) {
    QuantizeBlock(type, values.data() + b * elements, reinterpret_cast<uint8_t*>(&out[b * bytes]));
  }
  return out;
}

}  // namespace quipu::testing
