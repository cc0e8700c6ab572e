// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_blocks.h"

#include <cstring>

namespace quipu::testing {
namespace {

using inference::BlockBytes;
using inference::BlockElements;
using inference::TensorType;

// Where a block has halves.
std::vector<int> HalvesOf(TensorType type) {
  switch (type) {
    case TensorType::kF32:
      return {};
    case TensorType::kF16:
    case TensorType::kBF16:
    case TensorType::kQ4_0:
    case TensorType::kQ5_0:
    case TensorType::kQ8_0:
    case TensorType::kIQ4_NL:
    case TensorType::kIQ4_XS:
      return {0};
    case TensorType::kMXFP4:
      return {};
    case TensorType::kQ2_K:
      return {80, 82};
    case TensorType::kQ3_K:
      return {108};
    case TensorType::kQ4_1:
    case TensorType::kQ5_1:
    case TensorType::kQ4_K:
    case TensorType::kQ5_K:
      return {0, 2};
    case TensorType::kQ6_K:
      return {208};
  }
  return {};
}

// Clears a bit of an exponent that is all ones.
template <typename Bits>
void MakeFinite(Bits exponent, char* at) {
  Bits bits;
  std::memcpy(&bits, at, sizeof(bits));
  if ((bits & exponent) == exponent) bits = static_cast<Bits>(bits & ~(exponent & (exponent >> 1)));
  std::memcpy(at, &bits, sizeof(bits));
}

}  // namespace

const std::vector<TensorType>& AllTensorTypes() {
  static const auto* const types = new std::vector<TensorType>{
      TensorType::kF32,    TensorType::kF16,   TensorType::kBF16, TensorType::kQ8_0,
      TensorType::kQ4_0,   TensorType::kQ4_1,  TensorType::kQ5_0, TensorType::kQ5_1,
      TensorType::kQ4_K,   TensorType::kQ5_K,  TensorType::kQ6_K, TensorType::kQ3_K,
      TensorType::kIQ4_NL, TensorType::kMXFP4, TensorType::kQ2_K, TensorType::kIQ4_XS};
  return *types;
}

const std::vector<TensorType>& QuantisedTensorTypes() {
  static const auto* const types =
      new std::vector<TensorType>(AllTensorTypes().begin() + 3, AllTensorTypes().end());
  return *types;
}

std::string RandomBlocks(TensorType type, int64_t count, Rng* rng) {
  const int64_t block = BlockBytes(type);
  std::string bytes(count / BlockElements(type) * block, '\0');
  for (char& byte : bytes) byte = static_cast<char>(rng->Below(256));
  for (size_t at = 0; at < bytes.size(); at += block) {
    if (type == TensorType::kF32) MakeFinite<uint32_t>(0x7F800000u, &bytes[at]);
    if (type == TensorType::kBF16) MakeFinite<uint16_t>(0x7F80u, &bytes[at]);
    // Exponents that a half has.
    if (type == TensorType::kMXFP4) bytes[at] = static_cast<char>(104 + rng->Below(40));
    for (const int half : HalvesOf(type)) MakeFinite<uint16_t>(0x7C00u, &bytes[at + half]);
  }
  return bytes;
}

std::string FilledBlocks(TensorType type, int64_t count, uint8_t byte, uint16_t scale) {
  const int64_t block = BlockBytes(type);
  std::string bytes(count / BlockElements(type) * block, static_cast<char>(byte));
  for (size_t at = 0; at < bytes.size(); at += block) {
    for (const int half : HalvesOf(type)) std::memcpy(&bytes[at + half], &scale, sizeof(scale));
    if (type == TensorType::kQ4_K || type == TensorType::kQ5_K)
      std::memset(&bytes[at + 4], 0xFF, 12);
    if (type == TensorType::kQ6_K) std::memset(&bytes[at + 192], 0x80, 16);
    if (type == TensorType::kQ3_K) std::memset(&bytes[at + 96], 0x00, 12);
    if (type == TensorType::kQ2_K) std::memset(&bytes[at], 0xFF, 16);
    if (type == TensorType::kIQ4_XS) std::memset(&bytes[at + 2], 0x00, 6);
    const bool finite = (scale & 0x7C00) != 0x7C00;
    if (type == TensorType::kMXFP4) bytes[at] = static_cast<char>(finite ? 128 : 255);
  }
  return bytes;
}

}  // namespace quipu::testing
