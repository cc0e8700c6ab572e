// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/huggingface/tensor_names.h"

#include <string>

#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

TEST(TensorNames, AreThoseOfGguf) {
  const struct {
    const char* architecture;
    const char* stored;
    const char* gguf;
  } kCases[] = {
      {"llama", "model.embed_tokens.weight", "token_embd.weight"},
      {"llama", "lm_head.weight", "output.weight"},
      {"llama", "model.norm.weight", "output_norm.weight"},
      {"llama", "model.layers.12.self_attn.q_proj.weight", "blk.12.attn_q.weight"},
      {"qwen2", "model.layers.0.self_attn.v_proj.bias", "blk.0.attn_v.bias"},
      {"qwen3", "model.layers.3.self_attn.k_norm.weight", "blk.3.attn_k_norm.weight"},
      {"llama", "model.layers.3.post_attention_layernorm.weight", "blk.3.ffn_norm.weight"},
      {"gemma3", "model.layers.3.post_attention_layernorm.weight",
       "blk.3.post_attention_norm.weight"},
      {"gemma3", "model.layers.3.pre_feedforward_layernorm.weight", "blk.3.ffn_norm.weight"},
      {"gemma3", "model.layers.3.post_feedforward_layernorm.weight", "blk.3.post_ffw_norm.weight"},
      {"llama", "model.layers.3.mlp.down_proj.weight", "blk.3.ffn_down.weight"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(GgufTensorName(c.architecture, c.stored), c.gguf);
    EXPECT_EQ(StoredTensorName(c.architecture, c.gguf), c.stored);
  }
}

TEST(TensorNames, AreUnchangedIfUnknown) {
  for (const char* name :
       {"", "model.layers.", "model.layers.1", "model.layers.1.",
        "model.layers..mlp.up_proj.weight", "model.layers.x.mlp.up_proj.weight",
        "model.layers.1.mlp.up_proj.scale", "model.layers.1.weight",
        "model.layers.1.mlp.experts.0.up_proj.weight", "vision.layers.1.mlp.up_proj.weight",
        "model.layers.1.pre_feedforward_layernorm.weight"}) {
    EXPECT_EQ(GgufTensorName("llama", name), name);
  }
}

}  // namespace
}  // namespace quipu::inference
