// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/huggingface/model_directory.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "inference/gguf/quants.h"
#include "inference/huggingface/safetensors.h"
#include "inference/model/model.h"
#include "tests/support/model_runner.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tolerance.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::ModelRunner;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::quipu::testing::Within;
using ::testing::ElementsAre;
using ::testing::EndsWith;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kUnimplemented = absl::StatusCode::kUnimplemented;

std::string FixturePath(absl::string_view name) {
  return absl::StrCat("tests/models/testdata/", name);
}

// What transformers computed.
struct Expected {
  std::vector<int32_t> tokens;
  std::vector<float> logits;
};

std::vector<float> FloatsOf(const TensorInfo& tensor) {
  std::vector<float> values(tensor.num_elements());
  DequantizeRow(tensor.type, tensor.data, static_cast<int64_t>(values.size()), values.data());
  return values;
}

Expected ReadExpected(absl::string_view name) {
  const std::string path = absl::StrCat(FixturePath(name), "/expected.safetensors");
  const std::string bytes = ReadFile(path, 1 << 20).value();
  const auto tensors = ParseSafetensors(bytes, path).value();
  Expected expected;
  for (const float token : FloatsOf(tensors.at("tokens"))) {
    expected.tokens.push_back(static_cast<int32_t>(token));
  }
  expected.logits = FloatsOf(tensors.at("logits"));
  return expected;
}

std::vector<float> LogitsOf(std::unique_ptr<Model> model, const std::vector<int32_t>& tokens,
                            int chunk = 1 << 20) {
  ModelRunner runner(std::move(model), KvType::kF32);
  quipu::testing::RunOptions options;
  options.chunk = chunk;
  return runner.Run({tokens}, options)[0];
}

// The largest difference, as a part of the largest logit.
double Difference(const std::vector<float>& a, const std::vector<float>& b) {
  EXPECT_EQ(a.size(), b.size());
  double difference = 0;
  double largest = 0;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    difference = std::max(difference, std::abs(double{a[i]} - b[i]));
    largest = std::max(largest, std::abs(double{b[i]}));
  }
  return difference / largest;
}

class EachModel : public ::testing::TestWithParam<const char*> {};

// 32-bit floats in both, summed in other orders. The largest seen is 1.9e-6.
constexpr double kFloatTolerance = 1e-5;

TEST_P(EachModel, HasTheLogitsOfTransformers) {
  const Expected expected = ReadExpected(GetParam());
  const auto directory = ModelDirectory::Open(FixturePath(GetParam()));
  ASSERT_OK(directory);
  for (const int chunk : {1 << 20, 7}) {
    auto model = Model::Create(**directory, (*directory)->params(), {});
    ASSERT_OK(model);
    const std::vector<float> logits = LogitsOf(*std::move(model), expected.tokens, chunk);
    EXPECT_TRUE(Within("transformers", Difference(logits, expected.logits), kFloatTolerance));
  }
}

class EachGguf : public ::testing::TestWithParam<const char*> {};

// Written by the gguf package, with rows of Q and K permuted where its converter
// does so.
TEST_P(EachGguf, HasTheLogitsOfTransformers) {
  const std::string path = absl::StrCat(FixturePath(GetParam()), "/model.gguf");
  const Expected expected = ReadExpected(GetParam());
  const auto gguf = GgufFile::Open(path);
  ASSERT_OK(gguf);
  auto model = Model::Create(**gguf, ModelOptions());
  ASSERT_OK(model);
  const std::vector<float> logits = LogitsOf(*std::move(model), expected.tokens);
  EXPECT_TRUE(Within("gguf", Difference(logits, expected.logits), kFloatTolerance));
}

INSTANTIATE_TEST_SUITE_P(ModelDirectory, EachModel,
                         ::testing::Values("llama", "llama3", "linear", "mistral", "qwen2", "qwen3",
                                           "smollm3", "gemma3"),
                         [](const auto& info) { return std::string(info.param); });
INSTANTIATE_TEST_SUITE_P(ModelDirectory, EachGguf,
                         ::testing::Values("llama", "qwen2", "smollm3", "gemma3"),
                         [](const auto& info) { return std::string(info.param); });

// A copy of a fixture that may be changed.
class Copy {
 public:
  explicit Copy(absl::string_view name) {
    const std::vector<std::string> files = ListDir(FixturePath(name)).value();
    for (const std::string& file : files) {
      const std::string from = JoinPath(FixturePath(name), file);
      EXPECT_OK(WriteFileAtomic(JoinPath(path(), file), ReadFile(from, 1 << 20).value()));
    }
  }
  const std::string& path() const { return dir_.path(); }
  std::string file(absl::string_view name) const { return JoinPath(path(), name); }
  void Replace(absl::string_view name, absl::string_view from, absl::string_view to) const {
    const std::string text = ReadFile(file(name), 1 << 20).value();
    const std::string changed = absl::StrReplaceAll(text, {{from, to}});
    ASSERT_NE(changed, text) << from;
    ASSERT_OK(WriteFileAtomic(file(name), changed));
  }
  absl::Status Open() const {
    const auto directory = ModelDirectory::Open(path());
    if (!directory.ok()) return directory.status();
    return Model::Create(**directory, (*directory)->params(), {}).status();
  }

 private:
  TempDir dir_;
};

