// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/quantize.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/rng.h"
#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "inference/gguf/quants.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/random.h"

namespace quipu::testing {
namespace {

using inference::GgufFile;
using inference::TensorType;

struct Case {
  TensorType type;
  double largest_error;  // For values in [-1, 1].
};

std::vector<float> RandomValues(size_t count) {
  Rng rng(TestFingerprint(), "values");
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(2.0 * rng.Uniform() - 1.0);
  return values;
}

// Derived: half of a format's largest step where a block reaches from -1 to 1 (Q4_0:
// 1/7/2, Q4_1: 2/15/2, MXFP4: 1/4, Q2_K: 2/3/2), and room for the rounding of scales (Q2_K:
// of 15 steps, so 2/30 at the far end, and of minima, 1/30).
TEST(Quantize, ComesBackWithinTheStepOfTheFormat) {
  const std::vector<float> values = RandomValues(4096);
  const Case cases[] = {
      {TensorType::kF32, 0.0},     {TensorType::kF16, 0.0003}, {TensorType::kBF16, 0.002},
      {TensorType::kQ8_0, 0.005},  {TensorType::kQ4_0, 0.08},  {TensorType::kQ4_1, 0.07},
      {TensorType::kQ5_0, 0.04},   {TensorType::kQ5_1, 0.035}, {TensorType::kQ4_K, 0.1},
      {TensorType::kQ5_K, 0.06},   {TensorType::kQ6_K, 0.03},  {TensorType::kQ3_K, 0.3},
      {TensorType::kIQ4_NL, 0.15}, {TensorType::kMXFP4, 0.26}, {TensorType::kQ2_K, 0.45},
      {TensorType::kIQ4_XS, 0.18},
  };

  for (const Case& c : cases) {
    const std::string blocks = Quantize(c.type, values);
    ASSERT_EQ(blocks.size(), inference::RowBytes(c.type, values.size()));
    std::vector<float> back(values.size());
    inference::DequantizeRow(c.type, reinterpret_cast<const uint8_t*>(blocks.data()),
                             static_cast<int64_t>(back.size()), back.data());
    double error = 0.0;
    for (size_t i = 0; i < values.size(); ++i) {
      error = std::max(error, std::fabs(static_cast<double>(values[i]) - back[i]));
    }
    EXPECT_LE(error, c.largest_error) << inference::TensorTypeName(c.type);
  }
}

TEST(Quantize, KeepsZeros) {
  const std::vector<float> zeros(256, 0.0f);
  for (const TensorType type :
       {TensorType::kQ4_0, TensorType::kQ5_1, TensorType::kQ4_K, TensorType::kQ5_K,
        TensorType::kQ6_K, TensorType::kQ3_K, TensorType::kMXFP4, TensorType::kQ2_K}) {
    const std::string blocks = Quantize(type, zeros);
    std::vector<float> back(256, 1.0f);
    inference::DequantizeRow(type, reinterpret_cast<const uint8_t*>(blocks.data()), 256,
                             back.data());
    for (const float value : back) EXPECT_EQ(value, 0.0f) << inference::TensorTypeName(type);
  }
}

TEST(GgufWriter, WritesFilesThatTheReaderReads) {
  const std::vector<float> values = RandomValues(512);
  const std::string bytes = GgufWriter()
                                .AddString("general.architecture", "llama")
                                .AddFloatTensor("a", TensorType::kQ4_K, {256, 2}, values)
                                .AddFloatTensor("b", TensorType::kF32, {3}, {1.0f, 2.0f, 3.0f})
                                .Build();

  auto file = GgufFile::Parse(bytes, "test");

  ASSERT_TRUE(file.ok()) << file.status();
  const inference::TensorInfo* b = (*file)->FindTensor("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(reinterpret_cast<const float*>(b->data)[2], 3.0f);
  EXPECT_EQ((*file)->FindTensor("a")->num_bytes, 288u);
}

}  // namespace
}  // namespace quipu::testing
