// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/hyper_parameters.h"

#include <cmath>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

class Reader {
 public:
  explicit Reader(const GgufFile& gguf) : gguf_(gguf) {}

  absl::StatusOr<HyperParameters> Read() {
    HyperParameters p;
    ASSIGN_OR_RETURN(p.architecture, Architecture());
    prefix_ = p.architecture + ".";
    ASSIGN_OR_RETURN(p.layers, Integer("block_count", 1, kMaxModelLayers));
    ASSIGN_OR_RETURN(p.embedding, Integer("embedding_length", 2, kMaxModelWidth));
    ASSIGN_OR_RETURN(p.feed_forward, Integer("feed_forward_length", 1, kMaxModelWidth));
    ASSIGN_OR_RETURN(p.trained_context, Integer("context_length", 1, INT32_MAX));
    ASSIGN_OR_RETURN(p.rms_epsilon, Epsilon());
    RETURN_IF_ERROR(Heads(&p));
    ASSIGN_OR_RETURN(p.vocabulary, Vocabulary());
    p.qkv_bias = gguf_.FindTensor("blk.0.attn_q.bias") != nullptr;
    if (p.architecture == "qwen2" && !p.qkv_bias)
      return Error("tensor blk.0.attn_q.bias is missing");
    p.attention_out_bias = gguf_.FindTensor("blk.0.attn_output.bias") != nullptr;
    p.head_norms = p.architecture == "qwen3" || p.architecture == "gemma3";
    p.attention_scale = PlainAttentionScale(p.head_dim);
    const bool permuted = p.architecture == "llama" || p.architecture == "smollm3";
    p.rope_pairs = permuted ? RopePairs::kAdjacent : RopePairs::kHalves;
    ASSIGN_OR_RETURN(p.rope, ReadRopeSettings(gguf_, p.architecture));
    RETURN_IF_ERROR(Rules(&p));
    RETURN_IF_ERROR(RefuseVariants(p));
    return p;
  }

