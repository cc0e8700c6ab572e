// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Each unpacking below is compiled once per vector target by Highway. A value
// is q*d, q*d+m or q*d-m with each operation rounded by itself, in the order of
// ggml's reference, so that the bits are those that ggml's users know and do
// not depend on whether a target has fused multiply-add.
#include "inference/gguf/quants.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "inference/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/gguf/quants.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

#ifndef QUIPU_INFERENCE_QUANTS_ONCE_
#define QUIPU_INFERENCE_QUANTS_ONCE_
namespace quipu::inference {

inline uint16_t LoadHalfBits(const uint8_t* bytes) {
  uint16_t bits;
  std::memcpy(&bits, bytes, sizeof(bits));
  return bits;
}

inline float BitsToFloat(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

inline uint32_t FloatToBits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

// A NaN comes out quiet, its payload kept, as conversion instructions do it.
inline float HalfBitsToFloat(uint16_t half) {
  const uint32_t magnitude = half & 0x7FFFu;
  const uint32_t sign = (half & 0x8000u) << 16;
  if (magnitude < 0x0400u) {  // Zero or subnormal: an exact product.
    const float value = static_cast<float>(magnitude) * 0x1p-24f;
    return BitsToFloat(FloatToBits(value) | sign);
  }
  uint32_t bits = (magnitude << 13) + (112u << 23);
  if (magnitude >= 0x7C00u) {
    bits += 112u << 23;
    if (magnitude > 0x7C00u) bits |= 0x00400000u;
  }
  return BitsToFloat(bits | sign);
}

inline float LoadHalf(const uint8_t* bytes) { return HalfBitsToFloat(LoadHalfBits(bytes)); }

// The 6-bit scale and minimum of sub-block `j` of 8 in a Q4_K or Q5_K block,
// packed in 12 bytes: the first four pairs whole, the last four split.
inline void UnpackScaleMin(int j, const uint8_t* packed, int* scale, int* min) {
  if (j < 4) {
    *scale = packed[j] & 63;
    *min = packed[j + 4] & 63;
  } else {
    *scale = (packed[j + 4] & 0xF) | ((packed[j - 4] >> 6) << 4);
    *min = (packed[j + 4] >> 4) | ((packed[j] >> 6) << 4);
  }
}

}  // namespace quipu::inference
#endif  // QUIPU_INFERENCE_QUANTS_ONCE_

HWY_BEFORE_NAMESPACE();
namespace quipu::inference::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// At most 16 lanes: what every format has at least in a row of equal scale.
using F = hn::CappedTag<float, 16>;
using I = hn::Rebind<int32_t, F>;
using U = hn::Rebind<uint32_t, F>;
using Bytes = hn::Rebind<uint8_t, F>;
using SignedBytes = hn::Rebind<int8_t, F>;
using Halves = hn::Rebind<uint16_t, F>;
using VI = hn::Vec<I>;
using VF = hn::Vec<F>;

HWY_INLINE VI LoadBytes(const uint8_t* bytes) {
  return hn::PromoteTo(I(), hn::LoadU(Bytes(), bytes));
}

HWY_INLINE VI LowNibble(VI v) { return hn::And(v, hn::Set(I(), 15)); }
HWY_INLINE VI HighNibble(VI v) { return hn::ShiftRight<4>(v); }

// q * d.
HWY_INLINE void StoreScaled(VI q, VF d, float* out) {
  hn::StoreU(hn::Mul(hn::ConvertTo(F(), q), d), F(), out);
}

// q * d + m, twice rounded.
HWY_INLINE void StoreAffine(VI q, VF d, VF m, float* out) {
  hn::StoreU(hn::Add(hn::Mul(hn::ConvertTo(F(), q), d), m), F(), out);
}

// Sixteen where bit `first` + lane of `bits` is set.
HWY_INLINE VI FifthBits(uint32_t bits, size_t first) {
  const auto lanes = hn::Iota(U(), static_cast<uint32_t>(first));
  const auto bit = hn::And(hn::Shr(hn::Set(U(), bits), lanes), hn::Set(U(), 1u));
  return hn::BitCast(I(), hn::ShiftLeft<4>(bit));
}

void RowF32(const uint8_t* in, int64_t elements, float* out) {
  std::memcpy(out, in, static_cast<size_t>(elements) * sizeof(float));
}

HWY_INLINE VF PromoteHalf(hn::Vec<Halves> halves) {
#if HWY_TARGET <= HWY_AVX2 && HWY_ARCH_X86
  return hn::PromoteTo(F(), hn::BitCast(hn::Rebind<hwy::float16_t, F>(), halves));
#else
  // Highway's emulation does not know infinities.
  const U u;
  const auto half = hn::PromoteTo(u, halves);
  const auto magnitude = hn::And(half, hn::Set(u, 0x7FFFu));
  const auto sign = hn::ShiftLeft<16>(hn::And(half, hn::Set(u, 0x8000u)));
  const auto rebias = hn::Set(u, 112u << 23);
  const auto normal = hn::Add(hn::ShiftLeft<13>(magnitude), rebias);
  const auto is_special = hn::Gt(magnitude, hn::Set(u, 0x7BFFu));
  const auto is_nan = hn::Gt(magnitude, hn::Set(u, 0x7C00u));
  const auto is_small = hn::Lt(magnitude, hn::Set(u, 0x0400u));
  auto bits = hn::Add(normal, hn::IfThenElseZero(is_special, rebias));
  bits = hn::Or(bits, hn::IfThenElseZero(is_nan, hn::Set(u, 0x00400000u)));
  const auto small = hn::BitCast(
      u, hn::Mul(hn::ConvertTo(F(), hn::BitCast(I(), magnitude)), hn::Set(F(), 0x1p-24f)));
  return hn::BitCast(F(), hn::Or(hn::IfThenElse(is_small, small, bits), sign));
#endif
}

void RowF16(const uint8_t* in, int64_t elements, float* out) {
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(F()));
  const auto* halves = reinterpret_cast<const uint16_t*>(in);  // Loaded unaligned.
  int64_t i = 0;
  for (; i + lanes <= elements; i += lanes) {
    hn::StoreU(PromoteHalf(hn::LoadU(Halves(), halves + i)), F(), out + i);
  }
  for (; i < elements; ++i) out[i] = LoadHalf(in + 2 * i);
}

