// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/huggingface/tensor_names.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace quipu::inference {
namespace {

struct NamePair {
  absl::string_view stored;
  absl::string_view gguf;
};

constexpr NamePair kWhole[] = {{"model.embed_tokens.weight", "token_embd.weight"},
                               {"model.norm.weight", "output_norm.weight"},
                               {"lm_head.weight", "output.weight"}};

// Between the layer's number and ".weight" or ".bias".
constexpr NamePair kLayer[] = {
    {"self_attn.q_proj", "attn_q"},      {"self_attn.k_proj", "attn_k"},
    {"self_attn.v_proj", "attn_v"},      {"self_attn.o_proj", "attn_output"},
    {"self_attn.q_norm", "attn_q_norm"}, {"self_attn.k_norm", "attn_k_norm"},
    {"input_layernorm", "attn_norm"},    {"mlp.gate_proj", "ffn_gate"},
    {"mlp.up_proj", "ffn_up"},           {"mlp.down_proj", "ffn_down"}};
// The name of the norm before the feed-forward block became, in Gemma, that of
// the norm after attention.
constexpr NamePair kPlainNorms[] = {{"post_attention_layernorm", "ffn_norm"}};
constexpr NamePair kGemmaNorms[] = {{"post_attention_layernorm", "post_attention_norm"},
                                    {"pre_feedforward_layernorm", "ffn_norm"},
                                    {"post_feedforward_layernorm", "post_ffw_norm"}};

// One of the two members of a pair to the other.
using Member = absl::string_view NamePair::*;

template <size_t kSize>
absl::string_view Find(const NamePair (&pairs)[kSize], absl::string_view name, Member from,
                       Member to) {
  for (const NamePair& pair : pairs) {
    if (pair.*from == name) return pair.*to;
  }
  return {};
}

struct Direction {
  Member from;
  Member to;
  absl::string_view from_layer;
  absl::string_view to_layer;
};

std::string Translate(absl::string_view architecture, absl::string_view name,
                      const Direction& way) {
  absl::string_view found = Find(kWhole, name, way.from, way.to);
  if (!found.empty()) return std::string(found);
  absl::string_view rest = name;
  if (!absl::ConsumePrefix(&rest, way.from_layer)) return std::string(name);
  const size_t digits = rest.find_first_not_of("0123456789");
  const size_t dot = rest.rfind('.');
  if (digits == 0 || digits == absl::string_view::npos || rest[digits] != '.' || dot <= digits) {
    return std::string(name);
  }
  const absl::string_view part = rest.substr(digits + 1, dot - digits - 1);
  const absl::string_view suffix = rest.substr(dot);
  if (suffix != ".weight" && suffix != ".bias") return std::string(name);
  found = Find(kLayer, part, way.from, way.to);
  if (found.empty()) {
    found = architecture == "gemma3" ? Find(kGemmaNorms, part, way.from, way.to)
                                     : Find(kPlainNorms, part, way.from, way.to);
  }
  if (found.empty()) return std::string(name);
  return absl::StrCat(way.to_layer, rest.substr(0, digits + 1), found, suffix);
}

constexpr absl::string_view kStoredLayer = "model.layers.";
constexpr absl::string_view kGgufLayer = "blk.";

}  // namespace

std::string GgufTensorName(absl::string_view architecture, absl::string_view stored) {
  return Translate(architecture, stored,
                   {&NamePair::stored, &NamePair::gguf, kStoredLayer, kGgufLayer});
}

std::string StoredTensorName(absl::string_view architecture, absl::string_view name) {
  return Translate(architecture, name,
                   {&NamePair::gguf, &NamePair::stored, kGgufLayer, kStoredLayer});
}

}  // namespace quipu::inference
