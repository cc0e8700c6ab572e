// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Every logit has the same bits, whatever runs beside it, however prompts are
// cut, however many threads run, and whichever vector instructions are used;
// with both kinds of arithmetic and every type of keys and values.
//
// A run covers every architecture with both kinds of arithmetic, and every type
// of keys and values with both; it draws which type meets which architecture,
// and beside a few fixed ways to cut and combine the sequences it draws some
// more. tools/flakes.sh runs many seeds.
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "inference/kernels/kv_cache.h"
#include "inference/model/model.h"
#include "tests/support/dot_instructions.h"
#include "tests/support/model_runner.h"
#include "tests/support/random.h"
#include "tests/support/random_floats.h"
#include "tests/support/tiny_model.h"
#include "tests/support/vector_targets.h"

namespace quipu::inference {
namespace {

using quipu::testing::ModelRunner;
using quipu::testing::RunOptions;
using quipu::testing::SameBits;
using quipu::testing::ScopedDotInstructions;
using quipu::testing::ScopedVectorTarget;
using quipu::testing::TestFingerprint;
using quipu::testing::TestSeed;
using quipu::testing::TinyModel;
using quipu::testing::TinyModelOptions;
using quipu::testing::VectorTargets;

// More than two pages; the shared part ends inside the second one.
constexpr int kLength = 70;
constexpr int kShared = 45;
// One more than the kernels multiply together.
constexpr int kSequences = 13;

struct Case {
  std::string name;
  TinyModelOptions options;
  Math math;
  int number;  // Among those of its kind of arithmetic.
};

// Each file is at least partly quantised.
std::vector<Case> Cases() {
  std::vector<Case> cases;
  int number = 0;
  const auto add = [&](const std::string& name, const TinyModelOptions& options) {
    for (const Math math : {Math::kFloat, Math::kInt8}) {
      cases.push_back({absl::StrCat(name, "_", MathName(math)), options, math, number});
    }
    ++number;
  };
  TinyModelOptions o;
  o.types = {TensorType::kF16, TensorType::kQ8_0, TensorType::kBF16};
  add("llama", o);
  o.architecture = "qwen2";
  o.heads = 6;
  o.kv_heads = 2;
  o.tied = false;
  o.types = {TensorType::kQ4_0, TensorType::kQ4_1, TensorType::kQ5_0, TensorType::kQ5_1};
  add("qwen2", o);
  o.architecture = "qwen3";
  o.embedding = 256;
  o.feed_forward = 256;
  o.heads = 7;
  o.kv_heads = 1;
  o.head_dim = 40;
  o.types = {TensorType::kQ4_K, TensorType::kQ5_K, TensorType::kQ6_K};
  add("qwen3", o);
  return cases;
}

const char* KvTypeName(KvType type) {
  return type == KvType::kF32 ? "f32" : type == KvType::kF16 ? "f16" : "q8";
}

// Each of the three cases of a kind of arithmetic has another type, drawn.
KvType DrawnKvType(const Case& of) {
  std::vector<KvType> types = {KvType::kF16, KvType::kF32, KvType::kQ8};
  Rng rng(TestFingerprint(), MathName(of.math));
  for (size_t i = types.size() - 1; i > 0; --i) std::swap(types[i], types[rng.Below(i + 1)]);
  return types[of.number];
}

// A model, sequences with a shared beginning, and their logits when each runs
// alone, in one step.
class Scene {
 public:
  explicit Scene(const Case& of)
      : width_(of.options.vocabulary),
        kv_type_(DrawnKvType(of)),
        bytes_(TinyModel(of.options, TestSeed())),
        gguf_(GgufFile::Parse(bytes_, of.name).value()),
        runner_(*gguf_, 1, kv_type_, of.math) {
    Rng rng(TestFingerprint(), "tokens");
    for (int i = 0; i < kSequences; ++i) {
      std::vector<int32_t> tokens = sequences_.empty() ? std::vector<int32_t>() : sequences_[0];
      tokens.resize(i == 0 ? 0 : kShared);
      // Of different lengths, the first one the longest.
      const size_t length = i == 0 ? kLength : kShared + 1 + rng.Below(kLength - kShared);
      while (tokens.size() < length) {
        tokens.push_back(static_cast<int32_t>(rng.Below(of.options.vocabulary)));
      }
      sequences_.push_back(tokens);
      alone_.push_back(runner_.Run({tokens}, {})[0]);
    }
  }

  // The logits of sequence i, alone and in one step, from position `first`.
  std::vector<float> Alone(size_t i, int first = 0) const {
    return {alone_[i].begin() + first * width_, alone_[i].end()};
  }

