// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/model.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/thread_pool.h"
#include "inference/kernels/aligned_floats.h"
#include "inference/kernels/attention.h"
#include "inference/kernels/gemm.h"
#include "inference/kernels/int8_gemm.h"
#include "inference/kernels/kv_store.h"
#include "inference/kernels/log_softmax.h"
#include "inference/kernels/rms_norm.h"
#include "inference/kernels/rope.h"
#include "inference/kernels/swiglu.h"
#include "inference/model/balance_tasks.h"
#include "inference/model/packed_activations.h"
#include "inference/model/packed_weights.h"
#include "inference/model/step_plan.h"
#include "inference/model/weights.h"

namespace quipu::inference {
namespace {

// Query columns of one unit of attention: enough to pay for unpacking a page
// once, few enough that there are units for all threads.
constexpr int kAttentionColumns = 96;

constexpr int kMaxThreads = 1024;

// A matrix to multiply the packed activations with, and where to.
struct Product {
  const WeightPanels* weights;
  float* out;  // [token][weights->rows()].
};

// What each thread needs for itself.
struct WorkerScratch {
  GemmScratch gemm;
  Int8Scratch int8;
  PackedInts word;  // The column of an output that wants a few words.
  AttentionWork work;
  AttentionScratch attention;
  AlignedFloats rows;
};

class Transformer : public Model {
 public:
  Transformer(const GgufFile& gguf, HyperParameters params, ModelWeights weights, RopeTable rope,
              int threads, Math math)
      : params_(std::move(params)),
        weights_(std::move(weights)),
        math_(math),
        rope_(std::move(rope)),
        pool_(threads, "kernels"),
        packed_weights_(gguf, weights_, &pool_),
        workers_(threads) {}

  const HyperParameters& params() const override { return params_; }

  Math math() const override { return math_; }

  int64_t weight_bytes() const override { return packed_weights_.bytes(); }

  KvShape kv_shape() const override {
    return {params_.layers, params_.kv_heads, params_.head_dim, KvType::kF16};
  }

  absl::Status Forward(const Batch& batch, KvCache* cache, StepLogits* logits) override {
    const KvShape& shape = cache->shape();
    if (shape.layers != params_.layers || shape.kv_heads != params_.kv_heads ||
        shape.head_dim != params_.head_dim) {
      return absl::InvalidArgumentError("the kv cache is of another model's shape");
    }
    const int rows_per_block = std::max(1, kAttentionColumns / GroupHeads());
    ASSIGN_OR_RETURN(const StepPlan plan,
                     PlanStep(batch, *cache, params_.vocabulary, rows_per_block));
    RETURN_IF_ERROR(rope_.Grow(plan.positions));
    logits->Resize(batch.outputs, params_.vocabulary);
    if (batch.tokens.empty()) return absl::OkStatus();

    Reserve(static_cast<int>(batch.tokens.size()));
    Embed(batch.tokens);
    for (int layer = 0; layer < params_.layers; ++layer) Layer(layer, plan, cache);
    return Output(batch, plan, logits);
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
      packed_weights_.Embed(tokens[t], x_.data() + int64_t{t} * params_.embedding);
    });
  }

  // One layer. In the last one, only tokens with outputs go on after their keys
  // and values are stored: afterwards row i of x_ is outputs.tokens[i].
  void Layer(int layer, const StepPlan& plan, KvCache* cache) {
    const LayerWeights& w = weights_.layers[layer];
    const PackedLayer& m = packed_weights_.layers()[layer];
    const int all = static_cast<int>(plan.places.size());
    const bool last = layer + 1 == params_.layers;
    // The addition of the layer before.
    NormAndPack(all, layer > 0 ? delta_.data() : nullptr, w.attention_norm,
                FormsFor({&m.q, &m.k, &m.v}));
    Multiply({{&m.q, q_.data()}, {&m.k, k_.data()}, {&m.v, v_.data()}});
    RotateAndStore(layer, plan, cache);

    const StepRows& rows = last ? plan.outputs : plan.all;
    const int count = static_cast<int>(rows.tokens.size());
    Attention(layer, plan, rows, *cache);
    if (last) KeepRows(rows.tokens, &x_);
    Pack(count, QWidth(), attended_.data(), FormsFor({&m.attention_out}));
    Multiply({{&m.attention_out, delta_.data()}});
    NormAndPack(count, delta_.data(), w.feed_forward_norm, FormsFor({&m.gate, &m.up}));
    Multiply({{&m.gate, gate_.data()}, {&m.up, up_.data()}});
    ActivateAndPack(count, FormsFor({&m.down}));
    Multiply({{&m.down, delta_.data()}});
  }