 private:
  absl::Status Error(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(gguf_.path(), ": ", what));
  }
  absl::Status Unsupported(absl::string_view what) const {
    return absl::UnimplementedError(absl::StrCat(gguf_.path(), ": ", what));
  }

  // An error in a key of the file is an error of the file.
  absl::Status Malformed(const absl::Status& status) const { return Error(status.message()); }

  absl::StatusOr<std::string> Architecture() const {
    auto name = gguf_.GetString("general.architecture");
    if (!name.ok()) return Malformed(name.status());
    for (const char* known : {"llama", "qwen2", "qwen3", "smollm3", "gemma3"}) {
      if (*name == known) return *name;
    }
    return Unsupported(
        absl::StrCat("architecture \"", Snippet(*name),
                     "\" is not supported (llama, qwen2, qwen3, smollm3 and gemma3 are)"));
  }

  absl::StatusOr<int> Integer(absl::string_view key, uint64_t least, uint64_t greatest) const {
    const std::string name = absl::StrCat(prefix_, key);
    auto value = gguf_.GetUint(name);
    if (!value.ok()) return Malformed(value.status());
    if (*value < least || *value > greatest) {
      return Error(absl::StrCat(name, " is ", *value, ", want ", least, " to ", greatest));
    }
    return static_cast<int>(*value);
  }

  absl::StatusOr<int> IntegerOr(absl::string_view key, uint64_t least, uint64_t greatest,
                                int otherwise) const {
    if (!gguf_.Has(absl::StrCat(prefix_, key))) return otherwise;
    return Integer(key, least, greatest);
  }

  absl::StatusOr<float> Epsilon() const {
    const std::string name = prefix_ + "attention.layer_norm_rms_epsilon";
    auto value = gguf_.GetFloat(name);
    if (!value.ok()) return Malformed(value.status());
    if (!(*value >= 0 && *value <= 1)) {
      return Error(absl::StrCat(name, " is ", *value, ", want 0 to 1"));
    }
    return static_cast<float>(*value);
  }

  absl::Status Heads(HyperParameters* p) const {
    ASSIGN_OR_RETURN(p->heads, Integer("attention.head_count", 1, kMaxModelHeads));
    ASSIGN_OR_RETURN(p->kv_heads,
                     IntegerOr("attention.head_count_kv", 1, kMaxModelHeads, p->heads));
    if (p->heads % p->kv_heads != 0) {
      return Error(absl::StrCat("attention.head_count ", p->heads,
                                " is not a multiple of attention.head_count_kv ", p->kv_heads));
    }
    ASSIGN_OR_RETURN(p->head_dim, IntegerOr("attention.key_length", 2, kMaxHeadDimension, 0));
    if (p->head_dim == 0) {
      if (p->embedding % p->heads != 0) {
        return Error(absl::StrCat("embedding_length ", p->embedding,
                                  " is not a multiple of attention.head_count ", p->heads));
      }
      p->head_dim = p->embedding / p->heads;
    }
    if (p->head_dim % 2 != 0 || p->head_dim > static_cast<int>(kMaxHeadDimension)) {
      return Error(
          absl::StrCat("head dimension ", p->head_dim, " is odd or above ", kMaxHeadDimension));
    }
    ASSIGN_OR_RETURN(const int values,
                     IntegerOr("attention.value_length", 1, kMaxHeadDimension, p->head_dim));
    if (values != p->head_dim) {
      return Unsupported(absl::StrCat("attention.value_length ", values,
                                      " differs from key length ", p->head_dim));
    }
    return absl::OkStatus();
  }

  absl::Status Rules(HyperParameters* p) const {
    ASSIGN_OR_RETURN(const int window, IntegerOr("attention.sliding_window", 0, INT32_MAX, 0));
    p->rules.assign(p->layers, LayerRule());
    if (p->architecture == "gemma3") return GemmaRules(window, p);
    for (int i = 0; i < p->layers; ++i) {
      if (window < p->trained_context) p->rules[i].window = window;
      // The file does not say it: the model's definition does.
      if (p->architecture == "smollm3" && i % 4 == 3) p->rules[i].rope = LayerRule::Rope::kNone;
    }
    return absl::OkStatus();
  }

  // What the files do not say is the models' definition: every sixth layer sees
  // everything, the others have their own plain rotation.
  absl::Status GemmaRules(int window, HyperParameters* p) const {
    if (window == 0) return Error(prefix_ + "attention.sliding_window is missing or 0");
    p->post_norms = true;
    p->gelu = true;
    p->embedding_scale = std::sqrt(static_cast<float>(p->embedding));
    // The one of 27 billion weights.
    if (p->layers == 62) p->attention_scale = PlainAttentionScale(p->embedding / p->heads);
    const std::string local_base = prefix_ + "rope.freq_base_swa";
    if (gguf_.Has(local_base)) {
      auto base = gguf_.GetFloat(local_base);
      if (!base.ok()) return Malformed(base.status());
      p->local_rope.base = *base;
    }
    ASSIGN_OR_RETURN(const int pattern, IntegerOr("attention.sliding_window_pattern", 1, 1024, 6));
    for (int i = 0; i < p->layers; ++i) {
      if (i % pattern != pattern - 1) p->rules[i] = {LayerRule::Rope::kLocal, window};
    }
    return absl::OkStatus();
  }

  // Rows of the embedding; as many as the tokenizer has tokens, if it has any.
  absl::StatusOr<int> Vocabulary() const {
    auto embedding = gguf_.GetTensor("token_embd.weight");
    if (!embedding.ok()) return Malformed(embedding.status());
    const uint64_t rows = (*embedding)->dims[1];
    if (rows < 1 || rows > kMaxVocabulary) {
      return Error(
          absl::StrCat("token_embd.weight has ", rows, " rows, want 1 to ", kMaxVocabulary));
    }
    if (gguf_.Has("tokenizer.ggml.tokens")) {
      auto tokens = gguf_.GetStrings("tokenizer.ggml.tokens");
      if (!tokens.ok()) return Malformed(tokens.status());
      if (tokens->size() != rows) {
        return Error(absl::StrCat("token_embd.weight has ", rows, " rows, tokenizer.ggml.tokens ",
                                  tokens->size(), " tokens"));
      }
    }
    return static_cast<int>(rows);
  }

  absl::Status RefuseVariants(const HyperParameters& p) const {
    ASSIGN_OR_RETURN(const int experts, IntegerOr("expert_count", 0, INT32_MAX, 0));
    if (experts > 0) {
      return Unsupported(absl::StrCat(prefix_, "expert_count is ", experts,
                                      ": mixtures of experts are not supported"));
    }
    ASSIGN_OR_RETURN(const int rotated,
                     IntegerOr("rope.dimension_count", 0, INT32_MAX, p.head_dim));
    if (rotated != p.head_dim) {
      return Unsupported(absl::StrCat(prefix_, "rope.dimension_count is ", rotated,
                                      " of a head dimension of ", p.head_dim,
                                      ": partial rotation is not supported"));
    }
    for (const char* key :
         {"attention.clamp_kqv", "attention.max_alibi_bias", "logit_scale", "residual_scale",
          "embedding_scale", "attention.scale", "attention.temperature_scale",
          "attn_logit_softcapping", "final_logit_softcapping"}) {
      if (gguf_.Has(prefix_ + key)) {
        return Unsupported(absl::StrCat(prefix_, key, " is not supported"));
      }
    }
    const std::string causal = prefix_ + "attention.causal";
    if (gguf_.Has(causal)) {
      auto value = gguf_.GetBool(causal);
      if (!value.ok()) return Malformed(value.status());
      if (!*value)
        return Unsupported(absl::StrCat(causal, " is false: only causal attention is supported"));
    }
    return absl::OkStatus();
  }

  const GgufFile& gguf_;
  std::string prefix_;
};

}  // namespace

float PlainAttentionScale(int head_dim) { return 1.0f / std::sqrt(static_cast<float>(head_dim)); }

absl::StatusOr<HyperParameters> ReadHyperParameters(const GgufFile& gguf) {
  return Reader(gguf).Read();
}

}  // namespace quipu::inference