void RowBF16(const uint8_t* in, int64_t elements, float* out) {
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(F()));
  const auto* halves = reinterpret_cast<const uint16_t*>(in);  // Loaded unaligned.
  int64_t i = 0;
  for (; i + lanes <= elements; i += lanes) {
    const auto wide = hn::PromoteTo(U(), hn::LoadU(Halves(), halves + i));
    hn::StoreU(hn::BitCast(F(), hn::ShiftLeft<16>(wide)), F(), out + i);
  }
  for (; i < elements; ++i) {
    out[i] = BitsToFloat(static_cast<uint32_t>(LoadHalfBits(in + 2 * i)) << 16);
  }
}

// half d; uint8 qs[16]: value j in the low nibble of byte j, j + 16 in the high.
void RowQ4_0(const uint8_t* in, int64_t elements, float* out) {
  const size_t lanes = hn::Lanes(F());
  const VI eight = hn::Set(I(), 8);
  for (int64_t block = 0; block < elements / 32; ++block, in += 18, out += 32) {
    const VF d = hn::Set(F(), LoadHalf(in));
    for (size_t j = 0; j < 16; j += lanes) {
      const VI q = LoadBytes(in + 2 + j);
      StoreScaled(hn::Sub(LowNibble(q), eight), d, out + j);
      StoreScaled(hn::Sub(HighNibble(q), eight), d, out + 16 + j);
    }
  }
}

// half d, m; uint8 qs[16] as in Q4_0.
void RowQ4_1(const uint8_t* in, int64_t elements, float* out) {
  const size_t lanes = hn::Lanes(F());
  for (int64_t block = 0; block < elements / 32; ++block, in += 20, out += 32) {
    const VF d = hn::Set(F(), LoadHalf(in));
    const VF m = hn::Set(F(), LoadHalf(in + 2));
    for (size_t j = 0; j < 16; j += lanes) {
      const VI q = LoadBytes(in + 4 + j);
      StoreAffine(LowNibble(q), d, m, out + j);
      StoreAffine(HighNibble(q), d, m, out + 16 + j);
    }
  }
}