  absl::Status Output(const Batch& batch, const StepPlan& plan, StepLogits* logits) {
    OutputWords(batch, plan, logits);
    OutputWhole(plan, logits);
    return CheckFinite(*logits);
  }

  // Outputs that want a few logits; leaves the activations as they are.
  void OutputWords(const Batch& batch, const StepPlan& plan, StepLogits* logits) {
    std::vector<int> outputs;
    for (size_t i = 0; i < batch.outputs.size(); ++i) {
      if (!batch.outputs[i].words.empty()) outputs.push_back(static_cast<int>(i));
    }
    const int64_t width = params_.embedding;
    pool_.ParallelFor(static_cast<int>(outputs.size()), [&](int i, int worker) {
      const int output = outputs[i];
      const int64_t offset = plan.output_rows[output] * width;
      float* normed = workers_[worker].rows.Resize(2 * width);
      for (int64_t k = 0; k < width; ++k)
        normed[k] = x_.data()[offset + k] + delta_.data()[offset + k];
      RmsNorm(normed, weights_.output_norm.data(), static_cast<int>(width), params_.rms_epsilon,
              normed);
      if (IsInt8(packed_weights_.output())) {
        PackedInts* word = &workers_[worker].word;
        word->Resize(1, static_cast<int>(width));
        PackIntsTile(normed, width, 0, word);
      }
      const std::vector<TokenId>& words = batch.outputs[output].words;
      for (size_t w = 0; w < words.size(); ++w)
        logits->row(output)[w] =
            OutputLogit(words[w], normed, normed + width, workers_[worker].word);
    });
  }

  // One logit with the bits that the product of all columns gives it: `row` of
  // the output matrix times a normalised column, which int8 has rounded in
  // `rounded`. `scratch` has room for a row.
  float OutputLogit(TokenId row, const float* column, float* scratch,
                    const PackedInts& rounded) const {
    const WeightPanels& w = packed_weights_.output();
    if (IsInt8(w)) return MultiplyRowInt8(w, row, rounded, 0);
    w.Row(row, scratch);
    float sum = 0;
    for (int k = 0; k < w.depth(); ++k) sum = std::fmaf(scratch[k], column[k], sum);
    return sum;
  }

  // Outputs that want the whole vocabulary.
  void OutputWhole(const StepPlan& plan, StepLogits* logits) {
    const int count = static_cast<int>(plan.whole.size());
    if (count == 0) return;
    if (plan.whole.size() < plan.outputs.tokens.size()) {
      KeepRows(plan.whole, &x_);
      KeepRows(plan.whole, &delta_);
    }
    const WeightPanels& w = packed_weights_.output();
    NormAndPack(count, delta_.data(), weights_.output_norm, FormsFor({&w}));
    const int64_t width = params_.vocabulary;
    // Each once: computed in place if none is asked for twice or out of order.
    bool in_place = plan.whole_of.size() == plan.whole.size();
    for (size_t i = 0; i < plan.whole_of.size(); ++i) {
      in_place = in_place && plan.whole_of[i] == static_cast<int>(i);
    }
    float* out = in_place ? logits->whole_rows() : logits_.Resize(count * width);
    Multiply({{&w, out}});
    for (size_t i = 0; i < plan.whole_of.size() && !in_place; ++i) {
      std::memcpy(logits->whole_rows() + i * width, out + plan.whole_of[i] * width,
                  width * sizeof(float));
    }
  }

  absl::Status CheckFinite(const StepLogits& logits) {
    std::vector<char> broken(logits.rows(), 0);
    pool_.ParallelFor(logits.rows(),
                      [&](int row, int) { broken[row] = AllFinite(logits.row(row)) ? 0 : 1; });
    for (int row = 0; row < logits.rows(); ++row) {
      if (broken[row] != 0) {
        return absl::InternalError(
            absl::StrCat("a logit of output ", row, " is not finite: the weights are broken"));
      }
    }
    return absl::OkStatus();
  }