TEST(ModelDirectory, NamesTheFilesThatItRead) {
  const auto directory = ModelDirectory::Open(FixturePath("mistral"));
  ASSERT_OK(directory);
  EXPECT_THAT((*directory)->file_paths(),
              ElementsAre(EndsWith("/config.json"), EndsWith("/model-00001-of-00002.safetensors"),
                          EndsWith("/model-00002-of-00002.safetensors")));
}

TEST(ModelDirectory, RefusesWhatIsMissing) {
  const TempDir empty;
  EXPECT_THAT(ModelDirectory::Open(empty.path()),
              StatusIs(absl::StatusCode::kNotFound, "config.json"));
  const Copy no_weights("llama");
  ASSERT_OK(RemoveTree(no_weights.file("model.safetensors")));
  EXPECT_THAT(no_weights.Open(), StatusIs(absl::StatusCode::kNotFound, "neither"));
  ASSERT_OK(WriteFileAtomic(no_weights.file("pytorch_model.bin"), "x"));
  EXPECT_THAT(no_weights.Open(), StatusIs(absl::StatusCode::kNotFound, "save the model as"));
  const Copy no_part("mistral");
  ASSERT_OK(RemoveTree(no_part.file("model-00002-of-00002.safetensors")));
  EXPECT_THAT(no_part.Open(),
              StatusIs(absl::StatusCode::kNotFound, "model-00002-of-00002.safetensors"));
}

TEST(ModelDirectory, RefusesAnIndexThatDoesNotFit) {
  const Copy moved("mistral");
  moved.Replace("model.safetensors.index.json",
                "\"lm_head.weight\": \"model-00002-of-00002.safetensors\"",
                "\"lm_head.weight\": \"model-00001-of-00002.safetensors\"");
  EXPECT_THAT(moved.Open(), StatusIs(kInvalid, "no tensor \"lm_head.weight\", which"));
  const Copy outside("mistral");
  outside.Replace("model.safetensors.index.json", "\"model-00001", "\"../model-00001");
  EXPECT_THAT(outside.Open(), StatusIs(kInvalid, "not a safetensors file of the directory"));
  const Copy empty("mistral");
  ASSERT_OK(WriteFileAtomic(empty.file("model.safetensors.index.json"), "{\"weight_map\": {}}"));
  EXPECT_THAT(empty.Open(), StatusIs(kInvalid, "weight_map is empty"));
  const Copy twice("mistral");
  ASSERT_OK(
      WriteFileAtomic(twice.file("model-00002-of-00002.safetensors"),
                      ReadFile(twice.file("model-00001-of-00002.safetensors"), 1 << 20).value()));
  EXPECT_THAT(twice.Open(), StatusIs(kInvalid, "model-00002-of-00002.safetensors: no tensor"));
  const Copy copied("mistral");
  ASSERT_OK(
      WriteFileAtomic(copied.file("copy.safetensors"),
                      ReadFile(copied.file("model-00002-of-00002.safetensors"), 1 << 20).value()));
  copied.Replace("model.safetensors.index.json",
                 "\"lm_head.weight\": \"model-00002-of-00002.safetensors\"",
                 "\"lm_head.weight\": \"copy.safetensors\"");
  EXPECT_THAT(copied.Open(), StatusIs(kInvalid, "is in two files"));
}

TEST(ModelDirectory, BoundsTheConfiguration) {
  const Copy large("llama");
  std::filesystem::resize_file(large.file("config.json"), kMaxModelConfigBytes + 1);
  EXPECT_THAT(large.Open(),
              StatusIs(kInvalid, absl::StrCat(kMaxModelConfigBytes + 1, " bytes, limit ",
                                              kMaxModelConfigBytes)));
}

TEST(ModelDirectory, RefusesTensorsThatAreMissingUnknownOrOfAnotherShape) {
  const Copy missing("llama");
  missing.Replace("model.safetensors", "model.layers.1.mlp.up_proj.weight",
                  "model.layers.1.mlp.xx_proj.weight");
  EXPECT_THAT(missing.Open(), StatusIs(kInvalid, "model.layers.1.mlp.up_proj.weight"));
  const Copy unknown("llama");
  unknown.Replace("config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1");
  EXPECT_THAT(unknown.Open(), StatusIs(kUnimplemented, "model.layers.1."));
  const Copy shape("llama");
  shape.Replace("config.json", "\"vocab_size\": 64", "\"vocab_size\": 65");
  EXPECT_THAT(shape.Open(), StatusIs(kInvalid, "model.embed_tokens.weight is 32 x 64"));
  const Copy untied("llama3");
  untied.Replace("config.json", "\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false");
  EXPECT_THAT(untied.Open(), StatusIs(kInvalid, "no tensor \"lm_head.weight\""));
}

TEST(ModelDirectory, TiedModelsIgnoreAStoredOutputMatrix) {
  const Expected expected = ReadExpected("llama");
  const Copy tied("llama");
  tied.Replace("config.json", "\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true");
  const auto directory = ModelDirectory::Open(tied.path());
  ASSERT_OK(directory);
  EXPECT_EQ((*directory)->FindTensor("output.weight"), nullptr);
  auto model = Model::Create(**directory, (*directory)->params(), {});
  ASSERT_OK(model);
  EXPECT_GT(Difference(LogitsOf(*std::move(model), expected.tokens), expected.logits), 0.1);
}

}  // namespace
}  // namespace quipu::inference