// half d; uint32 qh: the fifth bit of value j is bit j; uint8 qs[16] as in Q4_0.
void RowQ5_0(const uint8_t* in, int64_t elements, float* out) {
  const size_t lanes = hn::Lanes(F());
  const VI sixteen = hn::Set(I(), 16);
  for (int64_t block = 0; block < elements / 32; ++block, in += 22, out += 32) {
    const VF d = hn::Set(F(), LoadHalf(in));
    uint32_t high;
    std::memcpy(&high, in + 2, sizeof(high));
    for (size_t j = 0; j < 16; j += lanes) {
      const VI q = LoadBytes(in + 6 + j);
      const VI low_q = hn::Or(LowNibble(q), FifthBits(high, j));
      const VI high_q = hn::Or(HighNibble(q), FifthBits(high, j + 16));
      StoreScaled(hn::Sub(low_q, sixteen), d, out + j);
      StoreScaled(hn::Sub(high_q, sixteen), d, out + 16 + j);
    }
  }
}

// half d, m; uint32 qh; uint8 qs[16].
void RowQ5_1(const uint8_t* in, int64_t elements, float* out) {
  const size_t lanes = hn::Lanes(F());
  for (int64_t block = 0; block < elements / 32; ++block, in += 24, out += 32) {
    const VF d = hn::Set(F(), LoadHalf(in));
    const VF m = hn::Set(F(), LoadHalf(in + 2));
    uint32_t high;
    std::memcpy(&high, in + 4, sizeof(high));
    for (size_t j = 0; j < 16; j += lanes) {
      const VI q = LoadBytes(in + 8 + j);
      StoreAffine(hn::Or(LowNibble(q), FifthBits(high, j)), d, m, out + j);
      StoreAffine(hn::Or(HighNibble(q), FifthBits(high, j + 16)), d, m, out + 16 + j);
    }
  }
}

// half d; int8 qs[32].
void RowQ8_0(const uint8_t* in, int64_t elements, float* out) {
  const size_t lanes = hn::Lanes(F());
  for (int64_t block = 0; block < elements / 32; ++block, in += 34, out += 32) {
    const VF d = hn::Set(F(), LoadHalf(in));
    for (size_t j = 0; j < 32; j += lanes) {
      const auto bytes = hn::LoadU(Bytes(), in + 2 + j);
      StoreScaled(hn::PromoteTo(I(), hn::BitCast(SignedBytes(), bytes)), d, out + j);
    }
  }
}

// half d, dmin; uint8 scales[12]; uint8 qs[128]: 8 sub-blocks of 32, in pairs of
// the low and the high nibbles of 32 bytes. x = (d*scale)*q - dmin*min; the
// subtraction is written as adding the negated minimum, which rounds alike.
void RowQ4_K(const uint8_t* in, int64_t elements, float* out) {
  const size_t lanes = hn::Lanes(F());
  for (int64_t block = 0; block < elements / 256; ++block, in += 144) {
    const float d = LoadHalf(in);
    const float dmin = LoadHalf(in + 2);
    const uint8_t* qs = in + 16;
    for (int pair = 0; pair < 4; ++pair, qs += 32, out += 64) {
      int scale[2], min[2];
      UnpackScaleMin(2 * pair, in + 4, &scale[0], &min[0]);
      UnpackScaleMin(2 * pair + 1, in + 4, &scale[1], &min[1]);
      const VF d0 = hn::Set(F(), d * static_cast<float>(scale[0]));
      const VF d1 = hn::Set(F(), d * static_cast<float>(scale[1]));
      const VF m0 = hn::Set(F(), -(dmin * static_cast<float>(min[0])));
      const VF m1 = hn::Set(F(), -(dmin * static_cast<float>(min[1])));
      for (size_t j = 0; j < 32; j += lanes) {
        const VI q = LoadBytes(qs + j);
        StoreAffine(LowNibble(q), d0, m0, out + j);
        StoreAffine(HighNibble(q), d1, m1, out + 32 + j);
      }
    }
  }
}