  std::vector<std::vector<int32_t>> First(size_t count) const {
    return {sequences_.begin(), sequences_.begin() + count};
  }

  const GgufFile& gguf() const { return *gguf_; }
  KvType kv_type() const { return kv_type_; }
  ModelRunner& runner() { return runner_; }

 private:
  const int64_t width_;
  const KvType kv_type_;
  const std::string bytes_;
  const std::unique_ptr<GgufFile> gguf_;
  ModelRunner runner_;
  std::vector<std::vector<int32_t>> sequences_;
  std::vector<std::vector<float>> alone_;
};

// One for each case, made once, because that takes long.
Scene& SceneOf(const Case& of) {
  static std::map<std::string, std::unique_ptr<Scene>>* const scenes =
      new std::map<std::string, std::unique_ptr<Scene>>();
  std::unique_ptr<Scene>& scene = (*scenes)[of.name];
  if (scene == nullptr) scene = std::make_unique<Scene>(of);
  return *scene;
}

class SameBitsTest : public ::testing::TestWithParam<Case> {
 protected:
  SameBitsTest()
      : scene_(SceneOf(GetParam())),
        rng_(TestFingerprint(), ::testing::UnitTest::GetInstance()->current_test_info()->name()) {}

  int Draw(std::initializer_list<int> from) { return from.begin()[rng_.Below(from.size())]; }

  // The first `count` sequences side by side, in steps of `chunk` tokens of each.
  void ExpectSameBits(size_t count, RunOptions options, const std::string& where = "") {
    const auto logits = scene_.runner().Run(scene_.First(count), options);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_TRUE(SameBits(logits[i], scene_.Alone(i, options.shared)))
          << i << " of " << count << ", steps of " << options.chunk << ", the first of "
          << options.first_chunk << ", " << options.shared << " shared tokens"
          << (options.grouped ? ", grouped, " : ", ") << KvTypeName(scene_.kv_type()) << where;
    }
  }

  Scene& scene_;
  Rng rng_;
};

TEST_P(SameBitsTest, HoweverAPromptIsCut) {
  const std::pair<int, int> cuts[] = {
      {1, 0},
      {32, 5},
      {Draw({2, 7, 12}), Draw({0, 5})},
      {Draw({31, 33, 64}), Draw({0, 5})},
  };
  for (const auto& [chunk, first] : cuts) {
    RunOptions options;
    options.chunk = chunk;
    options.first_chunk = first;
    ExpectSameBits(1, options);
  }
}

TEST_P(SameBitsTest, WhateverRunsBesideIt) {
  for (const size_t count : {2, 4, kSequences}) {
    RunOptions options;
    options.chunk = Draw({1, 13, 100});
    ExpectSameBits(count, options);
  }
}

TEST_P(SameBitsTest, WithASharedPrefixAsWithoutOne) {
  for (const size_t count : {1, 4, kSequences}) {
    RunOptions options;
    options.shared = kShared;
    options.grouped = count == 4 || rng_.Below(2) == 0;
    options.chunk = Draw({1, 20});
    ExpectSameBits(count, options);
  }
}

TEST_P(SameBitsTest, HoweverManyThreadsRun) {
  // 16 are more than the panels of most of its matrices, which are then cut by columns.
  for (const int threads : {2, Draw({3, 5}), 16}) {
    ModelRunner runner(scene_.gguf(), threads, scene_.kv_type(), GetParam().math);
    const auto logits = runner.Run(scene_.First(4), {});
    for (size_t i = 0; i < 4; ++i) {
      EXPECT_TRUE(SameBits(logits[i], scene_.Alone(i))) << i << " with " << threads << " threads";
    }
  }
}

// Three sequences side by side after their shared prefix.
TEST_P(SameBitsTest, OnEveryVectorTarget) {
  RunOptions options;
  options.shared = kShared;
  options.grouped = true;
  for (const int64_t target : VectorTargets()) {
    ScopedVectorTarget use(target);
    const std::string name = absl::StrCat(" on ", hwy::TargetName(target));
    options.chunk = Draw({9, 100});
    ExpectSameBits(3, options, name);
    if (GetParam().math != Math::kInt8) continue;
    ScopedDotInstructions without(false);
    options.chunk = Draw({9, 100});
    ExpectSameBits(3, options, name + " without dot products");
  }
}

INSTANTIATE_TEST_SUITE_P(Models, SameBitsTest, ::testing::ValuesIn(Cases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace quipu::inference
