// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/model.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/thread.h"
#include "base/thread_pool.h"
#include "inference/kernels/aligned_floats.h"
#include "inference/kernels/rms_norm.h"
#include "inference/model/attention_layer.h"
#include "inference/model/matrix_products.h"
#include "inference/model/output_head.h"
#include "inference/model/packed_weights.h"
#include "inference/model/rope_table.h"
#include "inference/model/step_plan.h"
#include "inference/model/weights.h"

namespace quipu::inference {
namespace {

constexpr int kMaxThreads = 1024;

bool HasLocalRope(const HyperParameters& params) {
  return std::any_of(params.rules.begin(), params.rules.end(),
                     [](const LayerRule& rule) { return rule.rope == LayerRule::Rope::kLocal; });
}

class Transformer : public Model {
 public:
  // The angles of each position.
  struct Ropes {
    RopeTable main;
    RopeTable local;  // Grows only if a layer needs it.
  };

  Transformer(const TensorSource& source, const HyperParameters& params, ModelWeights weights,
              Ropes ropes, const ModelOptions& options)
      : params_(params),
        weights_(std::move(weights)),
        math_(options.math),
        ropes_(std::move(ropes)),
        pool_(options.threads, "kernels"),
        packed_weights_(source, weights_, options.storage, &pool_),
        products_(math_, &pool_),
        attention_(&params_, {&ropes_.main, &ropes_.local}, &pool_),
        head_(NormOf(weights_.output_norm), &packed_weights_.output(), &products_, &pool_) {}

  const HyperParameters& params() const override { return params_; }
  Math math() const override { return math_; }
  int64_t weight_bytes() const override { return packed_weights_.bytes(); }
  KvShape kv_shape() const override {
    return {params_.layers, params_.kv_heads, params_.head_dim, KvType::kF16};
  }

  absl::Status Forward(const Batch& batch, KvCache* cache, StepLogits* logits) override;

 private:
  int QWidth() const { return params_.heads * params_.head_dim; }
  int KvWidth() const { return params_.kv_heads * params_.head_dim; }
  Norm NormOf(const std::vector<float>& weights) const { return {weights, params_.rms_epsilon}; }

  void Reserve(int tokens);
  void Embed(const std::vector<TokenId>& tokens);
  void Layer(int layer, const StepPlan& plan, KvCache* cache);
  void AddBias(const std::vector<float>& bias, int count);
  void NormResult(const std::vector<float>& weights, int count);

  const HyperParameters params_;
  const ModelWeights weights_;
  const Math math_;
  Ropes ropes_;
  ThreadPool pool_;
  const PackedWeights packed_weights_;
  MatrixProducts products_;
  AttentionLayer attention_;
  OutputHead head_;

