// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/huggingface/transformer_config.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/huggingface/config_object.h"
#include "inference/huggingface/rope_config.h"

namespace quipu::inference {
namespace {

// What transformers' classes have where config.json is silent.
struct ModelClass {
  absl::string_view name;
  absl::string_view architecture;  // As GGUF names it.
  bool tied;
  double rope_theta;
  int kv_heads;        // 0: as many as heads.
  int head_dim;        // 0: the width divided by the heads.
  int sliding_window;  // Of models that have one unless they say null.
  double rms_epsilon;
};
constexpr ModelClass kClasses[] = {
    {"LlamaForCausalLM", "llama", false, 1e4, 0, 0, 0, 1e-6},
    {"MistralForCausalLM", "llama", false, 1e4, 8, 0, 4096, 1e-6},
    {"Qwen2ForCausalLM", "qwen2", false, 1e4, 32, 0, 0, 1e-6},
    {"Qwen3ForCausalLM", "qwen3", false, 1e4, 32, 128, 0, 1e-6},
    {"SmolLM3ForCausalLM", "smollm3", true, 2e6, 4, 0, 0, 1e-6},
    {"Gemma3ForCausalLM", "gemma3", true, 1e6, 4, 256, 4096, 1e-6},
};

class Reader {
 public:
  explicit Reader(const ConfigObject& config) : config_(config) {}

  absl::StatusOr<TransformerConfig> Read() {
    ASSIGN_OR_RETURN(class_, FindClass());
    RETURN_IF_ERROR(RefuseVariants());
    TransformerConfig out;
    HyperParameters& p = out.params;
    p.architecture = std::string(class_->architecture);
    ASSIGN_OR_RETURN(p.layers, config_.Integer("num_hidden_layers", 1, kMaxModelLayers));
    ASSIGN_OR_RETURN(p.embedding, config_.Integer("hidden_size", 2, kMaxModelWidth));
    ASSIGN_OR_RETURN(p.feed_forward, config_.Integer("intermediate_size", 1, kMaxModelWidth));
    ASSIGN_OR_RETURN(p.vocabulary, config_.Integer("vocab_size", 1, kMaxVocabulary));
    ASSIGN_OR_RETURN(p.trained_context, config_.Integer("max_position_embeddings", 1, INT32_MAX));
    ASSIGN_OR_RETURN(const double epsilon,
                     config_.Number("rms_norm_eps", 0, 1, class_->rms_epsilon));
    p.rms_epsilon = static_cast<float>(epsilon);
    RETURN_IF_ERROR(Heads(&p));
    RETURN_IF_ERROR(Biases(&p));
    // As trained: safetensors are never permuted.
    p.rope_pairs = RopePairs::kHalves;
    RETURN_IF_ERROR(ReadRopeConfig(config_, class_->rope_theta, &p));
    RETURN_IF_ERROR(Rules(&p));
    ASSIGN_OR_RETURN(out.tied, config_.Bool("tie_word_embeddings", class_->tied));
    if (IsGemma()) RETURN_IF_ERROR(Gemma(&out));
    return out;
  }

 private:
  bool IsGemma() const { return class_->architecture == "gemma3"; }

  absl::StatusOr<const ModelClass*> FindClass() const {
    ASSIGN_OR_RETURN(const std::vector<std::string> names, config_.Strings("architectures"));
    if (names.size() != 1) {
      return config_.Error("architectures", absl::StrCat("has ", names.size(), " names, want one"));
    }
    std::string known;
    for (const ModelClass& candidate : kClasses) {
      if (candidate.name == names[0]) return &candidate;
      absl::StrAppend(&known, known.empty() ? "" : ", ", candidate.name);
    }
    return config_.Unsupported(
        "architectures",
        absl::StrCat("is \"", Snippet(names[0]), "\", which is not supported (", known, " are)"));
  }

