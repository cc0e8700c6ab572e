// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Models whose matrices are quantised when they are loaded.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "inference/gguf/quantize.h"
#include "inference/model/model.h"
#include "tests/support/model_runner.h"
#include "tests/support/quantize.h"
#include "tests/support/tiny_model.h"

namespace quipu::inference {
namespace {

using quipu::testing::ModelRunner;
using quipu::testing::TinyModel;
using quipu::testing::TinyModelOptions;
using ::testing::HasSubstr;

std::vector<float> LogitsOf(const TinyModelOptions& options, const ModelOptions& model_options) {
  const std::string bytes = TinyModel(options, 3);
  const auto gguf = GgufFile::Parse(bytes, "tiny.gguf").value();
  ModelRunner runner(Model::Create(*gguf, model_options).value(), KvType::kF16);
  return runner.Run({{5, 17, 99, 3, 64, 1, 1, 80, 22, 7}}, {})[0];
}

// As llama.cpp rounds them.
std::string QuantizeAsLoaded(TensorType type, absl::Span<const float> values) {
  if (type != TensorType::kQ8_0 && type != TensorType::kQ4_0) {
    return quipu::testing::Quantize(type, values);
  }
  std::string blocks(RowBytes(type, values.size()), '\0');
  QuantizeRow(type, values.data(), static_cast<int64_t>(values.size()),
              reinterpret_cast<uint8_t*>(&blocks[0]));
  return blocks;
}

TEST(QuantisedLoad, EqualsTheQuantisedFile) {
  for (const bool tied : {true, false}) {
    for (const TensorType type : {TensorType::kQ8_0, TensorType::kQ4_0}) {
      TinyModelOptions floats;
      floats.tied = tied;
      TinyModelOptions blocks = floats;
      blocks.types = {type};
      blocks.quantize = QuantizeAsLoaded;
      // The embedding stays as it is unless it is also the output matrix.
      if (!tied) blocks.types.insert(blocks.types.begin(), TensorType::kF32);
      if (!tied) blocks.types.insert(blocks.types.end(), 30, type);
      ModelOptions options;
      const std::vector<float> wanted = LogitsOf(blocks, options);
      for (const int threads : {1, 3}) {
        options.threads = threads;
        options.storage = type == TensorType::kQ8_0 ? WeightStorage::kQ8_0 : WeightStorage::kQ4_0;
        EXPECT_EQ(LogitsOf(floats, options), wanted) << TensorTypeName(type) << tied;
      }
      EXPECT_NE(LogitsOf(floats, {}), wanted);
    }
  }
}

TEST(QuantisedLoad, ChangesOnlyMatricesInSixteenAndThirtyTwoBits) {
  TinyModelOptions mixed;
  mixed.types = {TensorType::kF16, TensorType::kQ4_1, TensorType::kBF16};
  const std::string bytes = TinyModel(mixed, 3);
  const auto gguf = GgufFile::Parse(bytes, "tiny.gguf").value();
  ModelOptions options;
  const int64_t as_stored = Model::Create(*gguf, options).value()->weight_bytes();
  options.storage = WeightStorage::kQ8_0;
  const auto model = Model::Create(*gguf, options).value();
  EXPECT_EQ(model->math(), Math::kInt8);
  EXPECT_LT(model->weight_bytes(), as_stored);
}

TEST(QuantisedLoad, RefusesAModelThatIsQuantised) {
  TinyModelOptions quantised;
  quantised.types = {TensorType::kQ4_1};
  const std::string bytes = TinyModel(quantised, 3);
  const auto gguf = GgufFile::Parse(bytes, "tiny.gguf").value();
  ModelOptions options;
  options.storage = WeightStorage::kQ4_0;
  const absl::Status status = Model::Create(*gguf, options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("nothing to quantise"));
}

}  // namespace
}  // namespace quipu::inference