  // Activations of a step, one row per token.
  AlignedFloats x_;  // The residual stream.
  AlignedFloats delta_;
  AlignedFloats q_;
  AlignedFloats k_;
  AlignedFloats v_;
  AlignedFloats attended_;
  AlignedFloats gate_;
  AlignedFloats up_;
};

absl::Status Transformer::Forward(const Batch& batch, KvCache* cache, StepLogits* logits) {
  const KvShape& shape = cache->shape();
  if (shape.layers != params_.layers || shape.kv_heads != params_.kv_heads ||
      shape.head_dim != params_.head_dim) {
    return absl::InvalidArgumentError("the kv cache has the shape of another model");
  }
  ASSIGN_OR_RETURN(const StepPlan plan,
                   PlanStep(batch, *cache, params_.vocabulary, attention_.rows_per_block()));
  RETURN_IF_ERROR(ropes_.main.Grow(plan.positions));
  if (HasLocalRope(params_)) RETURN_IF_ERROR(ropes_.local.Grow(plan.positions));
  logits->Resize(batch.outputs, params_.vocabulary);
  if (batch.tokens.empty()) return absl::OkStatus();

  Reserve(static_cast<int>(batch.tokens.size()));
  Embed(batch.tokens);
  for (int layer = 0; layer < params_.layers; ++layer) Layer(layer, plan, cache);
  head_.Compute(batch, plan, x_.data(), delta_.data(), logits);
  return absl::OkStatus();
}

void Transformer::Reserve(int tokens) {
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

void Transformer::Embed(const std::vector<TokenId>& tokens) {
  pool_.ParallelFor(static_cast<int>(tokens.size()), [&](int t, int) {
    float* x = x_.data() + int64_t{t} * params_.embedding;
    packed_weights_.Embed(tokens[t], x);
    if (params_.embedding_scale == 1) return;
    for (int i = 0; i < params_.embedding; ++i) x[i] *= params_.embedding_scale;
  });
}

// One layer. In the last layer, only tokens with outputs continue after their
// keys and values are stored; from then on, row i of x_ belongs to
// outputs.tokens[i].
void Transformer::Layer(int layer, const StepPlan& plan, KvCache* cache) {
  const LayerWeights& w = weights_.layers[layer];
  const PackedLayer& m = packed_weights_.layers()[layer];
  const int all = static_cast<int>(plan.places.size());
  const bool last = layer + 1 == params_.layers;
  // Adds the result of the previous layer.
  products_.PackNormed(NormOf(w.attention_norm), layer > 0 ? delta_.data() : nullptr, x_.data(),
                       all, {&m.q, &m.k, &m.v});
  products_.Multiply({{&m.q, q_.data()}, {&m.k, k_.data()}, {&m.v, v_.data()}});
  attention_.RotateAndStore(layer, w, plan, {q_.data(), k_.data(), v_.data()}, cache);

  const StepRows& rows = last ? plan.outputs : plan.all;
  const int count = static_cast<int>(rows.tokens.size());
  attention_.Attend(layer, plan, rows, q_.data(), *cache, attended_.data());
  if (last) KeepRows(rows.tokens, params_.embedding, x_.data());
  products_.Pack(attended_.data(), count, QWidth(), {&m.attention_out});
  products_.Multiply({{&m.attention_out, delta_.data()}});
  AddBias(w.attention_out_bias, count);
  NormResult(w.attention_post_norm, count);
  products_.PackNormed(NormOf(w.feed_forward_norm), delta_.data(), x_.data(), count,
                       {&m.gate, &m.up});
  products_.Multiply({{&m.gate, gate_.data()}, {&m.up, up_.data()}});
  products_.PackGated(params_.gelu, gate_.data(), up_.data(), count, params_.feed_forward,
                      {&m.down});
  products_.Multiply({{&m.down, delta_.data()}});
  NormResult(w.feed_forward_post_norm, count);
}

// Adds `bias`, if there is one, to the first `count` results.
void Transformer::AddBias(const std::vector<float>& bias, int count) {
  if (bias.empty()) return;
  pool_.ParallelFor(count, [&](int t, int) {
    AddTo(bias.data(), params_.embedding, delta_.data() + int64_t{t} * params_.embedding);
  });
}

// Normalises the first `count` results, if there are `weights` for it.
void Transformer::NormResult(const std::vector<float>& weights, int count) {
  if (weights.empty()) return;
  pool_.ParallelFor(count, [&](int t, int) {
    float* row = delta_.data() + int64_t{t} * params_.embedding;
    RmsNorm(row, weights.data(), params_.embedding, params_.rms_epsilon, row);
  });
}

absl::Status CheckStorage(const TensorSource& source, const ModelWeights& weights,
                          const ModelOptions& options) {
  if (options.storage != WeightStorage::kAsStored && !QuantisesMatrix(weights, options.storage)) {
    return absl::InvalidArgumentError(
        absl::StrCat(source.path(),
                     ": nothing to quantise: no matrix of the model is in 16 or 32 "
                     "bits with rows of a multiple of 32"));
  }
  const bool quantised = HasQuantisedMatrix(weights, options.storage);
  if (options.math == Math::kInt8 && !quantised) {
    return absl::InvalidArgumentError(
        absl::StrCat(source.path(), ": no matrix is quantised; math int8 needs a quantised model"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Model>> Model::Create(const TensorSource& source,
                                                     const HyperParameters& params,
                                                     const ModelOptions& options) {
  ModelOptions chosen = options;
  if (chosen.threads == 0) chosen.threads = NumCores();
  if (chosen.threads < 1 || chosen.threads > kMaxThreads) {
    return absl::InvalidArgumentError(
        absl::StrCat("threads is ", options.threads, ", want 0 to ", kMaxThreads));
  }
  ASSIGN_OR_RETURN(ModelWeights weights, ReadWeights(source, params));
  absl::StatusOr<RopeTable> main =
      RopeTable::Create(params, params.rope, weights.rope_factors, options.rope);
  if (!main.ok()) return Annotate(main.status(), source.path());
  absl::StatusOr<RopeTable> local = RopeTable::Create(params, params.local_rope, {}, {});
  if (!local.ok()) return Annotate(local.status(), source.path());
  RETURN_IF_ERROR(CheckStorage(source, weights, options));
  const bool int8 = options.math != Math::kFloat && HasQuantisedMatrix(weights, options.storage);
  chosen.math = int8 ? Math::kInt8 : Math::kFloat;
  return std::unique_ptr<Model>(std::make_unique<Transformer>(
      source, params, std::move(weights), Transformer::Ropes{*std::move(main), *std::move(local)},
      chosen));
}

absl::StatusOr<std::unique_ptr<Model>> Model::Create(const GgufFile& gguf,
                                                     const ModelOptions& options) {
  ASSIGN_OR_RETURN(const HyperParameters params, ReadHyperParameters(gguf));
  return Create(gguf, params, options);
}

}  // namespace quipu::inference