  absl::Status RefuseVariants() const {
    ASSIGN_OR_RETURN(const std::optional<ConfigObject> quantised,
                     config_.Object("quantization_config"));
    if (quantised.has_value()) {
      ASSIGN_OR_RETURN(const std::string method, quantised->String("quant_method"));
      return config_.Unsupported(
          "quantization_config",
          absl::StrCat("is \"", Snippet(method),
                       "\": weights must be F32, F16 or BF16 (or a quantised GGUF file)"));
    }
    for (const char* key : {"mlp_bias", "use_bidirectional_attention"}) {
      ASSIGN_OR_RETURN(const bool wanted, config_.Bool(key, false));
      if (wanted) return config_.Unsupported(key, "is true, which is not supported");
    }
    for (const char* key :
         {"attn_logit_softcapping", "final_logit_softcapping", "num_local_experts"}) {
      if (config_.Has(key)) return config_.Unsupported(key, "is not supported");
    }
    ASSIGN_OR_RETURN(const double rotated, config_.Number("partial_rotary_factor", 0, 1, 1.0));
    if (rotated != 1) {
      return config_.Unsupported("partial_rotary_factor",
                                 absl::StrCat("is ", rotated, ", but only 1 is supported"));
    }
    const char* key = IsGemma() ? "hidden_activation" : "hidden_act";
    const char* wanted = IsGemma() ? "gelu_pytorch_tanh" : "silu";
    ASSIGN_OR_RETURN(const std::string activation, config_.String(key));
    if (!activation.empty() && activation != wanted) {
      return config_.Unsupported(key, absl::StrCat("is \"", Snippet(activation), "\", but only ",
                                                   wanted, " is supported"));
    }
    return absl::OkStatus();
  }

  absl::Status Heads(HyperParameters* p) const {
    ASSIGN_OR_RETURN(p->heads, config_.Integer("num_attention_heads", 1, kMaxModelHeads));
    ASSIGN_OR_RETURN(p->kv_heads,
                     config_.Integer("num_key_value_heads", 1, kMaxModelHeads,
                                     class_->kv_heads == 0 ? p->heads : class_->kv_heads));
    if (p->heads % p->kv_heads != 0) {
      return config_.Error(
          "num_attention_heads",
          absl::StrCat("is ", p->heads, ", not a multiple of num_key_value_heads ", p->kv_heads));
    }
    int head_dim = class_->head_dim;
    if (head_dim == 0 && !config_.Has("head_dim")) {
      if (p->embedding % p->heads != 0) {
        return config_.Error("hidden_size",
                             absl::StrCat("is ", p->embedding,
                                          ", not a multiple of num_attention_heads ", p->heads));
      }
      head_dim = p->embedding / p->heads;
    }
    ASSIGN_OR_RETURN(p->head_dim, config_.Integer("head_dim", 2, kMaxHeadDimension, head_dim));
    if (p->head_dim % 2 != 0 || p->head_dim > static_cast<int>(kMaxHeadDimension)) {
      return config_.Error("head_dim",
                           absl::StrCat("is ", p->head_dim, ", odd or above ", kMaxHeadDimension));
    }
    p->attention_scale = PlainAttentionScale(p->head_dim);
    return absl::OkStatus();
  }

  absl::Status Biases(HyperParameters* p) const {
    p->head_norms = p->architecture == "qwen3" || IsGemma();
    ASSIGN_OR_RETURN(const bool biased, config_.Bool("attention_bias", false));
    // Qwen2 and Mistral have no such key: their biases are part of the class.
    const bool chooses = class_->name != "MistralForCausalLM" && p->architecture != "qwen2";
    p->qkv_bias = (chooses && biased) || p->architecture == "qwen2";
    p->attention_out_bias = chooses && biased;
    return absl::OkStatus();
  }

  // Windows and rotation, layer by layer.
  absl::Status Rules(HyperParameters* p) const {
    p->rules.assign(p->layers, LayerRule());
    ASSIGN_OR_RETURN(const int window, Window(*p));
    ASSIGN_OR_RETURN(const std::vector<bool> slides, SlidingLayers(*p));
    for (int i = 0; i < p->layers; ++i) {
      if (slides[i] && window < p->trained_context) p->rules[i].window = window;
      if (slides[i] && IsGemma()) p->rules[i].rope = LayerRule::Rope::kLocal;
    }
    return p->architecture == "smollm3" ? UnrotatedLayers(p) : absl::OkStatus();
  }

  // 0 if no layer has one.
  absl::StatusOr<int> Window(const HyperParameters& p) const {
    // Written, but only used if so said.
    const bool optional =
        p.architecture == "qwen2" || p.architecture == "qwen3" || p.architecture == "smollm3";
    ASSIGN_OR_RETURN(const bool used, config_.Bool("use_sliding_window", !optional));
    if (!used || class_->name == "LlamaForCausalLM") return 0;
    if (config_.IsNull("sliding_window")) return 0;
    return config_.Integer("sliding_window", 1, INT32_MAX,
                           optional ? 4096 : class_->sliding_window);
  }

