// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/tiny_model.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/rng.h"

namespace quipu::testing {
namespace {

using inference::TensorType;

class Builder {
 public:
  Builder(const TinyModelOptions& options, uint64_t seed)
      : o_(options), rng_(FingerprintOf(absl::StrCat(seed)), "tiny model") {}

  std::string Build() {
    Keys();
    const int q = o_.heads * o_.head_dim;
    const int kv = o_.kv_heads * o_.head_dim;
    Matrix("token_embd.weight", o_.vocabulary, o_.embedding, 1);
    if (!o_.tied) Matrix("output.weight", o_.vocabulary, o_.embedding, 1);
    Vector("output_norm.weight", o_.embedding, 1);
    for (int i = 0; i < o_.layers; ++i) {
      const std::string name = absl::StrCat("blk.", i, ".");
      Vector(name + "attn_norm.weight", o_.embedding, 1);
      // Sharp attention: a flat one would hide errors of order.
      Matrix(name + "attn_q.weight", q, o_.embedding, 2.5);
      Matrix(name + "attn_k.weight", kv, o_.embedding, 2.5);
      Matrix(name + "attn_v.weight", kv, o_.embedding, 1);
      Matrix(name + "attn_output.weight", o_.embedding, q, 1);
      if (o_.architecture == "qwen2") {
        Vector(name + "attn_q.bias", q, 0);
        Vector(name + "attn_k.bias", kv, 0);
        Vector(name + "attn_v.bias", kv, 0);
      }
      if (o_.architecture == "qwen3") {
        Vector(name + "attn_q_norm.weight", o_.head_dim, 1);
        Vector(name + "attn_k_norm.weight", o_.head_dim, 1);
      }
      Vector(name + "ffn_norm.weight", o_.embedding, 1);
      Matrix(name + "ffn_gate.weight", o_.feed_forward, o_.embedding, 2);
      Matrix(name + "ffn_up.weight", o_.feed_forward, o_.embedding, 1);
      Matrix(name + "ffn_down.weight", o_.embedding, o_.feed_forward, 1);
    }
    if (o_.extra) o_.extra(&writer_);
    return writer_.Build();
  }

 private:
  void Keys() {
    const std::string prefix = o_.architecture + ".";
    writer_.AddString("general.architecture", o_.architecture)
        .AddUint32(prefix + "block_count", o_.layers)
        .AddUint32(prefix + "embedding_length", o_.embedding)
        .AddUint32(prefix + "feed_forward_length", o_.feed_forward)
        .AddUint32(prefix + "context_length", 2048)
        .AddUint32(prefix + "attention.head_count", o_.heads)
        .AddUint32(prefix + "attention.head_count_kv", o_.kv_heads)
        .AddUint32(prefix + "attention.key_length", o_.head_dim)
        .AddUint32(prefix + "attention.value_length", o_.head_dim)
        .AddFloat(prefix + "attention.layer_norm_rms_epsilon", 1e-5f);
  }

  // Sum of four uniforms: close enough to a normal with the given deviation.
  float Draw(double deviation) {
    double sum = -2;
    for (int i = 0; i < 4; ++i) sum += rng_.Uniform();
    return static_cast<float>(sum * deviation * std::sqrt(3.0));
  }

  void Add(const std::string& name, TensorType type, uint64_t rows, uint64_t width, double mean,
           double deviation) {
    if (name == o_.without_tensor) return;
    if (name == o_.widened_tensor) ++rows;
    std::vector<float> values(rows * width);
    for (float& v : values) v = static_cast<float>(mean) + Draw(deviation);
    const std::vector<uint64_t> dims =
        rows == 1 ? std::vector<uint64_t>{width} : std::vector<uint64_t>{width, rows};
    writer_.AddTensor(name, type, dims, o_.quantize(type, values));
  }

  void Matrix(const std::string& name, int rows, int width, double gain) {
    TensorType type = o_.types[next_type_++ % o_.types.size()];
    if (width % inference::BlockElements(type) != 0) type = TensorType::kF32;
    Add(name, type, rows, width, 0, gain / std::sqrt(static_cast<double>(width)));
  }

  void Vector(const std::string& name, int size, double mean) {
    Add(name, TensorType::kF32, 1, size, mean, 0.2);
  }

  const TinyModelOptions& o_;
  Rng rng_;
  GgufWriter writer_;
  size_t next_type_ = 0;
};

}  // namespace

std::string TinyModel(const TinyModelOptions& options, uint64_t seed) {
  return Builder(options, seed).Build();
}

}  // namespace quipu::testing
