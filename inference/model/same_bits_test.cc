// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Every logit has the same bits, whatever runs beside it, however prompts are
// cut, however many threads run, and whichever vector instructions are used;
// with both kinds of arithmetic and every type of keys and values.
#include <cstdint>
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

constexpr int kLength = 83;
constexpr int kShared = 45;

struct Case {
  std::string name;
  TinyModelOptions options;
  KvType kv_type;
  Math math;
};

constexpr std::pair<KvType, const char*> kKvTypes[] = {
    {KvType::kF16, "_f16"}, {KvType::kF32, "_f32"}, {KvType::kQ8, "_q8"}};

// Each file is at least partly quantised.
std::vector<Case> Cases() {
  std::vector<Case> cases;
  const auto add = [&cases](const std::string& name, const TinyModelOptions& options) {
    for (const Math math : {Math::kFloat, Math::kInt8}) {
      for (const auto& [type, suffix] : kKvTypes) {
        cases.push_back({absl::StrCat(name, "_", MathName(math), suffix), options, type, math});
      }
    }
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

class SameBitsTest : public ::testing::TestWithParam<Case> {
 protected:
  SameBitsTest()
      : bytes_(TinyModel(GetParam().options, TestSeed())),
        gguf_(GgufFile::Parse(bytes_, GetParam().name).value()),
        runner_(*gguf_, 1, GetParam().kv_type, GetParam().math) {
    Rng rng(TestFingerprint(), "tokens");
    for (int i = 0; i < 16; ++i) {
      std::vector<int32_t> tokens = sequences_.empty() ? std::vector<int32_t>() : sequences_[0];
      tokens.resize(i == 0 ? 0 : kShared);
      // Of different lengths, the first one the longest.
      const size_t length = i == 0 ? kLength : kShared + 1 + rng.Below(kLength - kShared);
      while (tokens.size() < length) {
        tokens.push_back(static_cast<int32_t>(rng.Below(GetParam().options.vocabulary)));
      }
      sequences_.push_back(tokens);
      alone_.push_back(runner_.Run({tokens}, {})[0]);
    }
  }

  // The logits of sequence i, alone and in one step, from position `first`.
  std::vector<float> Alone(size_t i, int first = 0) const {
    const int64_t width = GetParam().options.vocabulary;
    return {alone_[i].begin() + first * width, alone_[i].end()};
  }

  std::vector<std::vector<int32_t>> First(size_t count) const {
    return {sequences_.begin(), sequences_.begin() + count};
  }

  // Three sequences side by side after their shared prefix.
  void ExpectSameBitsInSteps(int chunk, const std::string& where) {
    RunOptions options;
    options.chunk = chunk;
    options.shared = kShared;
    options.grouped = true;
    const auto logits = runner_.Run(First(3), options);
    for (size_t i = 0; i < 3; ++i) {
      EXPECT_TRUE(SameBits(logits[i], Alone(i, kShared)))
          << i << ", steps of " << chunk << ", " << where;
    }
  }

  const std::string bytes_;
  const std::unique_ptr<GgufFile> gguf_;
  ModelRunner runner_;
  std::vector<std::vector<int32_t>> sequences_;
  std::vector<std::vector<float>> alone_;
};

TEST_P(SameBitsTest, HoweverAPromptIsCut) {
  for (const int chunk : {1, 2, 7, 12, 31, 32, 33, 64}) {
    for (const int first : {0, 5}) {
      RunOptions options;
      options.chunk = chunk;
      options.first_chunk = first;
      EXPECT_TRUE(SameBits(runner_.Run({sequences_[0]}, options)[0], Alone(0)))
          << "steps of " << chunk << " after " << first;
    }
  }
}

TEST_P(SameBitsTest, WhateverRunsBesideIt) {
  for (const size_t count : {2, 4, 16}) {
    for (const int chunk : {1, 13, 100}) {
      RunOptions options;
      options.chunk = chunk;
      const auto logits = runner_.Run(First(count), options);
      for (size_t i = 0; i < count; ++i) {
        EXPECT_TRUE(SameBits(logits[i], Alone(i))) << i << " of " << count << ", steps " << chunk;
      }
    }
  }
}

TEST_P(SameBitsTest, WithASharedPrefixAsWithoutOne) {
  for (const size_t count : {1, 4, 16}) {
    for (const bool grouped : {false, true}) {
      for (const int chunk : {1, 20}) {
        RunOptions options;
        options.chunk = chunk;
        options.shared = kShared;
        options.grouped = grouped;
        const auto logits = runner_.Run(First(count), options);
        for (size_t i = 0; i < count; ++i) {
          EXPECT_TRUE(SameBits(logits[i], Alone(i, kShared)))
              << i << " of " << count << (grouped ? " grouped" : "") << ", steps " << chunk;
        }
      }
    }
  }
}

TEST_P(SameBitsTest, HoweverManyThreadsRun) {
  for (const int threads : {2, 3, 5}) {
    ModelRunner runner(*gguf_, threads, GetParam().kv_type, GetParam().math);
    const auto logits = runner.Run(First(4), {});
    for (size_t i = 0; i < 4; ++i) {
      EXPECT_TRUE(SameBits(logits[i], Alone(i))) << i << " with " << threads << " threads";
    }
  }
}

TEST_P(SameBitsTest, OnEveryVectorTarget) {
  for (const int64_t target : VectorTargets()) {
    ScopedVectorTarget use(target);
    for (const int chunk : {9, 100}) {
      ExpectSameBitsInSteps(chunk, hwy::TargetName(target));
      if (GetParam().math != Math::kInt8) continue;
      ScopedDotInstructions without(false);
      ExpectSameBitsInSteps(chunk, absl::StrCat(hwy::TargetName(target), " without dot products"));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, SameBitsTest, ::testing::ValuesIn(Cases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace quipu::inference
