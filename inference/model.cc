// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/thread_pool.h"
#include "inference/kernels/aligned_floats.h"
#include "inference/kernels/attention.h"
#include "inference/kernels/gemm.h"
#include "inference/kernels/kv_store.h"
#include "inference/kernels/rms_norm.h"
#include "inference/kernels/rope.h"
#include "inference/kernels/swiglu.h"
#include "inference/step_plan.h"
#include "inference/weights.h"

namespace quipu::inference {
namespace {

// Query columns of one unit of attention: enough to pay for unpacking a page
// once, few enough that there are units for all threads.
constexpr int kAttentionColumns = 96;

constexpr int kMaxThreads = 1024;

// A matrix to multiply the packed activations with, and where to.
struct Product {
  const WeightMatrix* weights;
  float* out;  // [token][weights->rows].
};

// What each thread needs for itself.
struct WorkerScratch {
  GemmScratch gemm;
  AttentionWork work;
  AttentionScratch attention;
  AlignedFloats rows;
};

class Transformer : public Model {
 public:
  Transformer(HyperParameters params, ModelWeights weights, RopeTable rope,
              int threads)
      : params_(std::move(params)),
        weights_(std::move(weights)),
        rope_(std::move(rope)),
        pool_(threads, "kernels"),
        workers_(threads) {}

  const HyperParameters& params() const override { return params_; }

  KvShape kv_shape() const override {
    return {params_.layers, params_.kv_heads, params_.head_dim, KvType::kF16};
  }

  absl::Status Forward(const Batch& batch, KvCache* cache,
                       std::vector<float>* logits) override {
    const KvShape& shape = cache->shape();
    if (shape.layers != params_.layers || shape.kv_heads != params_.kv_heads ||
        shape.head_dim != params_.head_dim) {
      return absl::InvalidArgumentError(
          "the kv cache is of another model's shape");
    }
    const int rows_per_block = std::max(1, kAttentionColumns / GroupHeads());
    ASSIGN_OR_RETURN(
        const StepPlan plan,
        PlanStep(batch, *cache, params_.vocabulary, rows_per_block));
    RETURN_IF_ERROR(rope_.Grow(plan.positions));
    logits->resize(batch.outputs.size() * params_.vocabulary);
    if (batch.tokens.empty()) return absl::OkStatus();

    Reserve(static_cast<int>(batch.tokens.size()));
    Embed(batch.tokens);
    for (int layer = 0; layer < params_.layers; ++layer)
      Layer(layer, plan, cache);
    return Output(plan, logits);
  }

 private:
  // Query heads that share a key/value head.
  int GroupHeads() const { return params_.heads / params_.kv_heads; }
  int QWidth() const { return params_.heads * params_.head_dim; }
  int KvWidth() const { return params_.kv_heads * params_.head_dim; }

  void Reserve(int tokens) {
    const size_t n = tokens;
    x_.Resize(n * params_.embedding);
    delta_.Resize(n * params_.embedding);
    q_.Resize(n * QWidth());
    k_.Resize(n * KvWidth());
    v_.Resize(n * KvWidth());
    attended_.Resize(n * QWidth());
    gate_.Resize(n * params_.feed_forward);
    up_.Resize(n * params_.feed_forward);
  }

  void Embed(const std::vector<TokenId>& tokens) {
    pool_.ParallelFor(static_cast<int>(tokens.size()), [&](int t, int) {
      DequantizeRow(weights_.embedding.type, weights_.embedding.row(tokens[t]),
                    params_.embedding,
                    x_.data() + int64_t{t} * params_.embedding);
    });
  }

  // One layer. In the last one, only tokens with outputs go on after their keys
  // and values are stored: afterwards row i of x_ is outputs.tokens[i].
  void Layer(int layer, const StepPlan& plan, KvCache* cache) {
    const LayerWeights& w = weights_.layers[layer];
    const int all = static_cast<int>(plan.places.size());
    const bool last = layer + 1 == params_.layers;
    // The addition of the layer before.
    NormAndPack(all, layer > 0 ? delta_.data() : nullptr, w.attention_norm,
                &packed_);
    Multiply({{&w.q, q_.data()}, {&w.k, k_.data()}, {&w.v, v_.data()}},
             packed_);
    RotateAndStore(layer, plan, cache);

    const StepRows& rows = last ? plan.outputs : plan.all;
    const int count = static_cast<int>(rows.tokens.size());
    Attention(layer, plan, rows, *cache);
    if (last) KeepRows(rows.tokens);
    Pack(count, QWidth(), attended_.data(), &packed_);
    Multiply({{&w.attention_out, delta_.data()}}, packed_);
    NormAndPack(count, delta_.data(), w.feed_forward_norm, &packed_);
    Multiply({{&w.gate, gate_.data()}, {&w.up, up_.data()}}, packed_);
    ActivateAndPack(count);
    Multiply({{&w.down, delta_.data()}}, packed_);
  }

