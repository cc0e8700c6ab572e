// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/gguf/quantize.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "gtest/gtest.h"
#include "inference/gguf/quants.h"

namespace quipu::inference {
namespace {

std::vector<uint8_t> Quantised(TensorType type, const std::vector<float>& values) {
  std::vector<uint8_t> blocks(RowBytes(type, values.size()));
  QuantizeRow(type, values.data(), static_cast<int64_t>(values.size()), blocks.data());
  return blocks;
}

std::vector<float> RoundTrip(TensorType type, const std::vector<float>& values) {
  std::vector<float> out(values.size());
  DequantizeRow(type, Quantised(type, values).data(), static_cast<int64_t>(values.size()),
                out.data());
  return out;
}

// Values that any language computes with the same bits: (i * i * 37 % 1009 - 504) / 256.
std::vector<float> PlainValues(int count) {
  std::vector<float> values;
  for (int i = 0; i < count; ++i) {
    values.push_back(static_cast<float>(i * i * 37 % 1009 - 504) / 256.0f);
  }
  return values;
}

TEST(QuantizeRow, HasTheBlocksOfTheGgufPackage) {
  // gguf 0.19.0: gguf.quants.quantize(values, type), 1,024 values.
  const std::vector<float> values = PlainValues(1024);
  const auto hash = [&](TensorType type) {
    const std::vector<uint8_t> blocks = Quantised(type, values);
    return Sha256Hex({reinterpret_cast<const char*>(blocks.data()), blocks.size()});
  };
  EXPECT_EQ(hash(TensorType::kQ8_0),
            "e4bc49ddd7946aaf80c0039f235b5ce1791daf391c136a0d4939d88ca7a4a448");
  EXPECT_EQ(hash(TensorType::kQ4_0),
            "71d06f6b89e31680b2149d66f91c15aa1ca4b3f7b6bc359da3f2a495f51e0210");
}

TEST(QuantizeRow, IsWithinHalfAStep) {
  const std::vector<float> values = PlainValues(256);
  for (const TensorType type : {TensorType::kQ8_0, TensorType::kQ4_0}) {
    const std::vector<float> out = RoundTrip(type, values);
    for (size_t i = 0; i < values.size(); ++i) {
      float largest = 0;
      for (size_t j = i / 32 * 32; j < i / 32 * 32 + 32; ++j) {
        largest = std::max(largest, std::abs(values[j]));
      }
      // 8 bits: half of 1/127 of the largest. 4 bits: half of 1/8, but the end that
      // is opposite to the largest is cut at 7/8. The scale is a half, rounded.
      const float step = largest / (type == TensorType::kQ8_0 ? 127.0f : 8.0f);
      const float bound = (type == TensorType::kQ8_0 ? 0.5f : 1.0f) * step + largest * 0x1p-11f;
      EXPECT_NEAR(out[i], values[i], bound * 1.001f) << i;
    }
  }
}

TEST(QuantizeRow, KeepsZerosAndTinyBlocksFinite) {
  for (const TensorType type : {TensorType::kQ8_0, TensorType::kQ4_0}) {
    for (const float value : {0.0f, 1e-45f, 1e-38f, -1e-38f}) {
      for (const float out : RoundTrip(type, std::vector<float>(32, value))) EXPECT_EQ(out, 0.0f);
    }
  }
}

TEST(QuantizeRow, ShowsValuesThatAreNotFinite) {
  for (const TensorType type : {TensorType::kQ8_0, TensorType::kQ4_0}) {
    for (const float value :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
          -std::numeric_limits<float>::infinity()}) {
      std::vector<float> values(64, 1.0f);
      values[5] = value;
      const std::vector<float> out = RoundTrip(type, values);
      EXPECT_TRUE(std::isnan(out[0]));
      EXPECT_NEAR(out[32], 1.0f, 0.001f) << "the next block";
    }
  }
}

}  // namespace
}  // namespace quipu::inference
