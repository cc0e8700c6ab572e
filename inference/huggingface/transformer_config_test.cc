// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/huggingface/transformer_config.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::StatusIs;
using Scaling = RopeOptions::Scaling;
using Rope = LayerRule::Rope;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kUnimplemented = absl::StatusCode::kUnimplemented;

// Of a class, with more fields.
std::string Config(absl::string_view name, absl::string_view more = "") {
  return absl::StrCat(
      R"({"architectures": [")", name, R"("], "hidden_size": 64,)",
      R"("intermediate_size": 96, "num_hidden_layers": 8, "num_attention_heads": 8,)",
      R"("num_key_value_heads": 4, "vocab_size": 100,)",
      R"("max_position_embeddings": 8192, "rms_norm_eps": 1e-05)", more.empty() ? "" : ", ", more,
      "}");
}

TransformerConfig Read(const std::string& json) {
  const auto config = ReadTransformerConfig(json, "config.json");
  EXPECT_OK(config);
  return config.ok() ? *config : TransformerConfig();
}

TEST(TransformerConfig, ReadsSizes) {
  const TransformerConfig config = Read(Config("LlamaForCausalLM", R"("rope_theta": 500000)"));
  const HyperParameters& p = config.params;
  EXPECT_EQ(p.architecture, "llama");
  EXPECT_EQ(p.layers, 8);
  EXPECT_EQ(p.embedding, 64);
  EXPECT_EQ(p.heads, 8);
  EXPECT_EQ(p.kv_heads, 4);
  EXPECT_EQ(p.head_dim, 8);
  EXPECT_EQ(p.feed_forward, 96);
  EXPECT_EQ(p.vocabulary, 100);
  EXPECT_EQ(p.trained_context, 8192);
  EXPECT_FLOAT_EQ(p.rms_epsilon, 1e-5f);
  EXPECT_EQ(p.rope_pairs, RopePairs::kHalves);
  EXPECT_EQ(p.rope.base, 500000);
  EXPECT_EQ(p.rope.scaling, Scaling::kNone);
  EXPECT_FALSE(p.qkv_bias);
  EXPECT_FALSE(p.attention_out_bias);
  EXPECT_FALSE(config.tied);
}

TEST(TransformerConfig, HasTheDefaultsOfTheClass) {
  EXPECT_TRUE(Read(Config("Qwen2ForCausalLM")).params.qkv_bias);
  EXPECT_FALSE(Read(Config("Qwen2ForCausalLM")).params.attention_out_bias);
  EXPECT_EQ(Read(Config("Qwen3ForCausalLM")).params.head_dim, 128);
  EXPECT_TRUE(Read(Config("Qwen3ForCausalLM")).params.head_norms);
  EXPECT_TRUE(Read(Config("SmolLM3ForCausalLM")).tied);
  EXPECT_EQ(Read(Config("SmolLM3ForCausalLM")).params.rope.base, 2e6);
  const TransformerConfig biased = Read(Config("LlamaForCausalLM", R"("attention_bias": true)"));
  EXPECT_TRUE(biased.params.qkv_bias);
  EXPECT_TRUE(biased.params.attention_out_bias);
}

std::vector<int> Windows(const TransformerConfig& config) {
  std::vector<int> windows;
  for (const LayerRule& rule : config.params.rules) windows.push_back(rule.window);
  return windows;
}