  // Whether `w` is multiplied with integers.
  bool IsInt8(const WeightPanels& w) const {
    return math_ == Math::kInt8 && w.format().quantised();
  }

  ActivationForms FormsFor(std::initializer_list<const WeightPanels*> matrices) const {
    ActivationForms forms;
    for (const WeightPanels* w : matrices) (IsInt8(*w) ? forms.ints : forms.floats) = true;
    return forms;
  }

  // x += delta (if any); packed_ = x normalised.
  void NormAndPack(int rows, const float* delta, const std::vector<float>& weight,
                   ActivationForms forms) {
    const int width = params_.embedding;
    packed_.Resize(rows, width, forms);
    pool_.ParallelFor(packed_.tiles(), [&](int tile, int worker) {
      float* normed = workers_[worker].rows.Resize(size_t{kTileColumns} * width);
      for (int c = 0; c < packed_.tile_columns(tile); ++c) {
        const int64_t offset = (int64_t{tile} * kTileColumns + c) * width;
        float* x = x_.data() + offset;
        if (delta != nullptr) {
          AddTo(delta + offset, width, x);
        }
        RmsNorm(x, weight.data(), width, params_.rms_epsilon, normed + int64_t{c} * width);
      }
      packed_.Pack(normed, width, tile);
    });
  }

  void Pack(int rows, int width, const float* from, ActivationForms forms) {
    packed_.Resize(rows, width, forms);
    pool_.ParallelFor(packed_.tiles(), [&](int tile, int) {
      packed_.Pack(from + int64_t{tile} * kTileColumns * width, width, tile);
    });
  }

  void ActivateAndPack(int rows, ActivationForms forms) {
    const int width = params_.feed_forward;
    packed_.Resize(rows, width, forms);
    pool_.ParallelFor(packed_.tiles(), [&](int tile, int) {
      const int64_t first = int64_t{tile} * kTileColumns * width;
      float* gate = gate_.data() + first;
      SwiGlu(gate, up_.data() + first, packed_.tile_columns(tile) * width, gate);
      packed_.Pack(gate, width, tile);
    });
  }

  // Multiplies packed_, which has the forms that the matrices want.
  void Multiply(std::initializer_list<Product> products) {
    if (packed_.columns() == 0) return;
    int panels = 0;
    for (const Product& product : products) panels += product.weights->count();
    pool_.ParallelFor(panels, [&](int panel, int worker) {
      for (const Product& product : products) {
        if (panel < product.weights->count()) {
          MultiplyOne(product, panel, &workers_[worker]);
          return;
        }
        panel -= product.weights->count();
      }
    });
  }