  absl::Status Output(const StepPlan& plan, std::vector<float>* logits) {
    const int count = static_cast<int>(plan.outputs.tokens.size());
    if (count == 0) return absl::OkStatus();
    NormAndPack(count, delta_.data(), weights_.output_norm, &packed_);
    const int64_t width = params_.vocabulary;
    // Each output once: computed in place if none is asked for twice or out of
    // order.
    bool in_place = plan.output_rows.size() == plan.outputs.tokens.size();
    for (size_t i = 0; i < plan.output_rows.size(); ++i) {
      in_place = in_place && plan.output_rows[i] == static_cast<int>(i);
    }
    float* out = in_place ? logits->data() : logits_.Resize(count * width);
    Multiply({{&weights_.output, out}}, packed_);
    for (size_t i = 0; i < plan.output_rows.size() && !in_place; ++i) {
      std::memcpy(logits->data() + i * width, out + plan.output_rows[i] * width,
                  width * sizeof(float));
    }
    return CheckFinite(*logits);
  }

  absl::Status CheckFinite(const std::vector<float>& logits) {
    const int64_t width = params_.vocabulary;
    const int outputs = static_cast<int>(logits.size() / width);
    std::vector<int64_t> bad(outputs, -1);
    pool_.ParallelFor(outputs, [&](int output, int) {
      const float* row = logits.data() + output * width;
      for (int64_t i = 0; i < width; ++i) {
        if (!std::isfinite(row[i])) bad[output] = i;
      }
    });
    for (int output = 0; output < outputs; ++output) {
      if (bad[output] >= 0) {
        return absl::InternalError(
            absl::StrCat("logit ", bad[output], " of output ", output,
                         " is not finite: the weights are broken"));
      }
    }
    return absl::OkStatus();
  }

  // x += delta (if any); out = x normalised, packed.
  void NormAndPack(int rows, const float* delta,
                   const std::vector<float>& weight, PackedColumns* out) {
    const int width = params_.embedding;
    out->Resize(rows, width);
    pool_.ParallelFor(out->tiles(), [&](int tile, int worker) {
      float* normed =
          workers_[worker].rows.Resize(size_t{kTileColumns} * width);
      for (int c = 0; c < out->tile_columns(tile); ++c) {
        const int64_t offset = (int64_t{tile} * kTileColumns + c) * width;
        float* x = x_.data() + offset;
        if (delta != nullptr) {
          for (int i = 0; i < width; ++i) x[i] += delta[offset + i];
        }
        RmsNorm(x, weight.data(), width, params_.rms_epsilon,
                normed + int64_t{c} * width);
      }
      PackTile(normed, width, tile, out);
    });
  }

  void Pack(int rows, int width, const float* from, PackedColumns* out) {
    out->Resize(rows, width);
    pool_.ParallelFor(out->tiles(), [&](int tile, int) {
      PackTile(from + int64_t{tile} * kTileColumns * width, width, tile, out);
    });
  }

  void ActivateAndPack(int rows) {
    const int width = params_.feed_forward;
    packed_.Resize(rows, width);
    pool_.ParallelFor(packed_.tiles(), [&](int tile, int) {
      const int64_t first = int64_t{tile} * kTileColumns * width;
      float* gate = gate_.data() + first;
      SwiGlu(gate, up_.data() + first, packed_.tile_columns(tile) * width,
             gate);
      PackTile(gate, width, tile, &packed_);
    });
  }

  void Multiply(std::initializer_list<Product> products,
                const PackedColumns& x) {
    int panels = 0;
    for (const Product& product : products)
      panels += NumPanels(*product.weights);
    if (x.columns() == 0) return;
    pool_.ParallelFor(panels, [&](int panel, int worker) {
      for (const Product& product : products) {
        if (panel < NumPanels(*product.weights)) {
          MultiplyPanel(*product.weights, panel, x, product.out,
                        product.weights->rows, &workers_[worker].gemm);
          return;
        }
        panel -= NumPanels(*product.weights);
      }
    });
  }

