// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Blocks of the GGUF formats made of bytes, not of values: every bit pattern
// that a file can contain occurs, not only those that rounding writes.
//
//   std::string blocks = RandomBlocks(TensorType::kQ4_K, 33 * 768, &rng);
//   std::string extreme = FilledBlocks(TensorType::kQ8_0, 64, 0x80);
//
// Thread-safe (pure functions).
#ifndef QUIPU_TESTS_SUPPORT_RANDOM_BLOCKS_H_
#define QUIPU_TESTS_SUPPORT_RANDOM_BLOCKS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/rng.h"
#include "inference/gguf/tensor_type.h"

namespace quipu::testing {

// All types, and the quantised ones among them.
const std::vector<inference::TensorType>& AllTensorTypes();
const std::vector<inference::TensorType>& QuantisedTensorTypes();

// `count` values (whole blocks) of random bits, except that floats and float
// scales are finite.
std::string RandomBlocks(inference::TensorType type, int64_t count, Rng* rng);

// `count` values of a quantised type whose integers consist of `byte`. Scales
// that are halves have the bits `scale`; integer scales are as large as
// possible (-128 for Q6_K, -32 for Q3_K and IQ4_XS; 1 for MXFP4).
std::string FilledBlocks(inference::TensorType type, int64_t count, uint8_t byte,
                         uint16_t scale = 0x3C00);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_RANDOM_BLOCKS_H_
