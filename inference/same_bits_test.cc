// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Every logit has the same bits whatever runs beside it, however prompts are
// cut, however many threads run and whichever vector instructions are used.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "gtest/gtest.h"
#include "inference/gguf.h"
#include "inference/kv_cache.h"
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
using quipu::testing::ScopedVectorTarget;
using quipu::testing::TestFingerprint;
using quipu::testing::TestSeed;
using quipu::testing::TinyModel;
using quipu::testing::TinyModelOptions;
using quipu::testing::VectorTargets;

constexpr int kLength = 83;
constexpr int kShared = 45;

struct Case {
  const char* name;
  TinyModelOptions options;
  KvType kv_type;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  TinyModelOptions o;
  o.types = {TensorType::kF16, TensorType::kQ8_0, TensorType::kBF16};
  cases.push_back({"llama", o, KvType::kF16});
  o.architecture = "qwen2";
  o.heads = 6;
  o.kv_heads = 2;
  o.tied = false;
  o.types = {TensorType::kQ4_0, TensorType::kQ4_1, TensorType::kQ5_0,
             TensorType::kQ5_1};
  cases.push_back({"qwen2", o, KvType::kF32});
  o.architecture = "qwen3";
  o.embedding = 256;
  o.feed_forward = 256;
  o.heads = 7;
  o.kv_heads = 1;
  o.head_dim = 40;
  o.types = {TensorType::kQ4_K, TensorType::kQ5_K, TensorType::kQ6_K};
  cases.push_back({"qwen3", o, KvType::kF16});
  return cases;
}

class SameBitsTest : public ::testing::TestWithParam<Case> {
 protected:
  SameBitsTest()
      : bytes_(TinyModel(GetParam().options, TestSeed())),
        gguf_(GgufFile::Parse(bytes_, GetParam().name).value()),
        runner_(*gguf_, 1, GetParam().kv_type) {
    Rng rng(TestFingerprint(), "tokens");
    for (int i = 0; i < 16; ++i) {
      std::vector<int32_t> tokens =
          sequences_.empty() ? std::vector<int32_t>() : sequences_[0];
      tokens.resize(i == 0 ? 0 : kShared);
      // Of different lengths, the first one the longest.
      const size_t length =
          i == 0 ? kLength : kShared + 1 + rng.Below(kLength - kShared);
      while (tokens.size() < length) {
        tokens.push_back(
            static_cast<int32_t>(rng.Below(GetParam().options.vocabulary)));
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
        EXPECT_TRUE(SameBits(logits[i], Alone(i)))
            << i << " of " << count << ", steps " << chunk;
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
              << i << " of " << count << (grouped ? " grouped" : "")
              << ", steps " << chunk;
        }
      }
    }
  }
}

TEST_P(SameBitsTest, HoweverManyThreadsRun) {
  for (const int threads : {2, 3, 5}) {
    ModelRunner runner(*gguf_, threads, GetParam().kv_type);
    const auto logits = runner.Run(First(4), {});
    for (size_t i = 0; i < 4; ++i) {
      EXPECT_TRUE(SameBits(logits[i], Alone(i)))
          << i << " with " << threads << " threads";
    }
  }
}

TEST_P(SameBitsTest, OnEveryVectorTarget) {
  for (const int64_t target : VectorTargets()) {
    ScopedVectorTarget use(target);
    for (const int chunk : {9, 100}) {
      RunOptions options;
      options.chunk = chunk;
      options.shared = kShared;
      options.grouped = true;
      const auto logits = runner_.Run(First(3), options);
      for (size_t i = 0; i < 3; ++i) {
        EXPECT_TRUE(SameBits(logits[i], Alone(i, kShared)))
            << i << hwy::TargetName(target);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, SameBitsTest, ::testing::ValuesIn(Cases()),
                         [](const auto& info) {
                           return std::string(info.param.name);
                         });

}  // namespace
}  // namespace quipu::inference
