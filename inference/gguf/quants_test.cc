// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/gguf/quants.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "base/rng.h"
#include "base/sha256.h"
#include "gtest/gtest.h"
#include "inference/gguf/quant_blocks.h"
#include "inference/simd/targets.h"
#include "tests/support/random.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::TestFingerprint;

constexpr TensorType kAll[] = {
    TensorType::kF32,    TensorType::kF16,   TensorType::kQ4_0, TensorType::kQ4_1,
    TensorType::kQ5_0,   TensorType::kQ5_1,  TensorType::kQ8_0, TensorType::kQ4_K,
    TensorType::kQ5_K,   TensorType::kQ6_K,  TensorType::kBF16, TensorType::kQ3_K,
    TensorType::kIQ4_NL, TensorType::kMXFP4, TensorType::kQ2_K, TensorType::kIQ4_XS,
};

uint32_t Bits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

// A half from its definition: sign, exponent and fraction.
double HalfByDefinition(uint16_t half) {
  const double sign = (half & 0x8000) != 0 ? -1.0 : 1.0;
  const int exponent = (half >> 10) & 31;
  const int fraction = half & 1023;
  if (exponent == 31) {
    return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  }
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

double HalfAt(const uint8_t* bytes) {
  return HalfByDefinition(static_cast<uint16_t>(bytes[0] | (bytes[1] << 8)));
}

// Rounds to float wherever the formats' float arithmetic rounds.
double R(double value) { return static_cast<float>(value); }

struct Pair {
  int scale;
  int min;
};

// The eight 6-bit pairs of K-blocks, from a table of the place of each bit:
// scales 0-3 and mins 0-3 in bytes 0-7, low six bits; low nibbles of scales 4-7
// and high nibbles of mins 4-7 in bytes 8-11; their top two bits at the top of
// bytes 0-3 (scales) and 4-7 (mins).
Pair KPair(const uint8_t* s, int j) {
  if (j < 4) return {s[j] % 64, s[4 + j] % 64};
  return {s[4 + j] % 16 + 16 * (s[j - 4] / 64), s[4 + j] / 16 + 16 * (s[j] / 64)};
}

// What the nibbles of IQ4_NL and IQ4_XS mean.
constexpr int kLevels[] = {-127, -104, -83, -65, -49, -35, -22, -10,
                           1,    13,   25,  38,  53,  69,  89,  113};

// Value `i` of a block, one at a time, straight from each format's description.
double Decode(TensorType type, const uint8_t* b, int i) {
  const auto nibble = [](const uint8_t* qs, int at) {
    return at < 16 ? qs[at] % 16 : qs[at - 16] / 16;
  };
  const auto fifth = [](const uint8_t* qh, int at) { return (qh[at / 8] >> (at % 8)) & 1; };
  switch (type) {
    case TensorType::kF32: {
      float value;
      std::memcpy(&value, b, sizeof(value));
      return value;
    }
    case TensorType::kF16:
      return HalfAt(b);
    case TensorType::kBF16: {
      const uint32_t bits = static_cast<uint32_t>(b[0] | (b[1] << 8)) << 16;
      float value;
      std::memcpy(&value, &bits, sizeof(value));
      return value;
    }
    case TensorType::kQ4_0:
      return R((nibble(b + 2, i) - 8) * HalfAt(b));
    case TensorType::kQ4_1:
      return R(R(nibble(b + 4, i) * HalfAt(b)) + HalfAt(b + 2));
    case TensorType::kQ5_0:
      return R((nibble(b + 6, i) + 16 * fifth(b + 2, i) - 16) * HalfAt(b));
    case TensorType::kQ5_1:
      return R(R((nibble(b + 8, i) + 16 * fifth(b + 4, i)) * HalfAt(b)) + HalfAt(b + 2));
    case TensorType::kQ8_0:
      return R(static_cast<int8_t>(b[2 + i]) * HalfAt(b));
    case TensorType::kQ4_K:
    case TensorType::kQ5_K: {
      const bool five = type == TensorType::kQ5_K;
      const int sub = i / 32;
      const int at = i % 32;
      const Pair pair = KPair(b + 4, sub);
      const uint8_t byte = b[(five ? 48 : 16) + 32 * (sub / 2) + at];
      int q = sub % 2 == 0 ? byte % 16 : byte / 16;
      if (five) q += 16 * ((b[16 + at] >> sub) & 1);
      return R(R(R(HalfAt(b) * pair.scale) * q) - R(HalfAt(b + 2) * pair.min));
    }
    case TensorType::kQ6_K: {
      const int half = i / 128;
      const int run = i % 128 / 32;
      const int at = i % 32;
      const uint8_t low = b[64 * half + 32 * (run % 2) + at];
      const uint8_t high = b[128 + 32 * half + at];
      const int q = (run < 2 ? low % 16 : low / 16) + 16 * ((high >> (2 * run)) % 4) - 32;
      const int scale = static_cast<int8_t>(b[192 + i / 16]);
      return R(R(HalfAt(b + 208) * scale) * q);
    }
    case TensorType::kQ2_K: {
      const int run = i % 128 / 32;
      const int q = (b[16 + 32 * (i / 128) + i % 32] >> (2 * run)) % 4;
      const int pair = b[i / 16];
      return R(R(R(HalfAt(b + 80) * (pair % 16)) * q) - R(HalfAt(b + 82) * (pair / 16)));
    }
    case TensorType::kQ3_K: {
      const int sub = i / 16;
      const int run = i / 32;
      const int q = (b[32 + 32 * (i / 128) + i % 32] >> (2 * (run % 4))) % 4 +
                    4 * ((b[i % 32] >> run) % 2) - 4;
      const int low = sub < 8 ? b[96 + sub] % 16 : b[96 + sub - 8] / 16;
      const int scale = low + 16 * ((b[104 + sub % 4] >> (2 * (sub / 4))) % 4) - 32;
      return R(R(HalfAt(b + 108) * scale) * q);
    }
    case TensorType::kIQ4_NL:
      return R(HalfAt(b) * kLevels[nibble(b + 2, i)]);
    case TensorType::kIQ4_XS: {
      const int sub = i / 32;
      const int low = sub % 2 == 0 ? b[4 + sub / 2] % 16 : b[4 + sub / 2] / 16;
      const int high = (b[2 + sub / 4] >> (2 * (sub % 4))) % 4;
      const double scale = R(HalfAt(b) * (low + 16 * high - 32));
      return R(scale * kLevels[nibble(b + 8 + 16 * sub, i % 32)]);
    }
    case TensorType::kMXFP4: {
      // Sign, two bits of exponent with bias 1, one of fraction.
      const int code = nibble(b + 1, i);
      const int exponent = code / 2 % 4;
      const double magnitude =
          exponent == 0 ? code % 2 * 0.5 : std::ldexp(1 + code % 2 * 0.5, exponent - 1);
      return std::ldexp(code < 8 || magnitude == 0 ? magnitude : -magnitude, b[0] - 127);
    }
  }
  return 0.0;
}

// From here on, dispatches to one vector target; 0 for the machine's best.
void UseTarget(int64_t target) {
  hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

// Random blocks whose scales are finite, with some subnormal and zero ones.
std::vector<uint8_t> RandomBlocks(TensorType type, int blocks) {
  Rng rng(TestFingerprint(), TensorTypeName(type));
  std::vector<uint8_t> bytes(static_cast<size_t>(blocks) * BlockBytes(type));
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(rng.Below(256));
  if (BlockElements(type) == 1) return bytes;
  for (int b = 0; b < blocks; ++b) {
    uint8_t* block = bytes.data() + static_cast<size_t>(b) * BlockBytes(type);
    if (type == TensorType::kMXFP4) {
      block[0] = static_cast<uint8_t>(104 + block[0] % 40);  // Exponents that a half has.
      continue;
    }
    const int first = type == TensorType::kQ6_K   ? 208
                      : type == TensorType::kQ3_K ? 108
                      : type == TensorType::kQ2_K ? 80
                                                  : 0;
    const int halves[] = {first, first + 2};
    const bool two = FormatOf(type).has_offset();
    for (int h = 0; h < (two ? 2 : 1); ++h) {
      uint8_t* top = block + halves[h] + 1;
      if ((*top & 0x7C) == 0x7C) *top = static_cast<uint8_t>(*top & ~0x40);
      if (b % 7 == 0) *top = static_cast<uint8_t>(*top & 0x83);
    }
  }
  return bytes;
}

TEST(Quants, UnpackAsTheFormatsSay) {
  for (const TensorType type : kAll) {
    const int blocks = BlockElements(type) == 1 ? 1000 + 7 : 64;
    const int elements = BlockElements(type);
    const std::vector<uint8_t> bytes = RandomBlocks(type, blocks);
    std::vector<float> out(static_cast<size_t>(blocks) * elements + 1, 12345.0f);

    DequantizeRow(type, bytes.data(), static_cast<int64_t>(blocks) * elements, out.data());

    for (int b = 0; b < blocks; ++b) {
      const uint8_t* block = bytes.data() + static_cast<size_t>(b) * BlockBytes(type);
      for (int i = 0; i < elements; ++i) {
        const float got = out[static_cast<size_t>(b) * elements + i];
        const double want = Decode(type, block, i);
        if (std::isnan(want)) {
          ASSERT_TRUE(std::isnan(got)) << TensorTypeName(type) << " block " << b;
        } else {
          ASSERT_EQ(Bits(got), Bits(static_cast<float>(want)))
              << TensorTypeName(type) << " block " << b << " value " << i << ": " << got
              << " is not " << want;
        }
      }
    }
    EXPECT_EQ(out.back(), 12345.0f) << "wrote past the row: " << TensorTypeName(type);
  }
}

// gguf 0.19.0: gguf.quants.dequantize of 8 blocks of the bytes (i * i * 31 + i * 7)
// % 256, with 0x3C (60 for MXFP4: 120) in the place of the top bytes of scales and minima.
TEST(Quants, UnpackAsTheGgufPackageDoes) {
  const struct {
    TensorType type;
    int scale_at;
    uint8_t scale;
    const char* sha256;
    int minimum_at = -1;
  } kCases[] = {{TensorType::kQ2_K, 81, 0x3C,
                 "91f9074077e441b5c96a0ced16509f86e88f642ecfae2428442bf5b20893e300", 83},
                {TensorType::kIQ4_XS, 1, 0x3C,
                 "a08ffb80bcc5792c1f0f4b38653443aa320d422614e55845a90d7c36b53200b0"},
                {TensorType::kQ3_K, 109, 0x3C,
                 "152dd1dc803d1f3b65b0ffbd9716251b5956c4b635f7d679f3c1b59c35ada8cc"},
                {TensorType::kIQ4_NL, 1, 0x3C,
                 "0051608b66fa15a0cbda6d60002c8164c0c2c60efc389929f4041a74221027d4"},
                {TensorType::kMXFP4, 0, 120,
                 "335f0c286821aa900832b4247997e29f15bb980c7c9b6338698329c01debbe7e"},
                {TensorType::kQ4_0, 1, 0x3C,
                 "b00ca14a587801de1aa673ca1f8b3e58c643c863d491e444477c938cc1815267"},
                {TensorType::kQ6_K, 209, 0x3C,
                 "1dd4edc9a6654bc3d03979a16c41d2ec4a500dced36c811666fb2403df6057dd"}};
  for (const auto& c : kCases) {
    std::vector<uint8_t> bytes(8 * BlockBytes(c.type));
    for (size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<uint8_t>((i * i * 31 + i * 7) % 256);
      const int at = static_cast<int>(i % BlockBytes(c.type));
      if (at == c.scale_at || at == c.minimum_at) bytes[i] = c.scale;
    }
    std::vector<float> out(8 * BlockElements(c.type));
    DequantizeRow(c.type, bytes.data(), static_cast<int64_t>(out.size()), out.data());
    // Zeros of either sign are equal.
    for (float& value : out) value += 0.0f;
    EXPECT_EQ(Sha256Hex({reinterpret_cast<const char*>(out.data()), out.size() * sizeof(float)}),
              c.sha256)
        << TensorTypeName(c.type);
  }
}

TEST(Quants, RoundsMicroscalesThatNoHalfHas) {
  std::vector<uint8_t> block(17, 0x77);  // 12 halves of the scale.
  std::vector<float> out(32);
  const auto value_at = [&](int exponent_byte) {
    block[0] = static_cast<uint8_t>(exponent_byte);
    DequantizeRow(TensorType::kMXFP4, block.data(), 32, out.data());
    return out[0];
  };
  EXPECT_EQ(value_at(104), std::ldexp(12.0f, -24));
  EXPECT_EQ(value_at(103), std::ldexp(12.0f, -25)) << "6 times the smallest half";
  EXPECT_EQ(value_at(100), std::ldexp(1.0f, -24)) << "0.75 rounds to 1";
  EXPECT_EQ(value_at(0), 0.0f);
  EXPECT_EQ(value_at(143), std::ldexp(12.0f, 15));
  EXPECT_EQ(value_at(146), std::ldexp(12.0f, 18)) << "96 times the largest power";
  EXPECT_TRUE(std::isinf(value_at(147)));
}

TEST(Quants, GiveTheSameBitsOnEveryTarget) {
  for (const TensorType type : kAll) {
    const int blocks = BlockElements(type) == 1 ? 4099 : 32;
    const int64_t elements = static_cast<int64_t>(blocks) * BlockElements(type);
    const std::vector<uint8_t> bytes = RandomBlocks(type, blocks);
    std::vector<float> first;
    int targets = 0;

    for (const auto target : hwy::SupportedAndGeneratedTargets()) {
      UseTarget(target);
      std::vector<float> out(static_cast<size_t>(elements));
      DequantizeRow(type, bytes.data(), elements, out.data());
      if (first.empty()) first = out;
      EXPECT_EQ(std::memcmp(first.data(), out.data(), out.size() * sizeof(float)), 0)
          << TensorTypeName(type) << " on " << hwy::TargetName(target);
      ++targets;
    }
    UseTarget(0);
    EXPECT_GE(targets, 1);
  }
}

}  // namespace
}  // namespace quipu::inference