TEST(TransformerConfig, ReadsWindows) {
  const std::vector<int> none(8, 0);
  EXPECT_EQ(Windows(Read(Config("MistralForCausalLM"))), std::vector<int>(8, 4096))
      << "the class has one unless the file says null";
  EXPECT_EQ(Windows(Read(Config("MistralForCausalLM", R"("sliding_window": null)"))), none);
  EXPECT_EQ(Windows(Read(Config("MistralForCausalLM", R"("sliding_window": 8192)"))), none)
      << "as long as the context";
  EXPECT_EQ(Windows(Read(Config("Qwen2ForCausalLM",
                                R"("sliding_window": 16, "use_sliding_window": false)"))),
            none);
  EXPECT_EQ(Windows(Read(Config("Qwen2ForCausalLM", R"("sliding_window": 16,
                                "use_sliding_window": true, "max_window_layers": 6)"))),
            (std::vector<int>{0, 0, 0, 0, 0, 0, 16, 16}));
  const TransformerConfig gemma = Read(Config("Gemma3ForCausalLM", R"("sliding_window": 16)"));
  EXPECT_EQ(Windows(gemma), (std::vector<int>{16, 16, 16, 16, 16, 0, 16, 16}));
  EXPECT_EQ(gemma.params.rules[4].rope, Rope::kLocal);
  EXPECT_EQ(gemma.params.rules[5].rope, Rope::kMain);
}

TEST(TransformerConfig, ReadsLayersWithoutRotation) {
  const auto unrotated = [](const TransformerConfig& config) {
    std::vector<bool> none;
    for (const LayerRule& rule : config.params.rules) none.push_back(rule.rope == Rope::kNone);
    return none;
  };
  EXPECT_EQ(unrotated(Read(Config("SmolLM3ForCausalLM"))),
            (std::vector<bool>{false, false, false, true, false, false, false, true}));
  EXPECT_EQ(unrotated(Read(
                Config("SmolLM3ForCausalLM", R"("no_rope_layers": [0, 1, 1, 1, 1, 1, 1, 1])"))),
            (std::vector<bool>{true, false, false, false, false, false, false, false}));
}

TEST(TransformerConfig, ReadsWhatGemmaHasOfItsOwn) {
  const TransformerConfig config =
      Read(Config("Gemma3ForCausalLM", R"("query_pre_attn_scalar": 168)"));
  EXPECT_TRUE(config.norms_plus_one);
  EXPECT_TRUE(config.tied);
  EXPECT_TRUE(config.params.gelu);
  EXPECT_TRUE(config.params.post_norms);
  EXPECT_EQ(config.params.embedding_scale, 8.0f);
  EXPECT_FLOAT_EQ(config.params.attention_scale, 1 / std::sqrt(168.0f));
}

TEST(TransformerConfig, ReadsRopeOfOldAndNewStyle) {
  const char* llama3 =
      R"({"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
          "original_max_position_embeddings": 4096)";
  const std::vector<std::string> both = {
      absl::StrCat(R"("rope_theta": 500000, "rope_scaling": )", llama3, "}"),
      absl::StrCat(R"("rope_parameters": )", llama3, R"(, "rope_theta": 500000})")};
  for (const std::string& more : both) {
    const RopeSettings rope = Read(Config("LlamaForCausalLM", more)).params.rope;
    EXPECT_EQ(rope.base, 500000);
    EXPECT_EQ(rope.scaling, Scaling::kLlama3);
    EXPECT_EQ(rope.factor, 8);
    EXPECT_EQ(rope.original_context, 4096);
    EXPECT_EQ(rope.high_freq_factor, 4);
  }
  const TransformerConfig gemma = Read(Config(
      "Gemma3ForCausalLM",
      R"("rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 8, "rope_theta": 7},
         "sliding_attention": {"rope_type": "default", "rope_theta": 9}})"));
  EXPECT_EQ(gemma.params.rope.base, 7);
  EXPECT_EQ(gemma.params.rope.scaling, Scaling::kLinear);
  EXPECT_EQ(gemma.params.local_rope.base, 9);
  EXPECT_EQ(gemma.params.local_rope.scaling, Scaling::kNone);
}

