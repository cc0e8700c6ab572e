// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/weights.h"

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/gguf/quants.h"

namespace quipu::inference {
namespace {

class Reader {
 public:
  Reader(const TensorSource& source, const HyperParameters& params)
      : source_(source), params_(params) {}

  absl::StatusOr<ModelWeights> Read() {
    const HyperParameters& p = params_;
    ModelWeights w;
    ASSIGN_OR_RETURN(w.embedding, Matrix("token_embd.weight", p.vocabulary, p.embedding));
    ASSIGN_OR_RETURN(w.output_norm, Vector("output_norm.weight", p.embedding));
    w.output = w.embedding;
    if (source_.FindTensor("output.weight") != nullptr) {
      ASSIGN_OR_RETURN(w.output, Matrix("output.weight", p.vocabulary, p.embedding));
    }
    if (source_.FindTensor("rope_freqs.weight") != nullptr) {
      ASSIGN_OR_RETURN(w.rope_factors, Vector("rope_freqs.weight", p.head_dim / 2));
    }
    w.layers.resize(p.layers);
    for (int i = 0; i < p.layers; ++i) {
      RETURN_IF_ERROR(ReadLayer(absl::StrCat("blk.", i, "."), &w.layers[i]));
    }
    RETURN_IF_ERROR(RefuseUnknown());
    return w;
  }

 private:
  absl::Status ReadLayer(const std::string& name, LayerWeights* w) {
    const HyperParameters& p = params_;
    const int q = p.heads * p.head_dim;
    const int kv = p.kv_heads * p.head_dim;
    ASSIGN_OR_RETURN(w->attention_norm, Vector(name + "attn_norm.weight", p.embedding));
    ASSIGN_OR_RETURN(w->q, Matrix(name + "attn_q.weight", q, p.embedding));
    ASSIGN_OR_RETURN(w->k, Matrix(name + "attn_k.weight", kv, p.embedding));
    ASSIGN_OR_RETURN(w->v, Matrix(name + "attn_v.weight", kv, p.embedding));
    ASSIGN_OR_RETURN(w->attention_out, Matrix(name + "attn_output.weight", p.embedding, q));
    if (p.qkv_bias) {
      ASSIGN_OR_RETURN(w->q_bias, Vector(name + "attn_q.bias", q));
      ASSIGN_OR_RETURN(w->k_bias, Vector(name + "attn_k.bias", kv));
      ASSIGN_OR_RETURN(w->v_bias, Vector(name + "attn_v.bias", kv));
    }
    if (p.attention_out_bias) {
      ASSIGN_OR_RETURN(w->attention_out_bias, Vector(name + "attn_output.bias", p.embedding));
    }
    if (p.head_norms) {
      ASSIGN_OR_RETURN(w->q_norm, Vector(name + "attn_q_norm.weight", p.head_dim));
      ASSIGN_OR_RETURN(w->k_norm, Vector(name + "attn_k_norm.weight", p.head_dim));
    }
    if (p.post_norms) {
      ASSIGN_OR_RETURN(w->attention_post_norm,
                       Vector(name + "post_attention_norm.weight", p.embedding));
      ASSIGN_OR_RETURN(w->feed_forward_post_norm,
                       Vector(name + "post_ffw_norm.weight", p.embedding));
    }
    ASSIGN_OR_RETURN(w->feed_forward_norm, Vector(name + "ffn_norm.weight", p.embedding));
    ASSIGN_OR_RETURN(w->gate, Matrix(name + "ffn_gate.weight", p.feed_forward, p.embedding));
    ASSIGN_OR_RETURN(w->up, Matrix(name + "ffn_up.weight", p.feed_forward, p.embedding));
    ASSIGN_OR_RETURN(w->down, Matrix(name + "ffn_down.weight", p.embedding, p.feed_forward));
    return absl::OkStatus();
  }

  // A tensor of the given shape; marks it as known.
  absl::StatusOr<const TensorInfo*> Tensor(const std::string& name, uint64_t width, uint64_t rows) {
    auto found = source_.GetTensor(name);
    if (!found.ok()) return absl::InvalidArgumentError(found.status().message());
    const TensorInfo& tensor = **found;
    if (tensor.dims[0] != width || tensor.dims[1] != rows || tensor.dims[2] != 1 ||
        tensor.dims[3] != 1) {
      return absl::InvalidArgumentError(
          absl::StrCat(source_.path(), ": tensor ", source_.StoredName(name), " is ",
                       tensor.dims[0], " x ", tensor.dims[1], " x ", tensor.dims[2], " x ",
                       tensor.dims[3], ", wanted ", width, " x ", rows));
    }
    if (width % BlockElements(tensor.type) != 0) {
      return absl::InvalidArgumentError(
          absl::StrCat(source_.path(), ": tensor ", source_.StoredName(name), ": rows of ", width,
                       " values are not whole blocks of ", TensorTypeName(tensor.type)));
    }
    known_.insert(name);
    return &tensor;
  }

  absl::StatusOr<WeightMatrix> Matrix(const std::string& name, int rows, int depth) {
    ASSIGN_OR_RETURN(const TensorInfo* tensor, Tensor(name, depth, rows));
    return WeightMatrix{tensor->type, tensor->data, rows, depth};
  }

  absl::StatusOr<std::vector<float>> Vector(const std::string& name, int size) {
    ASSIGN_OR_RETURN(const TensorInfo* tensor, Tensor(name, size, 1));
    std::vector<float> values(size);
    DequantizeRow(tensor->type, tensor->data, size, values.data());
    if (tensor->plus_one) {
      for (float& value : values) value += 1.0f;
    }
    return values;
  }

  absl::Status RefuseUnknown() const {
    for (const auto& [name, tensor] : source_.tensors()) {
      // Old files have the rotation's frequencies in every layer; they follow
      // from the metadata.
      if (known_.count(name) > 0 || absl::EndsWith(name, ".attn_rot_embd.weight")) continue;
      return absl::UnimplementedError(
          absl::StrCat(source_.path(), ": tensor ", Snippet(tensor.name),
                       " is unknown to this engine for architecture ", params_.architecture));
    }
    return absl::OkStatus();
  }

  const TensorSource& source_;
  const HyperParameters& params_;
  std::set<std::string> known_;
};

}  // namespace

absl::StatusOr<ModelWeights> ReadWeights(const TensorSource& source,
                                         const HyperParameters& params) {
  return Reader(source, params).Read();
}

}  // namespace quipu::inference