// half d, dmin; uint8 scales[12]; uint8 qh[32]: bit s of byte l is the fifth bit
// of value l of sub-block s; uint8 qs[128] as in Q4_K.
void RowQ5_K(const uint8_t* in, int64_t elements, float* out) {
  const size_t lanes = hn::Lanes(F());
  const VI sixteen = hn::Set(I(), 16);
  for (int64_t block = 0; block < elements / 256; ++block, in += 176) {
    const float d = LoadHalf(in);
    const float dmin = LoadHalf(in + 2);
    const uint8_t* qh = in + 16;
    const uint8_t* qs = in + 48;
    for (int pair = 0; pair < 4; ++pair, qs += 32, out += 64) {
      int scale[2], min[2];
      UnpackScaleMin(2 * pair, in + 4, &scale[0], &min[0]);
      UnpackScaleMin(2 * pair + 1, in + 4, &scale[1], &min[1]);
      const VF d0 = hn::Set(F(), d * static_cast<float>(scale[0]));
      const VF d1 = hn::Set(F(), d * static_cast<float>(scale[1]));
      const VF m0 = hn::Set(F(), -(dmin * static_cast<float>(min[0])));
      const VF m1 = hn::Set(F(), -(dmin * static_cast<float>(min[1])));
      for (size_t j = 0; j < 32; j += lanes) {
        const VI q = LoadBytes(qs + j);
        const VI bits = hn::ShiftRightSame(LoadBytes(qh + j), 2 * pair);
        const VI fifth0 = hn::And(hn::ShiftLeft<4>(bits), sixteen);
        const VI fifth1 = hn::And(hn::ShiftLeft<3>(bits), sixteen);
        StoreAffine(hn::Or(LowNibble(q), fifth0), d0, m0, out + j);
        StoreAffine(hn::Or(HighNibble(q), fifth1), d1, m1, out + 32 + j);
      }
    }
  }
}

// uint8 ql[128], qh[64]; int8 scales[16]; half d. Each half of 128 values: four
// runs of 32, low four bits from nibbles of ql, two high bits from qh; a scale
// for every 16. x = (d*scale)*(q - 32).
void RowQ6_K(const uint8_t* in, int64_t elements, float* out) {
  const size_t lanes = hn::Lanes(F());
  const VI offset = hn::Set(I(), 32);
  const VI high = hn::Set(I(), 0x30);
  for (int64_t block = 0; block < elements / 256; ++block, in += 210) {
    const float d = LoadHalf(in + 208);
    const uint8_t* ql = in;
    const uint8_t* qh = in + 128;
    for (int half = 0; half < 2; ++half, ql += 64, qh += 32, out += 128) {
      VF scales[8];
      for (int s = 0; s < 8; ++s) {
        const auto scale = static_cast<int8_t>(in[192 + 8 * half + s]);
        scales[s] = hn::Set(F(), d * static_cast<float>(scale));
      }
      for (size_t j = 0; j < 32; j += lanes) {
        const size_t s = j / 16;
        const VI q0 = LoadBytes(ql + j);
        const VI q1 = LoadBytes(ql + 32 + j);
        const VI h = LoadBytes(qh + j);
        const VI h0 = hn::And(hn::ShiftLeft<4>(h), high);
        const VI h1 = hn::And(hn::ShiftLeft<2>(h), high);
        const VI h2 = hn::And(h, high);
        const VI h3 = hn::And(hn::ShiftRight<2>(h), high);
        StoreScaled(hn::Sub(hn::Or(LowNibble(q0), h0), offset), scales[s], out + j);
        StoreScaled(hn::Sub(hn::Or(LowNibble(q1), h1), offset), scales[s + 2], out + 32 + j);
        StoreScaled(hn::Sub(hn::Or(HighNibble(q0), h2), offset), scales[s + 4], out + 64 + j);
        StoreScaled(hn::Sub(hn::Or(HighNibble(q1), h3), offset), scales[s + 6], out + 96 + j);
      }
    }
  }
}

