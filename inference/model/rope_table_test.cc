// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/rope_table.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/support/gguf_writer.h"

namespace quipu::inference {
namespace {

using quipu::testing::GgufWriter;
using Scaling = RopeOptions::Scaling;

constexpr double kPi = 3.14159265358979323846;

class RopeTableTest : public ::testing::Test {
 protected:
  RopeTableTest() {
    params_.architecture = "llama";
    params_.head_dim = 64;
    params_.trained_context = 2048;
  }

  absl::StatusOr<RopeTable> Create(const RopeOptions& options,
                                   const std::vector<float>& factors = {}) {
    bytes_ = writer_.Build();
    gguf_ = GgufFile::Parse(bytes_, "rope").value();
    params_.rope_pairs =
        params_.architecture == "llama" ? RopePairs::kAdjacent : RopePairs::kHalves;
    absl::StatusOr<RopeSettings> settings = ReadRopeSettings(*gguf_, params_.architecture);
    if (!settings.ok()) return settings.status();
    return RopeTable::Create(params_, *settings, factors, options);
  }

  double Plain(int i, double base = 10000) const {
    return std::pow(base, -2.0 * i / params_.head_dim);
  }

  GgufWriter writer_;
  HyperParameters params_;
  std::string bytes_;
  std::unique_ptr<GgufFile> gguf_;
};

void ExpectNear(double value, double wanted) {
  EXPECT_NEAR(value, wanted, 1e-12 * std::abs(wanted));
}

TEST_F(RopeTableTest, FrequenciesFollowTheBase) {
  writer_.AddFloat("llama.rope.freq_base", 500000.0f);
  const RopeTable from_file = Create({}).value();
  RopeOptions options;
  options.base = 1000;
  const RopeTable from_options = Create(options).value();
  for (int i = 0; i < 32; ++i) {
    ExpectNear(from_file.frequencies()[i], Plain(i, 500000));
    ExpectNear(from_options.frequencies()[i], Plain(i, 1000));
  }
}

TEST_F(RopeTableTest, HoldsCosinesAndSinesOfEachPosition) {
  for (const char* architecture : {"llama", "qwen2"}) {
    params_.architecture = architecture;
    RopeTable table = Create({}).value();
    // Growing in steps equals growing at once.
    ASSERT_TRUE(table.Grow(3).ok());
    ASSERT_TRUE(table.Grow(40001).ok());
    const bool halves = table.pairs() == RopePairs::kHalves;
    EXPECT_EQ(halves, params_.architecture == "qwen2");
    for (const int p : {0, 1, 2, 3, 1000, 40000}) {
      for (int i = 0; i < 32; ++i) {
        const double angle = p * Plain(i);
        const int at = halves ? i : 2 * i + 1;
        EXPECT_NEAR(table.Cos(p)[at], std::cos(angle), 6e-8 + 1e-11 * angle);
        EXPECT_NEAR(table.Sin(p)[at], std::sin(angle), 6e-8 + 1e-11 * angle);
        if (!halves) {
          EXPECT_EQ(table.Cos(p)[2 * i], table.Cos(p)[at]);
          EXPECT_EQ(table.Sin(p)[2 * i], -table.Sin(p)[at]);
        }
      }
    }
  }
}

TEST_F(RopeTableTest, RefusesPositionsPastItsLimit) {
  params_.head_dim = 2;
  RopeTable table = Create({}).value();
  EXPECT_TRUE(table.Grow(RopeTable::kMaxPositions).ok());
  EXPECT_EQ(table.Grow(RopeTable::kMaxPositions + 1).code(), absl::StatusCode::kOutOfRange);
}

TEST_F(RopeTableTest, LinearScalingDividesAllFrequencies) {
  writer_.AddString("llama.rope.scaling.type", "linear").AddFloat("llama.rope.scaling.factor", 4);
  const RopeTable table = Create({}).value();
  for (int i = 0; i < 32; ++i) ExpectNear(table.frequencies()[i], Plain(i) / 4);
}

TEST_F(RopeTableTest, AFactorWithoutATypeIsLinear) {
  writer_.AddFloat("llama.rope.scaling.factor", 4);
  const RopeTable table = Create({}).value();
  for (int i = 0; i < 32; ++i) ExpectNear(table.frequencies()[i], Plain(i) / 4);
}

TEST_F(RopeTableTest, OptionsReplaceTheFilesScaling) {
  writer_.AddString("llama.rope.scaling.type", "linear").AddFloat("llama.rope.scaling.factor", 4);
  RopeOptions options;
  options.scaling = Scaling::kNone;
  const std::vector<float> factors(32, 2.0f);
  const RopeTable table = Create(options, factors).value();
  for (int i = 0; i < 32; ++i) ExpectNear(table.frequencies()[i], Plain(i));
}

TEST_F(RopeTableTest, FileFactorsDivideFrequencies) {
  std::vector<float> factors;
  for (int i = 0; i < 32; ++i) factors.push_back(1 + 0.25f * i);
  const RopeTable table = Create({}, factors).value();
  for (int i = 0; i < 32; ++i) ExpectNear(table.frequencies()[i], Plain(i) / factors[i]);

  factors[3] = 0;
  EXPECT_EQ(Create({}, factors).status().code(), absl::StatusCode::kInvalidArgument);
}

// Published formula of Llama 3.1: wavelengths above original / low are
// stretched by the factor, those below original / high are unchanged.
TEST_F(RopeTableTest, Llama3ScalingKeepsShortWavesAndStretchesLongOnes) {
  RopeOptions options;
  options.base = 500000;
  options.scaling = Scaling::kLlama3;
  options.factor = 8;
  options.original_context = 8192;
  const RopeTable table = Create(options).value();
  int kept = 0;
  int stretched = 0;
  for (int i = 0; i < 32; ++i) {
    const double f = Plain(i, 500000);
    const double wavelength = 2 * kPi / f;
    if (wavelength < 8192.0 / 4) {
      ++kept;
      ExpectNear(table.frequencies()[i], f);
    } else if (wavelength > 8192.0) {
      ++stretched;
      ExpectNear(table.frequencies()[i], f / 8);
    } else {
      const double smooth = (8192 / wavelength - 1) / (4 - 1);
      ExpectNear(table.frequencies()[i], (1 - smooth) * f / 8 + smooth * f);
    }
  }
  EXPECT_GT(kept, 0);
  EXPECT_GT(stretched, 0);
}

// As in the paper's appendix: a ramp over dimensions, and a factor of 0.1
// ln(factor) + 1 on cosines and sines.
TEST_F(RopeTableTest, YarnMixesByARampAndScalesMagnitude) {
  writer_.AddString("llama.rope.scaling.type", "yarn")
      .AddFloat("llama.rope.scaling.factor", 16)
      .AddUint32("llama.rope.scaling.original_context_length", 4096);
  RopeTable table = Create({}).value();
  const auto dimension = [&](double turns) {
    return 64 * std::log(4096 / (turns * 2 * kPi)) / (2 * std::log(10000.0));
  };
  const double low = std::floor(dimension(32));
  const double high = std::ceil(dimension(1));
  for (int i = 0; i < 32; ++i) {
    const double ramp = std::min(1.0, std::max(0.0, (i - low) / (high - low)));
    ExpectNear(table.frequencies()[i], Plain(i) / 16 * ramp + Plain(i) * (1 - ramp));
  }
  ExpectNear(table.magnitude(), 0.1 * std::log(16.0) + 1);
  ASSERT_TRUE(table.Grow(1).ok());
  EXPECT_FLOAT_EQ(table.Cos(0)[5], static_cast<float>(table.magnitude()));
}

// The converter writes transformers' attention_factor under this name, and that replaces the factor
// which follows from the scaling.
TEST_F(RopeTableTest, YarnsOwnFactorReplacesTheComputedOne) {
  writer_.AddString("llama.rope.scaling.type", "yarn")
      .AddFloat("llama.rope.scaling.factor", 4)
      .AddFloat("llama.rope.scaling.yarn_attn_factor", 0.875f);
  ExpectNear(Create({}).value().magnitude(), 0.875);
  writer_.AddFloat("llama.rope.scaling.attn_factor", 2);
  ExpectNear(Create({}).value().magnitude(), 1.75);
  RopeOptions options;
  options.scaling = Scaling::kYarn;
  ExpectNear(Create(options).value().magnitude(), 2 * (1 + 0.1 * std::log(4.0)));
}

TEST_F(RopeTableTest, RefusesAYarnFactorThatItDoesNotCompute) {
  writer_.AddString("llama.rope.scaling.type", "yarn")
      .AddFloat("llama.rope.scaling.factor", 4)
      .AddFloat("llama.rope.scaling.yarn_log_multiplier", 1);
  const absl::Status status = Create({}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_NE(status.message().find("yarn_log_multiplier is 1"), absl::string_view::npos) << status;
}

TEST_F(RopeTableTest, Gemma3sLocalLayersHaveABaseOfTheirOwn) {
  for (const float base : {0.0f, 20000.0f}) {
    GgufWriter gemma;
    gemma.AddString("general.architecture", "gemma3");
    for (const char* key : {"block_count", "embedding_length", "feed_forward_length",
                            "context_length", "attention.head_count", "attention.sliding_window"}) {
      gemma.AddUint32(absl::StrCat("gemma3.", key), 4);
    }
    gemma.AddUint32("gemma3.attention.key_length", 4).AddUint32("gemma3.attention.value_length", 4);
    gemma.AddFloat("gemma3.attention.layer_norm_rms_epsilon", 1e-6f);
    gemma.AddFloat("gemma3.rope.freq_base", 1e6f);
    if (base > 0) gemma.AddFloat("gemma3.rope.freq_base_swa", base);
    gemma.AddFloatTensor("token_embd.weight", TensorType::kF32, {4, 3}, std::vector<float>(12));
    const std::string bytes = gemma.Build();
    const auto params = ReadHyperParameters(*GgufFile::Parse(bytes, "gemma").value());
    ASSERT_TRUE(params.ok()) << params.status();
    EXPECT_EQ(params->rope.base, 1e6);
    EXPECT_EQ(params->local_rope.base, base > 0 ? base : 10000);
  }
}

TEST_F(RopeTableTest, RefusesSettingsOutOfRange) {
  const auto refused = [&](const RopeOptions& options) {
    return Create(options).status().code() == absl::StatusCode::kInvalidArgument;
  };
  RopeOptions options;
  options.base = 0.5;
  EXPECT_TRUE(refused(options));
  options = {};
  options.scaling = Scaling::kLinear;
  EXPECT_TRUE(refused(options)) << "no factor";
  options.factor = -2;
  EXPECT_TRUE(refused(options));
  options.factor = 0.5;
  EXPECT_TRUE(refused(options)) << "faster than a radian a position";
  options.scaling = Scaling::kLlama3;
  options.factor = 8;
  options.low_freq_factor = 4;
  EXPECT_TRUE(refused(options)) << "low not below high";
}

}  // namespace
}  // namespace quipu::inference