// As transformers 5.23 reads such files: bases are looked for beside the new
// style too, and rope_scaling, if it is not empty, stands before rope_parameters.
TEST(TransformerConfig, ReadsRopeOfMixedStyles) {
  const auto rope = [](absl::string_view more) {
    return Read(Config("LlamaForCausalLM", more)).params.rope;
  };
  EXPECT_EQ(rope(R"("rope_parameters": {"rope_type": "default"}, "rope_theta": 500000)").base,
            500000);
  EXPECT_EQ(rope(R"("rope_parameters": {"rope_theta": 7}, "rope_theta": 500000)").base, 7);
  EXPECT_EQ(rope(R"("rope_parameters": {"rope_type": "default"})").base, 10000);
  EXPECT_EQ(rope(R"("rope_scaling": {"rope_type": "linear", "factor": 2, "rope_theta": 7},
                    "rope_theta": 500000)")
                .base,
            7);
  const RopeSettings both =
      rope(R"("rope_scaling": {"rope_type": "linear", "factor": 4}, "rope_theta": 500000,
              "rope_parameters": {"rope_type": "linear", "factor": 8, "rope_theta": 7})");
  EXPECT_EQ(both.base, 500000);
  EXPECT_EQ(both.factor, 4);
  for (const char* nothing : {"{}", "null"}) {
    const RopeSettings one =
        rope(absl::StrCat(R"("rope_scaling": )", nothing, R"(, "rope_theta": 500000,
              "rope_parameters": {"rope_type": "linear", "factor": 8, "rope_theta": 7})"));
    EXPECT_EQ(one.base, 7) << nothing;
    EXPECT_EQ(one.factor, 8) << nothing;
  }
  const HyperParameters gemma =
      Read(Config("Gemma3ForCausalLM", R"("rope_theta": 500000, "rope_local_base_freq": 11,
                   "rope_parameters": {"full_attention": {"rope_type": "default"},
                                       "sliding_attention": {"rope_type": "default"}})"))
          .params;
  EXPECT_EQ(gemma.rope.base, 500000);
  EXPECT_EQ(gemma.local_rope.base, 11);
}

TEST(TransformerConfig, ReadsYarnAndTheLengthItGives) {
  const auto yarn = [](absl::string_view more) {
    return Read(Config("Qwen2ForCausalLM",
                       absl::StrCat(R"("rope_scaling": {"type": "yarn", "factor": 4,
                                       "original_max_position_embeddings": 8192)",
                                    more, "}")))
        .params;
  };
  const HyperParameters plain = yarn("");
  EXPECT_EQ(plain.rope.scaling, Scaling::kYarn);
  EXPECT_EQ(plain.rope.magnitude, 0) << "YaRN's own";
  EXPECT_EQ(plain.trained_context, 32768);
  EXPECT_EQ(yarn(R"(, "attention_factor": 1.5)").rope.magnitude, 1.5);
  EXPECT_NEAR(yarn(R"(, "mscale": 1.0, "mscale_all_dim": 0.5)").rope.magnitude,
              (0.1 * std::log(4.0) + 1) / (0.05 * std::log(4.0) + 1), 1e-12);
  EXPECT_FALSE(yarn(R"(, "truncate": false)").rope.whole_pairs);
}

TEST(TransformerConfig, LeavesAnUnsupportedScalingToTheCaller) {
  for (const char* type : {"dynamic", "longrope", "mrope"}) {
    const RopeSettings rope =
        Read(Config("LlamaForCausalLM",
                    absl::StrCat(R"("rope_scaling": {"rope_type": ")", type, R"(", "factor": 2})")))
            .params.rope;
    EXPECT_NE(rope.unsupported.find(type), std::string::npos) << rope.unsupported;
    EXPECT_NE(rope.unsupported.find("config.json: rope_scaling.rope_type"), std::string::npos);
  }
}

struct Refusal {
  std::string json;
  absl::StatusCode code;
  const char* message;
};

std::vector<Refusal> Refusals() {
  const auto llama = [](absl::string_view more) { return Config("LlamaForCausalLM", more); };
  return {
      {"{", kInvalid, "not valid JSON"},
      {"{}", kInvalid, "architectures has 0 names"},
      {Config("PhiForCausalLM"), kUnimplemented, "architectures is \"PhiForCausalLM\""},
      {R"({"architectures": ["LlamaForCausalLM"]})", kInvalid, "num_hidden_layers is missing"},
      {llama(R"("hidden_size": "x")"), kInvalid, "hidden_size is a string, want an integer"},
      {llama(R"("hidden_size": 1.5)"), kInvalid, "hidden_size is"},
      {llama(R"("num_hidden_layers": 0)"), kInvalid, "num_hidden_layers is 0, want 1 to 1024"},
      {llama(R"("num_hidden_layers": 1025)"), kInvalid, "num_hidden_layers is 1025"},
      {llama(R"("num_key_value_heads": 3)"), kInvalid, "not a multiple of num_key_value_heads 3"},
      {llama(R"("num_attention_heads": 12)"), kInvalid, "not a multiple of num_attention_heads 12"},
      {llama(R"("head_dim": 7)"), kInvalid, "head_dim is 7, odd"},
      {llama(R"("rms_norm_eps": -1)"), kInvalid, "rms_norm_eps is -1"},
      {llama(R"("rope_theta": 0)"), kInvalid, "rope_theta is 0"},
      {llama(R"("hidden_act": "gelu")"), kUnimplemented, "hidden_act is \"gelu\""},
      {llama(R"("mlp_bias": true)"), kUnimplemented, "mlp_bias is true"},
      {llama(R"("attention_bias": 1)"), kInvalid, "attention_bias is"},
      {llama(R"("partial_rotary_factor": 0.5)"), kUnimplemented, "partial_rotary_factor is 0.5"},
      {llama(R"("quantization_config": {"quant_method": "gptq"})"), kUnimplemented,
       "quantization_config is \"gptq\""},
      {llama(R"("final_logit_softcapping": 30.0)"), kUnimplemented, "final_logit_softcapping"},
      {llama(R"("rope_scaling": {"rope_type": "linear"})"), kInvalid,
       "rope_scaling.factor is missing"},
      {llama(R"("rope_scaling": {"rope_type": "llama3", "factor": 8})"), kInvalid,
       "rope_scaling.low_freq_factor is missing"},
      {llama(R"("rope_scaling": 5)"), kInvalid, "rope_scaling is"},
      {llama(R"("layer_types": ["full_attention"])"), kInvalid, "layer_types has 1 names"},
      {Config("MistralForCausalLM", R"("sliding_window": 0)"), kInvalid, "sliding_window is 0"},
      {Config("SmolLM3ForCausalLM", R"("no_rope_layers": [1])"), kInvalid, "no_rope_layers has 1"},
      {Config("Gemma3ForCausalLM", R"("attn_logit_softcapping": 50.0)"), kUnimplemented,
       "attn_logit_softcapping"},
      {Config("Gemma3ForCausalLM", R"("hidden_activation": "gelu")"), kUnimplemented,
       "hidden_activation is \"gelu\""},
  };
}

TEST(TransformerConfig, RefusesByName) {
  for (const Refusal& refusal : Refusals()) {
    EXPECT_THAT(ReadTransformerConfig(refusal.json, "dir/config.json"),
                StatusIs(refusal.code, refusal.message));
    EXPECT_THAT(ReadTransformerConfig(refusal.json, "dir/config.json"),
                StatusIs(refusal.code, "dir/config.json"));
  }
}

TEST(TransformerConfig, SurvivesRandomBytes) {
  Rng rng(testing::TestFingerprint(), "flips");
  const std::string valid =
      Config("Gemma3ForCausalLM",
             R"("sliding_window": 16, "rope_scaling": {"rope_type": "yarn", "factor": 8})");
  int read = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string json = valid;
    for (uint64_t flips = 1 + rng.Below(3); flips > 0; --flips) {
      json[rng.Below(json.size())] =
          static_cast<char>(rng.Below(2) == 0 ? ' ' + rng.Below(95) : '0' + rng.Below(10));
    }
    const auto config = ReadTransformerConfig(json, "flipped");
    if (!config.ok()) continue;
    ++read;
    EXPECT_EQ(config->params.rules.size(), static_cast<size_t>(config->params.layers));
  }
  EXPECT_GT(read, 0);
}

}  // namespace
}  // namespace quipu::inference
