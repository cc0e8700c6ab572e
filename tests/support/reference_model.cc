// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_model.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "inference/gguf/quants.h"

namespace quipu::testing {

using inference::TensorInfo;

ReferenceModel::ReferenceModel(const inference::GgufFile& gguf, int cache_levels)
    : gguf_(gguf), cache_levels_(cache_levels) {
  architecture_ = gguf.GetString("general.architecture").value();
  layers_ = static_cast<int>(Uint("block_count"));
  heads_ = static_cast<int>(Uint("attention.head_count"));
  kv_heads_ = gguf.Has(architecture_ + ".attention.head_count_kv")
                  ? static_cast<int>(Uint("attention.head_count_kv"))
                  : heads_;
  head_dim_ = gguf.Has(architecture_ + ".attention.key_length")
                  ? static_cast<int>(Uint("attention.key_length"))
                  : static_cast<int>(Uint("embedding_length")) / heads_;
  vocabulary_ = static_cast<int>(gguf.GetTensor("token_embd.weight").value()->dims[1]);
  epsilon_ = gguf.GetFloat(architecture_ + ".attention.layer_norm_rms_epsilon").value();
  const double base = gguf.Has(architecture_ + ".rope.freq_base")
                          ? gguf.GetFloat(architecture_ + ".rope.freq_base").value()
                          : 10000.0;
  for (int i = 0; i < head_dim_ / 2; ++i) {
    frequencies_.push_back(std::pow(base, -2.0 * i / head_dim_));
  }
  if (gguf.FindTensor("rope_freqs.weight") != nullptr) {
    const std::vector<double> factors = Row("rope_freqs.weight", 0);
    for (size_t i = 0; i < factors.size(); ++i) frequencies_[i] /= factors[i];
  }
}

uint64_t ReferenceModel::Uint(const std::string& key) const {
  return gguf_.GetUint(absl::StrCat(architecture_, ".", key)).value();
}

std::vector<double> ReferenceModel::Row(const std::string& tensor, int64_t row) const {
  const TensorInfo& info = *gguf_.GetTensor(tensor).value();
  std::vector<float> values(info.dims[0]);
  inference::DequantizeRow(info.type,
                           info.data + row * inference::RowBytes(info.type, info.dims[0]),
                           values.size(), values.data());
  return {values.begin(), values.end()};
}

ReferenceModel::Rows ReferenceModel::Multiply(const std::string& tensor, const Rows& x) const {
  const int64_t rows = gguf_.GetTensor(tensor).value()->dims[1];
  Rows out(x.size(), std::vector<double>(rows));
  for (int64_t r = 0; r < rows; ++r) {
    const std::vector<double> weights = Row(tensor, r);
    for (size_t t = 0; t < x.size(); ++t) {
      // Four sums, only because a single one would wait for itself.
      double sums[4] = {};
      size_t k = 0;
      for (; k + 4 <= weights.size(); k += 4) {
        for (int j = 0; j < 4; ++j) sums[j] += weights[k + j] * x[t][k + j];
      }
      for (; k < weights.size(); ++k) sums[0] += weights[k] * x[t][k];
      out[t][r] = sums[0] + sums[1] + sums[2] + sums[3];
    }
  }
  return out;
}

ReferenceModel::Rows ReferenceModel::Project(const std::string& name, const Rows& x) const {
  Rows out = Multiply(name + ".weight", x);
  if (gguf_.FindTensor(name + ".bias") != nullptr) {
    const std::vector<double> bias = Row(name + ".bias", 0);
    for (auto& row : out) {
      for (size_t i = 0; i < row.size(); ++i) row[i] += bias[i];
    }
  }
  return out;
}

ReferenceModel::Rows ReferenceModel::Normalise(const std::string& tensor, const Rows& x) const {
  const std::vector<double> weights = Row(tensor, 0);
  Rows out = x;
  for (auto& row : out) {
    double squares = 0;
    for (const double v : row) squares += v * v;
    const double divisor = std::sqrt(squares / row.size() + epsilon_);
    for (size_t i = 0; i < row.size(); ++i) row[i] = row[i] / divisor * weights[i];
  }
  return out;
}

void ReferenceModel::NormaliseHeads(const std::string& tensor, Rows* x) const {
  if (gguf_.FindTensor(tensor) == nullptr) return;
  for (auto& row : *x) {
    for (size_t head = 0; head < row.size(); head += head_dim_) {
      const Rows one = {{row.begin() + head, row.begin() + head + head_dim_}};
      const Rows normalised = Normalise(tensor, one);
      std::copy(normalised[0].begin(), normalised[0].end(), row.begin() + head);
    }
  }
}

void ReferenceModel::Rotate(Rows* x) const {
  const bool adjacent = architecture_ == "llama";
  for (size_t position = 0; position < x->size(); ++position) {
    std::vector<double>& row = (*x)[position];
    for (size_t head = 0; head < row.size(); head += head_dim_) {
      for (int i = 0; i < head_dim_ / 2; ++i) {
        double& a = row[head + (adjacent ? 2 * i : i)];
        double& b = row[head + (adjacent ? 2 * i + 1 : i + head_dim_ / 2)];
        const double angle = static_cast<double>(position) * frequencies_[i];
        const double rotated = a * std::cos(angle) - b * std::sin(angle);
        b = b * std::cos(angle) + a * std::sin(angle);
        a = rotated;
      }
    }
  }
}

void ReferenceModel::RoundHeads(Rows* x) const {
  if (cache_levels_ == 0) return;
  for (std::vector<double>& row : *x) {
    for (size_t head = 0; head < row.size(); head += head_dim_) {
      double largest = 0;
      for (int i = 0; i < head_dim_; ++i) largest = std::max(largest, std::fabs(row[head + i]));
      if (largest == 0) continue;
      for (int i = 0; i < head_dim_; ++i) {
        double& v = row[head + i];
        v = std::nearbyint(v / largest * cache_levels_) * largest / cache_levels_;
      }
    }
  }
}

ReferenceModel::Rows ReferenceModel::Attend(const Rows& q, const Rows& k, const Rows& v) const {
  Rows out(q.size(), std::vector<double>(q[0].size()));
  for (size_t t = 0; t < q.size(); ++t) {
    for (int head = 0; head < heads_; ++head) {
      const int at = head * head_dim_;
      const int kv_at = head / (heads_ / kv_heads_) * head_dim_;
      std::vector<double> scores(t + 1);
      for (size_t p = 0; p <= t; ++p) {
        for (int d = 0; d < head_dim_; ++d) scores[p] += q[t][at + d] * k[p][kv_at + d];
        scores[p] /= std::sqrt(static_cast<double>(head_dim_));
      }
      const double max = *std::max_element(scores.begin(), scores.end());
      double sum = 0;
      for (double& s : scores) sum += s = std::exp(s - max);
      for (size_t p = 0; p <= t; ++p) {
        for (int d = 0; d < head_dim_; ++d) out[t][at + d] += scores[p] / sum * v[p][kv_at + d];
      }
    }
  }
  return out;
}

std::vector<std::vector<double>> ReferenceModel::Logits(const std::vector<int32_t>& tokens,
                                                        const std::vector<int>& positions) const {
  Rows x;
  for (const int32_t token : tokens) x.push_back(Row("token_embd.weight", token));
  const auto add = [&x](const Rows& y) {
    for (size_t t = 0; t < x.size(); ++t) {
      for (size_t i = 0; i < x[t].size(); ++i) x[t][i] += y[t][i];
    }
  };
  for (int layer = 0; layer < layers_; ++layer) {
    const std::string name = absl::StrCat("blk.", layer, ".");
    const Rows h = Normalise(name + "attn_norm.weight", x);
    Rows q = Project(name + "attn_q", h);
    Rows k = Project(name + "attn_k", h);
    NormaliseHeads(name + "attn_q_norm.weight", &q);
    NormaliseHeads(name + "attn_k_norm.weight", &k);
    Rotate(&q);
    Rotate(&k);
    Rows v = Project(name + "attn_v", h);
    RoundHeads(&k);
    RoundHeads(&v);
    add(Multiply(name + "attn_output.weight", Attend(q, k, v)));

    const Rows f = Normalise(name + "ffn_norm.weight", x);
    Rows gate = Multiply(name + "ffn_gate.weight", f);
    const Rows up = Multiply(name + "ffn_up.weight", f);
    for (size_t t = 0; t < gate.size(); ++t) {
      for (size_t i = 0; i < gate[t].size(); ++i) {
        gate[t][i] = gate[t][i] / (1 + std::exp(-gate[t][i])) * up[t][i];
      }
    }
    add(Multiply(name + "ffn_down.weight", gate));
  }
  Rows wanted;
  for (const int position : positions) wanted.push_back(x[position]);
  const bool tied = gguf_.FindTensor("output.weight") == nullptr;
  return Multiply(tied ? "token_embd.weight" : "output.weight",
                  Normalise("output_norm.weight", wanted));
}

}  // namespace quipu::testing