  // Biases, head norms and rotation of queries and keys; keys and values to
  // their pages.
  void RotateAndStore(int layer, const StepPlan& plan, KvCache* cache) {
    const LayerWeights& w = weights_.layers[layer];
    pool_.ParallelFor(static_cast<int>(plan.places.size()), [&](int t, int) {
      const TokenPlace& place = plan.places[t];
      float* q = q_.data() + int64_t{t} * QWidth();
      float* k = k_.data() + int64_t{t} * KvWidth();
      float* v = v_.data() + int64_t{t} * KvWidth();
      for (size_t i = 0; i < w.q_bias.size(); ++i) q[i] += w.q_bias[i];
      for (size_t i = 0; i < w.k_bias.size(); ++i) k[i] += w.k_bias[i];
      for (size_t i = 0; i < w.v_bias.size(); ++i) v[i] += w.v_bias[i];
      for (int h = 0; h < params_.heads; ++h)
        NormAndRotate(place.position, w.q_norm, q, h);
      for (int h = 0; h < params_.kv_heads; ++h) {
        NormAndRotate(place.position, w.k_norm, k, h);
        StoreKeyValue(k + h * params_.head_dim, v + h * params_.head_dim,
                      place.page(), place.slot(), layer, h, cache);
      }
    });
  }

  void NormAndRotate(int position, const std::vector<float>& norm, float* heads,
                     int head) const {
    float* x = heads + head * params_.head_dim;
    if (!norm.empty())
      RmsNorm(x, norm.data(), params_.head_dim, params_.rms_epsilon, x);
    Rotate(rope_.pairs(), rope_.Cos(position), rope_.Sin(position),
           params_.head_dim, x);
  }

  // Row i of attended_ becomes the attention of rows.tokens[i].
  void Attention(int layer, const StepPlan& plan, const StepRows& rows,
                 const KvCache& cache) {
    const int blocks = static_cast<int>(rows.blocks.size());
    const float scale = 1.0f / std::sqrt(static_cast<float>(params_.head_dim));
    pool_.ParallelFor(blocks * params_.kv_heads, [&](int unit, int worker) {
      // Later blocks see more positions: the long ones go first.
      const AttentionBlock& block =
          rows.blocks[blocks - 1 - unit / params_.kv_heads];
      AttentionWork& work = workers_[worker].work;
      work.layer = layer;
      work.kv_head = unit % params_.kv_heads;
      work.heads = GroupHeads();
      work.scale = scale;
      work.shared_pages = block.shared_pages;
      work.rows.clear();
      const int64_t head =
          int64_t{work.kv_head} * work.heads * params_.head_dim;
      for (int i = block.first; i < block.first + block.count; ++i) {
        const int token = rows.tokens[i];
        work.rows.push_back({q_.data() + int64_t{token} * QWidth() + head,
                             attended_.data() + int64_t{i} * QWidth() + head,
                             plan.places[token].pages,
                             plan.places[token].position});
      }
      Attend(cache, work, &workers_[worker].attention);
    });
  }

  // Row i of x_ becomes row tokens[i] (ascending, so that nothing is
  // overwritten before it is moved).
  void KeepRows(const std::vector<int>& tokens) {
    const int64_t width = params_.embedding;
    for (size_t i = 0; i < tokens.size(); ++i) {
      std::memmove(x_.data() + i * width, x_.data() + tokens[i] * width,
                   width * sizeof(float));
    }
  }

  const HyperParameters params_;
  const ModelWeights weights_;
  RopeTable rope_;
  ThreadPool pool_;
  std::vector<WorkerScratch> workers_;

  // Activations of a step, one row a token.
  AlignedFloats x_;  // The residual stream.
  AlignedFloats delta_;
  AlignedFloats q_;
  AlignedFloats k_;
  AlignedFloats v_;
  AlignedFloats attended_;
  AlignedFloats gate_;
  AlignedFloats up_;
  AlignedFloats logits_;
  PackedColumns packed_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Model>> Model::Create(
    const GgufFile& gguf, const ModelOptions& options) {
  int threads = options.threads;
  if (threads == 0)
    threads =
        std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  if (threads < 1 || threads > kMaxThreads) {
    return absl::InvalidArgumentError(absl::StrCat(
        "threads is ", options.threads, ", allowed are 0 to ", kMaxThreads));
  }
  ASSIGN_OR_RETURN(HyperParameters params, ReadHyperParameters(gguf));
  ASSIGN_OR_RETURN(ModelWeights weights, ReadWeights(gguf, params));
  ASSIGN_OR_RETURN(
      RopeTable rope,
      RopeTable::Create(gguf, params, weights.rope_factors, options.rope));
  return std::unique_ptr<Model>(std::make_unique<Transformer>(
      std::move(params), std::move(weights), std::move(rope), threads));
}

}  // namespace quipu::inference