  absl::StatusOr<std::vector<bool>> SlidingLayers(const HyperParameters& p) const {
    if (config_.Has("layer_types")) return StatedSlidingLayers(p);
    std::vector<bool> slides(p.layers, true);
    if (IsGemma()) {
      ASSIGN_OR_RETURN(const int pattern, config_.Integer("sliding_window_pattern", 1, 1024, 6));
      for (int i = 0; i < p.layers; ++i) slides[i] = i % pattern != pattern - 1;
    } else if (p.architecture == "smollm3") {
      // The layers that do not rotate.
      ASSIGN_OR_RETURN(const std::vector<int> rotates, Rotates(p));
      for (int i = 0; i < p.layers; ++i) slides[i] = rotates[i] == 0;
    } else if (class_->name != "MistralForCausalLM") {
      ASSIGN_OR_RETURN(const int first, config_.Integer("max_window_layers", 0, INT32_MAX, 28));
      for (int i = 0; i < p.layers; ++i) slides[i] = i >= first;
    }
    return slides;
  }

  absl::StatusOr<std::vector<bool>> StatedSlidingLayers(const HyperParameters& p) const {
    ASSIGN_OR_RETURN(const std::vector<std::string> types, config_.Strings("layer_types"));
    if (types.size() != static_cast<size_t>(p.layers)) {
      return config_.Error("layer_types",
                           absl::StrCat("has ", types.size(), " names, want one for ", "each of ",
                                        p.layers, " layers"));
    }
    std::vector<bool> slides;
    for (const std::string& type : types) {
      if (type != "full_attention" && type != "sliding_attention") {
        return config_.Unsupported(
            "layer_types", absl::StrCat("has \"", Snippet(type), "\", which is not supported"));
      }
      slides.push_back(type == "sliding_attention");
    }
    return slides;
  }

  // Of SmolLM3, one number for each layer. Despite the key's name, 1 means that it rotates.
  absl::StatusOr<std::vector<int>> Rotates(const HyperParameters& p) const {
    ASSIGN_OR_RETURN(const int interval, config_.Integer("no_rope_layer_interval", 1, 1024, 4));
    ASSIGN_OR_RETURN(std::vector<int> rotates, config_.Integers("no_rope_layers"));
    if (rotates.empty()) {
      for (int i = 0; i < p.layers; ++i) rotates.push_back((i + 1) % interval != 0);
    }
    if (rotates.size() < static_cast<size_t>(p.layers)) {
      return config_.Error("no_rope_layers",
                           absl::StrCat("has ", rotates.size(), " numbers, want ", p.layers));
    }
    return rotates;
  }

  absl::Status UnrotatedLayers(HyperParameters* p) const {
    ASSIGN_OR_RETURN(const std::vector<int> rotates, Rotates(*p));
    for (int i = 0; i < p->layers; ++i) {
      if (rotates[i] == 0) p->rules[i].rope = LayerRule::Rope::kNone;
    }
    return absl::OkStatus();
  }

  absl::Status Gemma(TransformerConfig* out) const {
    HyperParameters& p = out->params;
    out->norms_plus_one = true;
    p.post_norms = true;
    p.gelu = true;
    p.embedding_scale = std::sqrt(static_cast<float>(p.embedding));
    ASSIGN_OR_RETURN(const double scalar, config_.Number("query_pre_attn_scalar", 1, 1e6, 256.0));
    p.attention_scale = 1.0f / std::sqrt(static_cast<float>(scalar));
    return absl::OkStatus();
  }

  const ConfigObject& config_;
  const ModelClass* class_ = nullptr;
};

}  // namespace

absl::StatusOr<TransformerConfig> ReadTransformerConfig(absl::string_view json,
                                                        absl::string_view path) {
  JsonParser parser;
  std::string padded;
  padded.reserve(json.size() + 64);  // simdjson reads beyond the text.
  padded.assign(json.data(), json.size());
  absl::StatusOr<simdjson::dom::object> object = parser.ParseObject(padded);
  if (!object.ok()) return Annotate(object.status(), path);
  const ConfigObject config(*object, path, "");
  return Reader(config).Read();
}

}  // namespace quipu::inference