void DequantizeRowOnTarget(TensorType type, const uint8_t* in, int64_t elements, float* out) {
  switch (type) {
    case TensorType::kF32:
      return RowF32(in, elements, out);
    case TensorType::kF16:
      return RowF16(in, elements, out);
    case TensorType::kBF16:
      return RowBF16(in, elements, out);
    case TensorType::kQ4_0:
      return RowQ4_0(in, elements, out);
    case TensorType::kQ4_1:
      return RowQ4_1(in, elements, out);
    case TensorType::kQ5_0:
      return RowQ5_0(in, elements, out);
    case TensorType::kQ5_1:
      return RowQ5_1(in, elements, out);
    case TensorType::kQ8_0:
      return RowQ8_0(in, elements, out);
    case TensorType::kQ4_K:
      return RowQ4_K(in, elements, out);
    case TensorType::kQ5_K:
      return RowQ5_K(in, elements, out);
    case TensorType::kQ6_K:
      return RowQ6_K(in, elements, out);
  }
}

}  // namespace quipu::inference::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {
namespace {

HWY_EXPORT(DequantizeRowOnTarget);

struct TypeFacts {
  TensorType type;
  const char* name;
  int elements;
  int bytes;
};

constexpr TypeFacts kTypes[] = {
    {TensorType::kF32, "F32", 1, 4},       {TensorType::kF16, "F16", 1, 2},
    {TensorType::kQ4_0, "Q4_0", 32, 18},   {TensorType::kQ4_1, "Q4_1", 32, 20},
    {TensorType::kQ5_0, "Q5_0", 32, 22},   {TensorType::kQ5_1, "Q5_1", 32, 24},
    {TensorType::kQ8_0, "Q8_0", 32, 34},   {TensorType::kQ4_K, "Q4_K", 256, 144},
    {TensorType::kQ5_K, "Q5_K", 256, 176}, {TensorType::kQ6_K, "Q6_K", 256, 210},
    {TensorType::kBF16, "BF16", 1, 2},
};

const TypeFacts& FactsOf(TensorType type) {
  for (const TypeFacts& facts : kTypes) {
    if (facts.type == type) return facts;
  }
  return kTypes[0];  // Not reached: the enumeration's values are all listed.
}

struct OtherType {
  uint32_t value;
  const char* name;
};

// Types that exist in GGUF files and that this engine does not compute with.
constexpr OtherType kOtherTypes[] = {
    {9, "Q8_1"},     {10, "Q2_K"},  {11, "Q3_K"},   {15, "Q8_K"},  {16, "IQ2_XXS"}, {17, "IQ2_XS"},
    {18, "IQ3_XXS"}, {19, "IQ1_S"}, {20, "IQ4_NL"}, {21, "IQ3_S"}, {22, "IQ2_S"},   {23, "IQ4_XS"},
    {24, "I8"},      {25, "I16"},   {26, "I32"},    {27, "I64"},   {28, "F64"},     {29, "IQ1_M"},
    {34, "TQ1_0"},   {35, "TQ2_0"}, {39, "MXFP4"},
};

}  // namespace

absl::StatusOr<TensorType> TensorTypeFromGguf(uint32_t type) {
  for (const TypeFacts& facts : kTypes) {
    if (static_cast<uint32_t>(facts.type) == type) return facts.type;
  }
  for (const OtherType& other : kOtherTypes) {
    if (other.value == type) {
      return absl::UnimplementedError(
          absl::StrCat("tensor type ", type, " (", other.name, ") is not supported"));
    }
  }
  return absl::UnimplementedError(absl::StrCat("tensor type ", type, " is not known"));
}

absl::string_view TensorTypeName(TensorType type) { return FactsOf(type).name; }

int BlockElements(TensorType type) { return FactsOf(type).elements; }

int BlockBytes(TensorType type) { return FactsOf(type).bytes; }

uint64_t RowBytes(TensorType type, uint64_t elements) {
  const TypeFacts& facts = FactsOf(type);
  return elements / static_cast<uint64_t>(facts.elements) * static_cast<uint64_t>(facts.bytes);
}

void DequantizeRow(TensorType type, const uint8_t* blocks, int64_t elements, float* out) {
  HWY_DYNAMIC_DISPATCH(DequantizeRowOnTarget)(type, blocks, elements, out);
}

float HalfToFloat(uint16_t half) { return HalfBitsToFloat(half); }

uint16_t FloatToHalf(float value) {
  const uint32_t bits = FloatToBits(value);
  const auto sign = static_cast<uint16_t>((bits >> 16) & 0x8000u);
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) {
    return static_cast<uint16_t>(sign | 0x7E00u | ((magnitude >> 13) & 0x3FFu));
  }
  // 65520 and above round to infinity.
  if (magnitude >= 0x477FF000u) return static_cast<uint16_t>(sign | 0x7C00u);
  if (magnitude < 0x38800000u) {
    // Below 2^-14: adding 0.5 leaves multiples of 2^-24, rounded by the addition.
    const uint32_t sum = FloatToBits(BitsToFloat(magnitude) + 0.5f);
    return static_cast<uint16_t>(sign | (sum - 0x3F000000u));
  }
  const uint32_t odd = (magnitude >> 13) & 1u;
  const uint32_t rounded = magnitude - (112u << 23) + 0xFFFu + odd;
  return static_cast<uint16_t>(sign | (rounded >> 13));
}

float Bfloat16ToFloat(uint16_t value) { return BitsToFloat(static_cast<uint32_t>(value) << 16); }

uint16_t FloatToBfloat16(float value) {
  const uint32_t bits = FloatToBits(value);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return static_cast<uint16_t>((bits >> 16) | 0x40u);
  return static_cast<uint16_t>((bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16);
}

}  // namespace quipu::inference
#endif  // HWY_ONCE