  void MultiplyOne(const Product& product, int panel, WorkerScratch* worker) {
    const WeightPanels& w = *product.weights;
    if (IsInt8(w)) {
      MultiplyPanelInt8(w, panel, packed_.ints(), product.out, w.rows(), &worker->int8);
    } else {
      MultiplyPanel(w, panel, packed_.floats(), product.out, w.rows(), &worker->gemm);
    }
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
      AddTo(w.q_bias.data(), static_cast<int>(w.q_bias.size()), q);
      AddTo(w.k_bias.data(), static_cast<int>(w.k_bias.size()), k);
      AddTo(w.v_bias.data(), static_cast<int>(w.v_bias.size()), v);
      for (int h = 0; h < params_.heads; ++h) NormAndRotate(place.position, w.q_norm, q, h);
      for (int h = 0; h < params_.kv_heads; ++h) {
        NormAndRotate(place.position, w.k_norm, k, h);
        StoreKeyValue(k + h * params_.head_dim, v + h * params_.head_dim, place.page(),
                      place.slot(), layer, h, cache);
      }
    });
  }

  void NormAndRotate(int position, const std::vector<float>& norm, float* heads, int head) const {
    float* x = heads + head * params_.head_dim;
    if (!norm.empty()) RmsNorm(x, norm.data(), params_.head_dim, params_.rms_epsilon, x);
    Rotate(rope_.pairs(), rope_.Cos(position), rope_.Sin(position), params_.head_dim, x);
  }

  // The blocks of each key/value head, in the order in which to compute them.
  std::vector<int> AttentionOrder(const StepPlan& plan, const StepRows& rows) const {
    std::vector<int64_t> costs;
    for (const AttentionBlock& block : rows.blocks) {
      int64_t products = 0;
      int last = 0;
      for (int i = block.first; i < block.first + block.count; ++i) {
        const int position = plan.places[rows.tokens[i]].position;
        products += int64_t{GroupHeads()} * (position + 1);
        last = std::max(last, position);
      }
      // To unpack a page takes as long as to use it for about so many columns.
      constexpr int kUnpackColumns = 5;
      costs.insert(costs.end(), params_.kv_heads, products + kUnpackColumns * (last + 1));
    }
    return BalanceTasks(costs, pool_.num_threads());
  }

  // Row i of attended_ becomes the attention of rows.tokens[i].
  void Attention(int layer, const StepPlan& plan, const StepRows& rows, const KvCache& cache) {
    const float scale = 1.0f / std::sqrt(static_cast<float>(params_.head_dim));
    const std::vector<int> order = AttentionOrder(plan, rows);
    pool_.ParallelFor(static_cast<int>(order.size()), [&](int i, int worker) {
      const int unit = order[i];
      const AttentionBlock& block = rows.blocks[unit / params_.kv_heads];
      AttentionWork& work = workers_[worker].work;
      work.layer = layer;
      work.kv_head = unit % params_.kv_heads;
      work.heads = GroupHeads();
      work.scale = scale;
      work.shared_pages = block.shared_pages;
      work.rows.clear();
      const int64_t head = int64_t{work.kv_head} * work.heads * params_.head_dim;
      for (int i = block.first; i < block.first + block.count; ++i) {
        const int token = rows.tokens[i];
        work.rows.push_back({q_.data() + int64_t{token} * QWidth() + head,
                             attended_.data() + int64_t{i} * QWidth() + head,
                             plan.places[token].pages, plan.places[token].position});
      }
      Attend(cache, work, &workers_[worker].attention);
    });
  }

  // Row i of `x` becomes row kept[i] (ascending, so that nothing is overwritten
  // before it is moved).
  void KeepRows(const std::vector<int>& kept, AlignedFloats* x) {
    const int64_t width = params_.embedding;
    for (size_t i = 0; i < kept.size(); ++i) {
      std::memmove(x->data() + i * width, x->data() + kept[i] * width, width * sizeof(float));
    }
  }

  const HyperParameters params_;
  const ModelWeights weights_;
  const Math math_;
  RopeTable rope_;
  ThreadPool pool_;
  const PackedWeights packed_weights_;
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
  PackedActivations packed_;
};

}  // namespace

absl::StatusOr<Math> MathFromName(absl::string_view name) {
  for (const Math math : {Math::kAuto, Math::kFloat, Math::kInt8}) {
    if (name == MathName(math)) return math;
  }
  if (name.empty()) return Math::kAuto;
  return absl::InvalidArgumentError(
      absl::StrCat("math is \"", Snippet(name), "\", known are auto, float and int8"));
}

absl::string_view MathName(Math math) {
  switch (math) {
    case Math::kAuto:
      return "auto";
    case Math::kFloat:
      return "float";
    case Math::kInt8:
      return "int8";
  }
  return "";
}

absl::StatusOr<std::unique_ptr<Model>> Model::Create(const GgufFile& gguf,
                                                     const ModelOptions& options) {
  int threads = options.threads;
  if (threads == 0) threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  if (threads < 1 || threads > kMaxThreads) {
    return absl::InvalidArgumentError(
        absl::StrCat("threads is ", options.threads, ", allowed are 0 to ", kMaxThreads));
  }
  ASSIGN_OR_RETURN(HyperParameters params, ReadHyperParameters(gguf));
  ASSIGN_OR_RETURN(ModelWeights weights, ReadWeights(gguf, params));
  ASSIGN_OR_RETURN(RopeTable rope,
                   RopeTable::Create(gguf, params, weights.rope_factors, options.rope));
  const bool quantised = HasQuantisedMatrix(weights);
  if (options.math == Math::kInt8 && !quantised) {
    return absl::InvalidArgumentError(
        absl::StrCat(gguf.path(), ": no matrix is quantised; math int8 is for quantised files"));
  }
  const bool int8 = options.math != Math::kFloat && quantised;
  return std::unique_ptr<Model>(
      std::make_unique<Transformer>(gguf, std::move(params), std::move(weights), std::move(rope),
                                    threads, int8 ? Math::kInt8 : Math::kFloat));
}

}  // namespace quipu::inference
